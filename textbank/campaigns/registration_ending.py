"""A registration nears its last day: owners get a letter 60, 30 and 7 days before. Then sending stops by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from textbank.campaigns.models import Registration, Role
from textbank.campaigns.models.registration import WARNED_BEFORE

log = logging.getLogger(__name__)


def warn_of_the_end(now: datetime) -> int:
    """Writes to the owners when 60, 30 and 7 days are left, once each; returns how many campaigns were told.

    A letter that cannot be mailed is tried again with the next run.
    """
    return sum(_warn(registration, today) for registration, today in list(_due_for_a_warning(now)))


def _due_for_a_warning(now: datetime) -> Iterator[tuple[Registration, date]]:
    ending = Registration.objects.filter(status=Registration.Status.APPROVED, expires_on__isnull=False)
    for registration in ending.select_related("campaign").order_by("id"):
        today = now.astimezone(registration.campaign.zone).date()
        mark = last_mark(registration, today)
        if mark and (registration.warned_on is None or registration.warned_on < mark):
            yield registration, today


def last_mark(registration: Registration, today: date) -> date | None:
    """The last of the days on which owners are to be warned that has come; None before them, and after the end."""
    if registration.expires_on is None or registration.has_expired(today):
        return None
    marks = (registration.expires_on - before for before in WARNED_BEFORE)
    return max((mark for mark in marks if mark <= today), default=None)


def _warn(registration: Registration, today: date) -> bool:
    # Noted before the letters go: of two workers at the same moment only one writes them.
    before = registration.warned_on
    row = Registration.objects.filter(id=registration.id, expires_on=registration.expires_on)
    if not row.filter(warned_on=before).update(warned_on=today):
        return False
    try:
        for letter in _letters(registration, today):
            letter.send()
    except OSError:  # SMTPException is one
        log.exception("The owners of %s could not be told that its registration ends.", registration.campaign)
        row.filter(warned_on=today).update(warned_on=before)
        return False
    return True


def _letters(registration: Registration, today: date) -> Iterator[EmailMessage]:
    assert registration.expires_on is not None
    campaign = registration.campaign
    days = (registration.expires_on - today).days
    page = settings.PUBLIC_URL + reverse("registration", args=[campaign.slug])
    context = {"campaign": campaign, "registration": registration, "days": days, "page": page}
    subject = f"{campaign}: the registration with the carriers ends {in_days(days)}"
    text = render_to_string("campaigns/email/registration_ends.txt", context)
    for owner in campaign.memberships.live().filter(role=Role.OWNER).select_related("user"):
        yield EmailMessage(subject, text, to=[owner.user.email])


def in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
