"""The tenant, and the texting settings that all its actions obey."""

from __future__ import annotations

import secrets
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


def new_join_code() -> str:
    """Six digits that a volunteer can type from a whiteboard."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_join_token() -> str:
    return secrets.token_urlsafe(12)


# Nobody may be texted outside these hours, whatever a campaign writes: 47 CFR 64.1200(c)(1).
EARLIEST, LATEST = time(8), time(21)


MOST_AREA_CODES = 4


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"'{name}' is not a time zone. Write it like America/New_York.")


class Campaign(models.Model):
    """The tenant: its own people, contacts, numbers, settings and opt-outs.

    The texting settings below are obeyed by every action of the campaign.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    join_code = models.CharField(max_length=6, unique=True, default=new_join_code)
    join_token = models.CharField(max_length=32, unique=True, default=new_join_token)
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, help_text="Nothing leaves, in whatever action")

    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    texting_opens = models.TimeField(default=time(9))
    texting_closes = models.TimeField(default=time(20))
    respects_contact_zones = models.BooleanField(default=True)
    bucket_size = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    prevents_frequent_texting = models.BooleanField(default=True)
    allows_custom_responses = models.BooleanField(default=True)
    contact_first_name_fallback = models.CharField(max_length=40, default="there", blank=True)
    user_first_name_fallback = models.CharField(max_length=40, default="a volunteer", blank=True)
    help_contact = models.CharField(
        max_length=120, blank=True, help_text="Where people reach the campaign: a phone or an e-mail address"
    )
    area_codes = ArrayField(
        models.CharField(max_length=3, validators=[RegexValidator(r"^[2-9]\d\d$")]),
        default=list,
        blank=True,
        size=MOST_AREA_CODES,
        help_text="The first choice of area codes for the numbers of its actions",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(bucket_size__gte=1, bucket_size__lte=1000),
                name="bucket_size_from_1_to_1000",
            ),
            models.CheckConstraint(
                condition=models.Q(texting_opens__lt=models.F("texting_closes")),
                name="texting_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(texting_opens__gte=EARLIEST, texting_closes__lte=LATEST),
                name="texting_hours_within_8_to_21",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
