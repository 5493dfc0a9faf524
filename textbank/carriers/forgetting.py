"""What carriers told us is kept for three months, to answer a question or a dispute, and then goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from textbank.carriers.models import CarrierEvent

KEPT = timedelta(days=90)
AT_A_TIME = 10_000


def forget_events(now: datetime) -> int:
    """Deletes events older than `KEPT`; returns how many. One that was never processed stays: it may be a reply."""
    gone, after = 0, 0
    while True:
        # In the order in which they came, by the primary key: the age of an event has no index of its own.
        page = list(
            CarrierEvent.objects.filter(id__gt=after)
            .order_by("id")
            .values_list("id", "received_at")[:AT_A_TIME]
        )
        old = [event_id for event_id, received_at in page if received_at < now - KEPT]
        if not old:
            return gone
        gone += CarrierEvent.objects.filter(id__in=old, processed_at__isnull=False).delete()[0]
        after = page[-1][0]
