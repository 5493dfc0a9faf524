"""The person we meant is not at this phone: it is noted, and an admin may release the phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import Contact, WrongNumber


def note_wrong_number(
    contact: Contact,
    source: WrongNumber.Source,
    now: datetime,
    *,
    words: str = "",
    by: Membership | None = None,
) -> None:
    """Holds further texts to the contact's phone. Noting it again changes nothing."""
    note_all(
        [
            WrongNumber(
                campaign_id=contact.campaign_id,
                contact=contact,
                phone=contact.phone,
                source=source,
                words=words,
                recorded_by=by,
                recorded_at=now,
            )
        ]
    )


def note_all(wrong: Sequence[WrongNumber]) -> None:
    """Notes many at once; one is live for each phone, whoever notes it first."""
    WrongNumber.objects.bulk_create(wrong, ignore_conflicts=True)


def release_wrong_number(wrong: WrongNumber, now: datetime, *, because: str, by: Membership) -> bool:
    """The phone may be texted again, on record; False when it is released already."""
    return bool(
        WrongNumber.objects.live()
        .filter(id=wrong.id)
        .update(released_at=now, released_by=by, released_because=because)
    )


def wrong_among(campaign: Campaign, phones: Sequence[str]) -> set[str]:
    """Those of the phones at which somebody else was reached."""
    found = WrongNumber.objects.live().filter(campaign=campaign, phone__in=phones)
    return set(found.values_list("phone", flat=True))
