"""The ledger of opt-outs, as staff see and keep it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out

LEDGER = "/c/green-valley/staff/opt-outs/"


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


@pytest.fixture
def promise(cast: Cast) -> OptOut:
    for campaign in (cast.campaign, cast.river.campaign):
        opt_out(campaign, "+19195550123", OptOut.Source.KEYWORD, clock.now(), words="STOP <b>now</b>")
    return OptOut.objects.get(campaign=cast.campaign)


def undoing(promise: OptOut) -> str:
    return reverse("opt_out_undoing", args=["green-valley", promise.id])


def test_the_ledger_shows_the_exact_words(staff: Client, promise: OptOut) -> None:
    page = staff.get(LEDGER).content.decode()
    assert "+19195550123" in page
    assert "STOP &lt;b&gt;now&lt;/b&gt;" in page


def test_how_many_there_are_is_said_in_words_that_fit(cast: Cast, staff: Client, promise: OptOut) -> None:
    assert "<span>1 opt-out</span>" in staff.get(LEDGER).content.decode()
    for number in range(50):
        opt_out(cast.campaign, f"+191955502{number:02}", OptOut.Source.KEYWORD, clock.now())
    assert "<span>1–50 of 51 opt-outs</span>" in staff.get(LEDGER).content.decode()


@pytest.mark.parametrize("typed", ["(919) 555-0123", "5550123", "+1 919 555 0123"])
def test_a_phone_is_found_however_it_is_typed(staff: Client, promise: OptOut, typed: str) -> None:
    assert [row["promise"] for row in staff.get(LEDGER, {"q": typed}).context["rows"]] == [promise]
    assert staff.get(LEDGER, {"q": "9195550999"}).context["rows"] == []


def test_one_is_added_by_hand_with_who_and_why(cast: Cast, staff: Client) -> None:
    staff.post(LEDGER, {"phone": "(919) 555-0177", "words": "Rang the office"})
    added = OptOut.objects.get()
    assert (added.campaign, added.phone, added.source) == (cast.campaign, "+19195550177", "admin")
    assert (added.opted_out_by, added.words) == (cast.adam, "Rang the office")


def test_a_phone_that_cannot_be_is_refused_in_a_sentence(staff: Client) -> None:
    response = staff.post(LEDGER, {"phone": "555"})
    assert response.status_code == 422
    assert "This is not a phone number that exists." in response.content.decode()
    assert OptOut.objects.count() == 0


def test_it_is_undone_with_a_reason_and_stays_on_record(cast: Cast, staff: Client, promise: OptOut) -> None:
    assert staff.post(undoing(promise), {"because": " "}).status_code == 422
    staff.post(undoing(promise), {"because": "They rang and asked to hear from us"})
    promise.refresh_from_db()
    assert promise.undone_by == cast.adam
    assert promise.undone_because == "They rang and asked to hear from us"
    assert OptOut.objects.get(campaign=cast.river.campaign).undone_at is None


def test_what_is_undone_is_not_undone_again(staff: Client, promise: OptOut) -> None:
    staff.post(undoing(promise), {"because": "Mistake"})
    assert staff.post(undoing(promise), {"because": "Again"}).status_code == 404


def test_the_ledger_of_another_campaign_is_not_there(cast: Cast, staff: Client, promise: OptOut) -> None:
    theirs = OptOut.objects.get(campaign=cast.river.campaign)
    assert staff.post(undoing(theirs), {"because": "Mine now"}).status_code == 404
    assert len(staff.get(LEDGER).context["rows"]) == 1


def test_live_and_undone_are_told_apart(staff: Client, promise: OptOut) -> None:
    assert len(staff.get(LEDGER, {"state": "live"}).context["rows"]) == 1
    staff.post(undoing(promise), {"because": "Mistake"})
    assert len(staff.get(LEDGER, {"state": "live"}).context["rows"]) == 0
    assert len(staff.get(LEDGER, {"state": "undone"}).context["rows"]) == 1
