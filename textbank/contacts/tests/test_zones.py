"""Examples of where people may be and when it is day there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from textbank.contacts import zones
from textbank.contacts.tests import area_code_facts, zip_facts
from textbank.contacts.zones import (
    ALASKA,
    ALEUTIANS,
    ARIZONA,
    CENTRAL,
    CONTINENTAL,
    EASTERN,
    GUAM,
    HAWAII,
    MOUNTAIN,
    PACIFIC,
    PUERTO_RICO,
    SAMOA,
    candidate_zones,
    closed_zones,
    closes_at,
    local_times,
    opens_at,
)

NINE, EIGHT_PM = time(9), time(20)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_zone_keeps_its_bit_for_ever() -> None:
    assert [EASTERN, CENTRAL, MOUNTAIN, ARIZONA, PACIFIC] == [1, 2, 4, 8, 16]
    assert [ALASKA, ALEUTIANS, HAWAII, PUERTO_RICO, GUAM, SAMOA] == [32, 64, 128, 256, 512, 1024]
    assert zones.ZONES[0] == "America/New_York"
    assert zones.ZONES[10] == "Pacific/Pago_Pago"


def test_folded_zones_have_the_same_clock_at_every_hour_of_four_years() -> None:
    hours = [at("2026-01-01") + timedelta(hours=hour) for hour in range(4 * 366 * 24)]
    clocks: dict[str, list[timedelta | None]] = {}
    for name in [*zones.ZONES, *zones.FOLDED]:
        zone = ZoneInfo(name)
        clocks[name] = [moment.astimezone(zone).utcoffset() for moment in hours]
    assert [name for name, same in zones.FOLDED.items() if clocks[name] != clocks[same]] == []


@pytest.mark.parametrize(
    ("phone", "state", "zip_code", "expected"),
    [
        ("+19195550123", "NC", "27601", EASTERN),
        ("+19195550123", "", "", EASTERN),
        ("+19195550123", "CA", "90012", PACIFIC | EASTERN),  # moved, and kept the phone
        ("+19195550123", "ca", "", PACIFIC | EASTERN),
        ("+16025550123", "AZ", "85004", ARIZONA),
        ("+16025550123", "AZ", "", ARIZONA | MOUNTAIN),
        ("+18085550123", "HI", "96813", HAWAII),
        ("+19075550123", "AK", "99546", ALASKA | ALEUTIANS | HAWAII),
        ("+16155550123", "TN", "37203", CENTRAL),
        ("+14235550123", "TN", "37405", EASTERN | CENTRAL),  # Chattanooga keeps Eastern time
        ("+14045550123", "TN", "37405", EASTERN),
        ("+18125550123", "IN", "47630", EASTERN | CENTRAL),
        ("+16895550123", "FL", "32801", EASTERN),
        ("+14485550123", "", "", EASTERN | CENTRAL),
        ("+13645550123", "", "", EASTERN | CENTRAL),
        ("+19305550123", "", "", EASTERN | CENTRAL),
        ("+18505550123", "FL", "32501-1234", EASTERN | CENTRAL),
        ("+13035550123", "CO", "80202", MOUNTAIN),
        ("+17875550123", "PR", "00901", PUERTO_RICO),
        ("+13405550123", "VI", "00802", PUERTO_RICO),
        ("+16715550123", "GU", "96910", GUAM),
        ("+16705550123", "MP", "96950", GUAM),
        ("+16845550123", "AS", "96799", SAMOA),
        ("+19195550123", "NC", "banana", EASTERN),
        ("+12125550123", "AE", "09012", EASTERN),  # with the army in Europe
        ("+18005550123", "", "", CONTINENTAL),
        ("+18005550123", "ID", "", MOUNTAIN | PACIFIC),
        ("+18005550123", "XX", "00000", CONTINENTAL),
    ],
)
def test_a_person_may_be_where_the_zip_or_state_says_and_where_the_phone_was_bought(
    phone: str, state: str, zip_code: str, expected: int
) -> None:
    assert candidate_zones(phone, state, zip_code) == expected


def test_the_area_codes_say_what_their_sources_say() -> None:
    expected = {
        area_code: sum({zones.zone_bit(name) for name in names})
        for area_code, names in area_code_facts.zone_names().items()
    }
    assert {code: found for code, found in zones.AREA_CODES.items() if code in expected} == expected


def test_every_state_has_its_zones() -> None:
    assert len(zones.STATE_ZONES) == 56
    assert all(zones.STATE_ZONES.values())


def test_the_zip_table_says_what_the_zip_package_says() -> None:
    assert json.loads(zip_facts.FILE.read_text(encoding="utf-8")) == zip_facts.runs()


def test_every_zip_of_the_package_is_found_in_the_table() -> None:
    for zip5, expected in zip_facts.zones_by_zip().items():
        assert zones._zones_of_zip(zip5) == expected, zip5


def test_no_zip_lies_outside_the_zones_of_its_state() -> None:
    for row in zip_facts.rows():
        of_state = zones.STATE_ZONES.get(row["state"], 0)
        assert zones._zones_of_zip(row["zip_code"]) | of_state == of_state, row["zip_code"]


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        # A Tuesday in October: New York is four hours behind UTC, as Puerto Rico always is.
        ("2026-10-13T12:59", 0),
        ("2026-10-13T13:00", PUERTO_RICO | EASTERN),
        ("2026-10-13T18:30", PUERTO_RICO | CONTINENTAL | ALASKA | ALEUTIANS),
        ("2026-10-13T18:59", PUERTO_RICO | CONTINENTAL | ALASKA | ALEUTIANS),
        ("2026-10-13T19:00", PUERTO_RICO | CONTINENTAL | ALASKA | ALEUTIANS | HAWAII),
        ("2026-10-14T00:00", CONTINENTAL & ~EASTERN | ALASKA | ALEUTIANS | HAWAII | SAMOA | GUAM),
        # Arizona goes with Denver in winter and with Los Angeles in summer.
        ("2026-01-13T16:30", PUERTO_RICO | EASTERN | CENTRAL | MOUNTAIN | ARIZONA),
        ("2026-07-14T15:30", PUERTO_RICO | EASTERN | CENTRAL | MOUNTAIN),
        ("2026-07-14T16:00", PUERTO_RICO | CONTINENTAL),
    ],
)
def test_closed_zones_are_those_whose_clock_is_outside_the_window(now: str, open_: int) -> None:
    assert closed_zones(at(now), NINE, EIGHT_PM) == zones.EVERYWHERE & ~open_


@pytest.mark.parametrize(
    ("now", "is_closed"),
    [
        # The night of 8 March 2026: New York jumps from 2:00 to 3:00, at 7:00 UTC.
        ("2026-03-07T13:59", True),
        ("2026-03-07T14:00", False),
        ("2026-03-08T12:59", True),
        ("2026-03-08T13:00", False),
        ("2026-03-08T23:59", False),
        ("2026-03-09T00:00", True),
        # The night of 1 November 2026: back from 2:00 to 1:00, at 6:00 UTC.
        ("2026-10-31T12:59", True),
        ("2026-10-31T13:00", False),
        ("2026-11-01T13:59", True),
        ("2026-11-01T14:00", False),
        ("2026-11-02T00:59", False),
        ("2026-11-02T01:00", True),
    ],
)
def test_the_window_follows_the_clock_on_the_wall_when_the_clocks_change(now: str, is_closed: bool) -> None:
    assert bool(closed_zones(at(now), NINE, EIGHT_PM) & EASTERN) is is_closed


@pytest.mark.parametrize(
    ("opens", "closes", "now", "is_closed"),
    [
        (time(22), time(2), "2026-10-14T02:00", False),  # 22:00 in New York
        (time(22), time(2), "2026-10-14T05:59", False),  # 1:59
        (time(22), time(2), "2026-10-14T06:00", True),
        (time(0), time(8), "2026-10-14T04:00", False),  # midnight
        (time(0), time(8), "2026-10-14T03:59", True),
        (time(9), time(9), "2026-10-14T13:00", True),
        (time(0), time(23, 59, 59), "2026-10-14T03:59", False),
    ],
)
def test_a_window_may_span_midnight(opens: time, closes: time, now: str, is_closed: bool) -> None:
    assert bool(closed_zones(at(now), opens, closes) & EASTERN) is is_closed


@pytest.mark.parametrize(
    ("set_", "now", "expected"),
    [
        (EASTERN, "2026-10-13T18:30", "2026-10-14T00:00"),
        (EASTERN | PACIFIC, "2026-10-13T18:30", "2026-10-14T00:00"),
        (PACIFIC, "2026-10-13T18:30", "2026-10-14T03:00"),
        (EASTERN, "2026-10-14T00:00", "2026-10-15T00:00"),
        (ARIZONA | PACIFIC, "2026-01-13T18:00", "2026-01-14T03:00"),
        (HAWAII, "2026-10-13T18:30", "2026-10-14T06:00"),
        (EASTERN, "2026-10-31T18:30", "2026-11-01T00:00"),
        (EASTERN, "2026-11-01T18:30", "2026-11-02T01:00"),
    ],
)
def test_a_set_of_zones_closes_when_the_first_of_them_closes(set_: int, now: str, expected: str) -> None:
    assert closes_at(set_, at(now), EIGHT_PM) == at(expected)


@pytest.mark.parametrize(
    ("set_", "now", "opens", "closes", "expected"),
    [
        (EASTERN, "2026-10-13T18:30", NINE, EIGHT_PM, "2026-10-13T18:30"),
        (EASTERN, "2026-10-14T00:00", NINE, EIGHT_PM, "2026-10-14T13:00"),
        (CONTINENTAL, "2026-10-14T00:00", NINE, EIGHT_PM, "2026-10-14T16:00"),
        (CONTINENTAL, "2026-01-14T03:00", NINE, EIGHT_PM, "2026-01-14T17:00"),
        (EASTERN | HAWAII, "2026-10-14T00:00", NINE, EIGHT_PM, "2026-10-14T19:00"),
        (EASTERN | HAWAII, "2026-10-14T00:00", NINE, time(13), None),
        (EASTERN, "2026-03-08T05:00", NINE, EIGHT_PM, "2026-03-08T13:00"),
        (EASTERN, "2026-03-08T05:00", time(2, 30), EIGHT_PM, "2026-03-08T07:00"),  # 2:30 is skipped
        (EASTERN, "2026-11-01T04:30", NINE, EIGHT_PM, "2026-11-01T14:00"),
        (EASTERN, "2026-10-14T00:00", NINE, NINE, None),
    ],
)
def test_a_set_of_zones_opens_when_all_of_them_are_open(
    set_: int, now: str, opens: time, closes: time, expected: str | None
) -> None:
    assert opens_at(set_, at(now), opens, closes) == (at(expected) if expected else None)


def test_each_local_time_is_shown_once() -> None:
    winter, summer = at("2026-01-13T18:30"), at("2026-07-14T18:30")
    shown = [f"{local:%H:%M}" for local in local_times(MOUNTAIN | ARIZONA | EASTERN, winter)]
    assert shown == ["11:30", "13:30"]
    shown = [f"{local:%H:%M}" for local in local_times(MOUNTAIN | ARIZONA | EASTERN, summer)]
    assert shown == ["11:30", "12:30", "14:30"]
