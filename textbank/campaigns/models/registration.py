"""What the carriers' registry knows of a campaign, and what it lets the campaign do."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import RegexValidator
from django.db import models

from textbank.campaigns.models.campaign import Campaign

WARNED_BEFORE = (timedelta(days=60), timedelta(days=30), timedelta(days=7))


class Registration(models.Model):
    """Who the campaign is to the carriers, and what it texts about (its *use case*). No text leaves before approval.

        draft ──> submitted ──> approved   (until `expires_on`, if there is such a day)
          ↑           └──────> rejected    (`rejected_because` says why)
          └──────────────────────┘

    Unregistered traffic from ten-digit numbers is blocked by all US carriers (since February 2025). The caps are what
    the registry grants: AT&T takes so many segments a minute of a *use case*, T-Mobile so many a day of a *brand*,
    which is its EIN, over all campaigns and platforms. Empty: no cap that we know of.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Handed in"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    class Kind(models.TextChoices):
        CHARITY = "501c3", "Charity, 501(c)(3)"
        ADVOCACY = "501c4", "Advocacy, union or trade group, 501(c)(4), (5) or (6)"
        POLITICAL = "527", "Candidate, party, PAC or other 527"
        OTHER = "other", "Something else"

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="registration")
    legal_name = models.CharField(max_length=200, blank=True)
    ein = models.CharField(
        "EIN",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{2}-[0-9]{7}$", "An EIN has nine digits, like 12-3456789.")],
    )
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.OTHER)
    use_case = models.TextField(blank=True, help_text="What the texts are about, in a few sentences")
    sample_texts = models.TextField(blank=True, help_text="Two or more texts as they would be sent")
    verify_token = models.CharField(max_length=80, blank=True, help_text="Campaign Verify's; 527s need one")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    registry_id = models.CharField(
        max_length=40, blank=True, help_text="The registry's name for the use case"
    )
    rejected_because = models.TextField(blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which texts may leave")
    att_per_minute = models.PositiveIntegerField(null=True, blank=True)
    tmobile_per_day = models.PositiveIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    warned_on = models.DateField(null=True, help_text="When its owners were last told that it will end")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="approved") | models.Q(decided_at__isnull=False),
                name="approved_registration_says_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.legal_name or self.campaign_id}: {self.get_status_display()}"

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over. `today` as the campaign's own calendar has it."""
        return self.expires_on is not None and today > self.expires_on
