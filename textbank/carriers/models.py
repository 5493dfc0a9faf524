"""Our logins at carriers, the numbers we text from, and everything carriers have told us."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar

from django.db import models

from textbank.campaigns.models import Campaign
from textbank.carriers.base import TOLL_FREE, Login

TOLL_FREE_LIMIT, LOCAL_LIMIT = 180, 6_000  # segments a minute


def new_webhook_key() -> str:
    return secrets.token_urlsafe(18)


class CarrierAccount(models.Model):
    """A campaign's login at one carrier."""

    class Kind(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        TELNYX = "telnyx", "Telnyx"
        BANDWIDTH = "bandwidth", "Bandwidth"

    class Answers(models.TextChoices):
        AS_USUAL = "usual", "As this carrier usually does"
        CARRIER = "carrier", "The carrier answers"
        US = "us", "Textbank answers"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="carrier_accounts")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TWILIO)
    name = models.CharField(max_length=80)
    base_url = models.URLField(
        help_text="Where the carrier listens; a compatible gateway has its own address"
    )
    account_id = models.CharField(max_length=64)
    user = models.CharField(
        max_length=64, blank=True, help_text="Who signs in, where that is not the account"
    )
    secret = models.CharField(max_length=255, help_text="The auth token")
    second_secret = models.CharField(
        max_length=255, blank=True, help_text="Also accepted in callbacks, while a token is being replaced"
    )
    application = models.CharField(
        max_length=64, blank=True, help_text="Telnyx: messaging profile. Bandwidth: application"
    )
    proof = models.CharField(
        max_length=255, blank=True, help_text="What callbacks are proved by, where that is not the token"
    )
    webhook_key = models.CharField(
        max_length=40, unique=True, default=new_webhook_key, help_text="Our side of the callback address"
    )
    answers_keywords = models.CharField(
        max_length=7,
        choices=Answers,
        default=Answers.AS_USUAL,
        help_text="Who answers STOP and HELP. Two answers are a breach, none is one too",
    )
    trouble = models.CharField(
        max_length=300, blank=True, help_text="Why nothing goes out: what the carrier said"
    )
    trouble_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "account_id"], name="one_account_per_carrier_login"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def login(self) -> Login:
        """What the dialects need of this row."""
        return Login(
            self.base_url,
            self.account_id,
            self.secret,
            self.user,
            self.second_secret,
            self.application,
            self.proof,
        )


class PhoneNumber(models.Model):
    """A number we text from (the field calls it a sender)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="phone_numbers")
    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="phone_numbers")
    number = models.CharField(max_length=16, help_text="E.164")
    carrier_id = models.CharField(
        max_length=64, blank=True, help_text="The carrier's name for it, when we bought it"
    )
    is_active = models.BooleanField(default=True)
    per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Segments it may send a minute; empty: what its kind of number may"
    )
    released_at = models.DateTimeField(null=True, help_text="Given back to the carrier")
    off_because = models.CharField(
        max_length=200, blank=True, help_text="Why it was switched off, when we did it ourselves"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="one_phone_number_per_campaign")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def area_code(self) -> str:
        return self.number[2:5]

    @property
    def limit(self) -> int:
        """Segments it may send a minute.

        A toll-free number 3 a second, unless the carrier grants more (Twilio); a local one as many as Verizon takes
        from a single number (as Bandwidth reports it). What a use case may send is in its registration.
        """
        return self.per_minute or (TOLL_FREE_LIMIT if self.area_code in TOLL_FREE else LOCAL_LIMIT)

    def switch(self, *, on: bool) -> None:
        """Texts go out from this number, or no longer. Replies to it come in either way."""
        self.is_active, self.off_because = on, ""
        self.save(update_fields=["is_active", "off_because"])


class CarrierEventQuerySet(models.QuerySet["CarrierEvent"]):
    def parked(self) -> CarrierEventQuerySet:
        """Those that failed too often to be tried again by themselves."""
        return self.filter(parked_at__isnull=False, processed_at=None)

    def try_again(self, now: datetime) -> int:
        """Puts the events back in line, as if they had just come; returns how many."""
        return self.update(parked_at=None, due_at=now, attempts=0)


class CarrierEvent(models.Model):
    """One webhook, kept exactly as it came, before anything is done with it.

        stored ──> processed
          └──────> parked      (failed too often: an admin sees it; `problem` says why)

    Kept 90 days. A reply is never lost to a fault of ours: until processed, it is tried again.

    PostgreSQL does not check its references: they come from the account's row, read a moment before, and to look
    them up again and lock them was a quarter of what it costs to store an event (docs/performance.md).
    """

    class Kind(models.TextChoices):
        REPLY = "reply", "Incoming text"
        RECEIPT = "receipt", "Delivery receipt"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="carrier_events", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        CarrierAccount, on_delete=models.CASCADE, related_name="events", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    event_key = models.CharField(
        max_length=80, help_text="The carrier's id of this event; a repeat has the same"
    )
    message_key = models.CharField(
        max_length=40, blank=True, help_text="Our own key of the message, from the callback address"
    )
    phone = models.CharField(max_length=20, blank=True, help_text="Whose reply it is")
    body = models.TextField(help_text="The request body as it came")
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(help_text="When to try (again)")
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    objects: ClassVar[models.Manager[CarrierEvent]] = CarrierEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "event_key"], name="one_event_per_carrier_id")
        ]
        indexes = [
            models.Index(
                fields=["kind", "due_at", "id"],
                condition=models.Q(processed_at=None, parked_at=None),
                name="event_to_process",
            ),
            models.Index(
                fields=["campaign", "phone"],
                condition=models.Q(processed_at=None) & ~models.Q(phone=""),
                name="event_reply_unread",
            ),
            models.Index(
                fields=["campaign", "id"],
                condition=models.Q(parked_at__isnull=False, processed_at=None),
                name="event_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_key}"


class Allowance(models.Model):
    """How much may leave just now under one limit, for all workers: a bucket that fills evenly and is drawn from.

    `key` names the limit: a number's, or AT&T's for a use case. Between two draws it has filled up by so much
    a second; see `texting/governing.py`. `closed_until`: the carrier itself said that it takes no more.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="allowances")
    key = models.CharField(max_length=40)
    level = models.FloatField(help_text="Segments that may leave at once, as of `filled_at`")
    filled_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="one_allowance_per_limit")]

    def __str__(self) -> str:
        return f"{self.key}: {self.level:.0f}"


class TMobileDay(models.Model):
    """What one campaign has sent to T-Mobile's phones on one day, Pacific time.

    T-Mobile counts by brand, which is an EIN, over all campaigns and platforms; we count each campaign by itself,
    since nothing proves that whoever types an EIN is its owner.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(help_text="The day in America/Los_Angeles")
    segments = models.PositiveIntegerField(default=0)
    is_closed = models.BooleanField(default=False, help_text="T-Mobile said that it takes no more that day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="one_tmobile_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.segments}"
