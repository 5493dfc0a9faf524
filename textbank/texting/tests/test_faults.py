"""Faults outlived: whatever dies, hangs, stammers or jumps, every text goes once and every reply is taken in once."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError

from textbank import clock
from textbank.carriers.base import Accepted, Event, EventKind, OutgoingText, Unavailable, Unknown
from textbank.conftest import Cast
from textbank.texting import recording
from textbank.texting.claiming import LEASE, release_expired
from textbank.texting.dispatching import Outbound, campaigns_waiting, claim_outbox
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.recording import FIRST_WAIT, LONGEST_WAIT, Result, record_results
from textbank.texting.settling import SETTLE_AFTER, Clockwork, overdue, settle, unsettled
from textbank.texting.tests.hands import claim
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_governing import queue
from textbank.texting.tests.test_races import (
    at_once,  # noqa: F401 (a fixture)
    crowd,  # noqa: F401 (a fixture)
)
from textbank.texting.worker import Worker

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


def tell(cast: Cast, message: Message, says: str, name: str = "SM0") -> None:
    """A receipt about this text is stored, as the webhook does it."""
    body = urlencode({"MessageSid": name, "MessageStatus": says})
    store(
        cast.green.account, [Event(EventKind.RECEIPT, f"{name} {says}", body)], clock.now(), str(message.key)
    )


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


# --- The database is away


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_the_carrier_said_while_the_database_was_away_is_written_down_when_it_is_back(
    crowd: Cast,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [message] = queue(crowd, 1)
    books, away = Books(crowd), [OperationalError("going down"), OperationalError("starting up")]
    [outbound] = books.claimed(clock.now())

    def record(results: list[Result], now: datetime) -> None:
        if away:
            raise away.pop()
        record_results(results, now)

    monkeypatch.setattr(recording, "record_results", record)
    monkeypatch.setattr("textbank.texting.worker.AFTER_A_FAULT", 0)

    asyncio.run(Worker({})._record_surely([Result(outbound, books.takes(outbound))]))

    assert status(message) == "sent"


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


def test_a_text_that_one_worker_finds_does_not_go_again_though_another_was_told_no(
    books: Books, silent: Message
) -> None:
    """A carrier's list may lag behind: who asks first is told "no", who asks a moment later is told the name."""
    now = clock.now() + OLD_ENOUGH
    first, second = unsettled(now, 50), unsettled(now, 50)

    settle([(one, []) for one in first], now)
    settle([(one, books.knows(one)) for one in second], now)

    assert status(silent) == "sent"
    assert books.claimed(now) == []


@pytest.mark.parametrize("names", [[], ["SM0"]], ids=["it never came", "it came"])
def test_an_answer_about_an_earlier_try_says_nothing_about_a_later(
    cast: Cast, books: Books, silent: Message, names: list[str]
) -> None:
    now = clock.now() + OLD_ENOUGH
    [asked] = unsettled(now, 50)
    settle([(asked, [])], now)  # another worker's answer was here first
    [again] = books.claimed(now)
    record_results([Result(again, Unknown("timed out"))], now)

    settle([(asked, names)], now)

    assert status(silent) == "unknown"


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
    ("now", "jump"),
    [(datetime(2026, 10, 13, 23, 30, tzinfo=UTC), HOUR), (datetime(2026, 10, 13, 13, 10, tzinfo=UTC), -HOUR)],
    ids=["past the evening", "before the morning"],
)
def test_when_the_clock_is_set_nothing_leaves_outside_hours(
    cast: Cast, books: Books, noon_on_a_tuesday: Any, now: datetime, jump: timedelta
) -> None:
    """Pressed yesterday and due ever since, for no worker ran; it is 19:30 or 9:10 in New York. The clock of the
    claim counts."""
    noon_on_a_tuesday.move_to(now - DAY)
    [message] = queue(cast, 1)

    noon_on_a_tuesday.move_to(now)
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


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_after_the_clock_was_set_nobody_knows_for_five_minutes_how_old_a_text_is(jump: timedelta) -> None:
    clockwork, start = Clockwork(), clock.now()
    seen = []
    for ticks in range(0, 900, 15):
        now = start + timedelta(seconds=ticks) + (jump if ticks >= 300 else timedelta(0))
        seen.append((ticks, clockwork.is_even(now, float(ticks))))
    assert [ticks for ticks, is_even in seen if not is_even] == list(range(300, 600, 15))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_text_in_mid_call_while_the_clock_is_set_is_not_asked_after(
    crowd: Cast,  # noqa: F811
    noon_on_a_tuesday: Any,
) -> None:
    [message] = queue(crowd, 1)
    claim_outbox(crowd.campaign, 1, clock.now())
    asked = []

    class Carrier:
        async def find(self, _login: object, text: OutgoingText) -> list[str]:
            asked.append(text)
            return []  # not yet

    async def rounds() -> None:
        runner = Worker({"twilio": Carrier()})
        runner.stopping.set()  # so that it does not rest
        await runner._ask_after()
        noon_on_a_tuesday.shift(HOUR)
        await runner._ask_after()

    asyncio.run(rounds())

    assert asked == []
    assert status(message) == "sending"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_worker_stops_asking_after_what_is_a_day_old(
    crowd: Cast,  # noqa: F811
    noon_on_a_tuesday: Any,
) -> None:
    [message] = queue(crowd, 1)
    [outbound] = claim_outbox(crowd.campaign, 1, clock.now())
    record_results([Result(outbound, Unknown("timed out"))], clock.now())
    noon_on_a_tuesday.shift(24 * HOUR)

    async def round_of_asking() -> None:
        runner = Worker({})
        runner.stopping.set()
        await runner._ask_after()

    asyncio.run(round_of_asking())

    assert status(message) == "unheard"
