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
from textbank.names import new_name
from textbank.querying import rows
from textbank.texting.models import Conversation, Message
from textbank.texting.safeguards import PHONE_COLUMNS, PHONE_JOIN, Facts, Moment, phone_facts, refusal
from textbank.texting.segments import measure
from textbank.texting.sending import Outcome, Verdict, outcome_of_earlier_press, tally_refusals
from textbank.texting.writing import is_unedited_script


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a member. `script_id` when it came from a response script.

    `seen` is the newest text that its writer had before them; None: all there was. `sees_all`: the member may
    answer in every conversation of the campaign, not only in their own.
    """

    conversation_id: int
    text: str
    token: uuid.UUID
    member_id: int
    script_id: int | None = None
    sees_all: bool = False
    seen: int | None = None


# Everything the safeguards ask about a conversation. A script counts only if it is an answer of its action.
_CONVERSATION_FACTS = f"""
    SELECT reply.place, v.id, v.assignee_id, v.hidden_at, v.number_id, v.action_id, c.zones, s.id AS script_id,
           {PHONE_COLUMNS},
           EXISTS (SELECT FROM texting_message AS m
                   WHERE m.campaign_id = %(campaign)s AND m.token = reply.token) AS was_sent_before
    FROM unnest(%(conversations)s::bigint[], %(scripts)s::bigint[], %(tokens)s::uuid[])
      WITH ORDINALITY AS reply(conversation_id, script_id, token, place)
    JOIN texting_conversation AS v ON v.id = reply.conversation_id AND v.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    {PHONE_JOIN}
    LEFT JOIN texting_script AS s
      ON s.id = reply.script_id AND s.campaign_id = %(campaign)s AND s.action_id = v.action_id
     AND s.kind = 'response' AND s.removed_at IS NULL
    ORDER BY v.id
    FOR UPDATE OF v
"""  # noqa: S608 (put together from constants of ours)

# What the contact wrote after `seen` is not answered and needs attention as before. (No row is newer than NULL.)
_WRITE_REPLIES = """
    WITH written AS (
        SELECT * FROM unnest(
            %(conversation)s::bigint[], %(action)s::bigint[], %(number)s::bigint[], %(script)s::bigint[],
            %(sender)s::bigint[], %(token)s::uuid[], %(key)s::uuid[], %(text)s::text[], %(segments)s::smallint[],
            %(seen)s::bigint[]
        ) AS w(conversation_id, action_id, number_id, script_id, sender_id, token, key, text, segments, seen)
    ), answered AS (
        SELECT *, EXISTS (
            SELECT FROM texting_message AS m
            WHERE m.conversation_id = written.conversation_id AND m.campaign_id = %(campaign)s
              AND m.id > written.seen AND m.kind = 'incoming') AS is_behind
        FROM written
    ), settled AS (
        UPDATE texting_conversation AS v
        SET needs_attention = v.needs_attention AND is_behind, is_unread = v.is_unread AND is_behind,
            suggestion = CASE WHEN is_behind THEN v.suggestion ELSE '' END, last_message_at = %(now)s,
            number_id = answered.number_id
        FROM answered WHERE v.id = answered.conversation_id AND v.campaign_id = %(campaign)s
    )
    INSERT INTO texting_message (
        campaign_id, conversation_id, kind, status, text, media, segments, token, key, action_id, script_id,
        sender_id, carrier_id, error_code, attempts, created_at, due_at)
    SELECT %(campaign)s, conversation_id, 'reply', 'queued', text, '[]', segments, token, key, action_id, script_id,
           sender_id, '', '', 0, %(now)s, %(now)s
    FROM written
    RETURNING id, token
"""


@transaction.atomic
def send_replies(campaign: Campaign, replies: Sequence[Reply], now: datetime) -> list[Outcome]:
    """Queues each reply, or says why not; outcomes stand in the order of the replies.

    A reply settles what its writer had read. The same one again finds the text of the first time.
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
    moment = Moment.of(campaign, now)
    outcomes: list[Outcome] = []
    going: dict[uuid.UUID, int] = {}  # token → place of the first reply that carries it
    for place, reply in enumerate(replies):
        outcome = _judge(campaign, reply, facts.get(place), moment)
        outcomes.append(outcome)
        if outcome.verdict == Verdict.QUEUED and outcome.message_id is None:
            going.setdefault(reply.token, place)
    written = _write(campaign, [(replies[place], facts[place]) for place in going.values()], moment)
    tally_refusals(
        campaign,
        [
            (facts[place]["action_id"], outcome.safeguard)
            for place, outcome in enumerate(outcomes)
            if outcome.safeguard
        ],
    )
    return [
        replace(outcome, message_id=written[reply.token])
        if outcome.verdict == Verdict.QUEUED and outcome.message_id is None
        else outcome
        for reply, outcome in zip(replies, outcomes, strict=True)
    ]


_ONE_CONVERSATION = f"""
    SELECT c.zones, v.suggestion, {PHONE_COLUMNS}
    FROM texting_conversation AS v
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    {PHONE_JOIN}
    WHERE v.id = %(conversation)s AND v.campaign_id = %(campaign)s
"""  # noqa: S608 (put together from constants of ours)


def facts_of(conversation: Conversation) -> tuple[Facts, str]:
    """What the safeguards ask about a reply in this conversation, whatever it says; and what the contact's words may
    mean at this moment (`Conversation.suggestion`)."""
    [row] = rows(_ONE_CONVERSATION, campaign=conversation.campaign_id, conversation=conversation.id)
    return Facts(kind=Message.Kind.REPLY, zones=row["zones"], **phone_facts(row)), row["suggestion"]


def _judge(
    campaign: Campaign,
    reply: Reply,
    row: dict[str, Any] | None,
    moment: Moment,
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
        **phone_facts(row),
        has_allowed_words=campaign.allows_custom_responses
        or is_unedited_script(campaign, reply.text, row["id"], row["script_id"], reply.member_id),
    )
    found = refusal(facts, moment)
    return Outcome(Verdict.QUEUED) if found is None else Outcome(Verdict.NOT_NOW, safeguard=found)


def _may_answer(reply: Reply, row: dict[str, Any]) -> bool:
    """Volunteers in their own conversations, as long as these are not hidden from them."""
    return reply.sees_all or (row["assignee_id"] == reply.member_id and row["hidden_at"] is None)


def _write(
    campaign: Campaign, going: Sequence[tuple[Reply, dict[str, Any]]], moment: Moment
) -> dict[uuid.UUID, int]:
    """Writes the messages and settles their conversations; returns the messages' ids by token."""
    if not going:
        return {}
    columns: dict[str, list[Any]] = {
        "conversation": [row["id"] for _reply, row in going],
        "action": [row["action_id"] for _reply, row in going],
        "number": [moment.number_for(row["number_id"], row["id"]) for _reply, row in going],
        "script": [row["script_id"] for _reply, row in going],
        "sender": [reply.member_id for reply, _row in going],
        "token": [reply.token for reply, _row in going],
        "key": [new_name() for _ in going],
        "text": [reply.text for reply, _row in going],
        "segments": [measure(reply.text).segments for reply, _row in going],
        "seen": [reply.seen for reply, _row in going],
    }
    return {
        row["token"]: row["id"]
        for row in rows(_WRITE_REPLIES, campaign=campaign.id, now=moment.now, **columns)
    }
