"""Texts whose fate is unknown: they may have gone, so none is sent again unless the carrier has never heard of it.

A worker that dies in mid-call leaves messages in `sending`. After `SETTLE_AFTER` they are `unknown`, like those to
which the carrier never answered; a receipt settles them, or asking. After `KNOWN_FOR` they are `unheard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.querying import execute, rows
from textbank.texting.dispatching import OUTBOX, Outbound, outbound_of
from textbank.texting.models import LOCK_TEXTS, Message

SETTLE_AFTER = timedelta(minutes=5)
# Carriers are asked for texts of the last day. Of what is older no answer would prove that it never went.
KNOWN_FOR = timedelta(hours=20)
JUMP = timedelta(minutes=1)  # by which a clock goes wrong only when somebody sets it
TURNS = 7203  # the family of advisory locks of which each campaign has one


class Clockwork:
    """Whether the machine's clock has gone evenly for `SETTLE_AFTER`; `ticks` are seconds of one that nobody sets.

    When it is set, a text in mid-call looks as if it had left long ago. The carrier would be asked after it at once,
    would not have it yet, and it would go a second time.
    """

    def __init__(self) -> None:
        self._ahead: float | None = None
        self._trusted_from = 0.0

    def is_even(self, now: datetime, ticks: float) -> bool:
        """To be asked more often than once in `SETTLE_AFTER`."""
        before, self._ahead = self._ahead, now.timestamp() - ticks
        if before is not None and abs(self._ahead - before) > JUMP.total_seconds():
            self._trusted_from = ticks + SETTLE_AFTER.total_seconds()
        return ticks >= self._trusted_from


_UNSETTLED = """
      AND n.number IS NOT NULL AND m.status = 'unknown' AND m.id IN (
          SELECT id FROM texting_message
          WHERE campaign_id = %(campaign)s AND stage = 'unknown'
            AND sending_at < %(before)s AND sending_at > %(after)s
          ORDER BY random() LIMIT %(limit)s)
"""


_OVERDUE = """
    UPDATE texting_message AS m SET status = 'unknown'
    FROM (
        SELECT id FROM texting_message WHERE stage = 'sending' AND sending_at < %(before)s
        ORDER BY id FOR UPDATE SKIP LOCKED
    ) AS left_behind
    WHERE m.id = left_behind.id
"""


def overdue(now: datetime) -> int:
    """Messages that were being sent when a worker died become `unknown`; returns how many."""
    return execute(_OVERDUE, before=now - SETTLE_AFTER)


_GIVEN_UP = """
    UPDATE texting_message AS m SET status = 'unheard', settled_at = %(now)s
    FROM (
        SELECT id FROM texting_message WHERE stage = 'unknown' AND sending_at <= %(before)s
        ORDER BY id FOR UPDATE SKIP LOCKED
    ) AS silent
    WHERE m.id = silent.id
"""


def give_up(now: datetime) -> int:
    """Messages of which nobody can say any more whether they went become `unheard`; returns how many."""
    return execute(_GIVEN_UP, now=now, before=now - KNOWN_FOR)


def unsettled(now: datetime, limit: int) -> list[Outbound]:
    """Messages that may or may not have gone, long enough ago that the carrier must know by now; so many of each
    campaign, by lot, so that those about which there is no answer keep no others from being asked after.
    """
    waiting = Message.objects.filter(stage="unknown", sending_at__lt=now - SETTLE_AFTER)
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


def settle(asked: Sequence[tuple[Outbound, Sequence[str]]], now: datetime) -> None:
    """The carrier was asked about unknown texts, and named for each those like it. One that no other message of ours
    claims is this one; if there is none, the text never arrived and goes after all.
    """
    by_campaign = sorted(asked, key=lambda one: one[0].campaign_id)
    for campaign_id, group in groupby(by_campaign, key=lambda one: one[0].campaign_id):
        _settle(campaign_id, list(group), now)


# `attempts` must still be what it was when we asked: an answer about an earlier try says nothing about a later.
# That it arrived counts also when another worker was told "no" a moment before: it waits again, and must not go.
_ARRIVED = """
    UPDATE texting_message AS m
    SET status = 'sent', carrier_id = found.carrier_id, sent_at = %(now)s, due_at = NULL, safeguard = NULL,
        settled_at = NULL
    FROM unnest(%(ids)s::bigint[], %(attempts)s::int[], %(carrier_ids)s::text[]) AS found(id, attempts, carrier_id)
    WHERE m.id = found.id AND m.campaign_id = %(campaign)s AND m.attempts = found.attempts
      AND m.status IN ('unknown', 'queued', 'unheard')
"""
_NEVER_ARRIVED = """
    UPDATE texting_message AS m SET status = 'queued', due_at = %(now)s, sending_at = NULL
    FROM unnest(%(ids)s::bigint[], %(attempts)s::int[]) AS missed(id, attempts)
    WHERE m.id = missed.id AND m.campaign_id = %(campaign)s AND m.status = 'unknown' AND m.attempts = missed.attempts
"""


@transaction.atomic
def _settle(campaign_id: int, asked: Sequence[tuple[Outbound, Sequence[str]]], now: datetime) -> None:
    # One worker at a time, or two could give the same text of the carrier's to two messages that read alike.
    rows("SELECT pg_advisory_xact_lock(%(turns)s, %(campaign)s)", turns=TURNS, campaign=campaign_id)
    rows(LOCK_TEXTS, ids=[outbound.message_id for outbound, _names in asked])
    named = [carrier_id for _outbound, carrier_ids in asked for carrier_id in carrier_ids]
    known = Message.objects.filter(campaign=campaign_id, carrier_id__in=named)
    taken = set(known.values_list("carrier_id", flat=True))
    arrived: list[tuple[Outbound, str]] = []
    missed: list[Outbound] = []
    for outbound, carrier_ids in asked:
        free = sorted(set(carrier_ids) - taken)
        if free:
            taken.add(free[0])
            arrived.append((outbound, free[0]))
        else:
            missed.append(outbound)
    execute(
        _ARRIVED,
        campaign=campaign_id,
        now=now,
        ids=[outbound.message_id for outbound, _name in arrived],
        attempts=[outbound.attempts for outbound, _name in arrived],
        carrier_ids=[name for _outbound, name in arrived],
    )
    execute(
        _NEVER_ARRIVED,
        campaign=campaign_id,
        now=now,
        ids=[outbound.message_id for outbound in missed],
        attempts=[outbound.attempts for outbound in missed],
    )
