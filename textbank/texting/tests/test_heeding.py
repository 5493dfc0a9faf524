"""What follows from a contact's words, for the phone, the thread and the ledger."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from textbank import clock
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone, OptOut, WrongNumber
from textbank.contacts.opting_out import confirm_opt_out, opt_out
from textbank.contacts.wrong_numbers import note_wrong_number
from textbank.texting.models import Conversation, Message
from textbank.texting.refusals import Safeguard
from textbank.texting.sending import Verdict
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_receiving import arrives
from textbank.texting.tests.test_sending import first_press_shown_anyway, send

CERTAIN_WORDS = "please take me off your list"
CERTAINLY_WRONG = "You have the wrong number"
LIKELY_WORDS = "enough already"
LIKELY_WRONG = "Maybe you have the wrong number"


class Talk:
    """A contact of Vera's who was texted, and writes."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.action = cast.published([cast.contact()])
        self.id = Conversation.objects.get(action=None, campaign=cast.campaign).id
        Conversation.objects.filter(id=self.id).update(assignee=cast.vera, number=cast.green.number)
        self.phone = self.now.contact.phone
        self._ids = itertools.count()

    @property
    def now(self) -> Conversation:
        return Conversation.objects.select_related("contact").get(id=self.id)

    def hears(self, *texts: str, **extra: str) -> Conversation:
        """The contact writes these texts, and all of them are taken in at once."""
        for text in texts:
            arrives(self.cast, text, self.phone, f"SM{next(self._ids)}", **extra)
        process_events(clock.now())
        return self.now

    def is_with_vera(self) -> bool:
        return Conversation.objects.of(self.cast.vera).needs_attention().filter(id=self.id).exists()


@pytest.fixture
def talk(cast: Cast) -> Talk:
    return Talk(cast)


def promise() -> OptOut:
    return OptOut.objects.get()


# Opt-outs


def test_a_request_in_words_opts_out_hides_the_thread_and_waits_to_be_looked_at(talk: Talk) -> None:
    talk.hears(CERTAIN_WORDS)

    assert (promise().source, promise().words) == (OptOut.Source.WORDS, CERTAIN_WORDS)
    assert promise().campaign == talk.cast.campaign
    assert list(OptOut.objects.all().to_review()) == [promise()]
    assert talk.now.hidden_at
    assert not talk.now.needs_attention


def test_a_stop_word_needs_no_look(talk: Talk) -> None:
    talk.hears("STOP")
    assert promise().source == OptOut.Source.KEYWORD
    assert not OptOut.objects.all().to_review().exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_stop_word_after_words_leaves_nothing_to_look_at(talk: Talk, at_once: bool) -> None:
    for texts in [(CERTAIN_WORDS, "STOP")] if at_once else [(CERTAIN_WORDS,), ("STOP",)]:
        talk.hears(*texts)

    assert promise().source == OptOut.Source.WORDS
    assert promise().undone_at is None
    assert not OptOut.objects.all().to_review().exists()


@pytest.mark.parametrize("words", ["Yes, count me in", "Arrêtez"])
def test_the_carriers_own_flag_wins_over_the_words(talk: Talk, words: str) -> None:
    talk.hears(words, OptOutType="STOP")
    assert promise().source == OptOut.Source.KEYWORD
    assert talk.now.hidden_at


def test_stop_start_stop_taken_in_at_once_ends_with_stop_and_all_of_it_is_on_record(talk: Talk) -> None:
    talk.hears("STOP", "START", "STOP")

    first, second = OptOut.objects.order_by("id")
    assert first.undone_at
    assert "START" in first.undone_because
    assert second.undone_at is None
    assert talk.now.hidden_at


def test_the_same_words_of_another_campaigns_contact_touch_only_that_campaign(cast: Cast, talk: Talk) -> None:
    cast.contact(cast.river.campaign, phone=talk.phone)
    opt_out(cast.river.campaign, talk.phone, OptOut.Source.KEYWORD, clock.now())
    note_wrong_number(cast.contact(cast.river.campaign), WrongNumber.Source.ADMIN, clock.now(), by=cast.rosa)
    talk.hears("START")

    assert promise().undone_at is None
    assert talk.is_with_vera()


# Back in


@pytest.mark.parametrize("word", ["START", "Unstop.", "YES", "Sí"])
def test_start_and_yes_bring_back_who_opted_out(talk: Talk, word: str) -> None:
    talk.hears("STOP")
    talk.hears(word)

    assert promise().undone_at == clock.now()
    assert promise().undone_because == f"They texted {word!r}"
    assert talk.is_with_vera()


def test_yes_from_who_did_not_opt_out_is_an_answer(talk: Talk) -> None:
    talk.hears("YES")
    assert talk.is_with_vera()
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("source", [OptOut.Source.ADMIN, OptOut.Source.VOLUNTEER])
def test_yes_takes_back_nothing_that_somebody_of_the_campaign_recorded(
    talk: Talk, source: OptOut.Source
) -> None:
    opt_out(talk.cast.campaign, talk.phone, source, clock.now())
    talk.hears("YES", OptOutType="START")
    assert promise().undone_at is None

    talk.hears("START")
    assert promise().undone_at


@pytest.mark.parametrize("source", [OptOut.Source.CARRIER, OptOut.Source.WORDS, OptOut.Source.KEYWORD])
def test_yes_takes_back_what_they_or_their_carrier_said(talk: Talk, source: OptOut.Source) -> None:
    opt_out(talk.cast.campaign, talk.phone, source, clock.now())
    talk.hears("yes")
    assert promise().undone_at


# Wrong numbers


def test_a_wrong_number_ends_the_conversation_and_is_not_an_opt_out(talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG)

    wrong = WrongNumber.objects.get()
    assert (wrong.campaign, wrong.phone, wrong.contact) == (talk.cast.campaign, talk.phone, talk.now.contact)
    assert (wrong.source, wrong.words) == (WrongNumber.Source.WORDS, CERTAINLY_WRONG)
    assert talk.now.hidden_at
    assert not talk.now.needs_attention
    assert not OptOut.objects.exists()


def test_wrong_number_stop_is_an_opt_out(talk: Talk) -> None:
    talk.hears("Wrong number, stop")
    assert promise().source == OptOut.Source.WORDS


def test_a_wrong_number_gets_no_first_text(cast: Cast, talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG)
    outcome = send(cast, first_press_shown_anyway(cast, talk.action))
    assert outcome.safeguard == Safeguard.WRONG_NUMBER


@pytest.mark.parametrize("words", ["Hello?", "START", "Who are you"])
def test_a_later_text_does_not_release_a_wrong_number_but_is_kept_for_staff(talk: Talk, words: str) -> None:
    talk.hears(CERTAINLY_WRONG)
    talk.hears(words)

    assert WrongNumber.objects.live().count() == 1
    assert not talk.is_with_vera()
    assert talk.now.needs_attention  # whoever releases it finds it waiting
    assert Message.objects.filter(conversation=talk.id, kind="incoming").count() == 2


def test_a_wrong_number_is_noted_once(talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG, CERTAINLY_WRONG)
    talk.hears(CERTAINLY_WRONG)
    assert WrongNumber.objects.count() == 1
    assert Message.objects.filter(kind="incoming").count() == 3


# What is only likely


@pytest.mark.parametrize(("words", "suggestion"), [(LIKELY_WORDS, "opt_out"), (LIKELY_WRONG, "wrong_number")])
def test_what_is_likely_is_suggested_and_first_texts_wait(
    cast: Cast, talk: Talk, words: str, suggestion: str
) -> None:
    talk.hears(words)

    assert talk.now.suggestion == suggestion
    assert talk.is_with_vera()
    assert not OptOut.objects.exists()
    assert not WrongNumber.objects.exists()
    outcome = send(cast, first_press_shown_anyway(cast, talk.action))
    assert (outcome.verdict, outcome.safeguard) == (Verdict.NOT_NOW, Safeguard.UNCLEAR_REPLY)


@pytest.mark.parametrize("words", ["ok", "hello?", LIKELY_WRONG, "HELP"])
def test_an_ordinary_text_afterwards_takes_nothing_back(talk: Talk, words: str) -> None:
    talk.hears(LIKELY_WORDS)
    talk.hears(words)
    assert talk.now.suggestion == "opt_out"


@pytest.mark.parametrize("words", ["STOP", CERTAIN_WORDS, CERTAINLY_WRONG, "START"])
def test_plain_words_afterwards_settle_what_was_suggested(talk: Talk, words: str) -> None:
    talk.hears(LIKELY_WORDS)
    talk.hears(words)
    assert talk.now.suggestion == ""


def test_a_stronger_suspicion_takes_the_place_of_a_weaker_one(talk: Talk) -> None:
    assert talk.hears(LIKELY_WRONG, LIKELY_WORDS).suggestion == "opt_out"


# The phone


@pytest.mark.parametrize("line", ["landline", "dead"])
def test_a_phone_that_writes_is_no_landline_and_not_dead(cast: Cast, talk: Talk, line: str) -> None:
    for campaign in (cast.campaign, cast.river.campaign):
        KnownPhone.objects.create(campaign=campaign, phone=talk.phone, line=line, line_learned_at=clock.now())
    talk.hears("Hi")

    known = KnownPhone.objects.get(campaign=cast.campaign)
    assert (known.line, known.line_learned_at) == ("", None)
    assert KnownPhone.objects.get(campaign=cast.river.campaign).line == line


def test_a_phone_that_writes_is_within_reach(talk: Talk) -> None:
    KnownPhone.objects.create(campaign=talk.cast.campaign, phone=talk.phone, unreachable=2)
    talk.hears("Hi")
    assert KnownPhone.objects.get().unreachable == 0


def test_a_block_is_lifted_by_start_only(talk: Talk) -> None:
    KnownPhone.objects.create(
        campaign=talk.cast.campaign, phone=talk.phone, line="blocked", line_learned_at=clock.now()
    )
    talk.hears("STOP", "Hi")
    assert KnownPhone.objects.get().line == "blocked"

    talk.hears("START")
    assert KnownPhone.objects.get().line == ""


# Texts of other kinds


def test_pictures_without_words_are_kept(talk: Talk) -> None:
    media = {"NumMedia": "2", "MediaUrl0": "https://media.example/a", "MediaUrl1": "https://media.example/b"}
    talk.hears("", **media)

    text = Message.objects.get(kind="incoming")
    assert (text.text, text.media) == ("", ["https://media.example/a", "https://media.example/b"])
    assert talk.is_with_vera()


def test_a_text_without_anything_is_kept(talk: Talk) -> None:
    talk.hears("")
    assert Message.objects.filter(kind="incoming", text="").count() == 1
    assert talk.is_with_vera()


def test_a_review_is_kept_with_who_looked(cast: Cast, talk: Talk) -> None:
    talk.hears(CERTAIN_WORDS)
    confirm_opt_out(promise(), cast.adam, clock.now())
    confirm_opt_out(promise(), cast.olivia, clock.now() + timedelta(hours=1))
    assert (promise().reviewed_by, promise().reviewed_at) == (cast.adam, clock.now())


def test_many_ordinary_replies_take_no_statement_each(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    phones = [cast.contact().phone for _ in range(40)]
    cast.published([cast.contact()])
    for phone in phones:  # their conversations exist, as after publication
        arrives(cast, "Hello", phone, f"SM-{phone}")
    process_events(clock.now())
    for number, phone in enumerate(phones):
        arrives(cast, ["Hello", "STOP", CERTAIN_WORDS, LIKELY_WORDS][number % 4], phone, f"SM2-{phone}")

    with django_assert_max_num_queries(25):
        process_events(clock.now())
    assert OptOut.objects.count() == 20


# The order of what was said


@pytest.mark.parametrize("back", ["START", "yes"])
def test_a_stop_behind_a_start_counts_when_both_are_read_at_once(talk: Talk, back: str) -> None:
    talk.hears("STOP")
    talk.hears(back, "STOP")

    assert OptOut.objects.filter(phone=talk.phone, undone_at=None).count() == 1
    assert talk.now.hidden_at


@pytest.mark.parametrize("back", ["START", "yes"])
def test_an_old_start_that_is_read_late_takes_no_newer_stop_back(talk: Talk, back: str) -> None:
    arrives(talk.cast, back, talk.phone, "SM-old")
    CarrierEvent.objects.update(
        received_at=clock.now() - timedelta(hours=2), due_at=clock.now() + timedelta(hours=1)
    )
    talk.hears("STOP")
    CarrierEvent.objects.update(due_at=clock.now())

    process_events(clock.now())

    assert OptOut.objects.filter(phone=talk.phone, undone_at=None).count() == 1
    assert Message.objects.filter(kind="incoming").count() == 2
