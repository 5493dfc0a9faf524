"""A campaign registers with the carriers: the draft, the handing in, and what follows from each answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registering import (
    Approval,
    Incomplete,
    NotNow,
    approve,
    lacks,
    registration_of,
    reject,
    samples,
    submit,
    take_back,
    write_draft,
)
from textbank.campaigns.registration_forms import ApprovalForm, DetailsForm
from textbank.campaigns.trust_classes import TRUST_CLASSES
from textbank.conftest import TUESDAY_NOON, Cast

Kind = Registration.Kind
WHOLE = {
    "legal_name": "Green Valley Votes, Inc.",
    "ein": "12-3456789",
    "kind": Kind.ADVOCACY,
    "use_case": "Volunteers remind members to vote.",
    "sample_texts": "Hi Ana, it's Vera. Vote on Tuesday. Reply STOP to opt out.\n\nHi Ben, do you need a ride?",
}
ANSWER = Approval("CABC123", 2_400, 40_000)


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """One that has just been made: it has no registration at all, and the other campaign is approved."""
    cast.campaign.registration.delete()
    return Campaign.objects.get(id=cast.campaign.id)


def written(campaign: Campaign, **changes: object) -> Registration:
    """Its registration as these words would have it, not stored."""
    return Registration(campaign=campaign, **(WHOLE | changes))


def submitted(campaign: Campaign, **changes: object) -> None:
    write_draft(written(campaign, **changes))
    submit(campaign, clock.now())


def test_a_draft_is_handed_in_and_approved(cast: Cast, campaign: Campaign) -> None:
    submitted(campaign)
    assert registration_of(campaign).status == "submitted"
    assert registration_of(campaign).submitted_at == TUESDAY_NOON

    approve(campaign, ANSWER, clock.now())

    approved = registration_of(campaign)
    assert (approved.status, approved.decided_at) == ("approved", TUESDAY_NOON)
    assert (approved.registry_id, approved.att_per_minute, approved.tmobile_per_day) == (
        "CABC123",
        2_400,
        40_000,
    )
    assert (approved.legal_name, approved.ein) == (WHOLE["legal_name"], WHOLE["ein"])
    assert Registration.objects.get(campaign=cast.river.campaign).registry_id == ""


def test_a_rejected_one_says_why_and_can_be_handed_in_again(campaign: Campaign) -> None:
    submitted(campaign)
    reject(campaign, "The sample texts do not say who writes.", clock.now())
    assert registration_of(campaign).status == "rejected"

    take_back(campaign)

    # What the registry asked for stays in sight until it is handed in again.
    assert registration_of(campaign).rejected_because == "The sample texts do not say who writes."
    submit(campaign, clock.now())
    assert registration_of(campaign).status == "submitted"
    assert registration_of(campaign).rejected_because == ""


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"legal_name": " "}, ["legal_name"]),
        ({"ein": ""}, ["ein"]),
        ({"ein": "", "kind": Kind.OTHER}, []),
        ({"use_case": ""}, ["use_case"]),
        ({"sample_texts": "Only one, on\ntwo lines."}, ["sample_texts"]),
        ({"sample_texts": "One\r\n\r\nTwo"}, []),
        ({"kind": Kind.POLITICAL}, ["verify_token", "expires_on"]),
        ({"kind": Kind.POLITICAL, "verify_token": "cv|1.0|x"}, ["expires_on"]),
        ({"kind": Kind.POLITICAL, "verify_token": "cv|1.0|x", "expires_on": date(2027, 1, 31)}, []),
        ({"kind": Kind.CHARITY}, []),
    ],
)
def test_what_has_to_be_there_before_it_is_handed_in(
    campaign: Campaign, changes: dict[str, object], missing: list[str]
) -> None:
    assert list(lacks(written(campaign, **changes))) == missing
    if missing:
        with pytest.raises(Incomplete) as refused:
            submitted(campaign, **changes)
        assert list(refused.value.lacks) == missing
        assert registration_of(campaign).status == "draft"


def test_sample_texts_stand_apart_by_an_empty_line() -> None:
    assert samples("One\nstill one\n \nTwo\n\n\n") == ["One\nstill one", "Two"]


@pytest.mark.parametrize("verb", ["write", "submit", "approve", "reject"])
def test_what_cannot_follow_the_state_is_refused(campaign: Campaign, verb: str) -> None:
    acts = {
        "write": (lambda: write_draft(written(campaign)), {"draft"}),
        "submit": (lambda: submit(campaign, clock.now()), {"draft"}),
        "approve": (lambda: approve(campaign, ANSWER, clock.now()), {"submitted", "approved"}),
        "reject": (lambda: reject(campaign, "No", clock.now()), {"submitted", "approved"}),
    }
    act, allowed = acts[verb]
    for status in Registration.Status:
        Registration.objects.filter(campaign=campaign).delete()
        written(campaign, status=status, decided_at=clock.now()).save()
        if status in allowed:
            act()
        else:
            with pytest.raises(NotNow):
                act()


def test_an_approved_identity_changes_only_as_a_draft_that_is_approved_anew(campaign: Campaign) -> None:
    submitted(campaign)
    approve(campaign, ANSWER, clock.now())
    with pytest.raises(NotNow):
        write_draft(written(campaign, ein="98-7654321"))
    assert registration_of(campaign).ein == WHOLE["ein"]

    take_back(campaign)
    write_draft(written(campaign, ein="98-7654321"))

    assert registration_of(campaign).status == "draft"
    assert registration_of(campaign).ein == "98-7654321"


def test_a_renewal_keeps_texts_going_and_is_warned_of_anew(campaign: Campaign) -> None:
    submitted(campaign)
    approve(campaign, replace(ANSWER, expires_on=date(2026, 11, 1)), clock.now())
    Registration.objects.filter(campaign=campaign).update(warned_on=date(2026, 10, 2), verify_token="old")

    approve(campaign, Approval("CABC123", 4_500, None, date(2028, 1, 31), "new"), clock.now())

    renewed = registration_of(campaign)
    assert (renewed.status, renewed.expires_on, renewed.warned_on) == ("approved", date(2028, 1, 31), None)
    assert (renewed.att_per_minute, renewed.tmobile_per_day, renewed.verify_token) == (4_500, None, "new")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12-3456789", "12-3456789"), (" 123456789 ", "12-3456789"), ("", "")],
)
def test_an_ein_gets_its_hyphen(campaign: Campaign, typed: str, kept: str) -> None:
    form = DetailsForm(WHOLE | {"ein": typed}, instance=registration_of(campaign))
    assert form.is_valid(), form.errors
    assert form.instance.ein == kept


@pytest.mark.parametrize("typed", ["12-345678", "1-23456789", "twelve", "12-34567890", "１２3456789"])
def test_what_is_no_ein_is_refused(campaign: Campaign, typed: str) -> None:
    form = DetailsForm(WHOLE | {"ein": typed}, instance=registration_of(campaign))
    assert list(form.errors) == ["ein"]


def answered(registration: Registration, **said: object) -> ApprovalForm:
    today = TUESDAY_NOON.date()
    return ApprovalForm({"registry_id": "C1"} | said, registration=registration, today=today)


@pytest.mark.parametrize("key", TRUST_CLASSES)
def test_the_caps_come_from_the_class_whatever_is_typed_beside_it(campaign: Campaign, key: str) -> None:
    form = answered(registration_of(campaign), trust_class=key, att_per_minute=7, tmobile_per_day=7)
    assert form.is_valid(), form.errors
    approval = form.approval()
    known = TRUST_CLASSES[key]
    assert (approval.att_per_minute, approval.tmobile_per_day) == (
        known.att_per_minute,
        known.tmobile_per_day,
    )


def test_other_caps_can_be_typed(campaign: Campaign) -> None:
    form = answered(registration_of(campaign), trust_class="typed", att_per_minute=600, tmobile_per_day="")
    assert form.is_valid(), form.errors
    assert (form.approval().att_per_minute, form.approval().tmobile_per_day) == (600, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"trust_class": "typed"}, "att_per_minute"),
        ({"trust_class": "typed", "att_per_minute": 0}, "att_per_minute"),
        ({"trust_class": ""}, "trust_class"),
        ({"trust_class": "50", "registry_id": " "}, "registry_id"),
        ({"trust_class": "50", "expires_on": "2026-10-12"}, "expires_on"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_field(
    campaign: Campaign, said: dict[str, object], field: str
) -> None:
    assert list(answered(registration_of(campaign), **said).errors) == [field]


def test_a_527_is_approved_until_a_day_which_may_be_today(campaign: Campaign) -> None:
    registration = written(campaign, kind=Kind.POLITICAL)
    assert list(answered(registration, trust_class="527").errors) == ["expires_on"]
    assert answered(registration, trust_class="527", expires_on=TUESDAY_NOON.date()).is_valid()
    yesterday = TUESDAY_NOON.date() - timedelta(days=1)
    assert not answered(registration, trust_class="527", expires_on=yesterday).is_valid()
