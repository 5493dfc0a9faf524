"""What became of our texts: receipts move messages forward, in batches.

Late, doubled, disordered and early receipts change nothing wrongly: a message only moves forward, and is found by
our own key, which exists before the carrier has ever heard of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from textbank.carriers.base import DeliveryReceipt, Meaning, ReceiptStatus
from textbank.carriers.dialects import CARRIERS
from textbank.querying import rows
from textbank.texting.consequences import Finding, follow
from textbank.texting.models import LOCK_TEXTS, Message
from textbank.texting.storing import StoredEvent

# How far a text has come; news only ever moves it forward. What is not here does not move.
_RANKS = {
    Message.Status.QUEUED: 0,
    Message.Status.SENDING: 1,
    Message.Status.UNKNOWN: 1,
    Message.Status.UNHEARD: 1,
    Message.Status.SENT: 2,
    Message.Status.DELIVERED: 3,
    Message.Status.UNDELIVERED: 3,
    Message.Status.FAILED: 3,
}
# A carrier that reports on a text has it: even its "queued" means that ours has left.
_STATUS = {
    ReceiptStatus.QUEUED: Message.Status.SENT,
    ReceiptStatus.SENT: Message.Status.SENT,
    ReceiptStatus.DELIVERED: Message.Status.DELIVERED,
    ReceiptStatus.UNDELIVERED: Message.Status.UNDELIVERED,
    ReceiptStatus.FAILED: Message.Status.FAILED,
}


@dataclass(frozen=True, slots=True)
class News:
    """One readable receipt, and the event that brought it."""

    event: StoredEvent
    receipt: DeliveryReceipt

    @property
    def status(self) -> Message.Status:
        return _STATUS[self.receipt.status]

    @property
    def rank(self) -> int:
        return _RANKS[self.status]


# Messages are found by our own key; by the carrier's name for them where the receipt does not carry ours. They are
# found first, then locked, and only then looked at: a statement that does all of it at once passes over a row that
# somebody else has changed while it waited.
_FIND = """
    WITH news AS (
        SELECT * FROM unnest(%(place)s::int[], %(key)s::text[], %(carrier_id)s::text[]) AS n(place, key, carrier_id)
    )
    SELECT news.place, m.id FROM news JOIN texting_message AS m
      ON m.key = CASE WHEN news.key = '' THEN NULL ELSE news.key::uuid END AND m.campaign_id = %(campaign)s
    UNION ALL
    SELECT news.place, m.id FROM news JOIN texting_message AS m
      ON news.key = '' AND m.carrier_id = news.carrier_id AND m.carrier_id <> ''
     AND m.campaign_id = %(campaign)s AND m.kind <> 'incoming'
"""
_APPLY = """
    WITH news AS (
        SELECT * FROM unnest(
            %(id)s::bigint[], %(place)s::int[], %(carrier_id)s::text[], %(status)s::text[], %(rank)s::int[],
            %(error)s::text[], %(segments)s::smallint[]
        ) AS n(id, place, carrier_id, status, rank, error, segments)
    ), told AS (
        SELECT news.*, news.rank > {rank_of} AS moves, m.number_id, m.script_id, m.conversation_id
        FROM news JOIN texting_message AS m ON m.id = news.id AND m.campaign_id = %(campaign)s
    ), moved AS (
        UPDATE texting_message AS m
        SET carrier_id = CASE WHEN m.carrier_id = '' THEN told.carrier_id ELSE m.carrier_id END,
            status = CASE WHEN moves THEN told.status ELSE m.status END,
            due_at = CASE WHEN moves THEN NULL ELSE m.due_at END,
            safeguard = CASE WHEN moves THEN NULL ELSE m.safeguard END,
            error_code = CASE WHEN moves THEN told.error ELSE m.error_code END,
            sent_at = CASE WHEN moves THEN coalesce(m.sent_at, %(now)s) ELSE m.sent_at END,
            settled_at = CASE WHEN moves AND told.rank = 3 THEN %(now)s ELSE m.settled_at END,
            carrier_segments = coalesce(told.segments, m.carrier_segments)
        FROM told WHERE m.id = told.id
         AND (moves OR m.carrier_id = '' OR told.segments <> coalesce(m.carrier_segments, 0))
    )
    SELECT told.place, told.moves, told.number_id, told.script_id, c.phone FROM told
    JOIN texting_conversation AS v ON v.id = told.conversation_id AND v.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
""".replace(
    "{rank_of}",
    "CASE m.status "
    + " ".join(f"WHEN '{status}' THEN {rank}" for status, rank in _RANKS.items())
    + " ELSE 9 END",
)


def record_receipts(events: Sequence[StoredEvent], now: datetime) -> None:
    """Applies stored receipts, in the transaction of the caller. Raises `Malformed` for one that cannot be read."""
    news = []
    for event in events:
        receipt = CARRIERS[event.account.kind].read_receipt(event.body)
        if receipt is not None:
            news.append(News(event, receipt))
    news.sort(key=lambda one: one.event.campaign.id)
    for _campaign_id, group in groupby(news, key=lambda one: one.event.campaign.id):
        _record(list(group), now)


def _record(news: list[News], now: datetime) -> None:
    """All receipts of one campaign. Of several about one text the furthest counts, and of equals the first."""
    campaign = news[0].event.campaign
    furthest: dict[str, News] = {}
    for one in sorted(news, key=lambda one: -one.rank):  # stable: the first of equals stays first
        furthest.setdefault(one.event.message_key or one.receipt.carrier_id, one)
    chosen = list(furthest.values())
    named = rows(
        _FIND,
        campaign=campaign.id,
        place=list(range(len(chosen))),
        key=[one.event.message_key for one in chosen],
        carrier_id=[one.receipt.carrier_id for one in chosen],
    )
    rows(LOCK_TEXTS, ids=[row["id"] for row in named])
    about = [chosen[row["place"]] for row in named]
    found = rows(
        _APPLY,
        campaign=campaign.id,
        now=now,
        id=[row["id"] for row in named],
        place=[row["place"] for row in named],
        carrier_id=[one.receipt.carrier_id for one in about],
        status=[one.status for one in about],
        rank=[one.rank for one in about],
        error=[one.receipt.error_code for one in about],
        segments=[one.receipt.segments for one in about],
    )
    told = {chosen[row["place"]]: row for row in found}
    for one in news:
        if furthest[one.event.message_key or one.receipt.carrier_id] not in told:
            one.event.problem = "No message has this key"
    follow(campaign, [_finding(one, row) for one, row in told.items()], now)


def _finding(news: News, row: dict[str, Any]) -> Finding:
    """What is new in it: a receipt that comes again, or after a later one, adds nothing but whose network it is.

    That they opted out is heard however late.
    """
    receipt, account = news.receipt, news.event.account
    meaning = CARRIERS[account.kind].meaning_of(receipt.error_code) if receipt.error_code else None
    has_failed = news.status in (Message.Status.FAILED, Message.Status.UNDELIVERED)
    return Finding(
        phone=row["phone"],
        meaning=meaning if (row["moves"] and has_failed) or meaning == Meaning.OPTED_OUT else None,
        code=receipt.error_code,
        is_delivered=row["moves"] and news.status == Message.Status.DELIVERED,
        network=receipt.network,
        account_id=account.id,
        number_id=row["number_id"],
        script_id=row["script_id"],
    )
