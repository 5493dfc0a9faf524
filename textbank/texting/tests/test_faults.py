"""Faults outlived: whatever dies, hangs, stammers or jumps, every text goes once and every reply is taken in once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.carriers.base import Accepted, Event, EventKind, Unavailable, Unknown
from textbank.carriers.models import CarrierEvent, PhoneNumber
from textbank.carriers.twilio import Twilio
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.texting.claiming import LEASE, claim, release_expired
from textbank.texting.dispatching import Outbound, campaigns_waiting, claim_outbox
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.receiving import PARKED_AFTER, process_events
from textbank.texting.recording import FIRST_WAIT, LONGEST_WAIT, Result, record_results
from textbank.texting.settling import SETTLE_AFTER, overdue, settle, unsettled
from textbank.texting.storing import Delivery, store, store_all
from textbank.texting.tests.test_governing import queue
from textbank.texting.tests.test_heeding import Talk
from textbank.texting.tests.test_races import at_once, crowd  # noqa: F401 (a fixture)
from textbank.texting.tests.test_receiving import arrives
from textbank.texting.tests.test_webhooks import call, reply_path

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OLD_ENOUGH = SETTLE_AFTER + MINUTE


class Books:
    """A carrier that takes every text and knows which it has."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.taken: list[tuple[str, Outbound]] = []

    def takes(self, outbound: Outbound) -> Accepted:
        self.taken.append((f"SM{len(self.taken)}", outbound))
        return Accepted(self.taken[-1][0])

    def knows(self, outbound: Outbound) -> list[str]:
        return [name for name, one in self.taken if one.text.key == outbound.text.key]

    def times(self) -> Counter[int]:
        """How often it took each text."""
        return Counter(one.message_id for _name, one in self.taken)

    def works(self, now: datetime) -> None:
        """A worker's round: it asks after what is in doubt, and then sends what is due."""
        overdue(now)
        settle([(one, self.knows(one)) for one in unsettled(now, 50)], now)
        record_results([Result(one, self.takes(one)) for one in self.claimed(now)], now)

    def claimed(self, now: datetime) -> list[Outbound]:
        return claim_outbox(self.cast.campaign, 50, now)


@pytest.fixture
def books(cast: Cast) -> Books:
    return Books(cast)


def status(message: Message) -> str:
    message.refresh_from_db()
    return message.status


# --- A worker is killed


def test_a_text_whose_worker_died_before_the_call_goes_once_after_the_carrier_was_asked(
    cast: Cast, books: Books
) -> None:
    [message] = queue(cast, 1)
    books.claimed(clock.now())  # and the worker is no more

    books.works(clock.now() + SETTLE_AFTER)
    assert books.taken == []
    for minutes in range(6, 30):
        books.works(clock.now() + minutes * MINUTE)

    assert status(message) == "sent"
    assert books.times() == {message.id: 1}


def test_a_text_whose_worker_died_after_the_call_is_settled_and_never_sent_again(
    cast: Cast, books: Books
) -> None:
    [message] = queue(cast, 1)
    [outbound] = books.claimed(clock.now())
    books.takes(outbound)  # and the worker is no more

    for minutes in range(30):
        books.works(clock.now() + minutes * MINUTE)

    assert status(message) == "sent"
    assert message.carrier_id == "SM0"
    assert books.times() == {message.id: 1}


# --- The carrier takes a text and does not answer


@pytest.fixture
def silent(cast: Cast, books: Books) -> Message:
    """A text that the carrier took without a word."""
    [message] = queue(cast, 1)
    [outbound] = books.claimed(clock.now())
    books.takes(outbound)
    record_results([Result(outbound, Unknown("timed out"))], clock.now())
    return message


def test_a_text_without_an_answer_is_unknown_and_no_lapse_of_time_sends_it_again(
    books: Books, silent: Message
) -> None:
    for hours in range(1, 72):
        now = clock.now() + hours * HOUR
        overdue(now)
        assert campaigns_waiting(now) == []
        assert books.claimed(now) == []
    assert status(silent) == "unknown"


def test_a_receipt_settles_it_and_nobody_asks_any_more(cast: Cast, books: Books, silent: Message) -> None:
    tell(cast, silent, "sent")
    process_events(clock.now())

    assert status(silent) == "sent"
    assert unsettled(clock.now() + OLD_ENOUGH, 50) == []
    books.works(clock.now() + OLD_ENOUGH)
    assert books.times() == {silent.id: 1}


def test_an_answer_that_is_older_than_the_receipt_sends_nothing_again(
    cast: Cast, books: Books, silent: Message
) -> None:
    asked = unsettled(clock.now() + OLD_ENOUGH, 50)
    tell(cast, silent, "delivered")
    process_events(clock.now())

    settle([(one, []) for one in asked], clock.now() + OLD_ENOUGH)  # "no" was said before it had it

    assert status(silent) == "delivered"
    assert books.claimed(clock.now() + OLD_ENOUGH) == []


def test_two_workers_that_ask_after_it_at_once_settle_it_once(books: Books, silent: Message) -> None:
    now = clock.now() + OLD_ENOUGH
    first, second = unsettled(now, 50), unsettled(now, 50)

    settle([(one, books.knows(one)) for one in first], now)
    settle([(one, books.knows(one)) for one in second], now)
    books.works(now)

    assert status(silent) == "sent"
    assert books.times() == {silent.id: 1}


# --- The carrier has no time


def waits(cast: Cast, books: Books, retry_after: timedelta | None, times: int) -> list[timedelta]:
    """How long a text waits after each refusal, the carrier being busy so many times in a row."""
    [message] = queue(cast, 1, kind="reply")
    now, found = clock.now(), []
    for _ in range(times):
        [outbound] = books.claimed(now)
        record_results([Result(outbound, Unavailable("busy", retry_after))], now)
        message.refresh_from_db()
        assert message.due_at
        found.append(message.due_at - now)
        assert books.claimed(message.due_at - timedelta(milliseconds=1)) == []
        now = message.due_at
    return found


def test_a_busy_carrier_is_asked_at_growing_intervals_up_to_five_minutes(cast: Cast, books: Books) -> None:
    found = waits(cast, books, None, times=14)
    assert found[:4] == [FIRST_WAIT * 2**number for number in range(4)]
    assert found == sorted(found)
    assert found[-1] == LONGEST_WAIT == timedelta(minutes=5)


def test_a_carrier_that_says_when_it_has_time_is_taken_at_its_word(cast: Cast, books: Books) -> None:
    assert waits(cast, books, timedelta(seconds=17), times=5) == [timedelta(seconds=17)] * 5


def test_while_one_campaigns_carrier_is_busy_the_others_texts_flow_on(cast: Cast, books: Books) -> None:
    ours, theirs = queue(cast, 40), queued_for_river(cast)
    record_results([Result(one, Unavailable("busy")) for one in books.claimed(clock.now())], clock.now())

    assert campaigns_waiting(clock.now()) == [cast.river.campaign]
    assert campaigns_waiting(clock.now() + MINUTE) == [cast.campaign, cast.river.campaign]
    going = claim_outbox(cast.river.campaign, 50, clock.now())
    assert [one.message_id for one in going] == [theirs.id]
    assert [status(message) for message in ours] == ["queued"] * 40


def queued_for_river(cast: Cast) -> Message:
    """A reply of the other campaign that is due."""
    river, now = cast.river, clock.now()
    contact = cast.contact(river.campaign)
    thread = Conversation.objects.create(campaign=river.campaign, contact=contact, number=river.number)
    return Message.objects.create(
        campaign=river.campaign,
        conversation=thread,
        kind="reply",
        status="queued",
        text="Hi",
        key=uuid.uuid4(),
        created_at=now,
        due_at=now,
    )


# --- Webhooks: doubled, reordered, early, late, about something else


def tell(cast: Cast, message: Message, says: str, name: str = "SM0") -> None:
    """A receipt about this text is stored, as the webhook does it."""
    body = urlencode({"MessageSid": name, "MessageStatus": says})
    store(
        cast.green.account, [Event(EventKind.RECEIPT, f"{name} {says}", body)], clock.now(), str(message.key)
    )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_webhooks_that_come_to_two_processes_at_the_same_moment_are_kept_once(crowd: Cast) -> None:  # noqa: F811
    phones = [crowd.contact().phone for _ in range(40)]
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

    def process_of_its_own(told: list[Event]) -> None:
        # One statement for each, past the gathering, which would put the calls of one process together.
        for _ in range(5):
            store_all([Delivery(account, [event], now) for event in told])

    at_once(
        [lambda told=told: process_of_its_own(told) for told in (events, events[::-1], events, events[::-1])]
    )
    at_once([lambda: process_events(now, limit=10)] * 4)
    while process_events(now):
        pass

    assert CarrierEvent.objects.count() == Message.objects.filter(kind="incoming").count() == 40


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
def test_a_receipt_and_the_answer_at_the_same_moment_agree(crowd: Cast) -> None:  # noqa: F811
    books = Books(crowd)
    for number in range(8):
        [message] = queue(crowd, 1)
        [outbound] = books.claimed(clock.now())
        accepted = books.takes(outbound)
        tell(crowd, message, "delivered", accepted.carrier_id)

        at_once(
            [
                lambda outbound=outbound, accepted=accepted: record_results(
                    [Result(outbound, accepted)], clock.now()
                ),
                lambda: process_events(clock.now()),
            ]
        )

        assert status(message) == "delivered"
        assert message.carrier_id == f"SM{number}"


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
    tries = 1
    while due := list(CarrierEvent.objects.filter(processed_at=None, parked_at=None)):
        assert process_events(min(event.due_at for event in due) - timedelta(milliseconds=1)) == 0
        process_events(max(event.due_at for event in due))
        tries += 1
    assert tries == PARKED_AFTER
    assert CarrierEvent.objects.parked().filter(problem="RuntimeError: a fault of ours").count() == 2

    client.force_login(cast.adam.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("carrier_accounts", args=[cast.campaign.slug])).content.decode()
    assert "a fault of ours" in page
    assert "2 pieces of news" in page


# --- The machine's clock is set


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_when_the_clock_is_set_texts_go_once_and_claims_return_to_the_pool(
    cast: Cast, books: Books, noon_on_a_tuesday: Any, jump: timedelta
) -> None:
    waiting, dead_before, dead_after, silent = queue(cast, 4)
    Message.objects.exclude(id=dead_before.id).update(due_at=clock.now() + MINUTE)
    books.claimed(clock.now())  # never called
    Message.objects.filter(id__in=[dead_after.id, silent.id]).update(due_at=clock.now())
    called = books.claimed(clock.now())
    for outbound in called:
        books.takes(outbound)
    quiet = [Result(one, Unknown("timed out")) for one in called if one.message_id == silent.id]
    record_results(quiet, clock.now())
    action = cast.published([cast.contact()], "Held")
    claim(action, cast.vera, clock.now())

    noon_on_a_tuesday.shift(jump)

    for _ in range(3 * 12):
        books.works(clock.now())
        release_expired(clock.now())
        noon_on_a_tuesday.shift(5 * MINUTE)
    messages = [waiting, dead_before, dead_after, silent]
    assert [status(message) for message in messages] == ["sent"] * 4
    assert books.times() == {message.id: 1 for message in messages}
    assert Assignment.objects.get(action=action).holder is None
    assert claim(action, cast.victor, clock.now()) == 1
    assert Assignment.objects.get(action=action).held_until == clock.now() + LEASE


@pytest.mark.parametrize(
    ("pressed_at", "jump"),
    [(datetime(2026, 10, 13, 23, 30, tzinfo=UTC), HOUR), (datetime(2026, 10, 13, 13, 10, tzinfo=UTC), -HOUR)],
    ids=["past the evening", "before the morning"],
)
def test_when_the_clock_is_set_nothing_leaves_outside_hours(
    cast: Cast, books: Books, noon_on_a_tuesday: Any, pressed_at: datetime, jump: timedelta
) -> None:
    """Pressed at 19:30 or 9:10 in New York; the clock of the claim counts."""
    noon_on_a_tuesday.move_to(pressed_at)
    [message] = queue(cast, 1)

    noon_on_a_tuesday.shift(jump)
    books.works(clock.now())
    assert status(message) == "queued"

    for _ in range(14 * 6):
        noon_on_a_tuesday.shift(10 * MINUTE)
        books.works(clock.now())
    message.refresh_from_db()
    assert message.sent_at
    assert 9 <= (message.sent_at - 4 * HOUR).hour < 20
    assert books.times() == {message.id: 1}
