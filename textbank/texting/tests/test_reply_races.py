"""Replies that are taken in by many hands at once, with real connections and real transactions."""

from __future__ import annotations

import pytest

from textbank import clock
from textbank.carriers.models import CarrierAccount, CarrierEvent
from textbank.conftest import Cast
from textbank.contacts.models import OptOut, WrongNumber
from textbank.contacts.opting_out import opt_out
from textbank.texting.models import Conversation, Message
from textbank.texting.reporting import report_wrong_number
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_heeding import CERTAINLY_WRONG, Talk
from textbank.texting.tests.test_races import at_once, crowd  # noqa: F401 (a fixture)
from textbank.texting.tests.test_receiving import arrives

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def talk(crowd: Cast) -> Talk:  # noqa: F811
    CarrierAccount.objects.update(answers_keywords="us")
    return Talk(crowd)


def test_two_stops_that_two_workers_take_at_once_are_one_opt_out_and_one_confirmation(talk: Talk) -> None:
    for number in range(6):
        arrives(talk.cast, "STOP", talk.phone, f"SM{number}")
    now = clock.now()

    at_once([lambda: process_events(now, limit=1)] * 6)
    process_events(now)  # what a worker had to leave for later

    assert CarrierEvent.objects.filter(processed_at=None).count() == 0
    assert OptOut.objects.count() == 1
    assert Message.objects.filter(kind="confirm").count() == 1
    assert Message.objects.filter(kind="incoming").count() == 6


def test_the_same_stop_told_as_two_events_is_confirmed_once(talk: Talk) -> None:
    arrives(talk.cast, "STOP", talk.phone)
    CarrierEvent.objects.update(event_key="under another name")
    arrives(talk.cast, "STOP", talk.phone)
    now = clock.now()

    at_once([lambda: process_events(now, limit=1)] * 2)

    assert CarrierEvent.objects.filter(processed_at=None).count() == 0
    assert Message.objects.filter(kind="confirm").count() == 1
    assert Message.objects.filter(kind="incoming").count() == 1


def test_a_stop_and_a_volunteers_tap_at_the_same_moment_are_one_opt_out(talk: Talk) -> None:
    for number in range(8):
        OptOut.objects.all().delete()
        arrives(talk.cast, "STOP", talk.phone, f"SM{number}")
        now, told = clock.now(), Message.objects.filter(kind="confirm").count()

        def tap(now: object = now) -> None:
            opt_out(talk.cast.campaign, talk.phone, OptOut.Source.VOLUNTEER, now, by=talk.cast.vera)

        at_once([lambda now=now: process_events(now), tap])

        promise = OptOut.objects.get()
        is_theirs = promise.source == OptOut.Source.KEYWORD
        assert Message.objects.filter(kind="confirm").count() == told + is_theirs


def test_a_wrong_number_that_is_written_and_tapped_at_once_is_one(talk: Talk) -> None:
    arrives(talk.cast, CERTAINLY_WRONG, talk.phone)
    conversation, now = Conversation.objects.get(id=talk.id), clock.now()
    at_once(
        [
            lambda: process_events(now),
            lambda: report_wrong_number(conversation, talk.cast.vera, now),
        ]
    )
    assert WrongNumber.objects.count() == 1
    assert talk.now.hidden_at
