"""Texts whose fate is unknown: they may have gone, so none is sent again unless the carrier has never heard of it.

A worker that dies in mid-call leaves messages in `sending`. After `SETTLE_AFTER` they are `unknown`, like those to
which the carrier never answered; a receipt settles them, or asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.querying import rows
from textbank.texting.dispatching import OUTBOX, Outbound, outbound_of
from textbank.texting.models import Message

SETTLE_AFTER = timedelta(minutes=5)
# Carriers are asked for texts of the last day. What is older stays unknown: no answer would prove that it never went.
KNOWN_FOR = timedelta(hours=20)

_UNSETTLED = """
      AND m.status = 'unknown' AND m.sending_at < %(before)s AND m.sending_at > %(after)s
      AND n.number IS NOT NULL
    ORDER BY m.sending_at LIMIT %(limit)s
"""


def overdue(now: datetime) -> int:
    """Messages that were being sent when a worker died become `unknown`; returns how many."""
    return Message.objects.filter(status="sending", sending_at__lt=now - SETTLE_AFTER).update(
        status="unknown"
    )


def unsettled(now: datetime, limit: int = 50) -> list[Outbound]:
    """Messages that may or may not have gone, long enough ago that the carrier must know by now."""
    waiting = Message.objects.filter(status="unknown", sending_at__lt=now - SETTLE_AFTER)
    campaigns = Campaign.objects.filter(id__in=waiting.order_by().values("campaign").distinct())
    return [
        outbound_of(campaign, row, timedelta(0))
        for campaign in campaigns.order_by("id")
        for row in rows(
            OUTBOX + _UNSETTLED,
            campaign=campaign.id,
            before=now - SETTLE_AFTER,
            after=now - KNOWN_FOR,
            limit=limit,
        )
    ]


@transaction.atomic
def settle(outbound: Outbound, carrier_ids: Sequence[str], now: datetime) -> None:
    """The carrier was asked about an unknown text, and named those like it. One that no other message of ours
    claims is this one; if there is none, the text never arrived and goes after all.

    `attempts` must still be what it was when we asked: an answer about an earlier try says nothing about a later.
    """
    message = Message.objects.filter(
        id=outbound.message_id, campaign=outbound.campaign_id, status="unknown", attempts=outbound.attempts
    )
    others = Message.objects.filter(campaign=outbound.campaign_id, carrier_id__in=carrier_ids)
    free = sorted(set(carrier_ids) - set(others.values_list("carrier_id", flat=True)))
    if free:
        message.update(status="sent", carrier_id=free[0], sent_at=now)
    else:
        message.update(status="queued", due_at=now, sending_at=None)
