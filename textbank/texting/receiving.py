"""What carriers tell us: replies and receipts. Each webhook is stored first and understood afterwards.

A fault of ours loses nothing: the stored event is tried again with growing waits, then parked where an admin
sees it. The rest flow on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from textbank.carriers.base import Event, EventKind, IncomingText, Malformed, ReceiptStatus
from textbank.carriers.base import Meaning as ErrorMeaning
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount, CarrierEvent, PhoneNumber
from textbank.contacts import zones
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.opting_out import opt_out, opted_out_among, undo_opt_out
from textbank.gathering import Gathering
from textbank.querying import execute
from textbank.texting.models import Conversation, Message
from textbank.texting.segments import measure
from textbank.texting.understanding import Meaning, understand

log = logging.getLogger(__name__)

PARKED_AFTER = 8
FIRST_WAIT = timedelta(seconds=1)

# How far a text has come; news only ever moves it forward.
_RANK = {
    Message.Status.QUEUED: 0,
    Message.Status.SENDING: 1,
    Message.Status.UNKNOWN: 1,
    Message.Status.SENT: 2,
    Message.Status.DELIVERED: 3,
    Message.Status.UNDELIVERED: 3,
    Message.Status.FAILED: 3,
}
# A carrier that reports on a text has it: even its "queued" means that ours has left.
_STATUS = {
    ReceiptStatus.QUEUED: Message.Status.SENT,
    ReceiptStatus.SENT: Message.Status.SENT,
    ReceiptStatus.DELIVERED: Message.Status.DELIVERED,
    ReceiptStatus.UNDELIVERED: Message.Status.UNDELIVERED,
    ReceiptStatus.FAILED: Message.Status.FAILED,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one webhook brought. `message_key`: our own key from its address, where the body does not repeat it."""

    account: CarrierAccount
    events: Sequence[Event]
    now: datetime
    message_key: str = ""


_STORE = """
    INSERT INTO carriers_carrierevent (
        campaign_id, account_id, kind, event_key, message_key, phone, body, received_at, due_at, attempts, problem)
    SELECT campaign_id, account_id, kind, event_key, message_key, phone, body, received_at, received_at, 0, ''
    FROM unnest(
        %(campaign)s::bigint[], %(account)s::bigint[], %(kind)s::text[], %(event_key)s::text[],
        %(message_key)s::text[], %(phone)s::text[], %(body)s::text[], %(received)s::timestamptz[]
    ) AS e(campaign_id, account_id, kind, event_key, message_key, phone, body, received_at)
    ON CONFLICT (account_id, kind, event_key) DO NOTHING
"""


def store(account: CarrierAccount, events: Sequence[Event], now: datetime, message_key: str = "") -> None:
    """Keeps each event exactly as it came, once however often it comes; together with those that wait."""
    _gathered(None, Delivery(account, events, now, message_key))


def store_all(deliveries: Sequence[Delivery]) -> list[None]:
    """Keeps all events of many webhooks in one statement."""
    kept = [(delivery, event) for delivery in deliveries for event in delivery.events]
    # In the order of their keys, so that two web processes that are told the same thing take turns.
    kept.sort(key=lambda one: (one[0].account.id, one[1].kind, one[1].key))
    execute(
        _STORE,
        campaign=[delivery.account.campaign_id for delivery, _event in kept],
        account=[delivery.account.id for delivery, _event in kept],
        kind=[str(event.kind) for _delivery, event in kept],
        event_key=[event.key for _delivery, event in kept],
        message_key=[_message_key(delivery, event) for delivery, event in kept],
        phone=[event.phone[:20] for _delivery, event in kept],
        body=[event.body for _delivery, event in kept],
        received=[delivery.now for delivery, _event in kept],
    )
    return [None] * len(deliveries)


def _message_key(delivery: Delivery, event: Event) -> str:
    return event.message_key or delivery.message_key if event.kind == EventKind.RECEIPT else ""


_gathered = Gathering(store_all)


def process_events(now: datetime, limit: int = 200) -> int:
    """Takes the oldest stored events and acts on each, replies first; returns how many were taken.

    Each in a transaction of its own, so that no batch holds locks on many conversations. One that fails leaves no
    trace but its problem and a later time to try again.
    """
    waiting = CarrierEvent.objects.filter(processed_at=None, parked_at=None, due_at__lte=now)
    first = list(waiting.order_by("-kind", "due_at", "id").values_list("id", flat=True)[:limit])
    return sum(_take(event_id, now) for event_id in first)


@transaction.atomic
def _take(event_id: int, now: datetime) -> bool:
    event = (
        CarrierEvent.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(id=event_id, processed_at=None, parked_at=None)
        .select_related("account", "campaign")
        .first()
    )
    if event is None:  # another worker has it
        return False
    try:
        with transaction.atomic():
            _process(event, now)
        event.processed_at = now
    except Exception as problem:
        log.exception("Event %s could not be processed", event.id)
        _put_off(event, problem, now)
    event.save(update_fields=["processed_at", "attempts", "due_at", "parked_at", "problem"])
    return True


def receive(event: CarrierEvent, text: IncomingText, now: datetime) -> Message | None:
    """Takes one incoming text into its conversation; None when it was taken in before.

    A stop word opts the phone out and hides the thread from the volunteer. Anything else needs attention. A
    stranger becomes a contact without a name, whose conversation waits for an admin.
    """
    contact = _contact(event, text.from_number)
    conversation = _conversation(event, contact, text.to_number)
    message = Message(
        campaign_id=event.campaign_id,
        conversation=conversation,
        kind=Message.Kind.INCOMING,
        status=Message.Status.RECEIVED,
        text=text.text,
        media=list(text.media),
        segments=measure(text.text).segments,
        action_id=conversation.action_id,
        carrier_id=text.carrier_id,
        created_at=now,
    )
    if Message.objects.filter(
        campaign=event.campaign_id, kind=Message.Kind.INCOMING, carrier_id=text.carrier_id
    ).exists():
        return None
    message.save()
    _act_on(event, text, conversation, now)
    return message


def _process(event: CarrierEvent, now: datetime) -> None:
    carrier = CARRIERS[event.account.kind]
    if event.kind == CarrierEvent.Kind.REPLY:
        receive(event, carrier.read_reply(event.body), now)
    else:
        _record_receipt(event, now)


def _put_off(event: CarrierEvent, problem: Exception, now: datetime) -> None:
    event.attempts += 1
    event.problem = f"{type(problem).__name__}: {problem}"[:1000]
    event.due_at = now + FIRST_WAIT * 2**event.attempts
    # What cannot be read today cannot be read tomorrow.
    if event.attempts >= PARKED_AFTER or isinstance(problem, Malformed):
        event.parked_at = now


def _record_receipt(event: CarrierEvent, now: datetime) -> None:
    receipt = CARRIERS[event.account.kind].read_receipt(event.body)
    message = (
        Message.objects.select_for_update(of=("self",))
        .filter(campaign=event.campaign_id, key=event.message_key)
        .select_related("conversation__contact")
        .first()
    )
    if receipt is None or message is None:
        event.problem = "" if receipt is None else "No message has this key"
        return
    message.carrier_id = message.carrier_id or receipt.carrier_id
    status = _STATUS[receipt.status]
    if _RANK.get(Message.Status(message.status), 9) < _RANK[status]:
        message.status, message.due_at = status, None
        message.error_code = receipt.error_code
        message.sent_at = message.sent_at or now
        message.settled_at = now if _RANK[status] == 3 else None
    message.save(update_fields=["carrier_id", "status", "due_at", "error_code", "sent_at", "settled_at"])
    if CARRIERS[event.account.kind].meaning_of(receipt.error_code) == ErrorMeaning.OPTED_OUT:
        opt_out(event.campaign, message.conversation.contact.phone, OptOut.Source.CARRIER, now)


def _contact(event: CarrierEvent, phone: str) -> Contact:
    contact, _is_new = Contact.objects.get_or_create(
        campaign_id=event.campaign_id,
        phone=phone,
        defaults={"zones": zones.candidate_zones(phone, "", "")},
    )
    return contact


def _conversation(event: CarrierEvent, contact: Contact, our_number: str) -> Conversation:
    number = PhoneNumber.objects.filter(campaign=event.campaign_id, number=our_number).first()
    conversation, _is_new = Conversation.objects.get_or_create(
        campaign_id=event.campaign_id, contact=contact, defaults={"number": number}
    )
    return Conversation.objects.select_for_update(of=("self",)).get(id=conversation.id)


def _act_on(event: CarrierEvent, text: IncomingText, conversation: Conversation, now: datetime) -> None:
    phone, campaign = text.from_number, event.campaign
    meaning = understand(text.text).meaning
    conversation.last_inbound_at = conversation.last_message_at = now
    conversation.archived_at = None
    if text.is_opt_out or meaning == Meaning.OPT_OUT:
        opt_out(campaign, phone, OptOut.Source.KEYWORD, now, words=text.text)
        conversation.hidden_at = conversation.hidden_at or now
        conversation.needs_attention = conversation.is_unread = False
    else:
        if text.is_opt_in or meaning == Meaning.OPT_IN:
            undo_opt_out(campaign, phone, now, because=f"They texted {text.text!r}")
            conversation.hidden_at = None
        # Whoever asked to be left alone stays hidden from volunteers; an admin still sees the words.
        if not opted_out_among(campaign, [phone]):
            conversation.hidden_at = None
        conversation.needs_attention = conversation.is_unread = True
    conversation.save()
