"""What carriers tell us is kept exactly as it came, before anything is done with it.

A fault of ours loses nothing: what is stored is worked on afterwards (`receiving.py`, `receipting.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Event, EventKind
from textbank.carriers.models import CarrierAccount
from textbank.querying import execute


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one webhook brought. `message_key`: our own key from its address, where the body does not repeat it."""

    account: CarrierAccount
    events: Sequence[Event]
    now: datetime
    message_key: str = ""


@dataclass(slots=True, eq=False)
class StoredEvent:
    """What is worked on of a stored event, with its account. `problem`: what an admin is to know about it."""

    id: int
    account: CarrierAccount
    message_key: str
    body: str
    received_at: datetime
    problem: str = ""

    @property
    def campaign(self) -> Campaign:
        return self.account.campaign


_STORE = """
    INSERT INTO carriers_carrierevent (
        campaign_id, account_id, kind, event_key, message_key, phone, body, received_at, due_at, attempts, problem)
    SELECT campaign_id, account_id, kind, event_key, message_key, phone, body, received_at, received_at, 0, ''
    FROM unnest(
        %(campaign)s::bigint[], %(account)s::bigint[], %(kind)s::text[], %(event_key)s::text[],
        %(message_key)s::text[], %(phone)s::text[], %(body)s::text[], %(received)s::timestamptz[]
    ) AS e(campaign_id, account_id, kind, event_key, message_key, phone, body, received_at)
    ON CONFLICT (account_id, kind, event_key) DO NOTHING
"""


def store_all(deliveries: Sequence[Delivery]) -> None:
    """Keeps all events of many webhooks in one statement."""
    kept = [(delivery, event) for delivery in deliveries for event in delivery.events]
    # In the order of their keys, so that two web processes that are told the same thing take turns.
    kept.sort(key=lambda one: (one[0].account.id, one[1].kind, one[1].key))
    execute(
        _STORE,
        campaign=[delivery.account.campaign_id for delivery, _event in kept],
        account=[delivery.account.id for delivery, _event in kept],
        kind=[str(event.kind) for _delivery, event in kept],
        event_key=[event.key for _delivery, event in kept],
        message_key=[_message_key(delivery, event) for delivery, event in kept],
        phone=[event.phone[:20] for _delivery, event in kept],
        body=[event.body for _delivery, event in kept],
        received=[delivery.now for delivery, _event in kept],
    )


def _message_key(delivery: Delivery, event: Event) -> str:
    return event.message_key or delivery.message_key if event.kind == EventKind.RECEIPT else ""
