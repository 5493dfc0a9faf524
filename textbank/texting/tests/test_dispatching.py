from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from textbank import clock
from textbank.carriers.base import Accepted, Event, EventKind, Meaning, Rejected, Unavailable, Unknown
from textbank.carriers.models import CarrierEvent, PhoneNumber
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out
from textbank.texting.dispatching import PAUSED_WAIT, Outbound, campaigns_waiting, claim_outbox
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.publishing import close, pause, resume
from textbank.texting.recording import Result, record_results
from textbank.texting.refusals import Safeguard
from textbank.texting.settling import KNOWN_FOR, SETTLE_AFTER, give_up, overdue, settle, unsettled
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_sending import first_press, send

FIVE_SECONDS = timedelta(seconds=5)


@pytest.fixture
def queued(cast: Cast) -> Message:
    """A first text of Vera's, five seconds before it is due."""
    send(cast, first_press(cast, cast.published([cast.contact()])))
    return Message.objects.get()


def claimed(cast: Cast, now: datetime | None = None) -> list[Outbound]:
    return claim_outbox(cast.campaign, 10, now or clock.now() + FIVE_SECONDS)


def answer(cast: Cast, what: Accepted | Rejected | Unavailable | Unknown) -> Message:
    """The carrier answers this to the one text that is due."""
    record_results([Result(claimed(cast)[0], what)], clock.now() + FIVE_SECONDS)
    return Message.objects.get()


def test_a_text_goes_when_the_time_to_undo_is_over(cast: Cast, queued: Message) -> None:
    assert claim_outbox(cast.campaign, 10, clock.now()) == []
    assert [outbound.message_id for outbound in claimed(cast)] == [queued.id]


def test_what_goes_out_is_what_was_shown_to_the_contacts_own_phone(cast: Cast, queued: Message) -> None:
    text = claimed(cast)[0].text

    assert text.text == queued.text
    assert text.to_number == queued.conversation.contact.phone
    assert text.from_number == cast.green.number.number
    assert str(queued.key) in text.callback_url
    assert text.media == ()


def test_a_text_may_not_be_delivered_after_texting_hours(cast: Cast, queued: Message) -> None:
    # 14:30 in New York; the window closes at 20:00.
    assert claimed(cast)[0].text.valid_for == timedelta(hours=5, minutes=30) - FIVE_SECONDS


def test_a_text_is_claimed_once(cast: Cast, queued: Message) -> None:
    claimed(cast)
    assert claimed(cast) == []
    assert Message.objects.get().status == "sending"


def test_campaigns_with_texts_to_send_take_turns(cast: Cast, queued: Message) -> None:
    assert campaigns_waiting(clock.now() + FIVE_SECONDS) == [cast.campaign]
    assert claim_outbox(cast.river.campaign, 10, clock.now() + FIVE_SECONDS) == []


def test_a_stop_between_press_and_carrier_stops_the_text(cast: Cast, queued: Message) -> None:
    opt_out(cast.campaign, queued.conversation.contact.phone, OptOut.Source.KEYWORD, clock.now())

    assert claimed(cast) == []
    message = Message.objects.get()
    assert (message.status, message.safeguard) == ("safeguarded", 2001)
    assert Assignment.objects.get().outcome == "safeguarded"


def test_a_text_that_missed_the_window_waits_for_the_morning(cast: Cast, queued: Message) -> None:
    evening = clock.now() + timedelta(hours=6)

    assert claimed(cast, evening) == []
    # 9:00 the next day in New York.
    assert Message.objects.get().due_at == clock.now().replace(day=14, hour=13, minute=0)


def test_a_paused_action_sends_nothing_until_it_goes_on(cast: Cast, queued: Message) -> None:
    pause(queued.action, clock.now())
    assert claimed(cast) == []

    resume(queued.action, clock.now())
    assert len(claimed(cast, clock.now() + timedelta(minutes=2))) == 1


def test_a_closed_action_sends_nothing_more(cast: Cast, queued: Message) -> None:
    close(queued.action, clock.now())

    assert claimed(cast) == []
    assert Message.objects.get().safeguard == 1002


def test_an_accepted_text_is_sent(cast: Cast, queued: Message) -> None:
    message = answer(cast, Accepted("SM1"))
    assert (message.status, message.carrier_id) == ("sent", "SM1")


def test_a_receipt_that_was_faster_than_the_answer_stays(cast: Cast, queued: Message) -> None:
    outbound = claimed(cast)[0]
    Message.objects.update(status="delivered", carrier_id="SM1")

    record_results([Result(outbound, Accepted("SM1"))], clock.now())

    assert Message.objects.get().status == "delivered"


def test_a_rejected_text_has_failed_for_good(cast: Cast, queued: Message) -> None:
    message = answer(cast, Rejected("21614", "landline", Meaning.LANDLINE))
    assert (message.status, message.error_code) == ("failed", "21614")
    assert claimed(cast, clock.now() + timedelta(hours=1)) == []


def test_a_text_refused_because_of_a_stop_we_missed_is_an_opt_out(cast: Cast, queued: Message) -> None:
    answer(cast, Rejected("21610", "stopped", Meaning.OPTED_OUT))
    assert OptOut.objects.get(campaign=cast.campaign).source == OptOut.Source.CARRIER


def test_a_carrier_that_is_down_makes_texts_wait_longer_and_longer(cast: Cast, queued: Message) -> None:
    message = answer(cast, Unavailable("connection refused"))
    assert message.status == "queued"
    first_wait = message.due_at - (clock.now() + FIVE_SECONDS)

    later = message.due_at
    record_results([Result(claimed(cast, later)[0], Unavailable("still"))], later)
    assert Message.objects.get().due_at - later > first_wait


def test_a_carrier_that_asks_for_no_wait_at_all_is_given_a_second(cast: Cast, queued: Message) -> None:
    message = answer(cast, Unavailable("busy", retry_after=timedelta(0)))
    assert message.due_at == clock.now() + FIVE_SECONDS + timedelta(seconds=1)


def test_a_carrier_that_asks_for_a_longer_wait_gets_it(cast: Cast, queued: Message) -> None:
    message = answer(cast, Unavailable("busy", retry_after=timedelta(seconds=40)))
    assert message.due_at == clock.now() + FIVE_SECONDS + timedelta(seconds=40)


def test_a_text_that_may_have_gone_is_never_sent_again(cast: Cast, queued: Message) -> None:
    assert answer(cast, Unknown("timed out")).status == "unknown"
    assert claimed(cast, clock.now() + timedelta(hours=1)) == []


def test_a_text_in_a_dead_workers_hands_becomes_unknown(cast: Cast, queued: Message) -> None:
    claimed(cast)
    assert overdue(clock.now() + SETTLE_AFTER) == 0
    assert overdue(clock.now() + FIVE_SECONDS + SETTLE_AFTER + timedelta(seconds=1)) == 1
    assert Message.objects.get().status == "unknown"


@pytest.fixture
def unknown(cast: Cast, queued: Message) -> Outbound:
    """A text that may have gone: the carrier never answered."""
    answer(cast, Unknown("timed out"))
    return unsettled(clock.now() + SETTLE_AFTER + timedelta(minutes=1), 50)[0]


def test_the_carrier_is_asked_only_when_it_must_know(cast: Cast, queued: Message) -> None:
    answer(cast, Unknown("timed out"))
    assert unsettled(clock.now() + SETTLE_AFTER, 50) == []
    assert len(unsettled(clock.now() + FIVE_SECONDS + SETTLE_AFTER + timedelta(seconds=1), 50)) == 1


def test_an_unknown_text_that_the_carrier_has_is_sent(cast: Cast, unknown: Outbound) -> None:
    settle([(unknown, ["SM7"])], clock.now())
    message = Message.objects.get()
    assert (message.status, message.carrier_id) == ("sent", "SM7")


def test_an_unknown_text_that_the_carrier_never_had_goes_after_all(cast: Cast, unknown: Outbound) -> None:
    settle([(unknown, [])], clock.now())
    assert [outbound.message_id for outbound in claimed(cast)] == [unknown.message_id]


def test_a_text_alike_that_is_another_message_settles_nothing(cast: Cast, unknown: Outbound) -> None:
    other = Message.objects.get()
    other.pk, other.key, other.token, other.assignment = None, uuid.uuid4(), None, None
    other.carrier_id, other.status, other.sending_at = "SM7", "sent", None
    other.save()

    settle([(unknown, ["SM7"])], clock.now())

    assert Message.objects.get(id=unknown.message_id).status == "queued"


def test_of_two_that_read_alike_only_one_is_the_text_the_carrier_has(cast: Cast, unknown: Outbound) -> None:
    [first] = Message.objects.all()
    other = Message.objects.create(
        campaign=cast.campaign,
        conversation=first.conversation,
        kind="reply",
        status="unknown",
        text=first.text,
        attempts=unknown.attempts,
        created_at=clock.now(),
    )
    alike = dataclasses.replace(unknown, message_id=other.id)

    settle([(unknown, ["SM7"]), (alike, ["SM7"])], clock.now())

    assert sorted(Message.objects.values_list("status", "carrier_id")) == [("queued", ""), ("sent", "SM7")]


def test_an_answer_about_an_earlier_try_says_nothing_about_a_later(cast: Cast, unknown: Outbound) -> None:
    settle([(unknown, [])], clock.now())
    record_results([Result(claimed(cast)[0], Unknown("again"))], clock.now())

    settle([(unknown, [])], clock.now())

    assert Message.objects.get().status == "unknown"


def test_a_retired_number_does_not_send(cast: Cast, queued: Message) -> None:
    cast.green.number.is_active = False
    cast.green.number.save()

    assert claimed(cast) == []
    assert Message.objects.get().status == "queued"


def test_the_key_of_a_message_cannot_be_guessed(queued: Message) -> None:
    assert isinstance(queued.key, uuid.UUID)
    assert queued.key.version == 7  # 74 bits of it are left to chance, see names.py


def test_an_answer_that_no_row_can_hold_keeps_no_other_from_it(cast: Cast) -> None:
    for name in ("One", "Two"):
        send(cast, first_press(cast, cast.published([cast.contact()], name)))
    odd, plain = claimed(cast)

    record_results([Result(odd, Accepted("x" * 500)), Result(plain, Accepted("SM1"))], clock.now())

    assert Message.objects.get(id=plain.message_id).status == "sent"
    assert (
        Message.objects.get(id=odd.message_id).status == "sending"
    )  # it becomes unknown, and is asked after


def test_a_stop_that_is_stored_but_not_yet_read_holds_the_text(cast: Cast, queued: Message) -> None:
    phone = queued.conversation.contact.phone
    body = urlencode({"MessageSid": "SM5", "From": phone, "To": cast.green.number.number, "Body": "STOP"})
    store(cast.green.account, [Event(EventKind.REPLY, "SM5", body, phone)], clock.now())

    assert claimed(cast) == []
    process_events(clock.now())
    assert claimed(cast, clock.now() + timedelta(minutes=1)) == []
    assert Message.objects.get(kind="initial").safeguard == 2001


def park_a_reply(cast: Cast, phone: str) -> None:
    """They wrote, and nobody can read it."""
    store(cast.green.account, [Event(EventKind.REPLY, "SM5", "nonsense", phone)], clock.now())
    process_events(clock.now())
    assert CarrierEvent.objects.parked().count() == 1


def test_a_reply_that_nobody_can_read_holds_the_text_and_says_so(cast: Cast, queued: Message) -> None:
    park_a_reply(cast, queued.conversation.contact.phone)

    assert claimed(cast) == []

    message = Message.objects.get(kind="initial")
    assert (message.status, message.safeguard) == ("queued", Safeguard.UNREAD_REPLY)
    assert message.due_at == clock.now() + FIVE_SECONDS + PAUSED_WAIT
    assert claimed(cast, clock.now() + timedelta(hours=2)) == []


def test_when_it_could_be_read_after_all_the_text_goes(cast: Cast, queued: Message) -> None:
    phone = queued.conversation.contact.phone
    park_a_reply(cast, phone)
    assert claimed(cast) == []
    body = urlencode({"MessageSid": "SM5", "From": phone, "To": cast.green.number.number, "Body": "Hello"})
    CarrierEvent.objects.update(body=body)

    CarrierEvent.objects.parked().try_again(clock.now())
    assert claimed(cast, clock.now() + timedelta(minutes=1)) == []  # it is about to be read
    process_events(clock.now())

    assert len(claimed(cast, clock.now() + timedelta(minutes=2))) == 1


def test_an_automatic_answer_that_waits_for_what_cannot_be_read_is_given_up(
    cast: Cast, queued: Message
) -> None:
    park_a_reply(cast, queued.conversation.contact.phone)
    Message.objects.update(kind="help", created_at=clock.now())

    assert claimed(cast) == []
    assert claimed(cast, clock.now() + timedelta(minutes=6)) == []

    assert Message.objects.get(kind="help").safeguard == Safeguard.TOO_LATE


def test_when_a_number_is_switched_off_texts_leave_from_another(cast: Cast, queued: Message) -> None:
    other = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19195550002"
    )
    PhoneNumber.objects.filter(id=cast.green.number.id).update(is_active=False)

    assert claimed(cast)[0].text.from_number == other.number
    assert Message.objects.get().number == other
    assert Message.objects.get().conversation.number == other


def test_an_unknown_text_is_asked_after_under_the_number_it_left_from(cast: Cast, queued: Message) -> None:
    answer(cast, Unknown("timed out"))
    other = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19195550002"
    )
    PhoneNumber.objects.filter(id=cast.green.number.id).update(is_active=False)
    Conversation.objects.update(number=other)

    [asked] = unsettled(clock.now() + SETTLE_AFTER + timedelta(minutes=1), 50)

    assert asked.text.from_number == cast.green.number.number


def test_after_a_day_nobody_can_say_that_a_text_never_went(cast: Cast, queued: Message) -> None:
    answer(cast, Unknown("timed out"))
    assert unsettled(clock.now() + timedelta(days=1), 50) == []
    assert Message.objects.get().status == "unknown"


def test_a_text_of_which_nobody_can_say_any_more_is_never_heard_of_and_never_sent_again(
    cast: Cast, queued: Message
) -> None:
    answer(cast, Unknown("timed out"))
    left = clock.now() + FIVE_SECONDS

    assert give_up(left + KNOWN_FOR - timedelta(seconds=1)) == 0
    assert give_up(left + KNOWN_FOR) == 1

    message = Message.objects.get()
    assert (message.status, message.settled_at) == ("unheard", left + KNOWN_FOR)
    assert unsettled(left + KNOWN_FOR, 50) == []
    assert claimed(cast, left + 4 * KNOWN_FOR) == []
    assert Assignment.objects.get().outcome == "texted"


def test_what_left_lately_or_is_known_is_not_given_up(cast: Cast, queued: Message) -> None:
    answer(cast, Accepted("SM1"))
    assert give_up(clock.now() + 2 * KNOWN_FOR) == 0


def test_an_answer_that_was_asked_for_in_time_and_comes_too_late_sends_nothing(
    cast: Cast, unknown: Outbound
) -> None:
    give_up(clock.now() + 2 * KNOWN_FOR)
    settle([(unknown, [])], clock.now() + 2 * KNOWN_FOR)
    assert Message.objects.get().status == "unheard"


def test_a_text_that_was_held_back_does_not_count_as_a_first_text(cast: Cast, queued: Message) -> None:
    close(queued.action, clock.now())
    claimed(cast)
    assert Conversation.objects.get().last_initial_at is None
