"""Queued texts that do not leave: for good, or for now. In the transaction that has claimed them."""

from __future__ import annotations

from datetime import datetime

from textbank.campaigns.models import Campaign
from textbank.querying import execute, rows
from textbank.texting.refusals import Safeguard

_LOCK_HELD = """
    SELECT FROM texting_message AS m
    JOIN texting_assignment AS a ON a.id = m.assignment_id AND a.campaign_id = %(campaign)s
    JOIN texting_conversation AS v ON v.id = m.conversation_id AND v.campaign_id = %(campaign)s
    WHERE m.id = ANY(%(ids)s) AND m.campaign_id = %(campaign)s
    ORDER BY v.id, a.id FOR UPDATE OF a, v
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


def hold_back(campaign: Campaign, refused: list[tuple[int, Safeguard]], now: datetime) -> None:
    """Each stays back for good; its contact was not texted."""
    if not refused:
        return
    ids, safeguards = [message_id for message_id, _found in refused], [found for _id, found in refused]
    rows(_LOCK_HELD, campaign=campaign.id, ids=ids)
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
