"""What is said before an action is published: whom it can text, and what keeps its texts from leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.models import PhoneNumber
from textbank.conftest import Cast
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.models.known_phone import GOOD_FOR, KnownPhone, WrongNumber
from textbank.contacts.opting_out import opt_out, undo_opt_out
from textbank.texting.models import Conversation, Message, TextingAction
from textbank.texting.preflight import hindrances, reach
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import FREQUENT_TEXTING, Facts, Moment, refusal

NOW_BY = timedelta(microseconds=1)


def everybody(cast: Cast, campaign: Campaign) -> list[Contact]:
    """One contact for each thing that can be known of somebody, and some for two at once."""
    people = [cast.contact(campaign, phone=f"+1919556{number:04d}") for number in range(14)]
    phones = [person.phone for person in people]
    now = clock.now()
    for phone in (phones[0], phones[1], phones[2]):
        opt_out(campaign, phone, OptOut.Source.ADMIN, now)
    undo_opt_out(OptOut.objects.get(campaign=campaign, phone=phones[2]), now, because="By mistake")
    for place, released_at in ((1, None), (3, None), (4, now)):
        WrongNumber.objects.create(
            campaign=campaign, phone=phones[place], source="admin", recorded_at=now, released_at=released_at
        )
    for place, line, learned_at in (
        (3, KnownPhone.Line.LANDLINE, now),
        (5, KnownPhone.Line.LANDLINE, now - GOOD_FOR),
        (6, KnownPhone.Line.LANDLINE, now - GOOD_FOR - NOW_BY),
        (7, KnownPhone.Line.DEAD, now),
        (8, KnownPhone.Line.BLOCKED, None),
        (9, KnownPhone.Line.UNKNOWN, None),
    ):
        KnownPhone.objects.create(
            campaign=campaign, phone=phones[place], line=line, line_learned_at=learned_at
        )
    for place, ago in (
        (7, timedelta()),
        (10, FREQUENT_TEXTING - NOW_BY),
        (11, FREQUENT_TEXTING),
        (12, timedelta(days=9)),
    ):
        Conversation.objects.create(campaign=campaign, contact=people[place], last_initial_at=now - ago)
    return people


@pytest.fixture
def draft(cast: Cast) -> TextingAction:
    """Over everybody; in the other campaign all of the same is known of the same phones' opposites."""
    people = everybody(cast, cast.campaign)
    theirs = cast.river.campaign
    for person in people:
        OptOut.objects.create(campaign=theirs, phone=person.phone, source="admin", opted_out_at=clock.now())
    return cast.draft(people)


def test_the_reach_adds_up_to_the_list_each_contact_counted_once(draft: TextingAction) -> None:
    found = reach(draft, clock.now())
    assert found.contacts == 14
    assert found.held_back == {
        Safeguard.OPTED_OUT: 2,
        Safeguard.TEXTED_RECENTLY: 1,
        Safeguard.WRONG_NUMBER: 1,
        Safeguard.LANDLINE: 1,
        Safeguard.DEAD_NUMBER: 1,
        Safeguard.BLOCKED: 1,
    }
    assert found.textable == 7
    assert found.members == 4


@pytest.mark.parametrize("prevents", [True, False])
def test_the_reach_says_what_the_safeguards_will_say(
    cast: Cast, draft: TextingAction, prevents: bool
) -> None:
    Campaign.objects.update(prevents_frequent_texting=prevents)
    draft = TextingAction.objects.get(id=draft.id)
    moment = Moment.of(draft.campaign, clock.now())
    asked: dict[Safeguard, int] = {}
    for contact in Contact.objects.filter(list_entries__contact_list=draft.contact_list):
        known = KnownPhone.objects.filter(campaign=cast.campaign, phone=contact.phone).first() or KnownPhone()
        thread = Conversation.objects.filter(contact=contact).first() or Conversation()
        phones = {"campaign": cast.campaign, "phone": contact.phone}
        facts = Facts(
            kind=Message.Kind.INITIAL,
            zones=contact.zones,
            phone=contact.phone,
            is_opted_out=OptOut.objects.filter(**phones, undone_at=None).exists(),
            is_wrong_number=WrongNumber.objects.filter(**phones, released_at=None).exists(),
            line=known.line,
            line_learned_at=known.line_learned_at,
            last_initial_at=thread.last_initial_at,
        )
        if found := refusal(facts, moment):
            asked[found] = asked.get(found, 0) + 1
    assert reach(draft, clock.now()).held_back == asked


def test_the_reach_is_one_question_to_the_list_however_long_it_is(
    draft: TextingAction, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(5):  # the list and the members, and what is around the question
        reach(draft, clock.now())


def test_nothing_hinders_a_campaign_that_is_approved_and_has_a_number(cast: Cast) -> None:
    assert hindrances(cast.campaign, clock.now()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: Registration.objects.update(status="submitted"), "has not approved"),
        (lambda: Registration.objects.all().delete(), "has not approved"),
        (lambda: Registration.objects.update(expires_on="2026-10-12"), "has ended"),
        (lambda: Campaign.objects.update(paused_at=clock.now()), "is paused"),
        (lambda: PhoneNumber.objects.update(is_active=False), "No phone number"),
    ],
)
def test_what_keeps_every_text_back_is_said_before_publishing(
    cast: Cast, sign_in: Callable[..., Client], change: Callable[[], object], words: str
) -> None:
    draft = cast.draft([cast.contact()])
    change()
    [sentence] = hindrances(Campaign.objects.get(id=cast.campaign.id), clock.now())
    assert words in sentence
    page = sign_in(cast.adam).get(reverse("action_setup", args=["green-valley", draft.id])).content.decode()
    assert "Nothing will leave yet" in page
    assert words in page.split('id="readiness"')[1]
    assert "Publish to everyone" in page  # it may be published, and waits


def test_the_page_says_whom_safeguards_will_hold_back(
    cast: Cast, sign_in: Callable[..., Client], draft: TextingAction
) -> None:
    page = sign_in(cast.adam).get(reverse("action_setup", args=["green-valley", draft.id])).content.decode()
    assert "7 of 14 contacts on the list can be texted." in page
    for label in ("Opted out", "Wrong number", "Landline", "Not in service", "Texted in the last 6 hours"):
        assert label in page
