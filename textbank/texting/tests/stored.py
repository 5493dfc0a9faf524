"""What one webhook brought, as the carriers' door stores it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textbank.carriers.base import Event
from textbank.carriers.models import CarrierAccount
from textbank.texting.storing import Delivery, store_all


def store(account: CarrierAccount, events: Sequence[Event], now: datetime, message_key: str = "") -> None:
    """Keeps each event of one webhook exactly as it came, once however often it comes."""
    store_all([Delivery(account, events, now, message_key)])
