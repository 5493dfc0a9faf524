"""A volunteer answers: a reply becomes a queued message, and what needed attention is settled.

Set-based like `sending.py`: many replies at once, each with its own outcome; a page passes one. Conversations are
locked in their order.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.contacts.opting_out import opted_out_among
from textbank.gathering import Gathering
from textbank.querying import rows
from textbank.texting.models import Conversation, Message
from textbank.texting.safeguards import Facts, Hours, Safeguard, refusal
from textbank.texting.segments import measure
from textbank.texting.sending import (
    Outcome,
    Verdict,
    active_numbers,
    number_for,
    outcome_of_earlier_press,
)
from textbank.texting.writing import is_unedited_script


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a member. `script_id` when it came from a response script.

    `sees_all`: the member may answer in every conversation of the campaign, not only in their own.
    """

    conversation_id: int
    text: str
    token: uuid.UUID
    member_id: int
    script_id: int | None = None
    sees_all: bool = False


# Everything the safeguards ask about a conversation. A script counts only if it is an answer of its action.
_CONVERSATION_FACTS = """
    SELECT reply.place, v.id, v.assignee_id, v.hidden_at, v.number_id, v.action_id, c.zones, s.id AS script_id,
           EXISTS (SELECT FROM contacts_optout AS o
                   WHERE o.campaign_id = v.campaign_id AND o.phone = c.phone AND o.undone_at IS NULL) AS is_opted_out,
           EXISTS (SELECT FROM texting_message AS m
                   WHERE m.campaign_id = %(campaign)s AND m.token = reply.token) AS was_sent_before
    FROM unnest(%(conversations)s::bigint[], %(scripts)s::bigint[], %(tokens)s::uuid[])
      WITH ORDINALITY AS reply(conversation_id, script_id, token, place)
    JOIN texting_conversation AS v ON v.id = reply.conversation_id AND v.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    LEFT JOIN texting_script AS s
      ON s.id = reply.script_id AND s.campaign_id = %(campaign)s AND s.action_id = v.action_id
     AND s.kind = 'response' AND s.removed_at IS NULL
    ORDER BY v.id
    FOR UPDATE OF v
"""

_WRITE_REPLIES = """
    WITH written AS (
        SELECT * FROM unnest(
            %(conversation)s::bigint[], %(action)s::bigint[], %(number)s::bigint[], %(script)s::bigint[],
            %(sender)s::bigint[], %(token)s::uuid[], %(key)s::uuid[], %(text)s::text[], %(segments)s::smallint[]
        ) AS w(conversation_id, action_id, number_id, script_id, sender_id, token, key, text, segments)
    ), settled AS (
        UPDATE texting_conversation AS v
        SET needs_attention = false, is_unread = false, last_message_at = %(now)s, number_id = written.number_id
        FROM written WHERE v.id = written.conversation_id AND v.campaign_id = %(campaign)s
    )
    INSERT INTO texting_message (
        campaign_id, conversation_id, kind, status, text, media, segments, token, key, action_id, script_id,
        sender_id, carrier_id, error_code, attempts, created_at, due_at)
    SELECT %(campaign)s, conversation_id, 'reply', 'queued', text, '[]', segments, token, key, action_id, script_id,
           sender_id, '', '', 0, %(now)s, %(now)s
    FROM written
    RETURNING id, token
"""


def send_reply(campaign: Campaign, reply: Reply, now: datetime) -> Outcome:
    """One reply, together with those of the same campaign that wait at the same moment."""
    return _gathered(campaign.id, (campaign, reply, now))


@transaction.atomic
def send_replies(campaign: Campaign, replies: Sequence[Reply], now: datetime) -> list[Outcome]:
    """Queues each reply, or says why not; outcomes stand in the order of the replies.

    A reply settles what needed attention. The same one again finds the text of the first time.
    """
    facts = {
        row["place"] - 1: row
        for row in rows(
            _CONVERSATION_FACTS,
            campaign=campaign.id,
            conversations=[reply.conversation_id for reply in replies],
            scripts=[reply.script_id for reply in replies],
            tokens=[reply.token for reply in replies],
        )
    }
    hours, numbers = Hours.at(campaign, now), active_numbers(campaign)
    outcomes: list[Outcome] = []
    going: dict[uuid.UUID, int] = {}  # token → place of the first reply that carries it
    for place, reply in enumerate(replies):
        outcome = _judge(campaign, reply, facts.get(place), hours, numbers, now)
        outcomes.append(outcome)
        if outcome.verdict == Verdict.QUEUED and outcome.message_id is None:
            going.setdefault(reply.token, place)
    written = _write(campaign, [(replies[place], facts[place]) for place in going.values()], numbers, now)
    return [
        replace(outcome, message_id=written[reply.token])
        if outcome.verdict == Verdict.QUEUED and outcome.message_id is None
        else outcome
        for reply, outcome in zip(replies, outcomes, strict=True)
    ]


def _send_waiting(calls: Sequence[tuple[Campaign, Reply, datetime]]) -> list[Outcome]:
    return send_replies(calls[-1][0], [call[1] for call in calls], max(call[2] for call in calls))


_gathered = Gathering(_send_waiting)


def reply_refusal(conversation: Conversation, now: datetime) -> Safeguard | None:
    """What would stop a reply in this conversation at this moment, whatever it says; None when it may go."""
    campaign = conversation.campaign
    contact = conversation.contact
    facts = Facts(
        kind=Message.Kind.REPLY,
        zones=contact.zones,
        is_opted_out=bool(opted_out_among(campaign, [contact.phone])),
        has_number=bool(active_numbers(campaign)),
    )
    return refusal(facts, Hours.at(campaign, now), now)


def _judge(
    campaign: Campaign,
    reply: Reply,
    row: dict[str, Any] | None,
    hours: Hours,
    numbers: list[int],
    now: datetime,
) -> Outcome:
    if row is None or not _may_answer(reply, row):
        return Outcome(Verdict.NOT_YOURS)
    if row["was_sent_before"]:
        before = outcome_of_earlier_press(campaign, reply.token, reply.member_id)
        return before or Outcome(Verdict.NOT_YOURS)
    if reply.script_id is not None and row["script_id"] is None:
        return Outcome(Verdict.STALE)
    facts = Facts(
        kind=Message.Kind.REPLY,
        zones=row["zones"],
        is_opted_out=row["is_opted_out"],
        has_number=bool(numbers),
        has_allowed_words=campaign.allows_custom_responses
        or is_unedited_script(campaign, reply.text, row["id"], row["script_id"], reply.member_id),
    )
    found = refusal(facts, hours, now)
    return Outcome(Verdict.QUEUED) if found is None else Outcome(Verdict.NOT_NOW, safeguard=found)


def _may_answer(reply: Reply, row: dict[str, Any]) -> bool:
    """Volunteers in their own conversations, as long as these are not hidden from them."""
    return reply.sees_all or (row["assignee_id"] == reply.member_id and row["hidden_at"] is None)


def _write(
    campaign: Campaign, going: Sequence[tuple[Reply, dict[str, Any]]], numbers: list[int], now: datetime
) -> dict[uuid.UUID, int]:
    """Writes the messages and settles their conversations; returns the messages' ids by token."""
    if not going:
        return {}
    columns: dict[str, list[Any]] = {
        "conversation": [row["id"] for _reply, row in going],
        "action": [row["action_id"] for _reply, row in going],
        "number": [number_for(row, numbers) for _reply, row in going],
        "script": [row["script_id"] for _reply, row in going],
        "sender": [reply.member_id for reply, _row in going],
        "token": [reply.token for reply, _row in going],
        "key": [uuid.uuid4() for _ in going],
        "text": [reply.text for reply, _row in going],
        "segments": [measure(reply.text).segments for reply, _row in going],
    }
    return {row["token"]: row["id"] for row in rows(_WRITE_REPLIES, campaign=campaign.id, now=now, **columns)}
