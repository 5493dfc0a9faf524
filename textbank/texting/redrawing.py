"""A limit has grown: texts that were promised a place in its line come sooner.

Limits are changed on pages of rooms below, which know of no texts. So what each granted is noted, and looked at anew
every few seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.models import PhoneNumber, TMobileDay
from textbank.querying import execute, rows
from textbank.texting.dispatching import campaigns_waiting
from textbank.texting.governing import ATT, NO_CAP, caps_of, inflow_of, number_key, tmobile_day
from textbank.texting.refusals import Safeguard

# Beside the allowances: what a limit granted when we last looked. Nobody else reads or writes these.
_NOTED = " noted"


@dataclass(frozen=True, slots=True)
class Limit:
    """What is granted by now, in segments. `number_id`: of which number, if it is one's."""

    key: str
    cap: int
    safeguard: Safeguard
    number_id: int | None = None

    def share(self, before: int) -> float:
        """Of the time that a text was still to wait, how much is left: none under the day's cap, which has room."""
        return 0.0 if self.safeguard == Safeguard.DAILY_CAP else inflow_of(before) / inflow_of(self.cap)


def redraw(now: datetime) -> None:
    """Looks at the limits of all campaigns with texts in the outbox."""
    for campaign in campaigns_waiting(None):
        _redraw(campaign, now)


# Of several workers that look at the same moment, one finds that it has changed something.
_NOTE = """
    INSERT INTO carriers_allowance AS own (campaign_id, key, level, filled_at)
    SELECT %(campaign)s, l.key, l.cap, %(now)s
    FROM unnest(%(keys)s::text[], %(caps)s::float8[]) AS l(key, cap) ORDER BY l.key
    ON CONFLICT (campaign_id, key) DO UPDATE SET level = excluded.level, filled_at = excluded.filled_at
    WHERE own.level <> excluded.level
    RETURNING key
"""
_READ = "SELECT key, level FROM carriers_allowance WHERE campaign_id = %(campaign)s AND key = ANY(%(keys)s)"
# What somebody else holds is being claimed just now, and drawn for under the new limit.
_COME_SOONER = """
    UPDATE texting_message AS m SET due_at = %(now)s + (m.due_at - %(now)s) * %(share)s
    FROM (
        SELECT m.id FROM texting_message AS m
        JOIN texting_conversation AS v ON v.id = m.conversation_id AND v.campaign_id = %(campaign)s
        WHERE m.campaign_id = %(campaign)s AND m.stage = 'queued' AND m.safeguard = %(safeguard)s
          AND m.due_at > %(now)s AND (%(number)s::bigint IS NULL OR v.number_id = %(number)s)
        ORDER BY m.id FOR UPDATE OF m SKIP LOCKED
    ) AS waiting
    WHERE m.id = waiting.id
"""


@transaction.atomic
def _redraw(campaign: Campaign, now: datetime) -> None:
    limits = {limit.key + _NOTED: limit for limit in _limits(campaign)}
    noted = {row["key"]: row["level"] for row in rows(_READ, campaign=campaign.id, keys=list(limits))}
    changed = [key for key, limit in limits.items() if noted.get(key) != limit.cap]
    if not changed:
        return
    caps = [limits[key].cap for key in changed]
    for row in rows(_NOTE, campaign=campaign.id, now=now, keys=changed, caps=caps):
        limit, before = limits[row["key"]], noted.get(row["key"])
        if before is not None and before < limit.cap and not _is_closed(campaign, limit, now):
            execute(
                _COME_SOONER,
                campaign=campaign.id,
                now=now,
                safeguard=limit.safeguard,
                number=limit.number_id,
                share=limit.share(int(before)),
            )


def _limits(campaign: Campaign) -> Sequence[Limit]:
    caps = caps_of(campaign)
    numbers = PhoneNumber.objects.filter(campaign=campaign, released_at=None)
    return [
        Limit(ATT, _cap(caps["att_per_minute"]), Safeguard.MINUTE_CAP),
        Limit("tmobile", _cap(caps["tmobile_per_day"]), Safeguard.DAILY_CAP),
        *(Limit(number_key(one.id), one.limit, Safeguard.NUMBER_CAP, one.id) for one in numbers),
    ]


def _cap(granted: int | None) -> int:
    return NO_CAP if granted is None else max(granted, 1)


def _is_closed(campaign: Campaign, limit: Limit, now: datetime) -> bool:
    """T-Mobile itself said that it takes no more today, and it knows better."""
    closed = TMobileDay.objects.filter(campaign=campaign, day=tmobile_day(now), is_closed=True)
    return limit.safeguard == Safeguard.DAILY_CAP and closed.exists()
