"""Every safeguard stops a text at each of three moments: at the card, at the press, at the carrier's door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from textbank import clock
from textbank.campaigns.models import Campaign, Membership, Registration
from textbank.carriers.models import CarrierEvent, PhoneNumber, TMobileDay
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone, OptOut, WrongNumber
from textbank.contacts.opting_out import opt_out
from textbank.contacts.zones import EASTERN, PACIFIC
from textbank.texting import cards
from textbank.texting.dispatching import claim_outbox
from textbank.texting.models import Conversation, Message, Refusal, Script, TextingAction
from textbank.texting.publishing import close, pause, resume
from textbank.texting.refusals import Safeguard
from textbank.texting.sending import Verdict, send_initials
from textbank.texting.tests.hands import claim
from textbank.texting.tests.test_sending import first_press

# A quarter past nine in New York: early in Los Angeles.
MORNING = datetime(2026, 10, 13, 13, 15, tzinfo=UTC)


@pytest.fixture
def morning(noon_on_a_tuesday: time_machine.Traveller) -> time_machine.Traveller:
    noon_on_a_tuesday.move_to(MORNING, tick=False)
    return noon_on_a_tuesday


@pytest.fixture
def action(cast: Cast, morning: object) -> TextingAction:
    return cast.published([cast.contact()])


Change = Callable[[Cast, TextingAction], object]


def registration(**changes: object) -> Change:
    return lambda cast, _action: Registration.objects.filter(campaign=cast.campaign).update(**changes)


def known_phone(**facts: object) -> Change:
    return lambda cast, _action: KnownPhone.objects.create(campaign=cast.campaign, phone=phone(cast), **facts)


def phone(cast: Cast) -> str:
    return cast.campaign.contacts.get().phone


def t_mobile_is_full(cast: Cast, action: TextingAction) -> None:
    known_phone(network="tmobile")(cast, action)
    registration(tmobile_per_day=100)(cast, action)
    TMobileDay.objects.create(campaign=cast.campaign, day=MORNING.date(), segments=100)


def wrote_what_nobody_can_read(cast: Cast, _action: TextingAction) -> None:
    for company, key in ((cast.green, "ours"), (cast.river, "theirs")):
        CarrierEvent.objects.create(
            campaign=company.campaign,
            account=company.account,
            kind="reply",
            event_key=key,
            phone=phone(cast),
            body="?",
            received_at=MORNING,
            due_at=MORNING,
            parked_at=MORNING,
        )


def in_california(_cast: Cast, action: TextingAction) -> None:
    action.assignments.update(zones=EASTERN | PACIFIC)
    action.campaign.contacts.update(zones=EASTERN | PACIFIC)


def moved_to(cast: Cast, phone: str) -> None:
    cast.campaign.contacts.update(phone=phone)


FOR_THE_MOMENT: list[tuple[Safeguard, Change]] = [
    (Safeguard.NOT_REGISTERED, registration(status="rejected")),
    (Safeguard.NOT_REGISTERED, lambda cast, _: Registration.objects.filter(campaign=cast.campaign).delete()),
    (Safeguard.REGISTRATION_ENDED, registration(expires_on=MORNING.date() - timedelta(days=1))),
    (Safeguard.CAMPAIGN_PAUSED, lambda cast, _: Campaign.objects.update(paused_at=MORNING)),
    (Safeguard.ACTION_PAUSED, lambda _, action: pause(action, MORNING)),
    (Safeguard.NOT_PUBLISHED, lambda _, action: TextingAction.objects.update(status="draft")),
    (Safeguard.CAMPAIGN_HOURS, lambda cast, _: Campaign.objects.update(texting_opens="10:00")),
    (Safeguard.FLOOR_HOURS, in_california),
    (Safeguard.NO_NUMBER, lambda cast, _: PhoneNumber.objects.update(is_active=False)),
    (Safeguard.SCRIPT_PAUSED, lambda *_: Script.objects.update(paused_at=MORNING)),
    (Safeguard.UNCLEAR_REPLY, lambda *_: Conversation.objects.update(suggestion="opt_out")),
    (Safeguard.UNREAD_REPLY, wrote_what_nobody_can_read),
    (Safeguard.DAILY_CAP, t_mobile_is_full),
]
FOR_GOOD: list[tuple[Safeguard, Change]] = [
    (
        Safeguard.OPTED_OUT,
        lambda cast, _: opt_out(cast.campaign, phone(cast), OptOut.Source.ADMIN, MORNING),
    ),
    (
        Safeguard.WRONG_NUMBER,
        lambda cast, _: WrongNumber.objects.create(
            campaign=cast.campaign, phone=phone(cast), source="volunteer", recorded_at=MORNING
        ),
    ),
    (Safeguard.NOT_US, lambda cast, _: moved_to(cast, "+14165550100")),
    (Safeguard.LANDLINE, known_phone(line="landline", line_learned_at=MORNING)),
    (Safeguard.DEAD_NUMBER, known_phone(line="dead", line_learned_at=MORNING)),
    (Safeguard.BLOCKED, known_phone(line="blocked", line_learned_at=MORNING)),
]
each_for_the_moment = pytest.mark.parametrize(("safeguard", "change"), FOR_THE_MOMENT)
each_for_good = pytest.mark.parametrize(("safeguard", "change"), FOR_GOOD)


def the_text() -> tuple[str, int | None]:
    message = Message.objects.get()
    return message.status, message.safeguard


@each_for_the_moment
def test_a_card_that_cannot_go_now_is_shown_and_says_why(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    claim(action, cast.vera, MORNING)
    change(cast, action)

    [card] = cards.deal(TextingAction.objects.get(), cast.vera, MORNING)

    assert card.stopped_by == safeguard


@each_for_the_moment
def test_a_press_that_comes_at_the_wrong_moment_leaves_the_card_in_hand(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    press = first_press(cast, action)
    change(cast, action)

    [outcome] = send_initials(Campaign.objects.get(id=cast.campaign.id), [press], MORNING)

    assert (outcome.verdict, outcome.safeguard) == (Verdict.NOT_NOW, safeguard)
    assert not Message.objects.exists()
    assert list(Refusal.objects.values_list("action", "safeguard", "times")) == [(action.id, safeguard, 1)]
    assert action.assignments.get().holder == cast.vera


@each_for_the_moment
def test_a_text_that_waits_when_the_moment_passes_stays_in_the_outbox(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    send_initials(cast.campaign, [first_press(cast, action)], MORNING)
    change(cast, action)

    assert claim_outbox(Campaign.objects.get(id=cast.campaign.id), 10, MORNING + timedelta(seconds=6)) == []

    stops_the_whole_campaign = {
        Safeguard.NOT_REGISTERED,
        Safeguard.REGISTRATION_ENDED,
        Safeguard.CAMPAIGN_PAUSED,
    }
    assert the_text() == ("queued", None if safeguard in stops_the_whole_campaign else safeguard)


@each_for_good
def test_a_card_for_somebody_who_is_not_to_be_texted_is_settled_instead_of_shown(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    claim(action, cast.vera, MORNING)
    change(cast, action)

    assert cards.deal(action, cast.vera, MORNING) == []

    assert the_text() == ("safeguarded", safeguard)


@each_for_good
def test_a_press_for_somebody_who_is_not_to_be_texted_is_settled(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    press = first_press(cast, action)
    change(cast, action)

    [outcome] = send_initials(cast.campaign, [press], MORNING)

    assert (outcome.verdict, outcome.safeguard) == (Verdict.HELD_BACK, safeguard)
    assert the_text() == ("safeguarded", safeguard)


@each_for_good
def test_a_text_that_waits_for_somebody_who_is_not_to_be_texted_is_held_back(
    cast: Cast, action: TextingAction, safeguard: Safeguard, change: Change
) -> None:
    send_initials(cast.campaign, [first_press(cast, action)], MORNING)
    change(cast, action)

    assert claim_outbox(cast.campaign, 10, MORNING + timedelta(seconds=6)) == []

    assert the_text() == ("safeguarded", safeguard)


def test_a_contact_in_california_waits_for_the_campaigns_hours_there(
    cast: Cast, action: TextingAction, morning: time_machine.Traveller
) -> None:
    claim(action, cast.vera, MORNING)
    in_california(cast, action)
    quarter_past_eight = MORNING + timedelta(hours=2)

    [card] = cards.deal(action, cast.vera, quarter_past_eight)

    assert card.stopped_by == Safeguard.CONTACT_HOURS


def test_the_text_of_a_closed_action_does_not_leave(cast: Cast, action: TextingAction) -> None:
    send_initials(cast.campaign, [first_press(cast, action)], MORNING)
    close(action, MORNING)

    assert claim_outbox(cast.campaign, 10, MORNING + timedelta(seconds=6)) == []

    assert the_text() == ("safeguarded", Safeguard.ACTION_CLOSED)


def test_a_press_of_a_suspended_volunteer_sends_nothing(cast: Cast, action: TextingAction) -> None:
    press = first_press(cast, action)
    Membership.objects.filter(id=cast.vera.id).update(suspended_at=MORNING)

    [outcome] = send_initials(cast.campaign, [press], MORNING)

    assert outcome.safeguard == Safeguard.NOT_PUBLISHED


def test_what_another_campaign_knows_of_a_phone_holds_nobody_back(cast: Cast, action: TextingAction) -> None:
    river, number = cast.river.campaign, phone(cast)
    wrote_what_nobody_can_read(cast, action)
    CarrierEvent.objects.filter(campaign=cast.campaign).delete()
    opt_out(river, number, OptOut.Source.ADMIN, MORNING)
    WrongNumber.objects.create(campaign=river, phone=number, source="admin", recorded_at=MORNING)
    KnownPhone.objects.create(campaign=river, phone=number, line="landline", line_learned_at=MORNING)

    [outcome] = send_initials(cast.campaign, [first_press(cast, action)], MORNING)

    assert outcome.verdict == Verdict.QUEUED
    assert len(claim_outbox(cast.campaign, 10, MORNING + timedelta(seconds=6))) == 1


def test_what_stopped_a_text_for_a_while_is_forgotten_when_it_leaves(
    cast: Cast, action: TextingAction
) -> None:
    send_initials(cast.campaign, [first_press(cast, action)], MORNING)
    pause(action, MORNING)
    claim_outbox(cast.campaign, 10, MORNING + timedelta(seconds=6))
    resume(action, MORNING)

    [outbound] = claim_outbox(cast.campaign, 10, clock.now() + timedelta(minutes=1))

    assert outbound.text.to_number == phone(cast)
    assert the_text() == ("sending", None)
