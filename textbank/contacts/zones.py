"""Where a person may be on the clock, as a set of time zones in the bits of one small integer.

A contact may be texted only while the hours are open in every zone they may be in: the law is local to the
contact, and what we know of their place is a hint. A ZIP is better than a state. An area code only says where
the phone was bought, so it adds zones and never takes one away.

The database keeps these bits: a position, once given, means that zone for ever.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
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
# Zones whose clocks are the same as another's from now on, whatever they were in the past.
FOLDED = {
    name: same
    for same, names in {
        "America/New_York": "America/Detroit America/Kentucky/Louisville America/Kentucky/Monticello "
        "America/Indiana/Indianapolis America/Indiana/Marengo America/Indiana/Petersburg "
        "America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac",
        "America/Chicago": "America/Indiana/Knox America/Indiana/Tell_City America/Menominee "
        "America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem",
        "America/Denver": "America/Boise",
        "America/Anchorage": "America/Juneau America/Metlakatla America/Nome America/Sitka America/Yakutat",
        "America/Puerto_Rico": "America/St_Thomas",
        "Pacific/Guam": "Pacific/Saipan",
    }.items()
    for name in names.split()
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
    state: zones
    for zones, states in {
        EASTERN: "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
        EASTERN | CENTRAL: "FL IN KY MI TN",
        CENTRAL: "AL AR IA IL LA MN MO MS OK WI",
        CENTRAL | MOUNTAIN: "KS ND NE SD TX",
        MOUNTAIN: "CO MT NM UT WY",
        MOUNTAIN | PACIFIC: "ID OR NV",
        PACIFIC: "CA WA",
        ARIZONA | MOUNTAIN: "AZ",  # the Navajo Nation changes its clocks, the rest of Arizona does not
        ALASKA | ALEUTIANS: "AK",
        HAWAII: "HI",
        PUERTO_RICO: "PR VI",
        GUAM: "GU MP",
        SAMOA: "AS",
    }.items()
    for state in states.split()
}


def zone_bit(name: str) -> int:
    """The bit of an IANA zone; 0 for one that is not in the United States."""
    name = FOLDED.get(name, name)
    return 1 << ZONES.index(name) if name in ZONES else 0


def _bits(names: str) -> int:
    return sum(zone_bit(name) for name in names.split())


def _read(file_name: str) -> dict[str, str]:
    facts: dict[str, str] = json.loads(Path(__file__).with_name(file_name).read_text(encoding="utf-8"))
    return facts


# Facts from phonenumbers (all its prefixes) and from the ZIPs an area code serves, leaving out zones with
# less than one ZIP in a hundred, which are slips of the data (Denver is not on Chicago's time). Area codes
# that a source gets wrong are mended by hand: 364, 423, 448, 689, 850, 930.
AREA_CODES: dict[str, int] = {
    area_code: _bits(names)
    for names, area_codes in _read("area_codes.json").items()
    for area_code in area_codes.split()
}
# Neighbouring ZIPs mostly share a zone, so the file names only those at which it changes. Facts from the
# package zipcodes, with its slips mended (see tests/zip_facts.py, which writes the file).
_ZIPS = _read("zip_zones.json")
_ZIP_STARTS = sorted(_ZIPS)
_ZIP_ZONES = [_bits(_ZIPS[start]) for start in _ZIP_STARTS]


def candidate_zones(phone: str, state: str, zip_code: str) -> int:
    """Every zone in which the person with this phone (E.164), state (two letters) and ZIP may be; never 0."""
    return _candidates(
        phone[2:5] if phone.startswith("+1") else "", state.strip().upper(), zip_code.strip()[:5]
    )


@lru_cache(maxsize=65_536)
def _candidates(area_code: str, state: str, zip5: str) -> int:
    place = _zones_of_zip(zip5) or STATE_ZONES.get(state, 0)
    return (place | AREA_CODES.get(area_code, 0)) or CONTINENTAL


def _zones_of_zip(zip5: str) -> int:
    """The zones of a ZIP; 0 for the military's addresses and for what is no ZIP."""
    if len(zip5) != 5 or not zip5.isdecimal():
        return 0
    run = bisect_right(_ZIP_STARTS, zip5) - 1
    return _ZIP_ZONES[run] if run >= 0 else 0


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
    # Asked for every claim and every text: looked for once a minute.
    found = _closes_after(zones, now.replace(second=0, microsecond=0), closes)
    return found if found > now else _closes_after.__wrapped__(zones, now, closes)


@lru_cache(maxsize=10_000)
def _closes_after(zones: int, moment: datetime, closes: time) -> datetime:
    return min(
        close
        for zone in zones_in(zones)
        for close in _daily(zone, closes, moment.astimezone(zone).date())
        if close > moment
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
