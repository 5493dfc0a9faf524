"""What has been learnt of a phone, apart from the person."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models.contact import Contact

# A landline can become a mobile, a dead number somebody's new one: the mark ages, a promise (an opt-out) does not.
GOOD_FOR = timedelta(days=180)
DEAD_AFTER = 3  # times out of reach, over all actions


class KnownPhone(models.Model):
    """What carriers have told us about a phone: whether it takes texts at all, and whose network it is on.

    At most one row per (campaign, phone). What was learnt of the line counts for `GOOD_FOR`.
    """

    class Line(models.TextChoices):
        UNKNOWN = "", "Takes texts, as far as we know"
        LANDLINE = "landline", "Landline"
        DEAD = "dead", "Not in service"
        BLOCKED = "blocked", "Blocks our texts"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="known_phones")
    phone = models.CharField(max_length=16)
    line = models.CharField(max_length=8, choices=Line, blank=True, default="", db_default="")
    line_learned_at = models.DateTimeField(null=True)
    error_code = models.CharField(
        max_length=12, blank=True, default="", db_default="", help_text="What said so"
    )
    unreachable = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Texts in a row that found it out of reach"
    )
    network = models.CharField(
        max_length=8, blank=True, default="", db_default="", help_text="See Network in carriers/base.py"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "phone"], name="one_known_phone_per_campaign")
        ]

    def __str__(self) -> str:
        return f"{self.phone} {self.line} {self.network}".strip()


class WrongNumberQuerySet(models.QuerySet["WrongNumber"]):
    def live(self) -> WrongNumberQuerySet:
        return self.filter(released_at=None)


class WrongNumber(models.Model):
    """The person we meant is not at this phone. Not an opt-out: it is a fact about a person and a phone.

    It ends the conversation and holds further texts to the phone until an admin releases it, on record. At most one
    is live per (campaign, phone).
    """

    class Source(models.TextChoices):
        WORDS = "words", "They wrote it"
        VOLUNTEER = "volunteer", "A volunteer recorded it"
        ADMIN = "admin", "An admin recorded it"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="wrong_numbers")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="wrong_numbers")
    phone = models.CharField(max_length=16)
    source = models.CharField(max_length=10, choices=Source)
    words = models.TextField(blank=True, help_text="Exactly what they wrote")
    recorded_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()
    released_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_because = models.TextField(blank=True)

    objects: ClassVar[models.Manager[WrongNumber]] = WrongNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "phone"],
                condition=models.Q(released_at=None),
                name="one_live_wrong_number_per_phone",
            )
        ]

    def __str__(self) -> str:
        return f"{self.phone} since {self.recorded_at:%Y-%m-%d}"
