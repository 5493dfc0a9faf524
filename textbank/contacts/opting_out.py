"""Somebody asks to be left alone, and is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import OptOut
from textbank.querying import rows

_PROMISE = """
    INSERT INTO contacts_optout (
        campaign_id, phone, source, words, opted_out_by_id, opted_out_at, reviewed_at, undone_at, undone_because)
    SELECT * FROM unnest(
        %(campaign)s::bigint[], %(phone)s::text[], %(source)s::text[], %(words)s::text[], %(by)s::bigint[],
        %(opted_out_at)s::timestamptz[], %(reviewed_at)s::timestamptz[], %(undone_at)s::timestamptz[],
        %(undone_because)s::text[]
    ) AS p
    ON CONFLICT (campaign_id, phone) WHERE undone_at IS NULL DO NOTHING
    RETURNING id, phone, undone_at
"""


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
    return bool(promise_all([promise]))


def promise_all(promises: Sequence[OptOut]) -> dict[str, int]:
    """Keeps many promises; returns the ids of those that are new and live, by phone.

    Whoever else records the same phone at the same moment, one of the two is new and the other is not.
    """
    if not promises:
        return {}
    kept = rows(
        _PROMISE,
        campaign=[one.campaign_id for one in promises],
        phone=[one.phone for one in promises],
        source=[str(one.source) for one in promises],
        words=[one.words for one in promises],
        by=[one.opted_out_by_id for one in promises],
        opted_out_at=[one.opted_out_at for one in promises],
        reviewed_at=[one.reviewed_at for one in promises],
        undone_at=[one.undone_at for one in promises],
        undone_because=[one.undone_because for one in promises],
    )
    return {row["phone"]: row["id"] for row in kept if row["undone_at"] is None}


def undo_opt_out(promise: OptOut, now: datetime, *, because: str, by: Membership | None = None) -> bool:
    """Takes this promise back, on record; False when it is undone already.

    A carrier may keep a block of its own, which only the person's START lifts: until then it refuses our texts,
    and the phone is opted out again.
    """
    return bool(
        OptOut.objects.filter(id=promise.id, undone_at=None).update(
            undone_at=now, undone_by=by, undone_because=because
        )
    )


def confirm_opt_out(promise: OptOut, by: Membership, now: datetime) -> None:
    """A person has looked: the words were understood rightly."""
    OptOut.objects.filter(id=promise.id, reviewed_at=None).update(reviewed_by=by, reviewed_at=now)


def live_opt_outs(campaign: Campaign, phones: Sequence[str]) -> dict[str, OptOut]:
    """The promises that stand for these phones, by phone."""
    found = OptOut.objects.filter(campaign=campaign, phone__in=phones, undone_at=None)
    return {promise.phone: promise for promise in found}


def opted_out_among(campaign: Campaign, phones: Sequence[str]) -> set[str]:
    """Those of the phones that are not to be texted."""
    return set(live_opt_outs(campaign, phones))
