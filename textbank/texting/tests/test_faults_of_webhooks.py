"""Webhooks come doubled, out of order, early, a day late and about something else; some cannot be processed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.carriers.base import Event, EventKind, Unavailable
from textbank.carriers.models import CarrierEvent, PhoneNumber
from textbank.carriers.twilio import Twilio
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.recording import Result, record_results
from textbank.texting.storing import Delivery, store_all
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_faults import DAY, HOUR, Books, status, tell
from textbank.texting.tests.test_governing import queue
from textbank.texting.tests.test_heeding import Talk
from textbank.texting.tests.test_lock_order import wait_for_a_waiter
from textbank.texting.tests.test_races import at_once, crowd  # noqa: F401 (a fixture)
from textbank.texting.tests.test_receiving import arrives
from textbank.texting.tests.test_webhooks import call, reply_path


@pytest.fixture
def books(cast: Cast) -> Books:
    return Books(cast)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_webhooks_that_come_to_two_processes_at_the_same_moment_are_kept_once(crowd: Cast) -> None:  # noqa: F811
    phones = [crowd.contact().phone for _ in range(40)] * 20
    number = crowd.green.number.number
    events = [
        Event(
            EventKind.REPLY,
            f"SM{place}",
            urlencode({"MessageSid": f"SM{place}", "From": phone, "To": number, "Body": "Yes"}),
            phone,
        )
        for place, phone in enumerate(phones)
    ]
    account, now = crowd.green.account, clock.now()

    ready = threading.Barrier(4)

    def process_of_its_own(step: int) -> None:
        # Past the gathering, which would put the calls of one process together: what each has gathered, in its order.
        store_all([])  # it is connected
        ready.wait()
        store_all([Delivery(account, [event], now) for event in events[::step]])

    at_once([lambda step=step: process_of_its_own(step) for step in (1, -1, 1, -1)])
    at_once([lambda: process_events(now, limit=100)] * 4)
    while process_events(now):
        pass

    assert CarrierEvent.objects.count() == Message.objects.filter(kind="incoming").count() == 800


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])), ids=" ".join)
def test_in_whatever_order_receipts_come_the_text_ends_where_it_got_to(
    cast: Cast, books: Books, order: tuple[str, ...], together: bool
) -> None:
    [message] = queue(cast, 1)
    record_results([Result(one, books.takes(one)) for one in books.claimed(clock.now())], clock.now())
    for says in order:
        tell(cast, message, says)
        if not together:
            process_events(clock.now())
    process_events(clock.now())

    assert status(message) == "delivered"


def test_a_receipt_that_comes_before_the_answer_stays(cast: Cast, books: Books) -> None:
    [message] = queue(cast, 1)
    [outbound] = books.claimed(clock.now())
    accepted = books.takes(outbound)
    tell(cast, message, "delivered")
    process_events(clock.now())

    record_results([Result(outbound, accepted)], clock.now())

    assert status(message) == "delivered"
    assert message.carrier_id == "SM0"


def test_a_receipt_for_a_text_that_waits_to_go_again_says_that_it_has_gone(cast: Cast, books: Books) -> None:
    """The carrier said that it was too busy, and took the text all the same."""
    [message] = queue(cast, 1)
    [outbound] = books.claimed(clock.now())
    books.takes(outbound)
    record_results([Result(outbound, Unavailable("busy"))], clock.now())
    assert status(message) == "queued"
    tell(cast, message, "sent")
    process_events(clock.now())

    books.works(clock.now() + HOUR)

    assert status(message) == "sent"
    assert books.times() == {message.id: 1}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "waits"), [("the answer", "delivered"), ("delivered", "the answer"), ("delivered", "sent")]
)
def test_news_that_waited_while_other_news_was_written_down_is_not_lost_and_takes_nothing_back(
    crowd: Cast,  # noqa: F811
    first: str,
    waits: str,
) -> None:
    books = Books(crowd)
    [message] = queue(crowd, 1)
    [outbound] = books.claimed(clock.now())
    accepted, is_written = books.takes(outbound), threading.Event()

    def hear(news: str) -> None:
        if news == "the answer":
            record_results([Result(outbound, accepted)], clock.now())
        else:
            tell(crowd, message, news)
            process_events(clock.now())

    def write_down() -> None:
        with transaction.atomic():
            hear(first)
            is_written.set()
            wait_for_a_waiter()

    def wait_for_it() -> None:
        is_written.wait(5)
        hear(waits)

    at_once([write_down, wait_for_it])

    assert status(message) == "delivered"
    assert message.carrier_id == "SM0"
    assert not CarrierEvent.objects.filter(processed_at=None).exists()


def everything(cast: Cast) -> list[list[dict[str, Any]]]:
    """What must not change when old news comes again."""
    kept = (Message, OptOut, Conversation, Assignment)
    return [list(model.objects.filter(campaign=cast.campaign).order_by("id").values()) for model in kept]


@pytest.mark.parametrize("are_swept", [False, True], ids=["as we kept them", "after the events were swept"])
def test_webhooks_that_are_replayed_a_day_later_change_nothing(
    cast: Cast, books: Books, noon_on_a_tuesday: Any, are_swept: bool
) -> None:
    cast.green.account.answers_keywords = "us"
    cast.green.account.save()
    talk = Talk(cast)
    [message] = queue(cast, 1)
    record_results([Result(one, books.takes(one)) for one in books.claimed(clock.now())], clock.now())
    receipts = f"/webhooks/{cast.green.account.webhook_key}/receipts/{message.key}"
    said = ["Who is this?", "STOP", "START", "HELP"]
    words = [
        {"MessageSid": f"SMin{place}", "From": talk.phone, "To": cast.green.number.number, "Body": text}
        for place, text in enumerate(said)
    ]
    told = [
        *((reply_path(cast.green), form) for form in words),
        (receipts, {"MessageSid": "SM0", "MessageStatus": "sent"}),
        (receipts, {"MessageSid": "SM0", "MessageStatus": "delivered"}),
    ]

    def tell_all() -> None:
        for path, form in told:
            assert call(cast.green, path, form).status_code == 200
            process_events(clock.now())

    tell_all()
    Conversation.objects.update(needs_attention=False, is_unread=False)  # Vera has answered
    if are_swept:
        CarrierEvent.objects.all().delete()
    before = everything(cast)
    assert Message.objects.filter(kind="confirm").count() == 1
    assert not OptOut.objects.filter(undone_at=None).exists()

    noon_on_a_tuesday.shift(DAY)
    tell_all()

    assert everything(cast) == before
    assert not CarrierEvent.objects.filter(processed_at=None).exists()


@pytest.mark.parametrize(
    "state", [{"is_active": False}, {"is_active": False, "released_at": clock.now}], ids=["off", "released"]
)
def test_news_about_a_number_that_is_ours_no_more_is_heard(
    cast: Cast, books: Books, state: dict[str, Any]
) -> None:
    message, other = queue(cast, 2)
    record_results([Result(one, books.takes(one)) for one in books.claimed(clock.now())], clock.now())
    own = {name: value() if callable(value) else value for name, value in state.items()}
    PhoneNumber.objects.filter(id=cast.green.number.id).update(**own)

    arrives(cast, "STOP", message.conversation.contact.phone, "SMin1")
    arrives(cast, "Yes, I will", other.conversation.contact.phone, "SMin2")
    tell(cast, message, "delivered")
    process_events(clock.now())

    assert OptOut.objects.get().phone == message.conversation.contact.phone
    assert list(Conversation.objects.needs_attention()) == [other.conversation]
    assert status(message) == "delivered"


def test_a_reply_to_a_number_that_never_was_ours_is_kept(cast: Cast) -> None:
    talk = Talk(cast)
    talk.hears("STOP", To="+12015550199")
    assert OptOut.objects.get().phone == talk.phone
    assert Message.objects.filter(kind="incoming").count() == 1


def test_a_stranger_who_writes_to_a_number_that_never_was_ours_is_heard(cast: Cast) -> None:
    arrives(cast, "Who is this?", "+19195550177", To="+12015550199")
    process_events(clock.now())
    assert Conversation.objects.needs_attention().get().number is None


def test_a_receipt_for_an_unknown_message_keeps_no_other_waiting(cast: Cast, books: Books) -> None:
    [message] = queue(cast, 1)
    record_results([Result(one, books.takes(one)) for one in books.claimed(clock.now())], clock.now())
    tell(cast, Message(key=uuid.uuid4()), "delivered", "SM77")
    tell(cast, message, "delivered")

    process_events(clock.now())

    assert status(message) == "delivered"
    noted = CarrierEvent.objects.exclude(problem="").get()
    assert (noted.event_key, noted.problem) == ("SM77 delivered", "No message has this key")
    assert not CarrierEvent.objects.filter(processed_at=None).exists()


# --- An event that nobody can process


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever has "poison" in it always raises."""
    for name in ("read_reply", "read_receipt"):
        real = getattr(Twilio, name)

        def read(self: Twilio, body: str, real: Callable[..., Any] = real) -> Any:
            if "poison" in body:
                raise RuntimeError("a fault of ours")
            return real(self, body)

        monkeypatch.setattr(Twilio, name, read)


def test_poison_is_tried_eight_times_then_parked_and_seen_while_the_rest_flow_on(
    cast: Cast, books: Books, poisoned: None, client: Client
) -> None:
    messages = queue(cast, 3)
    arrives(cast, "poison", messages[0].conversation.contact.phone, "SMbad")
    tell(cast, messages[0], "sent", "SMpoison")
    for place, message in enumerate(messages):
        arrives(cast, "Yes", message.conversation.contact.phone, f"SMgood{place}")
        tell(cast, message, "sent", f"SM{place}")

    process_events(clock.now())

    assert Message.objects.filter(kind="incoming").count() == 3
    assert [status(message) for message in messages] == ["sent"] * 3
    last, waits = clock.now(), []
    while due := list(CarrierEvent.objects.filter(processed_at=None, parked_at=None)):
        [next_try] = {event.due_at for event in due}
        waits.append(next_try - last)
        last = next_try
        process_events(next_try)
    assert waits == [timedelta(seconds=2**tries) for tries in range(1, 8)]
    assert CarrierEvent.objects.parked().filter(problem="RuntimeError: a fault of ours").count() == 2

    client.force_login(cast.adam.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("carrier_accounts", args=[cast.campaign.slug])).content.decode()
    assert "a fault of ours" in page
    assert "2 pieces of news" in page


@pytest.mark.parametrize("kind", [EventKind.REPLY, EventKind.RECEIPT])
def test_what_cannot_be_read_today_cannot_be_read_tomorrow_and_is_parked_at_once(
    cast: Cast, kind: EventKind
) -> None:
    store(cast.green.account, [Event(kind, "SM1", "of no use")], clock.now())
    process_events(clock.now())
    assert CarrierEvent.objects.parked().get().attempts == 1
