from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import translation

from textbank.campaigns.models import Campaign
from textbank.contacts import zones
from textbank.texting.hours import Hours, latest_delivery, next_opening
from textbank.texting.refusals import WORDS, Safeguard
from textbank.texting.safeguards import Facts, Moment, Number, refusal

NOON = datetime(2026, 10, 13, 18, 30, tzinfo=UTC)
EASTERN, PACIFIC = zones.EASTERN, zones.PACIFIC


def campaign(**settings: object) -> Campaign:
    return Campaign(name="Green Valley Votes", **settings)


def facts(**changes: object) -> Facts:
    return Facts(**{"kind": "initial", "zones": EASTERN, "phone": "+19195550100"} | changes)


def refused(
    now: datetime = NOON, settings: dict[str, object] | None = None, **changes: object
) -> Safeguard | None:
    return refusal(facts(**changes), moment(now, settings))


def moment(now: datetime = NOON, settings: dict[str, object] | None = None, **changes: object) -> Moment:
    hours = Hours.at(campaign(**settings or {}), now)
    return Moment(**{"now": now, "hours": hours, "numbers": (Number(1, "919"),)} | changes)


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
        ({"action_status": "draft"}, Safeguard.NOT_PUBLISHED),
        ({"is_open_to_member": False}, Safeguard.NOT_PUBLISHED),
        ({"script_is_paused": True}, Safeguard.SCRIPT_PAUSED),
        ({"has_unclear_reply": True}, Safeguard.UNCLEAR_REPLY),
        ({"is_wrong_number": True}, Safeguard.WRONG_NUMBER),
        ({"phone": "+14165550100"}, Safeguard.NOT_US),
        ({"phone": "+447700900123"}, Safeguard.NOT_US),
        ({"phone": "24365"}, Safeguard.NOT_US),
        ({"line": "landline", "line_learned_at": NOON}, Safeguard.LANDLINE),
        ({"line": "dead", "line_learned_at": NOON}, Safeguard.DEAD_NUMBER),
        ({"line": "blocked", "line_learned_at": NOON - timedelta(days=180)}, Safeguard.BLOCKED),
        ({"last_initial_at": NOON - timedelta(hours=5, minutes=59)}, Safeguard.TEXTED_RECENTLY),
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


@pytest.mark.parametrize(
    ("changes", "safeguard"),
    [
        ({"registration": Safeguard.NOT_REGISTERED}, Safeguard.NOT_REGISTERED),
        ({"registration": Safeguard.REGISTRATION_ENDED}, Safeguard.REGISTRATION_ENDED),
        ({"is_paused": True}, Safeguard.CAMPAIGN_PAUSED),
        ({"numbers": ()}, Safeguard.NO_NUMBER),
    ],
)
@pytest.mark.parametrize("kind", ["initial", "reply", "confirm", "help"])
def test_what_stops_a_campaign_stops_every_kind_of_text(
    kind: str, changes: dict[str, object], safeguard: Safeguard
) -> None:
    assert refusal(facts(kind=kind, asked_at=NOON), moment(**changes)) == safeguard


def test_only_phones_of_t_mobile_wait_for_its_next_day() -> None:
    full = moment(full_networks=frozenset(["tmobile"]))
    assert refusal(facts(network="tmobile"), full) == Safeguard.DAILY_CAP
    assert refusal(facts(network="att"), full) is None
    assert refusal(facts(), full) is None


def test_a_mark_on_a_line_ages_out_after_180_days() -> None:
    assert refused(line="landline", line_learned_at=NOON - timedelta(days=181)) is None


def test_a_wrong_number_gets_no_reply_either() -> None:
    assert refused(kind="reply", is_wrong_number=True) == Safeguard.WRONG_NUMBER


def test_an_unclear_reply_holds_first_texts_only() -> None:
    assert refused(kind="reply", has_unclear_reply=True) is None


def test_frequent_texting_is_the_campaigns_to_allow() -> None:
    allowed = moment(prevents_frequent_texting=False)
    assert refusal(facts(last_initial_at=NOON), allowed) is None


@pytest.mark.parametrize("kind", ["confirm", "help"])
def test_an_automatic_answer_goes_at_once_whatever_the_hour_or_not_at_all(kind: str) -> None:
    night = eastern(3)
    assert refused(night, kind=kind, asked_at=night - timedelta(minutes=5)) is None
    assert refused(night, kind=kind, asked_at=night - timedelta(minutes=6)) == Safeguard.TOO_LATE
    assert refused(NOON, kind=kind, asked_at=None) == Safeguard.TOO_LATE


def test_only_the_confirmation_goes_to_who_has_opted_out() -> None:
    assert refused(kind="confirm", is_opted_out=True, asked_at=NOON) is None
    assert refused(kind="help", is_opted_out=True, asked_at=NOON) == Safeguard.OPTED_OUT


def test_a_contact_keeps_its_number_and_a_new_one_gets_the_preferred_area_code() -> None:
    ours = moment(numbers=(Number(1, "919"), Number(2, "312"), Number(3, "312")))
    assert ours.number_for(2, lot=0, preferred=["919"]) == 2
    assert {ours.number_for(None, lot, preferred=["312"]) for lot in range(9)} == {2, 3}
    assert {ours.number_for(9, lot, preferred=["907"]) for lot in range(9)} == {1, 2, 3}


def test_every_safeguard_has_a_code_and_its_words_in_two_languages() -> None:
    assert set(WORDS) == set(Safeguard)
    for safeguard in Safeguard:
        assert 1000 <= safeguard <= 9999
        assert safeguard.label
        with translation.override("en"):
            english = safeguard.sentence
        with translation.override("es"):
            assert safeguard.sentence != english
