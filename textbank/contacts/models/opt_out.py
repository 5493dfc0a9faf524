"""Promises not to text a phone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from textbank.campaigns.models import Campaign, Membership


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def to_review(self) -> OptOutQuerySet:
        """Those that a program read out of somebody's own words, until a person has looked at them."""
        return self.filter(source=OptOut.Source.WORDS, undone_at=None, reviewed_at=None)

    def matching(self, q: str, source: str, state: str) -> OptOutQuerySet:
        """Promises to phones with these digits in them, of this source, live or undone."""
        digits = "".join(letter for letter in q if letter.isdigit())
        found = self.filter(phone__contains=digits) if q else self
        found = found.filter(source=source) if source else found
        return found.filter(undone_at__isnull=state == "live") if state else found


class OptOut(models.Model):
    """One promise, made to a phone rather than to a contact: it outlives the contact and its lists.

    At most one is live per (campaign, phone). Undoing it keeps the row and says who did it and why.
    Kept for ever: Virginia asks for ten years (SB 1339, 2026), the FCC for five (47 CFR 64.1200(d)(6)).
    """

    class Source(models.TextChoices):
        KEYWORD = "keyword", "They texted a stop word"
        WORDS = "words", "They asked in their own words"
        VOLUNTEER = "volunteer", "A volunteer recorded it"
        ADMIN = "admin", "An admin recorded it"
        CARRIER = "carrier", "The carrier told us"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="opt_outs")
    phone = models.CharField(max_length=16)
    source = models.CharField(max_length=10, choices=Source)
    words = models.TextField(blank=True, help_text="Exactly what they wrote")
    opted_out_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    opted_out_at = models.DateTimeField()
    undone_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(
        null=True, help_text="When a person looked whether words were understood rightly"
    )

    objects: ClassVar[models.Manager[OptOut]] = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "phone"],
                condition=models.Q(undone_at=None),
                name="one_live_opt_out_per_phone",
            )
        ]
        indexes = [
            models.Index(
                fields=["campaign", "-opted_out_at"],
                condition=models.Q(source="words", undone_at=None, reviewed_at=None),
                name="opt_out_to_review",
            )
        ]

    def __str__(self) -> str:
        return f"{self.phone} since {self.opted_out_at:%Y-%m-%d}"
