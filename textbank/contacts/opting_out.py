"""Somebody asks to be left alone, and is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import OptOut


def opt_out(
    campaign: Campaign,
    phone: str,
    source: OptOut.Source,
    now: datetime,
    *,
    words: str = "",
    by: Membership | None = None,
) -> bool:
    """Records that this phone is never to be texted again by the campaign. True if that is new."""
    promise = OptOut(
        campaign=campaign, phone=phone, source=source, words=words, opted_out_by=by, opted_out_at=now
    )
    before = OptOut.objects.filter(campaign=campaign, phone=phone, undone_at=None).exists()
    OptOut.objects.bulk_create([promise], ignore_conflicts=True)
    return not before


@transaction.atomic
def undo_opt_out(
    campaign: Campaign, phone: str, now: datetime, *, because: str, by: Membership | None = None
) -> bool:
    """Takes a promise back, on record: the person asked to hear from us again, or it was a mistake."""
    return bool(
        OptOut.objects.filter(campaign=campaign, phone=phone, undone_at=None).update(
            undone_at=now, undone_by=by, undone_because=because
        )
    )


def opted_out_among(campaign: Campaign, phones: Sequence[str]) -> set[str]:
    """Those of the phones that are not to be texted."""
    return set(
        OptOut.objects.filter(campaign=campaign, phone__in=phones, undone_at=None).values_list(
            "phone", flat=True
        )
    )
