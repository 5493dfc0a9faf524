"""The confirmation of an opt-out and the answer to HELP."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.models import CarrierAccount, CarrierEvent, PhoneNumber
from textbank.conftest import Cast
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.opting_out import opt_out
from textbank.texting.dispatching import Outbound, claim_outbox
from textbank.texting.models import Conversation, Message
from textbank.texting.refusals import Safeguard
from textbank.texting.reporting import opt_contact_out
from textbank.texting.segments import measure
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_heeding import CERTAIN_WORDS, Talk
from textbank.texting.tests.test_receiving import arrives


def answered_by(who: str) -> None:
    CarrierAccount.objects.update(answers_keywords=who)


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """The contact writes to a campaign that answers by itself."""
    answered_by("us")
    return Talk(cast)


def confirmations() -> list[Message]:
    return list(Message.objects.filter(kind="confirm"))


def helps() -> list[Message]:
    return list(Message.objects.filter(kind="help"))


def leaving(cast: Cast, later: timedelta = timedelta(0)) -> list[Outbound]:
    return claim_outbox(cast.campaign, 10, clock.now() + later)


def test_an_opt_out_is_confirmed_once_at_once_whatever_the_hour(
    cast: Cast, talk: Talk, noon_on_a_tuesday: object
) -> None:
    noon_on_a_tuesday.shift(timedelta(hours=12))
    talk.hears("STOP")
    talk.hears("STOP")

    [outbound] = leaving(cast)
    assert outbound.text.to_number == talk.phone
    assert outbound.text.text == (
        "Green Valley Votes: We will not text you again. Reply START if you want our texts back."
    )
    assert len(confirmations()) == 1


def test_a_request_in_words_is_confirmed_also_where_the_carrier_answers_its_words(talk: Talk) -> None:
    for who in ("usual", "carrier", "us"):
        answered_by(who)
        talk.hears(CERTAIN_WORDS)
        talk.hears("START")
    assert len(confirmations()) == 3


@pytest.mark.parametrize(
    ("who", "words", "flag", "to", "is_ours"),
    [
        ("usual", "STOP", "", "+19195550001", False),  # Twilio's word
        ("usual", "alto", "", "+19195550001", True),  # ours
        ("usual", "alto", "STOP", "+19195550001", False),  # Twilio says it took it for a stop
        ("carrier", "alto", "", "+19195550001", False),
        ("us", "STOP", "", "+19195550001", True),
        ("us", "STOP", "", "+18005550001", False),  # a toll-free number's network answers in any case
        ("us", "quit", "", "+18005550001", True),
    ],
)
def test_where_the_carrier_answers_we_do_not(
    talk: Talk, who: str, words: str, flag: str, to: str, is_ours: bool
) -> None:
    answered_by(who)
    talk.hears(words, To=to, **({"OptOutType": flag} if flag else {}))
    assert OptOut.objects.get().source == OptOut.Source.KEYWORD
    assert len(confirmations()) == int(is_ours)


def test_an_opt_out_that_they_did_not_write_themselves_is_not_confirmed(cast: Cast, talk: Talk) -> None:
    opt_contact_out(talk.now, cast.vera, clock.now())
    talk.hears("STOP")
    assert not confirmations()


def test_who_comes_back_and_goes_again_is_told_again(talk: Talk) -> None:
    for word in ("STOP", "START", "STOP"):
        talk.hears(word)
    assert len(confirmations()) == 2


def test_what_was_taken_back_before_it_was_read_is_not_confirmed(talk: Talk) -> None:
    talk.hears("STOP", "START")
    assert not confirmations()


def test_it_is_the_promise_that_stands_which_is_confirmed(talk: Talk) -> None:
    answered_by("carrier")
    talk.hears(CERTAIN_WORDS, "START", "alto")  # the carrier answers the last of them
    assert not confirmations()


def test_what_a_volunteer_records_in_that_very_moment_is_not_confirmed(
    cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opt_out(cast.campaign, talk.phone, OptOut.Source.VOLUNTEER, clock.now(), by=cast.vera)
    # as the worker had read it a moment before
    monkeypatch.setattr("textbank.texting.heeding.live_opt_outs", lambda *_: {})
    talk.hears("STOP")

    assert OptOut.objects.get().source == OptOut.Source.VOLUNTEER
    assert not confirmations()


def test_a_stop_that_was_read_too_late_is_not_confirmed(cast: Cast, talk: Talk) -> None:
    arrives(cast, "STOP", talk.phone)
    process_events(clock.now() + timedelta(minutes=6))

    assert leaving(cast, timedelta(minutes=6)) == []
    assert confirmations()[0].safeguard == Safeguard.TOO_LATE
    assert OptOut.objects.exists()


@pytest.mark.parametrize("of", ["words", "contact"])
def test_who_writes_or_speaks_spanish_is_answered_in_spanish(talk: Talk, of: str) -> None:
    if of == "contact":
        Contact.objects.update(language="Spanish")
    talk.hears("ayuda" if of == "words" else "help")
    talk.hears("ALTO" if of == "words" else "STOP")

    assert "Responda STOP" in helps()[0].text
    assert "No le escribiremos de nuevo" in confirmations()[0].text
    assert measure(confirmations()[0].text).encoding == "GSM-7"


def test_it_leaves_from_the_number_they_wrote_to(cast: Cast, talk: Talk) -> None:
    second = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19845550002"
    )
    talk.hears("HELP", To=second.number)
    assert [one.text.from_number for one in leaving(cast)] == [second.number]


def test_a_text_to_a_number_that_is_off_is_kept_and_answered_from_another(cast: Cast, talk: Talk) -> None:
    retired = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19845550002", is_active=False
    )
    PhoneNumber.objects.create(campaign=cast.campaign, account=cast.green.account, number="+13365550003")
    Conversation.objects.filter(id=talk.id).update(number=PhoneNumber.objects.get(number="+13365550003"))
    talk.hears("HELP", To=retired.number)

    assert Message.objects.filter(kind="incoming").count() == 1
    # the number their contact knows, though it is not the first of ours
    assert [one.text.from_number for one in leaving(cast)] == ["+13365550003"]


def test_help_says_who_we_are_and_how_to_stop(cast: Cast, talk: Talk) -> None:
    Campaign.objects.filter(id=cast.campaign.id).update(help_contact="help@greenvalley.example")
    Registration.objects.filter(campaign=cast.campaign).update(legal_name="Green Valley Votes PAC")
    talk.hears("HELP")

    assert [one.text.text for one in leaving(cast)] == [
        "Green Valley Votes (Green Valley Votes PAC): Our volunteers text you. Questions: "
        "help@greenvalley.example. Msg & data rates may apply. Reply STOP to opt out."
    ]
    assert not talk.now.needs_attention


def test_help_is_answered_once_and_then_needs_a_person(talk: Talk) -> None:
    talk.hears("HELP", "HELP")
    assert len(helps()) == 1
    assert talk.is_with_vera()


def test_help_is_answered_again_after_a_month(talk: Talk) -> None:
    talk.hears("HELP")
    Conversation.objects.update(helped_at=clock.now() - timedelta(days=31))
    talk.hears("HELP")
    assert len(helps()) == 2


def test_help_does_not_settle_what_waited_before(talk: Talk) -> None:
    talk.hears("When is the rally?")
    talk.hears("HELP")
    assert talk.is_with_vera()


def test_who_opted_out_gets_no_answer_to_help(cast: Cast, talk: Talk) -> None:
    opt_out(cast.campaign, talk.phone, OptOut.Source.ADMIN, clock.now())
    talk.hears("HELP")
    assert not helps()


def test_a_stop_right_after_help_stops_the_answer_too(cast: Cast, talk: Talk) -> None:
    talk.hears("HELP", "STOP")
    assert [one.text.text for one in leaving(cast)] == [confirmations()[0].text]
    assert helps()[0].safeguard == Safeguard.OPTED_OUT


def test_help_that_could_not_be_answered_in_time_needs_a_person(cast: Cast, talk: Talk) -> None:
    talk.hears("HELP")
    assert leaving(cast, timedelta(minutes=6)) == []
    assert talk.is_with_vera()


def test_help_where_the_carrier_answers_is_not_answered_twice(talk: Talk) -> None:
    answered_by("usual")
    talk.hears("HELP")
    assert not helps()
    talk.hears("AYUDA")  # no word of Twilio's, but a second question
    assert not helps()
    assert talk.is_with_vera()


def test_an_event_that_is_handled_twice_is_confirmed_once(cast: Cast, talk: Talk) -> None:
    talk.hears("STOP")
    Message.objects.filter(kind="incoming").delete()  # as if it had not been taken in
    CarrierEvent.objects.update(processed_at=None)
    process_events(clock.now())
    assert len(confirmations()) == 1


def test_an_answer_at_night_is_given_the_time_that_is_left_to_answer(
    cast: Cast, talk: Talk, noon_on_a_tuesday: time_machine.Traveller
) -> None:
    answered_by("us")
    noon_on_a_tuesday.move_to(clock.now() + timedelta(hours=7, minutes=30))  # 22:00 in New York
    talk.hears("STOP")

    [outbound] = leaving(cast, timedelta(minutes=2))

    assert outbound.text.valid_for == timedelta(minutes=3)
