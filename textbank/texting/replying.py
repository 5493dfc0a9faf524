"""A volunteer answers: a reply becomes a queued message, and what needed attention is settled.

Set-based like `sending.py`: many replies at once, each with its own outcome; a page passes one. Conversations are
locked in their order.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.contacts.opting_out import opted_out_among
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
    """One answer of a volunteer. `script_id` when it came from a response script."""

    conversation_id: int
    text: str
    token: uuid.UUID
    member_id: int
    script_id: int | None = None


_CONVERSATION_FACTS = """
    SELECT v.id, v.assignee_id, v.number_id, v.action_id, c.zones, c.id AS contact_id,
           EXISTS (SELECT FROM contacts_optout AS o
                   WHERE o.campaign_id = v.campaign_id AND o.phone = c.phone AND o.undone_at IS NULL) AS is_opted_out
    FROM texting_conversation AS v
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    WHERE v.campaign_id = %(campaign)s AND v.id = ANY(%(conversations)s)
    ORDER BY v.id
    FOR UPDATE OF v
"""


@transaction.atomic
def send_replies(campaign: Campaign, replies: Sequence[Reply], now: datetime) -> list[Outcome]:
    """Queues each reply, or says why not. A reply settles what needed attention."""
    facts = {
        row["id"]: row
        for row in rows(
            _CONVERSATION_FACTS,
            campaign=campaign.id,
            conversations=[reply.conversation_id for reply in replies],
        )
    }
    hours, numbers = Hours.at(campaign, now), active_numbers(campaign)
    return [
        _reply(campaign, reply, facts.get(reply.conversation_id), hours, numbers, now) for reply in replies
    ]


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


def _reply(
    campaign: Campaign,
    reply: Reply,
    row: dict[str, Any] | None,
    hours: Hours,
    numbers: list[int],
    now: datetime,
) -> Outcome:
    if row is None:
        return Outcome(Verdict.NOT_YOURS)
    if before := outcome_of_earlier_press(campaign, reply.token, reply.member_id):
        return before
    facts = Facts(
        kind=Message.Kind.REPLY,
        zones=row["zones"],
        is_opted_out=row["is_opted_out"],
        has_number=bool(numbers),
        has_allowed_words=campaign.allows_custom_responses
        or is_unedited_script(campaign, reply.text, reply.conversation_id, reply.script_id, reply.member_id),
    )
    found = refusal(facts, hours, now)
    if found is not None:
        return Outcome(Verdict.NOT_NOW, safeguard=found)
    return Outcome(Verdict.QUEUED, _queue(campaign, reply, row, numbers, now))


def _queue(campaign: Campaign, reply: Reply, row: dict[str, Any], numbers: list[int], now: datetime) -> int:
    """Writes the message and settles the conversation; returns the message's id."""
    message = Message.objects.create(
        campaign=campaign,
        conversation_id=row["id"],
        kind=Message.Kind.REPLY,
        status=Message.Status.QUEUED,
        text=reply.text,
        segments=measure(reply.text).segments,
        token=reply.token,
        key=uuid.uuid4(),
        action_id=row["action_id"],
        script_id=reply.script_id,
        sender_id=reply.member_id,
        created_at=now,
        due_at=now,
    )
    Conversation.objects.filter(id=row["id"], campaign=campaign).update(
        needs_attention=False,
        is_unread=False,
        last_message_at=now,
        number_id=number_for(row, numbers),
    )
    return message.id
