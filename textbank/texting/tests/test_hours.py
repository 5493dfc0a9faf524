"""No text outside hours: every area code, through every change of clocks of three years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from textbank.campaigns.models import Campaign
from textbank.contacts.tests.area_code_facts import zone_names
from textbank.contacts.zones import candidate_zones
from textbank.texting.hours import Hours, latest_delivery, next_opening
from textbank.texting.safeguards import Facts, Moment, Number, refusal

# The second Sundays of March and the first of November: 15 U.S.C. 260a.
CHANGES = ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07", "2028-03-12", "2028-11-05"]
FLOOR = time(8), time(21)
CAMPAIGNS = [
    Campaign(name="Nine to eight in New York"),
    Campaign(
        name="Eight to eight in Los Angeles",
        time_zone="America/Los_Angeles",
        texting_opens=time(8),
        texting_closes=time(20),
    ),
    Campaign(name="By its own clock in Honolulu", time_zone="Pacific/Honolulu", respects_contact_zones=False),
]


def moments() -> Iterator[datetime]:
    """Every half hour, and the second before it, from the evening before each change to the second night."""
    for day in CHANGES:
        start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=6)
        for half_hour in range(2 * 60):
            yield start + timedelta(minutes=30 * half_hour)
            yield start + timedelta(minutes=30 * half_hour, seconds=-1)


def places() -> dict[frozenset[str], tuple[str, int]]:
    """One area code for each set of zones in which its phones may be, with the bits that Textbank gives it."""
    found: dict[frozenset[str], tuple[str, int]] = {}
    for area_code, names in sorted(zone_names().items()):
        bits = candidate_zones(f"+1{area_code}5550123", "", "")
        known = found.setdefault(names, (area_code, bits))
        assert known[1] == bits, f"{area_code} and {known[0]} are in the same zones"
    return found


ALL_ZONES = frozenset().union(*places())


@cache
def awake(moment: datetime, opens: time, closes: time) -> frozenset[str]:
    """The zones whose own clock is within the window."""
    return frozenset(name for name in ALL_ZONES if opens <= moment.astimezone(ZoneInfo(name)).time() < closes)


def is_lawful(moment: datetime, campaign: Campaign, names: frozenset[str]) -> bool:
    """The rule once more, by the zones' own names and clocks."""
    own = campaign.texting_opens, campaign.texting_closes
    return (
        own[0] <= moment.astimezone(campaign.zone).time() < own[1]
        and names <= awake(moment, *FLOOR)
        and (not campaign.respects_contact_zones or names <= awake(moment, *own))
    )


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_a_text_to_any_area_code_may_go_when_every_clock_it_may_live_by_allows_it_and_only_then(
    campaign: Campaign,
) -> None:
    where = {
        names: Facts(kind="initial", zones=bits, phone=f"+1{code}5550123")
        for names, (code, bits) in places().items()
    }
    for now in moments():
        moment = Moment(now=now, hours=Hours.at(campaign, now), numbers=(Number(1, "919"),))
        for names, facts in where.items():
            assert (refusal(facts, moment) is None) == is_lawful(now, campaign, names), (now, names)


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_a_text_is_never_worth_delivering_once_any_of_its_windows_has_closed(campaign: Campaign) -> None:
    for names, (_code, bits) in places().items():
        for now in moments():
            if not is_lawful(now, campaign, names):
                continue
            last = now + latest_delivery(campaign, bits, now) - timedelta(seconds=1)
            assert is_lawful(last, campaign, names), (now, names)


@pytest.mark.parametrize("campaign", CAMPAIGNS[:2], ids=str)
def test_the_next_opening_is_lawful_and_the_first_that_is(campaign: Campaign) -> None:
    for names, (_code, bits) in places().items():
        for now in list(moments())[::37]:
            opens = next_opening(campaign, bits, now)
            if opens - now > timedelta(days=6):
                continue  # these windows never meet
            assert is_lawful(opens, campaign, names), (now, names)
            if opens > now:
                assert not is_lawful(opens - timedelta(seconds=1), campaign, names), (now, names)
