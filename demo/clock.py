"""When it is night somewhere in the country, the demonstration's clock says early afternoon."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
COASTS = (NEW_YORK, ZoneInfo("America/Los_Angeles"))
OPENS, CLOSES = time(9), time(20)
AFTERNOON = time(14, 30)  # in New York; it is open everywhere in the continental states then
LONG_ENOUGH = timedelta(hours=1)


def is_open(moment: datetime) -> bool:
    """Whether people anywhere in the continental states may be texted, now and for a while to come."""
    return all(
        OPENS <= when.astimezone(zone).time() < CLOSES
        for when in (moment, moment + LONG_ENOUGH)
        for zone in COASTS
    )


def shift(now: datetime, kept: Path) -> timedelta:
    """How far to move the clock: not at all by day, else back to the last half past two in New York.

    `kept` holds the last answer, which is given again while it will do, so that a demonstration that is
    stopped and started in one night does not live through the same afternoon twice.
    """
    if is_open(now):
        answer = timedelta()
    elif is_open(now + (before := _read(kept))):
        answer = before
    else:
        answer = _last_afternoon(now) - now
    kept.write_text(str(int(answer.total_seconds())), encoding="ascii")
    return timedelta(seconds=int(answer.total_seconds()))


def _last_afternoon(now: datetime) -> datetime:
    here = now.astimezone(NEW_YORK)
    day = here.date() if here.time() >= AFTERNOON else here.date() - timedelta(days=1)
    return datetime.combine(day, AFTERNOON, NEW_YORK)


def _read(kept: Path) -> timedelta:
    try:
        return timedelta(seconds=int(kept.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return timedelta()
