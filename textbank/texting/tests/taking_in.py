"""What a worker takes in, in one call."""

from __future__ import annotations

from datetime import datetime

from textbank.carriers.models import CarrierEvent
from textbank.texting.receiving import take_in


def process_events(now: datetime, limit: int = 500) -> int:
    """The oldest stored replies, then the oldest receipts; returns how many were taken."""
    return sum(take_in(kind, now, limit) for kind in (CarrierEvent.Kind.REPLY, CarrierEvent.Kind.RECEIPT))
