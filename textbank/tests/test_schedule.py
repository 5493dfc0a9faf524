"""The recurring jobs do what their stories say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from textbank import schedule
from textbank.campaigns.models import Registration
from textbank.conftest import TUESDAY_NOON, Cast


def test_owners_are_told_by_a_job_that_their_registration_ends(cast: Cast) -> None:
    last_day = TUESDAY_NOON.date() + timedelta(days=7)
    Registration.objects.filter(campaign=cast.campaign).update(expires_on=last_day)
    schedule.warn_of_ending_registrations(0)
    schedule.warn_of_ending_registrations(3600)
    assert [letter.to for letter in mail.outbox] == [["olivia@example.org"]]


@pytest.mark.django_db
def test_every_night_sign_ins_that_have_run_out_are_forgotten() -> None:
    for key, days in (("old", -1), ("good", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=days))
    schedule.forget_what_is_old(0)
    assert [session.session_key for session in Session.objects.all()] == ["good"]
