"""What a campaign wants to know about its contacts, and what it has learnt."""

from __future__ import annotations

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models.contact import Contact


class Tag(models.Model):
    """A yes/no mark that can stand on contacts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_reportable = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["campaign", "slug"], name="one_tag_per_slug")]

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """A tag set or taken off one contact. Each change is a row, so taking it off is on record too."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="marks")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="marks")
    is_set = models.BooleanField()
    marked_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact", "tag", "-id"], name="mark_latest")]

    def __str__(self) -> str:
        return f"{self.tag_id} {'on' if self.is_set else 'off'} {self.contact_id}"
