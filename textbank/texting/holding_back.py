"""Queued texts that do not leave: for good, or for now. In the transaction that has claimed them.

First texts of a paused action or script are set aside, many at once, so that they are not looked at again and again
while others wait behind them; they go on when it does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from textbank.campaigns.models import Campaign
from textbank.querying import execute, rows
from textbank.texting.models import TextingAction
from textbank.texting.refusals import Safeguard

PAUSES = frozenset([Safeguard.ACTION_PAUSED, Safeguard.SCRIPT_PAUSED])
SET_ASIDE_FOR, SET_ASIDE_AT_ONCE = timedelta(hours=1), 2_000  # when nobody says that it goes on; texts

# Assignment, then conversation, in the order of the conversations, as at a press. (Replies have no assignment, and
# what may be missing is not locked by FOR UPDATE: so each row is fetched and locked by itself.)
_LOCK_THREADS = """
    SELECT FROM (
        SELECT m.assignment_id, m.conversation_id FROM texting_message AS m
        WHERE m.id = ANY(%(ids)s) AND m.campaign_id = %(campaign)s
        ORDER BY m.conversation_id, m.assignment_id
    ) AS held
    LEFT JOIN LATERAL (
        SELECT a.id FROM texting_assignment AS a
        WHERE a.id = held.assignment_id AND a.campaign_id = %(campaign)s FOR UPDATE
    ) AS assignment ON true
    CROSS JOIN LATERAL (
        SELECT v.id FROM texting_conversation AS v
        WHERE v.id = held.conversation_id AND v.campaign_id = %(campaign)s
          AND assignment.id IS NOT DISTINCT FROM held.assignment_id FOR UPDATE
    ) AS conversation
"""
# A first text that stays back leaves the conversation as it was before: last texted when, by whom, in what. Whoever
# was given it by hand meanwhile keeps it.
_HOLD_BACK = """
    WITH held AS (
        UPDATE texting_message AS m
        SET status = 'safeguarded', safeguard = refused.safeguard, due_at = NULL, settled_at = %(now)s
        FROM unnest(%(ids)s::bigint[], %(safeguards)s::smallint[]) AS refused(id, safeguard)
        WHERE m.id = refused.id AND m.campaign_id = %(campaign)s
        RETURNING m.kind, m.assignment_id, m.conversation_id, m.sender_id
    ), settled AS (
        UPDATE texting_assignment AS a SET outcome = 'safeguarded', texted_at = NULL
        FROM held WHERE a.id = held.assignment_id AND held.kind = 'initial' AND a.campaign_id = %(campaign)s
    )
    UPDATE texting_conversation AS v
    SET last_initial_at = earlier.created_at, action_id = earlier.action_id,
        assignee_id = CASE WHEN v.assignee_id = held.sender_id THEN earlier.sender_id ELSE v.assignee_id END
    FROM held LEFT JOIN LATERAL (
        SELECT e.created_at, e.action_id, e.sender_id FROM texting_message AS e
        WHERE e.conversation_id = held.conversation_id AND e.campaign_id = %(campaign)s AND e.kind = 'initial'
          AND e.status NOT IN ('undone', 'safeguarded') AND e.id <> ALL(%(ids)s)
        ORDER BY e.id DESC LIMIT 1
    ) AS earlier ON true
    WHERE v.id = held.conversation_id AND held.kind = 'initial' AND v.campaign_id = %(campaign)s
"""
# HELP was to be answered by itself, so nobody has read the question yet.
_UNANSWERED = """
    UPDATE texting_conversation AS v SET needs_attention = true FROM texting_message AS m
    WHERE m.id = ANY(%(ids)s) AND m.kind = 'help' AND m.campaign_id = %(campaign)s
      AND v.id = m.conversation_id AND v.campaign_id = %(campaign)s
"""


def lock_threads(campaign: Campaign, message_ids: list[int]) -> None:
    """The assignments and conversations of these texts; before any of them is written, in their one order."""
    if message_ids:
        rows(_LOCK_THREADS, campaign=campaign.id, ids=message_ids)


def hold_back(campaign: Campaign, refused: list[tuple[int, Safeguard]], now: datetime) -> None:
    """Each stays back for good; its contact was not texted. The caller has locked their threads."""
    if not refused:
        return
    ids, safeguards = [message_id for message_id, _found in refused], [found for _id, found in refused]
    execute(_HOLD_BACK, campaign=campaign.id, now=now, ids=ids, safeguards=safeguards)
    execute(_UNANSWERED, campaign=campaign.id, ids=ids)


_POSTPONE = """
    UPDATE texting_message AS m SET due_at = later.due_at, safeguard = later.safeguard
    FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(safeguards)s::smallint[])
      AS later(id, due_at, safeguard)
    WHERE m.id = later.id
"""


def postpone(waiting: list[tuple[int, datetime, Safeguard | None]]) -> None:
    """Each waits until then, and says for what; None: for nothing that a person need know."""
    if not waiting:
        return
    ids, due, safeguards = (list(column) for column in zip(*waiting, strict=True))
    execute(_POSTPONE, ids=ids, due=due, safeguards=safeguards)


# Among the next texts that are due. Whether there is a pause is asked anew, once the texts are in our hands: whoever
# ends it waits for them, and finds them.
_SET_ASIDE = """
    UPDATE texting_message AS m
    SET due_at = %(until)s,
        safeguard = CASE WHEN paused.is_action THEN %(action_paused)s ELSE %(script_paused)s END
    FROM (
        SELECT m.id, act.status = 'published' AND act.paused_at IS NOT NULL AS is_action
        FROM (
            SELECT id FROM texting_message
            WHERE campaign_id = %(campaign)s AND stage = 'queued' AND kind = 'initial' AND due_at <= %(now)s
            ORDER BY due_at, id LIMIT %(limit)s
        ) AS due
        JOIN texting_message AS m ON m.id = due.id AND m.status = 'queued' AND m.campaign_id = %(campaign)s
        JOIN texting_textingaction AS act ON act.id = m.action_id AND act.campaign_id = %(campaign)s
        LEFT JOIN texting_script AS script ON script.id = m.script_id AND script.campaign_id = %(campaign)s
        WHERE (act.status = 'published' AND act.paused_at IS NOT NULL) OR script.paused_at IS NOT NULL
        FOR UPDATE OF m SKIP LOCKED
    ) AS paused
    WHERE m.id = paused.id AND m.campaign_id = %(campaign)s
"""
# Also those that somebody may be setting aside just now: they are due.
_LOCK_ASIDE = """
    SELECT FROM texting_message
    WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND kind = 'initial' AND stage = 'queued'
      AND (safeguard = ANY(%(pauses)s) OR due_at <= %(now)s)
    ORDER BY id FOR UPDATE
"""
_GO_ON = """
    UPDATE texting_message SET due_at = created_at, safeguard = NULL
    WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND kind = 'initial' AND stage = 'queued'
      AND safeguard = ANY(%(pauses)s)
"""


def set_aside(campaign: Campaign, now: datetime) -> None:
    """The next first texts of paused actions and scripts wait until these go on."""
    execute(
        _SET_ASIDE,
        campaign=campaign.id,
        now=now,
        until=now + SET_ASIDE_FOR,
        limit=SET_ASIDE_AT_ONCE,
        action_paused=Safeguard.ACTION_PAUSED,
        script_paused=Safeguard.SCRIPT_PAUSED,
    )


def go_on(action: TextingAction, now: datetime) -> None:
    """What was set aside is looked at again, in the order of the presses. In the transaction that ends the pause."""
    named = {"campaign": action.campaign_id, "action": action.id, "pauses": [int(code) for code in PAUSES]}
    rows(_LOCK_ASIDE, now=now, **named)
    execute(_GO_ON, **named)
