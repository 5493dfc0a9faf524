"""The clock of the demonstration."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.clock import is_open, shift

NEW_YORK = ZoneInfo("America/New_York")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize("hour", [12, 14, 18])
def test_by_day_it_is_the_real_one(tmp_path: Path, hour: int) -> None:
    assert shift(_at(10, hour), tmp_path / "clock") == timedelta()


@pytest.mark.parametrize(("hour", "day_before"), [(20, 0), (23, 0), (2, 1), (9, 1), (11, 1)])
def test_when_it_is_night_somewhere_it_is_the_last_half_past_two_in_new_york(
    tmp_path: Path, hour: int, day_before: int
) -> None:
    now = _at(10, hour)
    assert now + shift(now, tmp_path / "clock") == _at(10 - day_before, 14, 30)


@pytest.mark.parametrize("hour", range(24))
def test_texting_is_open_everywhere_for_an_hour_at_least(tmp_path: Path, hour: int) -> None:
    now = _at(10, hour, 30)
    assert is_open(now + shift(now, tmp_path / "clock"))


def test_started_again_in_one_night_it_goes_on_where_it_was(tmp_path: Path) -> None:
    first, second = _at(10, 22), _at(10, 23)
    before = first + shift(first, tmp_path / "clock")
    assert second + shift(second, tmp_path / "clock") == before + timedelta(hours=1)


def test_a_spoilt_memory_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("yesterday, I think")
    now = _at(10, 22)
    assert now + shift(now, tmp_path / "clock") == _at(10, 14, 30)
