"""Where staff look after opt-outs read out of words, and wrong numbers; and how the phones come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import Contact, OptOut, WrongNumber
from textbank.contacts.opting_out import opt_out
from textbank.contacts.wrong_numbers import note_wrong_number
from textbank.texting.bringing_back import bring_back_opted_out, bring_back_wrong_number
from textbank.texting.models import Conversation
from textbank.texting.tests.test_heeding import CERTAIN_WORDS, CERTAINLY_WRONG, Talk

TO_REVIEW = "/c/green-valley/staff/opt-outs/to-look-at/"
WRONG = "/c/green-valley/staff/opt-outs/wrong-numbers/"


@pytest.fixture
def talk(cast: Cast) -> Talk:
    return Talk(cast)


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


def at(name: str, row: OptOut | WrongNumber) -> str:
    return reverse(name, args=["green-valley", row.pk])


def test_what_was_read_out_of_words_is_shown_word_for_word_with_its_conversation(
    staff: Client, talk: Talk
) -> None:
    talk.hears(f"{CERTAIN_WORDS} <b>")
    page = staff.get(TO_REVIEW).content.decode()
    assert f"{CERTAIN_WORDS} &lt;b&gt;" in page
    assert reverse("conversation", args=["green-valley", talk.id]) in page


def test_how_much_there_is_to_look_at_stands_on_the_tab(staff: Client, talk: Talk) -> None:
    talk.hears(CERTAIN_WORDS)
    for address in ("/c/green-valley/staff/opt-outs/", TO_REVIEW, WRONG):
        tabs = {tab["label"]: tab["count"] for tab in staff.get(address).context["tabs"]}
        assert tabs == {"All opt-outs": "", "To look at": 1, "Wrong numbers": 0}


def test_that_is_right_takes_it_off_the_list_and_keeps_the_promise(
    cast: Cast, staff: Client, talk: Talk
) -> None:
    talk.hears(CERTAIN_WORDS)
    promise = OptOut.objects.get()
    staff.post(at("opt_out_review", promise))

    promise.refresh_from_db()
    assert promise.reviewed_by == cast.adam
    assert promise.undone_at is None
    assert staff.get(TO_REVIEW).context["rows"] == []


def test_undoing_it_takes_a_reason_and_brings_the_conversation_back(
    cast: Cast, staff: Client, talk: Talk
) -> None:
    talk.hears(CERTAIN_WORDS)
    promise = OptOut.objects.get()
    assert staff.post(at("opt_out_undoing", promise), {"because": ""}).status_code == 422
    assert not talk.is_with_vera()

    answer = staff.post(at("opt_out_undoing", promise), {"because": "It was about another list"})

    assert answer.url == TO_REVIEW
    promise.refresh_from_db()
    assert (promise.undone_by, promise.undone_because) == (cast.adam, "It was about another list")
    assert talk.is_with_vera()
    assert talk.now.is_unread


def test_undoing_any_opt_out_brings_its_conversation_back(staff: Client, talk: Talk) -> None:
    talk.hears("STOP")
    staff.post(at("opt_out_undoing", OptOut.objects.get()), {"because": "They rang"})
    assert talk.is_with_vera()


def test_an_opt_out_of_somebody_who_never_wrote_brings_nothing_into_the_inbox(
    cast: Cast, staff: Client, talk: Talk
) -> None:
    opt_out(cast.campaign, talk.phone, OptOut.Source.ADMIN, clock.now())
    staff.post(at("opt_out_undoing", OptOut.objects.get()), {"because": "Typed wrongly"})
    assert not talk.now.needs_attention


def test_the_conversation_stays_away_while_there_is_another_reason(cast: Cast, talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG, "STOP")
    bring_back_opted_out(OptOut.objects.get(), clock.now(), because="Mistake", by=cast.adam)
    assert talk.now.hidden_at

    bring_back_wrong_number(WrongNumber.objects.get(), clock.now(), because="Mistake", by=cast.adam)
    assert talk.is_with_vera()


def test_undoing_twice_changes_nothing_more(cast: Cast, talk: Talk) -> None:
    talk.hears("STOP")
    promise = OptOut.objects.get()
    assert bring_back_opted_out(promise, clock.now(), because="One", by=cast.adam)
    talk.hears("STOP")

    # an old page, sent once more: the promise of today stands
    assert not bring_back_opted_out(promise, clock.now(), because="Two", by=cast.olivia)
    assert OptOut.objects.filter(undone_at=None).count() == 1
    assert talk.now.hidden_at


def test_bringing_back_touches_no_other_campaign(cast: Cast, talk: Talk) -> None:
    elsewhere = Conversation.objects.create(
        campaign=cast.river.campaign,
        contact=cast.contact(cast.river.campaign, phone=talk.phone),
        hidden_at=clock.now(),
        last_inbound_at=clock.now(),
    )
    talk.hears("STOP")
    bring_back_opted_out(OptOut.objects.get(), clock.now(), because="Mistake", by=cast.adam)
    elsewhere.refresh_from_db()
    assert elsewhere.hidden_at


# Wrong numbers


def test_a_wrong_number_is_found_by_its_digits_and_its_state(staff: Client, talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG)
    found = [
        row["noted"].phone
        for row in staff.get(WRONG, {"q": talk.phone[-7:], "state": "live"}).context["rows"]
    ]
    assert found == [talk.phone]
    assert staff.get(WRONG, {"q": "5550000"}).context["rows"] == []
    assert staff.get(WRONG, {"state": "released"}).context["rows"] == []


def test_it_is_released_with_a_reason_and_its_conversation_returns(
    cast: Cast, staff: Client, talk: Talk
) -> None:
    talk.hears(CERTAINLY_WRONG)
    wrong = WrongNumber.objects.get()
    assert staff.post(at("wrong_number_release", wrong), {"because": " "}).status_code == 422

    staff.post(at("wrong_number_release", wrong), {"because": "It was a joke"})

    wrong.refresh_from_db()
    assert (wrong.released_by, wrong.released_because) == (cast.adam, "It was a joke")
    assert talk.is_with_vera()
    assert staff.post(at("wrong_number_release", wrong), {"because": "Again"}).status_code == 404


def test_that_they_wrote_again_is_shown_to_staff(
    staff: Client, talk: Talk, noon_on_a_tuesday: object
) -> None:
    talk.hears(CERTAINLY_WRONG)
    assert "Wrote again" not in staff.get(WRONG).content.decode()

    noon_on_a_tuesday.shift(timedelta(minutes=1))
    talk.hears("Hello?")
    assert "Wrote again" in staff.get(WRONG).content.decode()


def test_it_is_shown_though_the_contact_is_gone(staff: Client, talk: Talk) -> None:
    talk.hears(CERTAINLY_WRONG)
    Contact.objects.filter(phone=talk.phone).delete()
    assert talk.phone in staff.get(WRONG).content.decode()


def test_those_of_another_campaign_are_not_there(cast: Cast, staff: Client) -> None:
    theirs = cast.contact(cast.river.campaign)
    note_wrong_number(theirs, WrongNumber.Source.ADMIN, clock.now(), by=cast.rosa)
    opt_out(cast.river.campaign, theirs.phone, OptOut.Source.WORDS, clock.now(), words="no more")
    wrong, promise = WrongNumber.objects.get(), OptOut.objects.get()

    assert staff.get(WRONG).context["rows"] == []
    assert staff.get(TO_REVIEW).context["rows"] == []
    for name, row in (
        ("wrong_number_release", wrong),
        ("opt_out_review", promise),
        ("opt_out_undoing", promise),
    ):
        assert staff.post(at(name, row), {"because": "Mine now"}).status_code == 404


def test_volunteers_do_not_come_in(cast: Cast, sign_in: Callable[[Membership], Client], talk: Talk) -> None:
    talk.hears(CERTAIN_WORDS, CERTAINLY_WRONG)
    volunteer = sign_in(cast.vera)
    assert volunteer.get(TO_REVIEW).status_code == 403
    assert volunteer.get(WRONG).status_code == 403
    assert volunteer.post(at("opt_out_review", OptOut.objects.get())).status_code == 403
    wrong = at("wrong_number_release", WrongNumber.objects.get())
    assert volunteer.post(wrong, {"because": "Please"}).status_code == 403
