"""The words of an action."""

from __future__ import annotations

from django.db import models

from textbank.campaigns.models import Campaign
from textbank.texting.models.action import TextingAction


class Script(models.Model):
    """A text with merge fields: an initial script (the first text) or a response script (a canned answer).

    `version` grows with every edit; a card that was shown with an older version is refused.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "Initial script"
        RESPONSE = "response", "Response script"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    action = models.ForeignKey(TextingAction, on_delete=models.CASCADE, related_name="scripts")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    text = models.TextField(max_length=1600, help_text="Carriers take 1,600 characters at most")
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    paused_at = models.DateTimeField(null=True, help_text="No text is sent from it for now")
    resumed_at = models.DateTimeField(
        null=True, help_text="What carriers say of texts that left before does not pause it again"
    )
    paused_because = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True, help_text="Kept, since messages were written from it")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
