from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from textbank.campaigns.models import Campaign
from textbank.contacts import zones
from textbank.texting.safeguards import Facts, Hours, Safeguard, latest_delivery, next_opening, refusal

NOON = datetime(2026, 10, 13, 18, 30, tzinfo=UTC)
EASTERN, PACIFIC = zones.EASTERN, zones.PACIFIC


def campaign(**settings: object) -> Campaign:
    return Campaign(name="Green Valley Votes", **settings)


def facts(**changes: object) -> Facts:
    return Facts(**{"kind": "initial", "zones": EASTERN, "is_opted_out": False, "has_number": True} | changes)


def refused(
    now: datetime = NOON, settings: dict[str, object] | None = None, **changes: object
) -> Safeguard | None:
    return refusal(facts(**changes), Hours.at(campaign(**settings or {}), now), now)


def eastern(hour: int, minute: int = 0) -> datetime:
    """That time of the Tuesday in New York (four hours behind UTC in October)."""
    return datetime(2026, 10, 13, tzinfo=UTC) + timedelta(hours=hour + 4, minutes=minute)


def test_an_ordinary_text_at_noon_may_go() -> None:
    assert refused() is None


@pytest.mark.parametrize(
    ("changes", "safeguard"),
    [
        ({"is_opted_out": True}, Safeguard.OPTED_OUT),
        ({"action_is_paused": True}, Safeguard.ACTION_PAUSED),
        ({"action_status": "closed"}, Safeguard.ACTION_CLOSED),
        ({"action_status": "draft"}, Safeguard.ACTION_CLOSED),
        ({"last_initial_at": NOON - timedelta(hours=5, minutes=59)}, Safeguard.TEXTED_RECENTLY),
        ({"has_number": False}, Safeguard.NO_NUMBER),
    ],
)
def test_each_safeguard_stops_a_first_text(changes: dict[str, object], safeguard: Safeguard) -> None:
    assert refused(**changes) == safeguard


def test_after_six_hours_a_contact_may_get_another_first_text() -> None:
    assert refused(last_initial_at=NOON - timedelta(hours=6)) is None


def test_a_reply_does_not_care_about_the_action_or_the_six_hours() -> None:
    assert refused(kind="reply", action_status="closed", last_initial_at=NOON) is None


def test_an_opt_out_is_told_as_such_even_at_night() -> None:
    assert refused(eastern(2), is_opted_out=True) == Safeguard.OPTED_OUT


@pytest.mark.parametrize(
    ("now", "contact", "settings", "safeguard"),
    [
        (eastern(9), EASTERN, {}, None),
        (eastern(8, 59), EASTERN, {}, Safeguard.CAMPAIGN_HOURS),
        (eastern(19, 59), EASTERN, {}, None),
        (eastern(20), EASTERN, {}, Safeguard.CAMPAIGN_HOURS),
        (eastern(11, 59), PACIFIC, {}, Safeguard.CONTACT_HOURS),
        (eastern(12), PACIFIC, {}, None),
        (eastern(11, 59), EASTERN | PACIFIC, {}, Safeguard.CONTACT_HOURS),
        # The contact-zone rule can be switched off, the floor of 8:00 to 21:00 cannot.
        (eastern(11, 59), PACIFIC, {"respects_contact_zones": False}, None),
        (eastern(10, 59), PACIFIC, {"respects_contact_zones": False}, Safeguard.FLOOR_HOURS),
        (eastern(21), EASTERN, {"texting_closes": time(22)}, Safeguard.FLOOR_HOURS),
        (eastern(7), EASTERN, {"texting_opens": time(6)}, Safeguard.FLOOR_HOURS),
    ],
)
def test_texting_hours(
    now: datetime, contact: int, settings: dict[str, object], safeguard: Safeguard | None
) -> None:
    assert refused(now, settings, zones=contact) == safeguard


def test_the_next_opening_is_named() -> None:
    assert next_opening(campaign(), EASTERN, eastern(21)) == eastern(24 + 9)
    assert next_opening(campaign(), PACIFIC, eastern(7)) == eastern(12)
    assert next_opening(campaign(), EASTERN, NOON) == NOON


def test_a_text_is_worthless_when_the_first_window_closes() -> None:
    assert latest_delivery(campaign(), EASTERN | PACIFIC, NOON) == timedelta(hours=5, minutes=30)


def test_every_safeguard_has_its_words() -> None:
    for safeguard in Safeguard:
        assert safeguard.sentence
        assert safeguard.label
        assert 1000 <= safeguard <= 9999
