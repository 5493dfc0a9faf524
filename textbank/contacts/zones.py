"""Where a person may be on the clock, as a set of time zones in the bits of one small integer.

A contact may be texted only while the hours are open in every zone they may be in: the law is local to the
contact, and what we know of their place is a hint. A ZIP is better than a state, and an area code is only where
the phone was bought, so it adds zones and never takes one away.

The database keeps these bits: a position, once given, means that zone for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ZONES: tuple[str, ...] = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
)
# Zones whose clocks are the same from now on, whatever they were in the past.
FOLDED = {
    **dict.fromkeys(
        (
            "America/Detroit",
            "America/Indiana/Indianapolis",
            "America/Indiana/Marengo",
            "America/Indiana/Petersburg",
            "America/Indiana/Vevay",
            "America/Indiana/Vincennes",
            "America/Indiana/Winamac",
            "America/Kentucky/Louisville",
            "America/Kentucky/Monticello",
        ),
        "America/New_York",
    ),
    **dict.fromkeys(
        (
            "America/Indiana/Knox",
            "America/Indiana/Tell_City",
            "America/Menominee",
            "America/North_Dakota/Beulah",
            "America/North_Dakota/Center",
            "America/North_Dakota/New_Salem",
        ),
        "America/Chicago",
    ),
    "America/Boise": "America/Denver",
    **dict.fromkeys(
        (
            "America/Juneau",
            "America/Metlakatla",
            "America/Nome",
            "America/Sitka",
            "America/Yakutat",
        ),
        "America/Anchorage",
    ),
    "America/St_Thomas": "America/Puerto_Rico",
    "Pacific/Saipan": "Pacific/Guam",
}
EASTERN, CENTRAL, MOUNTAIN, ARIZONA, PACIFIC, ALASKA, ALEUTIANS, HAWAII, PUERTO_RICO, GUAM, SAMOA = (
    1 << position for position in range(len(ZONES))
)
CONTINENTAL = EASTERN | CENTRAL | MOUNTAIN | ARIZONA | PACIFIC
EVERYWHERE = (1 << len(ZONES)) - 1

INFOS = tuple(ZoneInfo(name) for name in ZONES)  # held, because ZoneInfo's own cache is smaller
UTC = ZoneInfo("UTC")

# Each state with every zone that has land in it. Sources: 49 CFR part 71 and the tz database.
STATE_ZONES: dict[str, int] = {
    **dict.fromkeys(
        [
            "CT",
            "DC",
            "DE",
            "GA",
            "MA",
            "MD",
            "ME",
            "NC",
            "NH",
            "NJ",
            "NY",
            "OH",
            "PA",
            "RI",
            "SC",
            "VA",
            "VT",
            "WV",
        ],
        EASTERN,
    ),
    **dict.fromkeys(["FL", "IN", "KY", "MI", "TN"], EASTERN | CENTRAL),
    **dict.fromkeys(["AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"], CENTRAL),
    **dict.fromkeys(["KS", "ND", "NE", "SD", "TX"], CENTRAL | MOUNTAIN),
    **dict.fromkeys(["CO", "MT", "NM", "UT", "WY"], MOUNTAIN),
    **dict.fromkeys(["ID", "OR", "NV"], MOUNTAIN | PACIFIC),
    **dict.fromkeys(["CA", "WA"], PACIFIC),
    "AZ": ARIZONA | MOUNTAIN,  # the Navajo Nation changes its clocks, the rest of Arizona does not
    "AK": ALASKA | ALEUTIANS,
    "HI": HAWAII,
    "PR": PUERTO_RICO,
    "VI": PUERTO_RICO,
    "GU": GUAM,
    "MP": GUAM,
    "AS": SAMOA,
}
# What the ZIP data has wrong: Chattanooga keeps Eastern time.
ZIP_CORRECTIONS = {"37405": EASTERN}


def zone_bit(name: str) -> int:
    """The bit of an IANA zone; 0 for one that is not in the United States."""
    name = FOLDED.get(name, name)
    return 1 << ZONES.index(name) if name in ZONES else 0


def _read_area_codes() -> dict[str, int]:
    text = Path(__file__).with_name("area_codes.json").read_text(encoding="utf-8")
    return {
        area_code: sum(zone_bit(name) for name in names.split())
        for names, area_codes in json.loads(text).items()
        for area_code in area_codes.split()
    }


# Facts from phonenumbers (all its prefixes) and from the ZIPs an area code serves, leaving out zones with less
# than one ZIP in a hundred, which are slips of the data (Denver is not on Chicago's time). Area codes that both
# sources get wrong are mended by hand: 364, 423, 448, 689, 850, 930.
AREA_CODES: dict[str, int] = _read_area_codes()


def candidate_zones(phone: str, state: str, zip_code: str) -> int:
    """Every zone in which the person with this phone (E.164), state (two letters) and ZIP may be; never 0."""
    return _candidates(
        phone[2:5] if phone.startswith("+1") else "", state.strip().upper(), zip_code.strip()[:5]
    )


@lru_cache(maxsize=65_536)
def _candidates(area_code: str, state: str, zip5: str) -> int:
    place = _zip_zones().get(zip5) or STATE_ZONES.get(state, 0)
    return (place | AREA_CODES.get(area_code, 0)) or CONTINENTAL


@cache
def _zip_zones() -> dict[str, int]:
    import zipcodes  # takes half a second to load, and most pages never ask

    # State by state: all rows at once would take 100 MB. Military addresses have no zone and are left out.
    return {
        row["zip_code"]: _zip_row_zones(row, of_state)
        for state, of_state in STATE_ZONES.items()
        for row in zipcodes.filter_by(state=state)  # type: ignore[no-untyped-call]
    } | ZIP_CORRECTIONS


def _zip_row_zones(row: dict[str, str], of_state: int) -> int:
    """A row's zone, or its state's zones where the row has none or one that is not in the state."""
    return zone_bit(row["timezone"]) & of_state or of_state


def zones_in(zones: int) -> list[ZoneInfo]:
    """The zones of a set, from east to west."""
    return [zone for position, zone in enumerate(INFOS) if zones >> position & 1]


def closed_zones(now: datetime, opens: time, closes: time) -> int:
    """The bits of all zones whose wall clock is outside [opens, closes) at `now` (aware).

    A contact may be texted when `contact.zones & closed_zones(…) == 0`. A window that ends before it opens
    spans midnight; one that ends when it opens is never open.
    """
    closed = 0
    for position, zone in enumerate(INFOS):
        if not _is_open(now.astimezone(zone).time(), opens, closes):
            closed |= 1 << position
    return closed


def closes_at(zones: int, now: datetime, closes: time) -> datetime:
    """When the first zone of the set closes next, in UTC. `zones` must hold at least one."""
    return min(
        moment
        for zone in zones_in(zones)
        for moment in _daily(zone, closes, now.astimezone(zone).date())
        if moment > now
    )


def opens_at(zones: int, now: datetime, opens: time, closes: time) -> datetime | None:
    """The next moment, in UTC, at which every zone of the set is open: `now` when they are already.

    None when there is no such moment: 9:00 to 13:00 is never open in New York and in Honolulu at once.
    """
    openings = {
        moment
        for zone in zones_in(zones)
        for moment in _daily(zone, opens, now.astimezone(zone).date())
        if moment > now
    }
    for moment in [now, *sorted(openings)]:
        if not zones & closed_zones(moment, opens, closes):
            return moment.astimezone(UTC)
    return None


def local_times(zones: int, now: datetime) -> list[datetime]:
    """What the clocks of the set show at `now`, each time once, earliest first."""
    by_offset = {local.utcoffset(): local for local in _locals(zones, now)}
    return sorted(by_offset.values(), key=lambda local: local.replace(tzinfo=None))


def _locals(zones: int, now: datetime) -> Iterable[datetime]:
    return (now.astimezone(zone) for zone in reversed(zones_in(zones)))


def _is_open(wall: time, opens: time, closes: time) -> bool:
    if opens <= closes:
        return opens <= wall < closes
    return wall >= opens or wall < closes


def _daily(zone: ZoneInfo, wall: time, today: date) -> list[datetime]:
    # Three days, because a change of clocks can close one day's common window and not the next one's.
    return [_moment(zone, today + timedelta(days=day), wall) for day in range(4)]


def _moment(zone: ZoneInfo, day: date, wall: time) -> datetime:
    """The first moment, in UTC, at which the zone's clock shows `wall` or later on that day."""
    local = datetime.combine(day, wall, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # The clock jumps over `wall` in spring: it is "or later" from the jump on.
    moment = local.replace(fold=1).astimezone(UTC)
    while moment.astimezone(zone).utcoffset() != local.replace(fold=1).utcoffset():
        moment += timedelta(minutes=1)
    return moment
