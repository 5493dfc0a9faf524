"""A registration nears its last day, and ends."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from time_machine import Traveller

from textbank import clock
from textbank.campaigns.models import Campaign, Membership, Registration, Role
from textbank.campaigns.registration_ending import last_mark, warn_of_the_end
from textbank.campaigns.standstill import standstills
from textbank.conftest import TUESDAY_NOON, Cast

TODAY = TUESDAY_NOON.date()


@pytest.fixture
def ending_in(cast: Cast) -> Callable[[int], None]:
    def set_last_day(days: int) -> None:
        Registration.objects.filter(campaign=cast.campaign).update(
            expires_on=TODAY + timedelta(days=days), warned_on=None
        )

    return set_last_day


@pytest.mark.parametrize(
    ("days", "mark"),
    [(61, None), (60, 60), (59, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_the_mark_that_has_come_is_the_last_of_60_30_and_7_days(days: int, mark: int | None) -> None:
    registration = Registration(expires_on=TODAY + timedelta(days=days))
    wanted = None if mark is None else registration.expires_on - timedelta(days=mark)
    assert last_mark(registration, TODAY) == wanted


def test_owners_get_one_letter_for_each_mark_however_often_the_job_runs(
    cast: Cast, ending_in: Callable[[int], None]
) -> None:
    ending_in(70)
    letters_by_day = {}
    for day in range(75):
        before = len(mail.outbox)
        for hour in (0, 7):
            warn_of_the_end(TUESDAY_NOON + timedelta(days=day, hours=hour))
        if len(mail.outbox) > before:
            letters_by_day[70 - day] = len(mail.outbox) - before
    assert letters_by_day == {60: 1, 30: 1, 7: 1}


def test_the_letter_goes_to_owners_who_may_come_in_and_says_where_to_renew(
    cast: Cast, ending_in: Callable[[int], None]
) -> None:
    second = cast.join(cast.green, "Otto", Role.OWNER)
    gone = cast.join(cast.green, "Oda", Role.OWNER)
    Membership.objects.filter(pk=gone.pk).update(suspended_at=clock.now())
    ending_in(30)

    assert warn_of_the_end(clock.now()) == 1

    assert {letter.to[0] for letter in mail.outbox} == {"olivia@example.org", second.user.email}
    letter = mail.outbox[0]
    assert letter.subject == "Green Valley Votes: the registration with the carriers ends in 30 days"
    assert "/c/green-valley/settings/registration/" in str(letter.body)
    assert "November 12, 2026" in str(letter.body)
    assert Registration.objects.get(campaign=cast.campaign).warned_on == TODAY


def test_what_is_not_approved_or_does_not_end_is_not_warned_of(
    cast: Cast, ending_in: Callable[[int], None]
) -> None:
    ending_in(7)
    Registration.objects.filter(campaign=cast.campaign).update(status="draft")
    assert warn_of_the_end(clock.now()) == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    "fault", [smtplib.SMTPServerDisconnected("gone"), ConnectionRefusedError()], ids=repr
)
def test_a_letter_that_could_not_be_mailed_is_tried_again(
    cast: Cast, ending_in: Callable[[int], None], fault: Exception
) -> None:
    ending_in(7)
    with patch.object(EmailMessage, "send", side_effect=fault):
        assert warn_of_the_end(clock.now()) == 0
    assert Registration.objects.get(campaign=cast.campaign).warned_on is None
    assert warn_of_the_end(clock.now()) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("meanwhile", [{"warned_on": TODAY}, {"expires_on": date(2028, 1, 31)}], ids=str)
def test_whoever_was_warned_or_renewed_while_letters_went_to_others_gets_none(
    cast: Cast, meanwhile: dict[str, date]
) -> None:
    Registration.objects.update(expires_on=TODAY + timedelta(days=7))
    rivers, send = Registration.objects.filter(campaign=cast.river.campaign), EmailMessage.send

    def send_slowly(letter: EmailMessage) -> int:
        rivers.update(**meanwhile)
        return send(letter)

    with patch.object(EmailMessage, "send", send_slowly):
        assert warn_of_the_end(clock.now()) == 1
    assert [letter.to for letter in mail.outbox] == [["olivia@example.org"]]


def test_the_day_is_that_of_the_campaign(cast: Cast) -> None:
    # 7 days are left in Honolulu when it is already the day after in New York.
    Campaign.objects.filter(pk=cast.campaign.pk).update(time_zone="Pacific/Honolulu")
    Registration.objects.all().update(expires_on=date(2026, 10, 20), warned_on=date(2026, 9, 30))
    evening = datetime(2026, 10, 13, 5, 0, tzinfo=UTC)  # the 12th at 19:00 in Honolulu, the 13th in New York
    assert warn_of_the_end(evening) == 1
    assert mail.outbox[0].to == ["rosa@example.org"]


@pytest.mark.parametrize(
    ("days", "title", "is_warning"),
    [
        (61, None, None),
        (60, "The registration with the carriers ends in 60 days", True),
        (1, "The registration with the carriers ends tomorrow", True),
        (0, "The registration with the carriers ends today", True),
        (-1, "The registration with the carriers has ended", False),
    ],
)
def test_staff_see_the_end_coming_and_when_it_has_come(
    cast: Cast, ending_in: Callable[[int], None], days: int, title: str | None, is_warning: bool | None
) -> None:
    ending_in(days)
    found = [(one.title, one.is_warning) for one in standstills(cast.campaign, clock.now())]
    assert found == ([(title, is_warning)] if title else [])
    assert standstills(cast.river.campaign, clock.now()) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("draft", "Say who you are"),
        ("submitted", "writes its answer down"),
        ("rejected", "hand it in again"),
    ],
)
def test_staff_see_what_is_missing_while_it_is_not_approved(cast: Cast, status: str, words: str) -> None:
    Registration.objects.filter(campaign=cast.campaign).update(status=status)
    [found] = standstills(cast.campaign, clock.now())
    assert words in found.text
    Registration.objects.filter(campaign=cast.campaign).delete()
    assert len(standstills(cast.campaign, clock.now())) == 1


@pytest.mark.parametrize("page", ["settings/", "settings/registration/"])
def test_what_has_ended_is_not_called_approved(
    cast: Cast, sign_in: Callable[..., Client], ending_in: Callable[[int], None], page: str
) -> None:
    owner = sign_in(cast.olivia)
    ending_in(0)
    assert "Approved</span>" in owner.get(f"/c/green-valley/{page}").content.decode()
    ending_in(-1)
    shown = owner.get(f"/c/green-valley/{page}").content.decode()
    assert "Ended</span>" in shown
    assert "Approved</span>" not in shown
    assert "Texts go on meanwhile" not in shown


def test_a_pause_stands_beside_whatever_else_holds_texts_back(
    cast: Cast, noon_on_a_tuesday: Traveller
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(paused_at=clock.now())
    Registration.objects.filter(campaign=cast.campaign).update(status="draft")
    found = standstills(Campaign.objects.get(pk=cast.campaign.pk), clock.now())
    assert [one.title for one in found] == ["All texting is paused", "Nothing can be sent yet"]
