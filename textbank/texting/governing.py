"""How much may leave just now: what carriers grant a number, a use case and a day, shared by all workers.

A number and AT&T's use case are limited by the minute, each by a bucket. It holds at most a tenth of its cap (or the
longest text there is, as long as that is at most half), and fills evenly so that it and `FILLED_IN` seconds of inflow
make one cap. A text leaves at most `ON_THE_WAY` after it was drawn, so what leaves in any 60 seconds was drawn
within 62: at most what the bucket held then, and 62 seconds of inflow, which together are the cap.

What does not fit waits in line: it is promised a later moment, so that a hundred thousand texts are looked at about
twice each and not at every turn. First texts go to the end of the line, and promises are made for nine tenths of
the inflow. Replies and automatic answers pass the line, since somebody waits for them; the last tenth is theirs.

T-Mobile counts by brand and Pacific day; we by campaign and Pacific day (`TMobileDay`), since anybody can type any
EIN (docs/decisions/0004-registration.md). What it surely never got is given back.

Order of locks: messages and accounts, then allowances in the order of their keys, then T-Mobile's day; assignments,
conversations, phones and the rest come after. A claim passes over messages that somebody holds, and whoever records
an answer or a receipt locks its messages first, so nobody who holds an allowance waits for a message. That allowances
come late keeps them locked shortly: claims of one campaign take turns on them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Network
from textbank.carriers.models import PhoneNumber
from textbank.querying import execute, rows
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import PACIFIC

LONGEST_TEXT = 24  # segments: 1,600 characters with an accent among them
ON_THE_WAY = timedelta(seconds=2)
FILLED_IN = 60 + ON_THE_WAY.total_seconds()
PROMISED = 0.9  # of the inflow
CLOSED_FOR = timedelta(minutes=1)
NO_CAP = 600_000  # segments a minute: more than anybody sends
MINUTE = timedelta(minutes=1)
ATT = "att"  # the key of AT&T's limit for the campaign's use case


@dataclass(slots=True)
class Bucket:
    """One limit by the minute. `level`, `owed` (to those in line) and `cap` in segments.

    `tally`: what was drawn in each minute, for people to see; the last two are kept.
    """

    key: str
    cap: int
    safeguard: Safeguard
    level: float
    filled_at: datetime
    owed: float = 0.0
    closed_until: datetime | None = None
    tally: dict[datetime, float] = field(default_factory=dict)
    ahead: float = 0.0  # of texts that pass the line and did not fit into this claim

    @property
    def size(self) -> float:
        return size_of(self.cap)

    @property
    def inflow(self) -> float:
        return inflow_of(self.cap)

    def fill(self, now: datetime) -> None:
        """Up to this moment. A worker whose clock is behind another's finds nothing more."""
        seconds = max((now - self.filled_at).total_seconds(), 0.0)
        self.level = min(self.level + seconds * self.inflow, self.size)
        self.owed = max(self.owed - seconds * self.inflow * PROMISED, 0.0)
        self.filled_at = max(self.filled_at, now)

    def is_closed(self, now: datetime) -> bool:
        """The carrier itself said that it takes no more for now."""
        return self.closed_until is not None and self.closed_until > now

    def has_room(self, segments: int, now: datetime) -> bool:
        """A text that is longer than the bucket leaves when it is full, and the rest is owed to it."""
        return not self.is_closed(now) and self.level + 1e-9 >= min(segments, self.size)

    def take(self, segments: int) -> None:
        self.level -= segments
        minute = minute_of(self.filled_at)
        self.tally[minute] = self.tally.get(minute, 0.0) + segments

    def end_of_line(self, now: datetime) -> datetime:
        """When the last of those in line may come."""
        opens = max(self.closed_until or now, now)
        return opens + timedelta(seconds=self.owed / (self.inflow * PROMISED))

    def promise(self, segments: int, now: datetime) -> datetime:
        """When a text that goes to the end of the line may come again."""
        self.owed += segments
        return self.end_of_line(now)

    def next_gap(self, segments: int, now: datetime) -> datetime:
        """When a text that passes the line may come again: as soon as it and those before it fit."""
        self.ahead += segments
        opens = max(self.closed_until or now, now)
        return opens + timedelta(seconds=max(self.ahead - self.level, 1.0) / self.inflow)


@dataclass(frozen=True, slots=True)
class Drawer:
    """A text that is ready to go, as far as limits care. `network`: "" while we do not know it.

    `has_waited`: it stood in line already, or was tried before.
    """

    number_id: int
    network: str
    segments: int
    is_initial: bool
    has_waited: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """A text does not fit: for which limit it waits, and until when."""

    safeguard: Safeguard
    until: datetime


def size_of(cap: int) -> float:
    """How much may leave at once under a cap a minute, in segments."""
    return max(cap / 10, min(float(LONGEST_TEXT), cap / 2))


def inflow_of(cap: int) -> float:
    """How fast the bucket of a cap a minute fills, in segments a second."""
    return (cap - size_of(cap)) / FILLED_IN


def minute_of(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def tmobile_day(now: datetime) -> date:
    return now.astimezone(PACIFIC).date()


def tmobile_midnight(now: datetime) -> datetime:
    """When T-Mobile begins to count anew."""
    return datetime.combine(tmobile_day(now) + timedelta(days=1), time(), tzinfo=PACIFIC)


def draw(campaign: Campaign, drawers: Sequence[Drawer], now: datetime) -> list[Wait | None]:
    """Draws for each text in its order, in the transaction of the caller; None: it may leave.

    Of what was drawn for a text that the carrier then does not take, only T-Mobile's day gets it back: `give_back`.
    """
    if not drawers:
        return []
    caps = caps_of(campaign)
    buckets = _buckets(campaign, caps, {drawer.number_id for drawer in drawers}, now)
    is_to_tmobile = any(drawer.network == Network.T_MOBILE for drawer in drawers)
    day = _Day.locked(campaign, caps["tmobile_per_day"], now) if is_to_tmobile else None
    waits = []
    for drawer in drawers:
        own = [buckets[number_key(drawer.number_id)]]
        if drawer.network in ("", Network.ATT):
            own.append(buckets[ATT])
        waits.append(_draw(drawer, own, day if drawer.network == Network.T_MOBILE else None, now))
    _keep(campaign, list(buckets.values()))
    if day:
        day.keep()
    return waits


def close_for_a_minute(campaign: Campaign, now: datetime) -> None:
    """AT&T says that it takes no more of this use case for a while."""
    execute(_CLOSE, campaign=campaign.id, key=ATT, level=size_of(NO_CAP), now=now, until=now + CLOSED_FOR)


def close_for_the_day(campaign: Campaign, now: datetime) -> None:
    """T-Mobile says that it takes no more of this campaign's brand today."""
    execute(_CLOSE_DAY, campaign=campaign.id, day=tmobile_day(now))


def give_back(campaign: Campaign, segments: Mapping[date, int]) -> None:
    """Texts that were counted on these days of T-Mobile's never reached it. `segments`: of all of them, by day."""
    for day in sorted(segments):
        execute(_GIVE_BACK, campaign=campaign.id, day=day, segments=segments[day])


def number_key(number_id: int) -> str:
    return f"number {number_id}"


def _draw(drawer: Drawer, buckets: list[Bucket], day: _Day | None, now: datetime) -> Wait | None:
    if day and not day.has_room(drawer.segments):
        return Wait(Safeguard.DAILY_CAP, tmobile_midnight(now))
    waits_its_turn = drawer.is_initial and not drawer.has_waited
    full = [
        bucket
        for bucket in buckets
        if not bucket.has_room(drawer.segments, now) or (waits_its_turn and bucket.owed > 0)
    ]
    if full:
        slowest = max(full, key=lambda bucket: bucket.end_of_line(now))
        place = slowest.promise if drawer.is_initial else slowest.next_gap
        return Wait(slowest.safeguard, place(drawer.segments, now))
    for bucket in buckets:
        bucket.take(drawer.segments)
    if day:
        day.segments += drawer.segments
    return None


# --- Rows

_CAPS = """
    SELECT r.att_per_minute, r.tmobile_per_day
    FROM campaigns_campaign AS c LEFT JOIN campaigns_registration AS r ON r.campaign_id = c.id
    WHERE c.id = %(campaign)s
"""
# Beside the bucket under its own key: what is promised to its line, below nothing; and what was drawn in the
# last even and the last odd minute. Whoever holds the bucket may write these.
_LINE, _EVEN, _ODD = " line", " even minute", " odd minute"
_BEGIN = """
    INSERT INTO carriers_allowance (campaign_id, key, level, filled_at)
    SELECT %(campaign)s, b.key, b.level, %(now)s
    FROM unnest(%(keys)s::text[], %(levels)s::float8[]) AS b(key, level) ORDER BY b.key
    ON CONFLICT (campaign_id, key) DO NOTHING
"""
_LOCK = """
    SELECT key, level, filled_at, closed_until FROM carriers_allowance
    WHERE campaign_id = %(campaign)s AND key = ANY(%(keys)s) ORDER BY key FOR UPDATE
"""
_BESIDE = """
    SELECT key, level, filled_at FROM carriers_allowance
    WHERE campaign_id = %(campaign)s AND key = ANY(%(keys)s)
"""
_KEEP = """
    INSERT INTO carriers_allowance AS own (campaign_id, key, level, filled_at)
    SELECT %(campaign)s, b.key, b.level, b.filled_at
    FROM unnest(%(keys)s::text[], %(levels)s::float8[], %(filled)s::timestamptz[]) AS b(key, level, filled_at)
    ORDER BY b.key
    ON CONFLICT (campaign_id, key) DO UPDATE SET level = excluded.level, filled_at = excluded.filled_at
"""
_CLOSE = """
    INSERT INTO carriers_allowance AS own (campaign_id, key, level, filled_at, closed_until)
    VALUES (%(campaign)s, %(key)s, %(level)s, %(now)s, %(until)s)
    ON CONFLICT (campaign_id, key) DO UPDATE SET closed_until = greatest(own.closed_until, excluded.closed_until)
"""
_BEGIN_DAY = """
    INSERT INTO carriers_tmobileday (campaign_id, day, segments, is_closed) VALUES (%(campaign)s, %(day)s, 0, false)
    ON CONFLICT (campaign_id, day) DO NOTHING
"""
_LOCK_DAY = """
    SELECT id, segments, is_closed FROM carriers_tmobileday
    WHERE campaign_id = %(campaign)s AND day = %(day)s FOR UPDATE
"""
_KEEP_DAY = "UPDATE carriers_tmobileday SET segments = %(segments)s WHERE id = %(id)s"
_GIVE_BACK = """
    UPDATE carriers_tmobileday SET segments = greatest(segments - %(segments)s, 0)
    WHERE campaign_id = %(campaign)s AND day = %(day)s
"""
_CLOSE_DAY = """
    INSERT INTO carriers_tmobileday (campaign_id, day, segments, is_closed) VALUES (%(campaign)s, %(day)s, 0, true)
    ON CONFLICT (campaign_id, day) DO UPDATE SET is_closed = true
"""


@dataclass(slots=True)
class _Day:
    """What the campaign has sent to T-Mobile's phones today."""

    id: int
    segments: int
    is_closed: bool
    cap: int | None

    @classmethod
    def locked(cls, campaign: Campaign, cap: int | None, now: datetime) -> _Day:
        named = {"campaign": campaign.id, "day": tmobile_day(now)}
        found = rows(_LOCK_DAY, **named)
        if not found:
            execute(_BEGIN_DAY, **named)
            found = rows(_LOCK_DAY, **named)
        return cls(cap=cap, **found[0])

    def has_room(self, segments: int) -> bool:
        return not self.is_closed and (self.cap is None or self.segments + segments <= self.cap)

    def keep(self) -> None:
        execute(_KEEP_DAY, id=self.id, segments=self.segments)


def caps_of(campaign: Campaign) -> dict[str, Any]:
    """`att_per_minute` and `tmobile_per_day`, in segments; None: no cap that we know of."""
    return rows(_CAPS, campaign=campaign.id)[0]


def _buckets(
    campaign: Campaign, caps: dict[str, Any], number_ids: Collection[int], now: datetime
) -> dict[str, Bucket]:
    """The locked buckets of these numbers and of AT&T, filled up to now, by key."""
    numbers = PhoneNumber.objects.filter(campaign=campaign, id__in=number_ids)
    granted = {number_key(number.id): number.limit for number in numbers}
    granted[ATT] = NO_CAP if caps["att_per_minute"] is None else caps["att_per_minute"]
    found = rows(_LOCK, campaign=campaign.id, keys=list(granted))
    if len(found) < len(granted):
        levels = [size_of(cap) for cap in granted.values()]
        execute(_BEGIN, campaign=campaign.id, keys=list(granted), levels=levels, now=now)
        found = rows(_LOCK, campaign=campaign.id, keys=list(granted))
    beside = [key + kind for key in granted for kind in (_LINE, _EVEN, _ODD)]
    kept = {row["key"]: row for row in rows(_BESIDE, campaign=campaign.id, keys=beside)}
    buckets = {row["key"]: _bucket(row, granted[row["key"]], kept) for row in found}
    for bucket in buckets.values():
        bucket.fill(now)
    return buckets


def _bucket(row: dict[str, Any], cap: int, kept: dict[str, dict[str, Any]]) -> Bucket:
    key, nothing = row["key"], {"level": 0.0}
    minutes = [kept[key + kind] for kind in (_EVEN, _ODD) if key + kind in kept]
    return Bucket(
        cap=max(cap, 1),
        safeguard=Safeguard.MINUTE_CAP if key == ATT else Safeguard.NUMBER_CAP,
        owed=-kept.get(key + _LINE, nothing)["level"],
        tally={minute["filled_at"]: minute["level"] for minute in minutes},
        **row,
    )


def _keep(campaign: Campaign, buckets: Sequence[Bucket]) -> None:
    written: list[tuple[str, float, datetime]] = []
    for bucket in buckets:
        written.append((bucket.key, bucket.level, bucket.filled_at))
        written.append((bucket.key + _LINE, -bucket.owed, bucket.filled_at))
        minute = minute_of(bucket.filled_at)
        if minute in bucket.tally:
            parity = _ODD if minute.minute % 2 else _EVEN
            written.append((bucket.key + parity, bucket.tally[minute], minute))
    keys, levels, filled = zip(*written, strict=True)
    execute(_KEEP, campaign=campaign.id, keys=list(keys), levels=list(levels), filled=list(filled))


def used_lately(campaign: Campaign, keys: Collection[str], now: datetime) -> dict[str, int]:
    """About how many segments left under each limit in the last 60 seconds.

    Counted by whole minutes: all of this one, and of the one before the share that is not a minute ago yet.
    """
    wanted = [key + kind for key in keys for kind in (_EVEN, _ODD)]
    minute = minute_of(now)
    share = {minute: 1.0, minute - MINUTE: 1 - (now - minute) / MINUTE}
    kept = {row["key"]: row for row in rows(_BESIDE, campaign=campaign.id, keys=wanted)}
    return {
        key: round(
            sum(
                kept[key + kind]["level"] * share.get(kept[key + kind]["filled_at"], 0.0)
                for kind in (_EVEN, _ODD)
                if key + kind in kept
            )
        )
        for key in keys
    }
