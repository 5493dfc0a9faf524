"""A better trust class or a faster number frees the texts that stand in line."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from textbank import clock
from textbank.carriers.base import Network
from textbank.carriers.models import PhoneNumber
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone
from textbank.texting.dispatching import claim_outbox
from textbank.texting.governing import close_for_the_day
from textbank.texting.models import Conversation, Message
from textbank.texting.redrawing import redraw
from textbank.texting.refusals import Safeguard
from textbank.texting.tests.test_governing import allow, queue

SECOND = timedelta(seconds=1)


def in_line(cast: Cast, texts: int, safeguard: Safeguard) -> list[datetime]:
    """So many texts are looked at; returns the moments promised to those for which there is no room."""
    queue(cast, texts)
    redraw(clock.now())
    claim_outbox(cast.campaign, texts, clock.now())
    return moments(safeguard)


def moments(safeguard: Safeguard) -> list[datetime]:
    waiting = Message.objects.filter(status="queued", safeguard=safeguard).order_by("due_at")
    return list(waiting.values_list("due_at", flat=True))


def waits(found: list[datetime]) -> list[float]:
    return [(moment - clock.now()).total_seconds() for moment in found]


def test_ten_times_the_minute_brings_the_line_ten_times_sooner_in_its_order(cast: Cast) -> None:
    allow(cast, att=240)
    before = in_line(cast, 300, Safeguard.MINUTE_CAP)
    allow(cast, att=2_400)

    redraw(clock.now())

    after = moments(Safeguard.MINUTE_CAP)
    assert len(after) == len(before) == 276
    assert waits(after) == pytest.approx([wait / 10 for wait in waits(before)], abs=0.01)


def test_texts_that_are_freed_leave_and_keep_to_the_new_cap(cast: Cast) -> None:
    allow(cast, att=240)
    in_line(cast, 300, Safeguard.MINUTE_CAP)
    allow(cast, att=2_400)
    redraw(clock.now())

    going = claim_outbox(cast.campaign, 500, clock.now() + 12 * SECOND)

    assert len(going) == 240  # a tenth of the cap at once
    assert all(wait < 14 for wait in waits(moments(Safeguard.MINUTE_CAP)))


def test_a_faster_number_frees_the_texts_that_wait_for_it_alone(cast: Cast) -> None:
    other = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19195550002", per_minute=240
    )
    allow(cast, number=240)
    ours, theirs = queue(cast, 60), queue(cast, 60)
    Conversation.objects.filter(messages__in=ours).update(number=cast.green.number)
    Conversation.objects.filter(messages__in=theirs).update(number=other)
    redraw(clock.now())
    claim_outbox(cast.campaign, 120, clock.now())
    before = moments(Safeguard.NUMBER_CAP)
    PhoneNumber.objects.filter(id=other.id).update(per_minute=2_400)

    redraw(clock.now())

    def of(number: PhoneNumber) -> list[datetime]:
        found = Message.objects.filter(status="queued", conversation__number=number)
        return list(found.order_by("due_at").values_list("due_at", flat=True))

    assert set(of(cast.green.number)) <= set(before)
    assert max(waits(of(other))) == pytest.approx(max(waits(before)) / 10, abs=0.01)


@pytest.fixture
def tomorrow(cast: Cast) -> list[datetime]:
    """Texts to T-Mobile's phones that wait for tomorrow."""
    allow(cast, tmobile=1)
    for message in queue(cast, 3):
        phone = message.conversation.contact.phone
        KnownPhone.objects.create(campaign=cast.campaign, phone=phone, network=Network.T_MOBILE)
    redraw(clock.now())
    claim_outbox(cast.campaign, 10, clock.now())
    return moments(Safeguard.DAILY_CAP)


def test_a_better_class_lets_texts_to_tmobile_go_today(cast: Cast, tomorrow: list[datetime]) -> None:
    assert len(tomorrow) == 2
    allow(cast, tmobile=2)

    redraw(clock.now())

    assert moments(Safeguard.DAILY_CAP) == [clock.now()] * 2
    assert len(claim_outbox(cast.campaign, 10, clock.now())) == 1
    assert moments(Safeguard.DAILY_CAP) == tomorrow[:1]


def test_a_day_that_tmobile_itself_closed_stays_closed(cast: Cast, tomorrow: list[datetime]) -> None:
    close_for_the_day(cast.campaign, clock.now())
    allow(cast, tmobile=None)

    redraw(clock.now())

    assert moments(Safeguard.DAILY_CAP) == tomorrow


def test_a_cap_that_is_the_same_or_lower_moves_nothing(cast: Cast) -> None:
    allow(cast, att=240)
    before = in_line(cast, 100, Safeguard.MINUTE_CAP)

    for cap in (240, 120):
        allow(cast, att=cap)
        redraw(clock.now())

    assert moments(Safeguard.MINUTE_CAP) == before


def test_what_waits_for_anything_else_keeps_its_moment(cast: Cast) -> None:
    allow(cast, att=240)
    in_line(cast, 100, Safeguard.MINUTE_CAP)
    morning = clock.now() + timedelta(hours=18)
    [text] = queue(cast, 1)
    Message.objects.filter(id=text.id).update(due_at=morning, safeguard=Safeguard.CONTACT_HOURS)
    allow(cast, att=2_400)

    redraw(clock.now())

    assert moments(Safeguard.CONTACT_HOURS) == [morning]


def test_a_line_comes_sooner_once_for_each_rise(cast: Cast) -> None:
    allow(cast, att=240)
    in_line(cast, 100, Safeguard.MINUTE_CAP)
    allow(cast, att=480)
    redraw(clock.now())
    once = moments(Safeguard.MINUTE_CAP)

    redraw(clock.now())

    assert moments(Safeguard.MINUTE_CAP) == once


def test_what_another_campaign_is_granted_moves_nothing_of_ours(cast: Cast) -> None:
    allow(cast, att=240)
    before = in_line(cast, 100, Safeguard.MINUTE_CAP)
    cast.river.campaign.registration.att_per_minute = 9_000
    cast.river.campaign.registration.save()

    redraw(clock.now())

    assert moments(Safeguard.MINUTE_CAP) == before
