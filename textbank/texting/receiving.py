"""Stored events are acted on: replies here, receipts in `receipting.py`.

Events are taken in batches. If a batch fails, each of it is taken alone, so that one that nobody can process keeps
no other waiting: it is tried again with growing waits, then parked where an admin sees it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Malformed
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount, CarrierEvent, PhoneNumber
from textbank.contacts import zones
from textbank.contacts.models import Contact
from textbank.querying import execute, rows
from textbank.texting.answering import Arrival
from textbank.texting.heeding import heed
from textbank.texting.models import Conversation
from textbank.texting.receipting import record_receipts
from textbank.texting.segments import measure
from textbank.texting.storing import StoredEvent

log = logging.getLogger(__name__)

PARKED_AFTER = 8
FIRST_WAIT = timedelta(seconds=1)


def take_in(kind: CarrierEvent.Kind, now: datetime, limit: int = 500) -> int:
    """Takes the oldest stored events of one kind and acts on them; returns how many were taken."""
    try:
        return _take_together(kind, now, limit)
    except Exception as problem:
        log.warning("A batch of events failed (%s); each is taken alone", problem)
    waiting = CarrierEvent.objects.filter(kind=kind, processed_at=None, parked_at=None, due_at__lte=now)
    oldest = list(waiting.order_by("due_at", "id").values_list("id", flat=True)[:limit])
    return sum(_take_alone(event_id, now) for event_id in oldest)


_TAKE = """
    SELECT id, account_id, message_key, body, received_at, problem FROM carriers_carrierevent AS e
    WHERE kind = %(kind)s AND processed_at IS NULL AND parked_at IS NULL AND due_at <= %(now)s
      AND EXISTS (SELECT FROM carriers_carrieraccount AS a WHERE a.id = e.account_id)
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE OF e SKIP LOCKED
"""


@transaction.atomic
def _take_together(kind: CarrierEvent.Kind, now: datetime, limit: int) -> int:
    taken = rows(_TAKE, kind=kind, now=now, limit=limit)
    if not taken:
        return 0
    # Hundreds of events share few accounts, which are made from their rows once.
    accounts = CarrierAccount.objects.select_related("campaign").in_bulk({row["account_id"] for row in taken})
    events = [StoredEvent(account=accounts[row.pop("account_id")], **row) for row in taken]
    _process(kind, events, now)
    execute(
        _PROCESSED, now=now, ids=[event.id for event in events], problems=[event.problem for event in events]
    )
    return len(events)


@transaction.atomic
def _take_alone(event_id: int, now: datetime) -> bool:
    """One event; one that fails leaves no trace but its problem and a later time to try again."""
    event = (
        CarrierEvent.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(id=event_id, processed_at=None, parked_at=None)
        .select_related("account__campaign")
        .first()
    )
    if event is None:  # another worker has it
        return False
    stored = StoredEvent(
        event.id, event.account, event.message_key, event.body, event.received_at, event.problem
    )
    try:
        with transaction.atomic():
            _process(CarrierEvent.Kind(event.kind), [stored], now)
        event.processed_at, event.problem = now, stored.problem
    except Exception as problem:
        log.exception("Event %s could not be processed", event.id)
        _put_off(event, problem, now)
    event.save(update_fields=["processed_at", "attempts", "due_at", "parked_at", "problem"])
    return True


_PROCESSED = """
    UPDATE carriers_carrierevent AS e SET processed_at = %(now)s, problem = done.problem
    FROM unnest(%(ids)s::bigint[], %(problems)s::text[]) AS done(id, problem)
    WHERE e.id = done.id
"""


def _process(kind: CarrierEvent.Kind, events: Sequence[StoredEvent], now: datetime) -> None:
    if kind == CarrierEvent.Kind.RECEIPT:
        record_receipts(events, now)
        return
    arrived = [Arrival(event, CARRIERS[event.account.kind].read_reply(event.body)) for event in events]
    arrived.sort(key=lambda one: one.event.campaign.id)  # stable: each campaign's stay in their order
    for _campaign_id, group in groupby(arrived, key=lambda one: one.event.campaign.id):
        receive(list(group), now)


def _put_off(event: CarrierEvent, problem: Exception, now: datetime) -> None:
    event.attempts += 1
    event.problem = f"{type(problem).__name__}: {problem}"[:1000]
    event.due_at = now + FIRST_WAIT * 2**event.attempts
    # What cannot be read today cannot be read tomorrow.
    if event.attempts >= PARKED_AFTER or isinstance(problem, Malformed):
        event.parked_at = now


# --- Replies


def receive(arrived: Sequence[Arrival], now: datetime) -> None:
    """Takes the incoming texts of one campaign into their conversations, each once, in their order.

    What follows from the words is in `heeding.py`. A stranger becomes a contact without a name, whose conversation
    waits for an admin.
    """
    campaign = arrived[0].event.campaign
    fresh = _not_taken_in_before(campaign, arrived)
    conversations = _conversations(campaign, fresh)
    _write(campaign, fresh, conversations, now)
    heed(fresh, conversations, now)
    _keep(campaign, conversations.values())


_TAKEN_IN = """
    SELECT carrier_id FROM texting_message
    WHERE campaign_id = %(campaign)s AND kind = 'incoming' AND carrier_id = ANY(%(names)s)
"""


def _not_taken_in_before(campaign: Campaign, arrived: Sequence[Arrival]) -> list[Arrival]:
    first = {one.text.carrier_id: one for one in reversed(arrived)}
    known = rows(_TAKEN_IN, campaign=campaign.id, names=list(first))
    taken_in = {row["carrier_id"] for row in known}
    return [
        one for one in arrived if first[one.text.carrier_id] is one and one.text.carrier_id not in taken_in
    ]


_KNOWN_PHONES = """
    SELECT c.phone FROM contacts_contact AS c
    JOIN texting_conversation AS v ON v.contact_id = c.id AND v.campaign_id = %(campaign)s
    WHERE c.campaign_id = %(campaign)s AND c.phone = ANY(%(phones)s)
"""


def _conversations(campaign: Campaign, arrived: Sequence[Arrival]) -> dict[str, Conversation]:
    """The locked conversation of each phone that wrote, by phone, with what is asked and changed here alone."""
    phones = {one.text.from_number: one for one in arrived}
    known = {row["phone"] for row in rows(_KNOWN_PHONES, campaign=campaign.id, phones=list(phones))}
    for phone in sorted(phones.keys() - known):
        _begin(campaign, phone, phones[phone].text.to_number)
    found = Conversation.objects.filter(
        campaign=campaign, contact__phone__in=list(phones), contact__campaign=campaign
    ).only("action", "contact__phone", "contact__language", *_KEPT)
    locked = found.select_for_update(of=("self",)).select_related("contact").order_by("id")
    return {conversation.contact.phone: conversation for conversation in locked}


def _begin(campaign: Campaign, phone: str, our_number: str) -> None:
    """A stranger writes, or somebody whom no action has reached yet."""
    contact, _is_new = Contact.objects.get_or_create(
        campaign=campaign, phone=phone, defaults={"zones": zones.candidate_zones(phone, "", "")}
    )
    number = PhoneNumber.objects.filter(campaign=campaign, number=our_number).first()
    Conversation.objects.get_or_create(campaign=campaign, contact=contact, defaults={"number": number})


_WRITE_INCOMING = """
    INSERT INTO texting_message (
        campaign_id, conversation_id, kind, status, text, media, segments, action_id, carrier_id, error_code,
        attempts, created_at)
    SELECT %(campaign)s, conversation_id, 'incoming', 'received', text, media, segments, action_id, carrier_id, '',
           0, %(now)s
    FROM unnest(
        %(conversation)s::bigint[], %(action)s::bigint[], %(carrier_id)s::text[], %(text)s::text[],
        %(media)s::jsonb[], %(segments)s::smallint[]
    ) WITH ORDINALITY AS w(conversation_id, action_id, carrier_id, text, media, segments, place)
    ORDER BY place
"""


def _write(
    campaign: Campaign,
    arrived: Sequence[Arrival],
    conversations: Mapping[str, Conversation],
    now: datetime,
) -> None:
    theirs = [conversations[one.text.from_number] for one in arrived]
    execute(
        _WRITE_INCOMING,
        campaign=campaign.id,
        now=now,
        conversation=[conversation.id for conversation in theirs],
        action=[conversation.action_id for conversation in theirs],
        carrier_id=[one.text.carrier_id for one in arrived],
        text=[one.text.text for one in arrived],
        media=[json.dumps(one.text.media) for one in arrived],
        segments=[measure(one.text.text).segments for one in arrived],
    )


_KEEP = """
    UPDATE texting_conversation AS v
    SET last_inbound_at = heard.last_inbound_at, last_message_at = heard.last_message_at, archived_at = NULL,
        hidden_at = heard.hidden_at, needs_attention = heard.needs_attention, is_unread = heard.is_unread,
        suggestion = heard.suggestion, helped_at = heard.helped_at
    FROM unnest(
        %(id)s::bigint[], %(last_inbound_at)s::timestamptz[], %(last_message_at)s::timestamptz[],
        %(hidden_at)s::timestamptz[], %(needs_attention)s::bool[], %(is_unread)s::bool[],
        %(suggestion)s::text[], %(helped_at)s::timestamptz[]
    ) AS heard(id, last_inbound_at, last_message_at, hidden_at, needs_attention, is_unread, suggestion, helped_at)
    WHERE v.id = heard.id AND v.campaign_id = %(campaign)s
"""
_KEPT = (
    "id",
    "last_inbound_at",
    "last_message_at",
    "hidden_at",
    "needs_attention",
    "is_unread",
    "suggestion",
    "helped_at",
)


def _keep(campaign: Campaign, conversations: Collection[Conversation]) -> None:
    columns = {name: [getattr(one, name) for one in conversations] for name in _KEPT}
    execute(_KEEP, campaign=campaign.id, **columns)
