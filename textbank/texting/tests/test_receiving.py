from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from textbank import clock
from textbank.carriers.base import Event, EventKind
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.opting_out import opt_out
from textbank.querying import rows
from textbank.texting.models import Conversation, Message
from textbank.texting.receiving import PARKED_AFTER, take_in
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events


def arrives(cast: Cast, text: str, phone: str, carrier_id: str = "SM1", **extra: str) -> None:
    """An incoming text is stored, as the webhook does it."""
    form = {
        "MessageSid": carrier_id,
        "From": phone,
        "To": cast.green.number.number,
        "Body": text,
        "NumMedia": "0",
    }
    event = Event(EventKind.REPLY, carrier_id, urlencode(form | extra), phone)
    store(cast.green.account, [event], clock.now())


def receipt(cast: Cast, message: Message, status: str, error: str = "") -> None:
    form = {"MessageSid": "SM9", "MessageStatus": status, "ErrorCode": error}
    event = Event(EventKind.RECEIPT, f"SM9 {status}", urlencode(form))
    store(cast.green.account, [event], clock.now(), str(message.key))


@pytest.fixture
def texted(cast: Cast) -> Conversation:
    """A conversation in which Vera has sent the first text."""
    conversation = Conversation.objects.create(
        campaign=cast.campaign, contact=cast.contact(), assignee=cast.vera, number=cast.green.number
    )
    Message.objects.create(
        campaign=cast.campaign,
        conversation=conversation,
        kind="initial",
        status="sending",
        text="Hi",
        key=uuid.uuid4(),
        created_at=clock.now(),
    )
    return conversation


def test_a_reply_lands_in_its_conversation_and_needs_attention(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "Yes, count me in", texted.contact.phone)
    process_events(clock.now())

    texted.refresh_from_db()
    assert texted.needs_attention
    assert texted.is_unread
    assert list(Conversation.objects.needs_attention()) == [texted]
    assert texted.messages.get(kind="incoming").text == "Yes, count me in"


def test_a_webhook_that_comes_twice_is_one_reply(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "Yes", texted.contact.phone)
    arrives(cast, "Yes", texted.contact.phone)
    process_events(clock.now())
    process_events(clock.now())

    assert texted.messages.filter(kind="incoming").count() == 1


def test_a_reply_that_comes_as_two_events_is_one_reply(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "Yes", texted.contact.phone)
    CarrierEvent.objects.update(event_key="under another name")
    arrives(cast, "Yes", texted.contact.phone)
    process_events(clock.now())

    assert texted.messages.filter(kind="incoming").count() == 1
    assert CarrierEvent.objects.filter(processed_at=None).count() == 0


def test_a_reply_brings_an_archived_conversation_back(cast: Cast, texted: Conversation) -> None:
    Conversation.objects.update(archived_at=clock.now())
    arrives(cast, "Hello?", texted.contact.phone)
    process_events(clock.now())

    assert texted in Conversation.objects.current()


@pytest.mark.parametrize("words", ["STOP", "Alto", "unsubscribe."])
def test_a_stop_word_opts_the_phone_out_and_hides_the_thread(
    cast: Cast, texted: Conversation, words: str
) -> None:
    arrives(cast, words, texted.contact.phone)
    process_events(clock.now())

    promise = OptOut.objects.get()
    assert (promise.campaign, promise.phone) == (cast.campaign, texted.contact.phone)
    assert (promise.source, promise.words) == (OptOut.Source.KEYWORD, words)
    assert not Conversation.objects.heard_from().exists()
    assert not Conversation.objects.needs_attention().exists()
    assert texted.messages.filter(kind="incoming").count() == 1  # kept, for whoever asks why


def test_a_stop_that_the_carrier_recognised_counts(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "Arrêtez", texted.contact.phone, OptOutType="STOP")
    process_events(clock.now())
    assert OptOut.objects.count() == 1


def test_the_word_in_a_sentence_does_not_opt_out(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "I'll stop by the office", texted.contact.phone)
    process_events(clock.now())

    assert not OptOut.objects.exists()
    assert Conversation.objects.needs_attention().exists()


def test_start_opts_back_in_and_is_on_record(cast: Cast, texted: Conversation) -> None:
    opt_out(cast.campaign, texted.contact.phone, OptOut.Source.KEYWORD, clock.now(), words="STOP")
    arrives(cast, "START", texted.contact.phone)
    process_events(clock.now())

    promise = OptOut.objects.get()
    assert promise.undone_at == clock.now()
    assert "START" in promise.undone_because


def test_whoever_opted_out_stays_hidden_when_they_write_again(cast: Cast, texted: Conversation) -> None:
    arrives(cast, "STOP", texted.contact.phone, "SM1")
    arrives(cast, "I mean it", texted.contact.phone, "SM2")
    process_events(clock.now())

    assert not Conversation.objects.heard_from().exists()
    assert texted.messages.filter(kind="incoming").count() == 2


def test_the_text_of_a_stranger_is_kept_for_the_admin(cast: Cast) -> None:
    arrives(cast, "Who is this?", "+19195559999")
    process_events(clock.now())

    conversation = Conversation.objects.get()
    assert conversation.contact == Contact.objects.get(campaign=cast.campaign, phone="+19195559999")
    assert conversation.assignee is None
    assert conversation.needs_attention


def test_the_same_phone_at_another_campaign_hears_nothing(cast: Cast) -> None:
    elsewhere = cast.contact(cast.river.campaign, phone="+19195559999")
    arrives(cast, "Hello", "+19195559999")
    process_events(clock.now())

    assert not Conversation.objects.filter(contact=elsewhere).exists()


def test_an_event_that_always_fails_is_parked_and_the_rest_flow_on(cast: Cast, texted: Conversation) -> None:
    now = clock.now()
    poison = Event(EventKind.REPLY, "SM0", "MessageSid=SM0&From=12345&To=1&Body=x")
    store(cast.green.account, [poison], now)
    arrives(cast, "Yes", texted.contact.phone)
    for _ in range(PARKED_AFTER + 1):
        process_events(now)
        now += timedelta(hours=1)

    parked = CarrierEvent.objects.get(event_key="SM0")
    assert parked.parked_at is not None
    assert parked.problem
    assert texted.messages.filter(kind="incoming").count() == 1


def test_an_event_whose_account_is_gone_keeps_no_other_waiting(
    cast: Cast, texted: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    arrives(cast, "Nobody's", texted.contact.phone, "SM0")
    CarrierEvent.objects.update(account=0)
    arrives(cast, "Yes", texted.contact.phone)

    assert take_in(CarrierEvent.Kind.REPLY, clock.now()) == 1
    assert [message.text for message in texted.messages.filter(kind="incoming")] == ["Yes"]
    assert CarrierEvent.objects.get(event_key="SM0").processed_at is None
    assert caplog.messages == []  # it has broken no batch


def test_many_replies_take_as_many_statements_as_few(
    cast: Cast, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    def write(count: int) -> None:
        for words in ("Yes", "STOP", "HELP", "Wrong number", "take me off your list", "no more of this"):
            for _ in range(count):
                contact = cast.contact()
                Conversation.objects.create(campaign=cast.campaign, contact=contact)
                arrives(cast, words, contact.phone, f"SM{contact.phone}")

    write(1)
    with CaptureQueriesContext(connection) as few:
        take_in(CarrierEvent.Kind.REPLY, clock.now())
    write(3)
    with django_assert_num_queries(len(few)):
        take_in(CarrierEvent.Kind.REPLY, clock.now())


def test_receipts_move_a_message_forward(cast: Cast, texted: Conversation) -> None:
    message = texted.messages.get()
    for carrier_says, we_say in [("sent", "sent"), ("delivered", "delivered")]:
        receipt(cast, message, carrier_says)
        process_events(clock.now())
        message.refresh_from_db()
        assert message.status == we_say
    assert message.carrier_id == "SM9"


def test_the_receipt_of_a_delivered_text_touches_no_index(cast: Cast, texted: Conversation) -> None:
    """Nearly every text has one, and its row must be rewritten where it lies."""

    def rewritten_in_place() -> int:
        [row] = rows("SELECT n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'texting_message'")
        return int(row["n_tup_hot_upd"])

    receipt(cast, texted.messages.get(), "sent")
    process_events(clock.now())
    before = rewritten_in_place()
    receipt(cast, texted.messages.get(), "delivered")
    process_events(clock.now())

    assert texted.messages.get().status == "delivered"
    assert rewritten_in_place() == before + 1


@pytest.mark.parametrize("status", Message.Status.values)
def test_texts_of_every_status_are_found_by_its_stage(texted: Conversation, status: str) -> None:
    Message.objects.update(
        status=status,
        due_at=clock.now() if status == "queued" else None,
        safeguard=2001 if status == "safeguarded" else None,
    )
    assert texted.messages.filter(status=status, stage=Message.stage_of(status)).exists()


def test_a_late_receipt_moves_nothing_back(cast: Cast, texted: Conversation) -> None:
    message = texted.messages.get()
    receipt(cast, message, "delivered")
    process_events(clock.now())
    receipt(cast, message, "sent")
    process_events(clock.now())

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_text_that_was_not_delivered_says_why(cast: Cast, texted: Conversation) -> None:
    receipt(cast, texted.messages.get(), "undelivered", "30006")
    process_events(clock.now())

    message = texted.messages.get()
    assert (message.status, message.error_code) == ("undelivered", "30006")


@pytest.mark.parametrize("fate", ["unknown", "unheard"])
def test_a_receipt_settles_a_text_whose_fate_was_unknown(cast: Cast, texted: Conversation, fate: str) -> None:
    Message.objects.update(status=fate)
    receipt(cast, texted.messages.get(), "queued")
    process_events(clock.now())

    assert texted.messages.get().status == "sent"


def test_a_receipt_for_a_message_we_do_not_know_is_noted(cast: Cast) -> None:
    unknown = Message(key=uuid.uuid4())
    receipt(cast, unknown, "delivered")
    process_events(clock.now())

    event = CarrierEvent.objects.get()
    assert event.processed_at is not None
    assert event.problem
