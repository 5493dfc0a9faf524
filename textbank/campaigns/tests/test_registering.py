"""A campaign registers with the carriers: the draft, the handing in, and what follows from each answer."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connections, transaction

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
OF_A_527 = {"kind": Kind.POLITICAL, "verify_token": "cv|1.0|x", "expires_on": date(2027, 1, 31)}
HOUR = timedelta(hours=1)


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

    approve(campaign, ANSWER, clock.now() + HOUR)

    approved = registration_of(campaign)
    assert (approved.status, approved.decided_at) == ("approved", TUESDAY_NOON + HOUR)
    assert (approved.registry_id, approved.att_per_minute, approved.tmobile_per_day) == (
        "CABC123",
        2_400,
        40_000,
    )
    assert (approved.legal_name, approved.ein) == (WHOLE["legal_name"], WHOLE["ein"])
    assert Registration.objects.get(campaign=cast.river.campaign).registry_id == ""


def test_a_draft_keeps_all_that_is_written(campaign: Campaign) -> None:
    wanted = WHOLE | OF_A_527
    write_draft(written(campaign, **OF_A_527))
    assert Registration.objects.filter(campaign=campaign).values(*wanted).get() == wanted


def test_a_rejected_one_says_why_and_can_be_handed_in_again(campaign: Campaign) -> None:
    submitted(campaign)
    reject(campaign, "The sample texts do not say who writes.", clock.now() + HOUR)
    rejected = registration_of(campaign)
    assert (rejected.status, rejected.decided_at) == ("rejected", TUESDAY_NOON + HOUR)

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
        ({"ein": "", "kind": Kind.CHARITY}, ["ein"]),
        ({"use_case": " "}, ["use_case"]),
        ({"sample_texts": "Only one, on\ntwo lines."}, ["sample_texts"]),
        ({"sample_texts": "One\r\n\r\nTwo"}, []),
        ({"kind": Kind.POLITICAL}, ["verify_token", "expires_on"]),
        ({"kind": Kind.POLITICAL, "verify_token": "cv|1.0|x"}, ["expires_on"]),
        (OF_A_527, []),
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


IN_WORDS = {
    "draft": "a draft",
    "submitted": "with the registry",
    "approved": "approved",
    "rejected": "rejected",
}


@pytest.mark.parametrize("verb", ["write", "submit", "approve", "reject", "take back"])
def test_what_cannot_follow_the_state_is_refused_and_says_the_state(campaign: Campaign, verb: str) -> None:
    acts = {
        "write": (lambda: write_draft(written(campaign)), {"draft"}),
        "submit": (lambda: submit(campaign, clock.now()), {"draft"}),
        "approve": (lambda: approve(campaign, ANSWER, clock.now()), {"submitted", "approved"}),
        "reject": (lambda: reject(campaign, "No", clock.now()), {"submitted", "approved"}),
        "take back": (lambda: take_back(campaign), set(Registration.Status)),
    }
    act, allowed = acts[verb]
    for status in Registration.Status:
        Registration.objects.filter(campaign=campaign).delete()
        written(campaign, status=status, decided_at=clock.now()).save()
        if status in allowed:
            act()
        else:
            with pytest.raises(NotNow, match=f"The registration is {IN_WORDS[status]} now"):
                act()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_just_being_handed_in_is_not_written_over() -> None:
    campaign = Cast().campaign
    take_back(campaign)
    write_draft(written(campaign))
    refused = []

    def write_too() -> None:
        try:
            write_draft(written(campaign, use_case="Something else."))
        except NotNow as reason:
            refused.append(str(reason))
        finally:
            connections.close_all()

    other = threading.Thread(target=write_too)
    with transaction.atomic():
        submit(campaign, clock.now())
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join()

    assert refused == ["The registration is with the registry now. Look again."]
    assert registration_of(campaign).use_case == WHOLE["use_case"]


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

    approve(campaign, ANSWER, clock.now())
    assert registration_of(campaign).verify_token == "new"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12-3456789", "12-3456789"), (" 123456789 ", "12-3456789"), ("", "")],
)
def test_an_ein_gets_its_hyphen(campaign: Campaign, typed: str, kept: str) -> None:
    said = WHOLE | {"ein": typed, "verify_token": " cv|1.0|x "}
    form = DetailsForm(said, instance=registration_of(campaign))
    assert form.is_valid(), form.errors
    assert (form.instance.ein, form.instance.verify_token) == (kept, "cv|1.0|x")


@pytest.mark.parametrize(
    "typed", ["12-345678", "1-23456789", "twelve", "12-34567890", "１２3456789", "１２-3456789"]
)
def test_what_is_no_ein_is_refused(campaign: Campaign, typed: str) -> None:
    form = DetailsForm(WHOLE | {"ein": typed}, instance=registration_of(campaign))
    assert list(form.errors) == ["ein"]


def answered(registration: Registration, **said: object) -> ApprovalForm:
    today = TUESDAY_NOON.date()
    return ApprovalForm({"registry_id": "C1"} | said, registration=registration, today=today)


# AT&T's segments a minute and T-Mobile's a day, as the registry's gateways publish them.
CAPS = {
    "75": (4_500, 200_000),
    "50": (2_400, 40_000),
    "25": (240, 10_000),
    "1": (240, 2_000),
    "low": (75, 2_000),
    "sole": (15, 1_000),
    "527": (4_500, None),
    "501c4": (4_500, 2_000),
}


@pytest.mark.parametrize("key", TRUST_CLASSES)
def test_the_caps_come_from_the_class_whatever_is_typed_beside_it(campaign: Campaign, key: str) -> None:
    form = answered(registration_of(campaign), trust_class=key, att_per_minute=7, tmobile_per_day=7)
    assert form.is_valid(), form.errors
    approval = form.approval()
    assert (approval.att_per_minute, approval.tmobile_per_day) == CAPS[key]
    assert approval == Approval.in_class(TRUST_CLASSES[key], "C1")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("50", "Score 50 to 74: AT&T 2,400 a minute, T-Mobile 40,000 a day"),
        ("527", "Political, with Campaign Verify: AT&T 4,500 a minute, T-Mobile without a cap"),
    ],
)
def test_a_class_says_what_may_be_sent(key: str, words: str) -> None:
    assert str(TRUST_CLASSES[key]) == words


def test_other_caps_can_be_typed(campaign: Campaign) -> None:
    form = answered(registration_of(campaign), trust_class="typed", att_per_minute=600, tmobile_per_day="")
    assert form.is_valid(), form.errors
    assert (form.approval().att_per_minute, form.approval().tmobile_per_day) == (600, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"trust_class": "typed"}, "att_per_minute"),
        ({"trust_class": "typed", "att_per_minute": 0}, "att_per_minute"),
        ({"trust_class": "typed", "att_per_minute": -1}, "att_per_minute"),
        ({"trust_class": "typed", "att_per_minute": 1_000_001}, "att_per_minute"),
        ({"trust_class": "typed", "att_per_minute": 1, "tmobile_per_day": 0}, "tmobile_per_day"),
        ({"trust_class": "typed", "att_per_minute": 1, "tmobile_per_day": 10**8 + 1}, "tmobile_per_day"),
        ({"trust_class": "50", "registry_id": "C" * 41}, "registry_id"),
        ({"trust_class": ""}, "trust_class"),
        ({"trust_class": "50", "registry_id": " "}, "registry_id"),
        ({"trust_class": "50", "expires_on": "2026-10-12"}, "expires_on"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_field(
    campaign: Campaign, said: dict[str, object], field: str
) -> None:
    errors = answered(registration_of(campaign), **said).errors
    assert {name: len(sentences) for name, sentences in errors.items()} == {field: 1}


def test_a_527_is_approved_until_a_day_which_may_be_today(campaign: Campaign) -> None:
    registration = written(campaign, kind=Kind.POLITICAL)
    assert list(answered(registration, trust_class="527").errors) == ["expires_on"]
    assert answered(registration, trust_class="527", expires_on=TUESDAY_NOON.date()).is_valid()
    yesterday = TUESDAY_NOON.date() - timedelta(days=1)
    assert not answered(registration, trust_class="527", expires_on=yesterday).is_valid()


def test_only_a_527_gives_a_token_and_it_is_kept_with_the_last_day(campaign: Campaign) -> None:
    said = {"trust_class": "50", "expires_on": "2027-01-31", "verify_token": "new"}
    for kind, token in ((Kind.POLITICAL, "new"), (Kind.CHARITY, "")):
        form = answered(written(campaign, kind=kind), **said)
        assert form.is_valid(), form.errors
        assert form.approval() == Approval("C1", 2_400, 40_000, date(2027, 1, 31), token)


@pytest.mark.parametrize(
    ("kind", "key"),
    [(Kind.POLITICAL, "527"), (Kind.ADVOCACY, "501c4"), (Kind.CHARITY, "25"), (Kind.OTHER, "25")],
)
def test_the_first_answer_begins_with_the_class_that_is_usual_for_the_kind(
    campaign: Campaign, kind: str, key: str
) -> None:
    form = ApprovalForm(registration=written(campaign, kind=kind), today=TUESDAY_NOON.date())
    assert form["trust_class"].value() == key


def test_a_renewal_begins_with_what_is_known(campaign: Campaign) -> None:
    known = {
        "registry_id": "C1",
        "att_per_minute": 600,
        "tmobile_per_day": 7_000,
        "expires_on": date(2027, 1, 31),
    }
    form = ApprovalForm(registration=written(campaign, **known), today=TUESDAY_NOON.date())
    assert {name: form[name].value() for name in known} == known
    assert form["trust_class"].value() == "typed"
