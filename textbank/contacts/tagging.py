"""A campaign decides what it wants to know about its contacts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from textbank.campaigns.models import Campaign
from textbank.contacts.models import Tag


@transaction.atomic
def add_tag(campaign: Campaign, name: str) -> Tag:
    """The campaign's tag of this name; a new one, last in order and reportable, unless it is there already."""
    # Two admins who add a tag at once take turns, so that both get the same one.
    Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    tags = Tag.objects.filter(campaign=campaign)
    if same := tags.filter(name__iexact=name).first():
        return same
    last = tags.aggregate(last=Max("position"))["last"]
    return Tag.objects.create(
        campaign=campaign,
        name=name,
        slug=_free_slug(campaign, name),
        position=0 if last is None else last + 1,
    )


def _free_slug(campaign: Campaign, name: str) -> str:
    stem = slugify(name)[:70] or "tag"
    taken = set(Tag.objects.filter(campaign=campaign, slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)
