"""What follows from what a carrier says: at once, or in a receipt."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from textbank import clock
from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    Event,
    EventKind,
    Meaning,
    Network,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.models import Allowance, CarrierAccount, PhoneNumber, TMobileDay
from textbank.carriers.twilio import Twilio
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone, OptOut
from textbank.texting.consequences import Finding, follow, learn_networks
from textbank.texting.dispatching import Outbound, claim_outbox
from textbank.texting.editing import resume_script
from textbank.texting.governing import tmobile_midnight
from textbank.texting.models import Conversation, Message, Script
from textbank.texting.recording import Result, record_results
from textbank.texting.refusals import Safeguard
from textbank.texting.replying import facts_of
from textbank.texting.safeguards import Moment, refusal
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_governing import queue

Say = Callable[[Meaning], Message]
MINUTE = timedelta(minutes=1)


def claimed(cast: Cast, now: datetime | None = None) -> list[Outbound]:
    return claim_outbox(cast.campaign, 100, now or clock.now())


def answer(cast: Cast, what: Accepted | Rejected | Unavailable | Unknown) -> Message:
    """The carrier answers this to the one text that waits."""
    [message] = queue(cast, 1)
    record_results([Result(claimed(cast)[0], what)], clock.now())
    message.refresh_from_db()
    return message


def receipt(cast: Cast, message: Message, status: str, code: str = "") -> None:
    """A receipt about this text comes in, and is applied."""
    name = f"SM{uuid.uuid4().hex}"
    body = urlencode({"MessageSid": name, "MessageStatus": status, "ErrorCode": code})
    event = Event(EventKind.RECEIPT, f"{name} {status}", body, message_key=str(message.key))
    store(cast.green.account, [event], clock.now())
    process_events(clock.now())


@pytest.fixture
def in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier whose error codes are the meanings themselves."""
    words = {meaning.value[:12]: meaning for meaning in Meaning}
    monkeypatch.setattr(Twilio, "meaning_of", lambda _self, code: words.get(code, Meaning.OTHER))


@pytest.fixture(params=["at once", "in a receipt"])
def say(cast: Cast, request: pytest.FixtureRequest, in_words: None) -> Say:
    """`say(meaning)`: the carrier refuses a text with it, at once or later."""

    def tell(meaning: Meaning) -> Message:
        code = meaning.value[:12]
        if request.param == "at once":
            return answer(cast, Rejected(code, "in other words", meaning))
        message = answer(cast, Accepted(f"SM{uuid.uuid4().hex}"))
        receipt(cast, message, "undelivered", code)
        message.refresh_from_db()
        return message

    return tell


def phone_of(message: Message) -> str:
    return message.conversation.contact.phone


def known(message: Message) -> KnownPhone:
    return KnownPhone.objects.get(campaign=message.campaign, phone=phone_of(message))


def test_a_stop_that_only_the_carrier_heard_is_an_opt_out(cast: Cast, say: Say) -> None:
    message = say(Meaning.OPTED_OUT)
    promise = OptOut.objects.get(campaign=cast.campaign)
    assert (promise.phone, promise.source) == (phone_of(message), OptOut.Source.CARRIER)
    assert Conversation.objects.get(id=message.conversation_id).hidden_at == clock.now()


@pytest.mark.parametrize(
    ("meaning", "line"),
    [(Meaning.BLOCKED, "blocked"), (Meaning.LANDLINE, "landline"), (Meaning.DEAD_NUMBER, "dead")],
)
def test_a_phone_that_takes_no_texts_is_known_as_such_for_180_days(
    cast: Cast, say: Say, meaning: Meaning, line: str
) -> None:
    message = say(meaning)
    phone = known(message)
    assert (phone.line, phone.error_code, phone.line_learned_at) == (line, meaning.value[:12], clock.now())
    conversation = Conversation.objects.get(id=message.conversation_id)
    (facts, _suggestion), campaign = facts_of(conversation), conversation.campaign
    assert refusal(facts, Moment.of(campaign, clock.now() + timedelta(days=180)))
    assert refusal(facts, Moment.of(campaign, clock.now() + timedelta(days=181))) is None
    assert message.status in ("failed", "undelivered")


def test_a_phone_out_of_reach_three_times_in_a_row_is_out_of_service(cast: Cast, say: Say) -> None:
    message = say(Meaning.UNREACHABLE)
    assert (known(message).line, known(message).unreachable) == ("", 1)

    finding = Finding(phone_of(message), Meaning.UNREACHABLE, "30003")
    follow(cast.campaign, [finding], clock.now())
    assert known(message).line == ""
    follow(cast.campaign, [finding], clock.now())

    assert (known(message).line, known(message).error_code) == ("dead", "30003")
    assert known(message).line_learned_at == clock.now()


def test_a_text_that_arrives_ends_the_row(cast: Cast, in_words: None) -> None:
    [message] = queue(cast, 1)
    record_results([Result(claimed(cast)[0], Accepted("SM1"))], clock.now())
    finding = Finding(phone_of(message), Meaning.UNREACHABLE, "30003")
    follow(cast.campaign, [finding, finding], clock.now())

    receipt(cast, message, "delivered")

    assert known(message).unreachable == 0
    follow(cast.campaign, [finding], clock.now())
    assert known(message).line == ""


def test_a_receipt_that_comes_twice_counts_once(cast: Cast, in_words: None) -> None:
    message = answer(cast, Accepted("SM1"))
    for _ in range(3):
        receipt(cast, message, "undelivered", "unreachable")
    assert known(message).unreachable == 1


def test_an_opt_out_in_a_receipt_is_heard_however_late_it_comes(cast: Cast, in_words: None) -> None:
    message = answer(cast, Accepted("SM1"))
    receipt(cast, message, "delivered")
    receipt(cast, message, "undelivered", "opted out")
    assert OptOut.objects.filter(phone=phone_of(message)).exists()


def test_what_one_campaign_learns_is_not_known_to_another(cast: Cast, say: Say) -> None:
    message = say(Meaning.LANDLINE)
    assert not KnownPhone.objects.exclude(campaign=message.campaign).exists()


def filter_texts(cast: Cast, script: Script, filtered: int, of: int) -> None:
    """So many first texts of the script went, and so many of them, the last, were taken for spam."""
    messages = queue(cast, of, script=script)
    record_results([Result(one, Accepted(f"SM{one.message_id}")) for one in claimed(cast)], clock.now())
    for message in messages[of - filtered :]:
        receipt(cast, message, "undelivered", "filtered")


@pytest.fixture
def script(cast: Cast) -> Script:
    return cast.published([cast.contact()], "With a script").scripts.get()


def test_a_script_is_paused_when_five_of_its_texts_were_filtered(
    cast: Cast, script: Script, in_words: None
) -> None:
    filter_texts(cast, script, filtered=4, of=60)
    script.refresh_from_db()
    assert script.paused_at is None

    filter_texts(cast, script, filtered=1, of=1)

    script.refresh_from_db()
    assert script.paused_at == clock.now()
    assert script.paused_because == "Carriers took 5 of its last 61 first texts for spam."


def test_a_script_that_was_resumed_is_judged_by_what_left_since(
    cast: Cast, script: Script, in_words: None, noon_on_a_tuesday: time_machine.Traveller
) -> None:
    filter_texts(cast, script, filtered=5, of=10)
    late = queue(cast, 1, script=script)
    record_results([Result(one, Accepted("SM late")) for one in claimed(cast)], clock.now())
    noon_on_a_tuesday.shift(60)
    assert resume_script(script, clock.now())

    receipt(cast, late[0], "undelivered", "filtered")
    filter_texts(cast, script, filtered=4, of=4)
    script.refresh_from_db()
    assert script.paused_at is None

    filter_texts(cast, script, filtered=1, of=1)
    script.refresh_from_db()
    assert script.paused_because == "Carriers took 5 of its last 5 first texts for spam."


def test_fewer_than_three_in_a_hundred_pause_no_script(cast: Cast, script: Script, in_words: None) -> None:
    for _ in range(2):
        filter_texts(cast, script, filtered=0, of=97)
    filter_texts(cast, script, filtered=5, of=5)
    script.refresh_from_db()
    assert script.paused_at is None

    filter_texts(cast, script, filtered=1, of=1)

    script.refresh_from_db()
    assert script.paused_because == "Carriers took 6 of its last 200 first texts for spam."


def test_a_text_refused_at_once_for_the_day_goes_after_midnight_pacific(cast: Cast) -> None:
    message = answer(cast, Unavailable("full", meaning=Meaning.DAILY_CAP))
    assert (message.status, message.safeguard) == ("queued", Safeguard.DAILY_CAP)
    assert message.due_at == tmobile_midnight(clock.now())
    assert TMobileDay.objects.get().is_closed


NOT_TAKEN = (
    Rejected("21614", "landline", Meaning.LANDLINE),
    Rejected("21606", "not yours", Meaning.NUMBER_OFF),
    Unavailable("connection refused"),
    Unavailable("full", meaning=Meaning.DAILY_CAP),
    AccountRefused("Authenticate"),
)


def counted_for_tmobile(cast: Cast, *answers: Accepted | Rejected | Unavailable | Unknown) -> int:
    """The segments of T-Mobile's day after a text of three to each of so many of its phones."""
    messages = queue(cast, len(answers), segments=3)
    learn_networks(cast.campaign, {phone_of(message): Network.T_MOBILE for message in messages}, clock.now())
    results = [Result(*pair) for pair in zip(claimed(cast), answers, strict=True)]
    assert TMobileDay.objects.get().segments == 3 * len(answers)
    for _again in range(2):  # as after a fault in the middle of writing it down
        record_results(results, clock.now())
    return TMobileDay.objects.get().segments


@pytest.mark.parametrize("answer", NOT_TAKEN, ids=str)
def test_what_tmobile_surely_never_got_counts_no_more_that_day(
    cast: Cast, answer: Rejected | Unavailable
) -> None:
    assert counted_for_tmobile(cast, answer, answer, Accepted("SM1")) == 3


def test_what_tmobile_may_have_got_counts(cast: Cast) -> None:
    assert counted_for_tmobile(cast, Unknown("timed out"), Accepted("SM1")) == 6


def test_it_is_given_back_to_the_day_on_which_it_was_counted(cast: Cast) -> None:
    [message] = queue(cast, 1)
    learn_networks(cast.campaign, {phone_of(message): Network.T_MOBILE}, clock.now())
    [outbound] = claimed(cast)

    midnight = tmobile_midnight(clock.now())
    TMobileDay.objects.create(campaign=cast.campaign, day=midnight.date(), segments=5)

    record_results([Result(outbound, Unavailable("away"))], midnight)

    assert list(TMobileDay.objects.order_by("day").values_list("segments", flat=True)) == [0, 5]


def test_a_network_that_is_learnt_on_the_way_gives_nothing_back(cast: Cast) -> None:
    messages = queue(cast, 2)
    learn_networks(cast.campaign, {phone_of(messages[0]): Network.T_MOBILE}, clock.now())
    _ours, other = sorted(claimed(cast), key=lambda one: one.message_id)
    learn_networks(cast.campaign, {phone_of(messages[1]): Network.T_MOBILE}, clock.now())

    record_results([Result(other, Unavailable("away"))], clock.now())

    assert TMobileDay.objects.get().segments == 1


def test_a_text_refused_at_once_for_the_minute_goes_a_minute_later(cast: Cast) -> None:
    message = answer(cast, Unavailable("full", meaning=Meaning.MINUTE_CAP))
    assert (message.status, message.safeguard) == ("queued", Safeguard.MINUTE_CAP)
    assert message.due_at == clock.now() + MINUTE
    assert Allowance.objects.get(campaign=cast.campaign, key="att").closed_until == clock.now() + MINUTE


def test_after_a_receipt_a_text_over_a_cap_has_failed_for_good(cast: Cast, in_words: None) -> None:
    for meaning in (Meaning.DAILY_CAP, Meaning.MINUTE_CAP):
        message = answer(cast, Accepted(f"SM {meaning}"))
        receipt(cast, message, "failed", meaning.value)
        message.refresh_from_db()
        assert (message.status, message.error_code) == ("failed", meaning.value)
    assert TMobileDay.objects.get().is_closed
    assert Allowance.objects.get(campaign=cast.campaign, key="att").closed_until == clock.now() + MINUTE


def test_a_text_that_could_not_arrive_in_time_has_failed(cast: Cast, say: Say) -> None:
    message = say(Meaning.TOO_LATE)
    assert message.status in ("failed", "undelivered")
    assert not KnownPhone.objects.exists()


def test_a_number_that_the_carrier_refuses_is_off_and_texts_go_from_another(cast: Cast, say: Say) -> None:
    other = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19195550002"
    )
    Conversation.objects.update(number=cast.green.number)
    say(Meaning.NUMBER_OFF)

    off = PhoneNumber.objects.get(id=cast.green.number.id)
    assert not off.is_active
    assert off.off_because.startswith("The carrier refuses it: number off")
    queue(cast, 1)
    assert {one.text.from_number for one in claimed(cast)} == {other.number}
    assert PhoneNumber.objects.get(id=cast.river.number.id).is_active


def test_a_text_refused_at_once_for_its_number_goes_from_another(cast: Cast) -> None:
    PhoneNumber.objects.create(campaign=cast.campaign, account=cast.green.account, number="+19195550002")
    message = answer(cast, Rejected("21606", "not yours", Meaning.NUMBER_OFF))
    assert message.status == "queued"
    assert claimed(cast)[0].message_id == message.id


def test_an_account_that_is_refused_is_in_trouble_and_one_text_a_minute_is_tried(cast: Cast) -> None:
    answer(cast, AccountRefused("Authenticate"))
    account = CarrierAccount.objects.get(id=cast.green.account.id)
    assert (account.trouble, account.trouble_at) == ("Authenticate", clock.now())
    queue(cast, 20)

    assert claimed(cast) == []
    assert claimed(cast, clock.now() + MINUTE / 2) == []
    assert len(claimed(cast, clock.now() + MINUTE)) == 1
    assert claimed(cast, clock.now() + MINUTE) == []
    assert Message.objects.filter(status="queued", due_at=clock.now()).count() >= 19


def test_the_next_accepted_text_ends_the_trouble(cast: Cast) -> None:
    answer(cast, AccountRefused("Authenticate"))
    queue(cast, 20)
    [tried] = claimed(cast, clock.now() + MINUTE)

    record_results([Result(tried, Accepted("SM1"))], clock.now() + MINUTE)

    account = CarrierAccount.objects.get(id=cast.green.account.id)
    assert (account.trouble, account.trouble_at) == ("", None)
    assert len(claimed(cast, clock.now() + MINUTE)) == 20


def test_an_account_in_trouble_keeps_no_texts_of_another_account(cast: Cast) -> None:
    answer(cast, AccountRefused("Authenticate"))
    other = CarrierAccount.objects.create(
        campaign=cast.campaign, name="Other", base_url="http://127.0.0.1:9", account_id="ACother"
    )
    number = PhoneNumber.objects.create(campaign=cast.campaign, account=other, number="+19195550002")
    ours, theirs = queue(cast, 1), queue(cast, 1)
    Conversation.objects.filter(messages__in=ours).update(number=cast.green.number)
    Conversation.objects.filter(messages__in=theirs).update(number=number)

    assert [one.message_id for one in claimed(cast)] == [theirs[0].id]


def test_an_account_that_a_receipt_calls_off_is_in_trouble(cast: Cast, in_words: None) -> None:
    message = answer(cast, Accepted("SM1"))
    receipt(cast, message, "failed", "account off")
    assert CarrierAccount.objects.get(id=cast.green.account.id).trouble == "account off"
    assert CarrierAccount.objects.get(id=cast.river.account.id).trouble_at is None


def test_the_network_that_a_carrier_names_is_kept(cast: Cast) -> None:
    learn_networks(cast.campaign, {"+19195550100": Network.T_MOBILE, "+19195550101": None}, clock.now())
    learn_networks(cast.campaign, {"+19195550100": Network.ATT}, clock.now())
    assert KnownPhone.objects.get().network == "att"


def test_network_and_segments_in_a_receipt_are_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from textbank.carriers.base import DeliveryReceipt, ReceiptStatus

    message = answer(cast, Accepted("SM1"))
    told = DeliveryReceipt("SM1", ReceiptStatus.SENT, segments=3, network=Network.VERIZON)
    monkeypatch.setattr(Twilio, "read_receipt", lambda _self, _body: told)

    receipt(cast, message, "sent")

    message.refresh_from_db()
    assert message.carrier_segments == 3
    assert known(message).network == "verizon"


def test_one_text_that_no_number_can_send_switches_off_one_number_and_fails(cast: Cast) -> None:
    for digit in (2, 3, 4):
        PhoneNumber.objects.create(
            campaign=cast.campaign, account=cast.green.account, number=f"+1919555000{digit}"
        )
    queue(cast, 1)
    for _ in range(5):
        for outbound in claimed(cast):
            refused = Rejected("21606", "not to this phone", Meaning.NUMBER_OFF)
            record_results([Result(outbound, refused)], clock.now())

    assert PhoneNumber.objects.filter(campaign=cast.campaign, is_active=False).count() == 1
    assert Message.objects.get(kind="initial").status == "failed"
