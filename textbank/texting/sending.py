"""A first text leaves, first half: a press becomes a queued message. (Second half: `dispatching.py`.)

Stories here are set-based: they take many presses at once and answer each with its own outcome; a page passes
one. Rows are locked assignment first, then conversation, in the order of the conversations.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from textbank.campaigns.models import Campaign, Membership
from textbank.names import new_name
from textbank.querying import execute, rows
from textbank.texting.claiming import LEASE
from textbank.texting.models import Assignment, Conversation, Message, Script
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import PHONE_COLUMNS, PHONE_JOIN, Facts, Moment, phone_facts, refusal

UNDO_WINDOW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Press:
    """One tap on Send: the card that was shown, and who tapped. `token` is new for every card."""

    assignment_id: int
    script_id: int
    script_version: int
    text: str
    token: uuid.UUID
    member_id: int
    segments: int = 1


class Verdict(StrEnum):
    QUEUED = "queued"  # on its way (also when this very press was here before)
    HELD_BACK = "held back"  # a safeguard settled this contact; the volunteer moves on
    NOT_NOW = "not now"  # a safeguard stops the moment; the card stays in hand
    STALE = (
        "stale"  # the script was edited, or the text taken back, since the card was shown; show a fresh one
    )
    NOT_YOURS = "not yours"  # somebody else has it, or it was texted already


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one press."""

    verdict: Verdict
    message_id: int | None = None
    safeguard: Safeguard | None = None


# Everything the safeguards ask about an assignment, with its script's current version.
_ASSIGNMENT_FACTS = f"""
    SELECT press.place, a.id, a.action_id, a.holder_id, a.outcome, a.zones, a.draw,
           v.id AS conversation_id, v.number_id, v.last_initial_at,
           v.suggestion <> '' AS has_unclear_reply,
           act.status AS action_status, act.paused_at IS NOT NULL AS action_is_paused, act.preferred_area_codes,
           s.version AS script_version, s.paused_at IS NOT NULL AS script_is_paused,
           EXISTS (SELECT FROM campaigns_membership AS member
                   WHERE member.id = a.holder_id AND member.campaign_id = %(campaign)s
                     AND member.suspended_at IS NULL) AS is_open_to_member,
           EXISTS (SELECT FROM texting_message AS m
                   WHERE m.campaign_id = %(campaign)s AND m.token = press.token) AS was_pressed_before,
           {PHONE_COLUMNS}
    FROM unnest(%(assignments)s::bigint[], %(scripts)s::bigint[], %(tokens)s::uuid[])
      WITH ORDINALITY AS press(assignment_id, script_id, token, place)
    JOIN texting_assignment AS a ON a.id = press.assignment_id AND a.campaign_id = %(campaign)s
    JOIN texting_textingaction AS act ON act.id = a.action_id AND act.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = a.contact_id AND c.campaign_id = %(campaign)s
    JOIN texting_conversation AS v ON v.contact_id = a.contact_id AND v.campaign_id = %(campaign)s
    {PHONE_JOIN}
    LEFT JOIN texting_script AS s
      ON s.id = press.script_id AND s.campaign_id = %(campaign)s AND s.removed_at IS NULL
    ORDER BY v.id, a.id
"""  # noqa: S608 (put together from constants of ours)

# Writes messages, settles their assignments and touches their conversations. `safeguard` NULL: the text goes.
_WRITE_INITIALS = """
    WITH written AS (
        SELECT * FROM unnest(
            %(assignment)s::bigint[], %(conversation)s::bigint[], %(action)s::bigint[], %(number)s::bigint[],
            %(script)s::bigint[], %(sender)s::bigint[], %(token)s::uuid[], %(key)s::uuid[],
            %(text)s::text[], %(segments)s::smallint[], %(safeguard)s::smallint[]
        ) AS w(assignment_id, conversation_id, action_id, number_id, script_id, sender_id, token, key,
               text, segments, safeguard)
    ), message AS (
        INSERT INTO texting_message (
            campaign_id, conversation_id, kind, status, text, media, segments, token, key, action_id,
            assignment_id, script_id, sender_id, carrier_id, error_code, safeguard, attempts, created_at,
            due_at, settled_at)
        SELECT %(campaign)s, conversation_id, 'initial',
               CASE WHEN safeguard IS NULL THEN 'queued' ELSE 'safeguarded' END,
               text, '[]', segments, token, key, action_id, assignment_id, script_id, sender_id, '', '',
               safeguard, 0, %(now)s,
               CASE WHEN safeguard IS NULL THEN %(due)s::timestamptz END,
               CASE WHEN safeguard IS NOT NULL THEN %(now)s::timestamptz END
        FROM written
        RETURNING id, assignment_id
    ), settled AS (
        UPDATE texting_assignment AS a
        SET outcome = CASE WHEN safeguard IS NULL THEN 'texted' ELSE 'safeguarded' END,
            texted_at = CASE WHEN safeguard IS NULL THEN %(now)s::timestamptz END,
            holder_id = NULL, held_until = NULL
        FROM written WHERE a.id = written.assignment_id AND a.campaign_id = %(campaign)s
    ), touched AS (
        UPDATE texting_conversation AS v
        SET action_id = written.action_id, assignee_id = written.sender_id, number_id = written.number_id,
            last_initial_at = %(now)s, last_message_at = %(now)s
        FROM written
        WHERE v.id = written.conversation_id AND v.campaign_id = %(campaign)s AND safeguard IS NULL
    )
    SELECT assignment_id, id FROM message
"""


@transaction.atomic
def send_initials(campaign: Campaign, presses: Sequence[Press], now: datetime) -> list[Outcome]:
    """Queues the first text of each press, or says why not; outcomes stand in the order of the presses.

    The same press again finds the message of the first time. Two presses for one contact, in one action or in
    two, take turns on the contact's conversation, so they cannot both pass.
    """
    facts = {
        row["place"] - 1: row
        for row in rows(
            _ASSIGNMENT_FACTS + "FOR UPDATE OF a, v",
            campaign=campaign.id,
            assignments=[press.assignment_id for press in presses],
            scripts=[press.script_id for press in presses],
            tokens=[press.token for press in presses],
        )
    }
    moment = Moment.of(campaign, now)
    verdicts = []
    for place, press in enumerate(presses):
        verdict = _judge(press, facts.get(place), moment)
        verdicts.append(verdict)
        if place in facts:
            _foresee(facts[place], verdict.verdict, facts.values(), now)
    to_write = [
        (press, facts[place], outcome.safeguard)
        for place, (press, outcome) in enumerate(zip(presses, verdicts, strict=True))
        if outcome.verdict in (Verdict.QUEUED, Verdict.HELD_BACK)
    ]
    written = _write_initials(campaign, to_write, moment)
    stopped = [
        (facts[place]["action_id"], outcome.safeguard)
        for place, outcome in enumerate(verdicts)
        if outcome.verdict == Verdict.NOT_NOW and outcome.safeguard
    ]
    tally_refusals(campaign, stopped)
    return [
        _with_message(campaign, press, outcome, written)
        for press, outcome in zip(presses, verdicts, strict=True)
    ]


def _foresee(row: dict[str, Any], verdict: Verdict, others: Iterable[dict[str, Any]], now: datetime) -> None:
    """What this batch has decided counts for the rest of it, as if it were written already."""
    if verdict not in (Verdict.QUEUED, Verdict.HELD_BACK):
        return
    for other in others:
        if other["id"] == row["id"]:
            other["outcome"] = Assignment.Outcome.TEXTED
        if verdict == Verdict.QUEUED and other["conversation_id"] == row["conversation_id"]:
            other["last_initial_at"] = now


@transaction.atomic
def look_at(
    campaign: Campaign, member: Membership, to_show: Sequence[tuple[Assignment, Script]], now: datetime
) -> dict[int, Safeguard]:
    """What stops the volunteer's cards, by assignment, before they are shown; each with the script it would show.

    Those refused for good are settled on the way, so that nobody is offered a contact who has opted out meanwhile.
    """
    moment = Moment.of(campaign, now)
    found = rows(
        _ASSIGNMENT_FACTS + "FOR UPDATE OF a, v",
        campaign=campaign.id,
        assignments=[assignment.id for assignment, _script in to_show],
        scripts=[script.id for _assignment, script in to_show],
        tokens=[None] * len(to_show),
    )
    refused = [
        (row, safeguard)
        for row in found
        if row["holder_id"] == member.id and (safeguard := refusal(_facts(row), moment)) is not None
    ]
    settled = [
        (Press(row["id"], 0, 0, "", new_name(), member.id), row, safeguard)
        for row, safeguard in refused
        if safeguard.is_about_the_contact
    ]
    _write_initials(campaign, settled, moment)
    return {row["id"]: safeguard for row, safeguard in refused}


@transaction.atomic
def undo(message: Message, now: datetime) -> bool:
    """Takes a first text back while it still waits; the contact returns to the hands it came from.

    False when it has already gone, or is about to.
    """
    # Message first, then its assignment: the order in which the dispatcher locks what it holds back.
    taken_back = Message.objects.filter(
        id=message.id,
        campaign=message.campaign_id,
        kind=Message.Kind.INITIAL,
        status=Message.Status.QUEUED,
    ).update(status=Message.Status.UNDONE, due_at=None, safeguard=None, settled_at=now)
    if not taken_back:
        return False
    Assignment.objects.filter(messages=message, campaign=message.campaign_id).update(
        outcome=Assignment.Outcome.UNTEXTED,
        texted_at=None,
        holder=message.sender_id,
        held_until=now + LEASE,
    )
    as_before(message)
    return True


def as_before(message: Message) -> None:
    """The conversation of a first text that never went is again what it was: last texted when, by whom, in what."""
    earlier = (
        Message.objects.filter(conversation=message.conversation_id, kind=Message.Kind.INITIAL)
        .exclude(status__in=(Message.Status.UNDONE, Message.Status.SAFEGUARDED))
        .order_by("-id")
        .first()
    )
    conversation = Conversation.objects.filter(id=message.conversation_id, campaign=message.campaign_id)
    # Whoever was given the conversation by hand meanwhile keeps it.
    conversation.filter(assignee=message.sender_id).update(assignee=earlier.sender_id if earlier else None)
    conversation.update(
        last_initial_at=earlier.created_at if earlier else None, action=earlier.action_id if earlier else None
    )


def _judge(press: Press, row: dict[str, Any] | None, moment: Moment) -> Outcome:
    if row is None or row["holder_id"] != press.member_id or row["outcome"] != Assignment.Outcome.UNTEXTED:
        return Outcome(Verdict.NOT_YOURS)
    # In hand again, and yet pressed before: taken back since. A copy of that press that comes late sends nothing.
    if row["was_pressed_before"] or row["script_version"] != press.script_version:
        return Outcome(Verdict.STALE)
    found = refusal(_facts(row), moment)
    if found is None:
        return Outcome(Verdict.QUEUED)
    return Outcome(Verdict.HELD_BACK if found.is_about_the_contact else Verdict.NOT_NOW, safeguard=found)


def _facts(row: dict[str, Any]) -> Facts:
    return Facts(
        kind=Message.Kind.INITIAL,
        zones=row["zones"],
        action_status=row["action_status"],
        action_is_paused=row["action_is_paused"],
        is_open_to_member=row["is_open_to_member"],
        script_is_paused=bool(row["script_is_paused"]),
        last_initial_at=row["last_initial_at"],
        has_unclear_reply=row["has_unclear_reply"],
        **phone_facts(row),
    )


def _write_initials(
    campaign: Campaign,
    presses: Sequence[tuple[Press, dict[str, Any], Safeguard | None]],
    moment: Moment,
) -> dict[int, int]:
    """Writes the messages; returns their ids by assignment."""
    if not presses:
        return {}
    columns: dict[str, list[Any]] = {
        "assignment": [press.assignment_id for press, _row, _found in presses],
        "conversation": [row["conversation_id"] for _press, row, _found in presses],
        "action": [row["action_id"] for _press, row, _found in presses],
        "number": [
            moment.number_for(row["number_id"], row["draw"], row["preferred_area_codes"])
            for _press, row, _found in presses
        ],
        "script": [press.script_id or None for press, _row, _found in presses],
        "sender": [press.member_id for press, _row, _found in presses],
        "token": [press.token for press, _row, _found in presses],
        "key": [new_name() for _ in presses],
        "text": [press.text for press, _row, _found in presses],
        "segments": [press.segments for press, _row, _found in presses],
        "safeguard": [found for _press, _row, found in presses],
    }
    now = moment.now
    found = rows(_WRITE_INITIALS, campaign=campaign.id, now=now, due=now + UNDO_WINDOW, **columns)
    return {row["assignment_id"]: row["id"] for row in found}


def _with_message(campaign: Campaign, press: Press, outcome: Outcome, written: dict[int, int]) -> Outcome:
    if outcome.verdict in (Verdict.QUEUED, Verdict.HELD_BACK):
        return Outcome(outcome.verdict, written[press.assignment_id], outcome.safeguard)
    if outcome.verdict == Verdict.NOT_YOURS:
        return outcome_of_earlier_press(campaign, press.token, press.member_id) or outcome
    return outcome


def outcome_of_earlier_press(campaign: Campaign, token: uuid.UUID, member_id: int) -> Outcome | None:
    """What became of the same press when it came before."""
    message = Message.objects.filter(campaign=campaign, token=token, sender=member_id).first()
    if message is None or message.status == Message.Status.UNDONE:
        return None
    if message.status != Message.Status.SAFEGUARDED or message.safeguard is None:
        return Outcome(Verdict.QUEUED, message.id)  # it may say what it waits for, but it goes
    return Outcome(Verdict.HELD_BACK, message.id, Safeguard(message.safeguard))


_TALLY = """
    INSERT INTO texting_refusal AS tally (campaign_id, action_id, safeguard, times)
    SELECT %(campaign)s, action_id, safeguard, count(*)
    FROM unnest(%(actions)s::bigint[], %(safeguards)s::smallint[]) AS refused(action_id, safeguard)
    GROUP BY action_id, safeguard ORDER BY action_id, safeguard
    ON CONFLICT (campaign_id, action_id, safeguard) DO UPDATE SET times = tally.times + excluded.times
"""


def tally_refusals(campaign: Campaign, refused: Sequence[tuple[int | None, Safeguard]]) -> None:
    """Counts what was stopped at this moment, by action; there is no text to count for it."""
    if refused:
        actions, safeguards = [action for action, _found in refused], [found for _action, found in refused]
        execute(_TALLY, campaign=campaign.id, actions=actions, safeguards=safeguards)
