"""Every reason for which a text may not go out, each written once.

The same list is asked when a card is shown, when Send is pressed, and in the moment before a text goes to the
carrier. A text is refused unless all of them pass.

A refused *contact* is settled: a message row says which safeguard held the text back, and the volunteer moves on.
A refused *moment* leaves the text where it is until the moment has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum

from textbank.campaigns.models import Campaign
from textbank.contacts import zones
from textbank.texting.models import Message, TextingAction

# Nothing widens this: 47 CFR 64.1200(c)(1), local time of the person called.
FLOOR_OPENS, FLOOR_CLOSES = time(8), time(21)
FREQUENT_TEXTING = timedelta(hours=6)


class Safeguard(IntEnum):
    """The codes, as they stand on messages and in results. 1xxx: not at this moment. 2xxx: not to this contact."""

    ACTION_PAUSED = 1001
    ACTION_CLOSED = 1002
    CAMPAIGN_HOURS = 1101
    CONTACT_HOURS = 1102
    FLOOR_HOURS = 1103
    NO_NUMBER = 1201
    OWN_WORDS = 1301
    OPTED_OUT = 2001
    TEXTED_RECENTLY = 2002

    @property
    def is_about_the_contact(self) -> bool:
        return self >= 2000

    @property
    def is_about_hours(self) -> bool:
        return 1100 <= self < 1200

    @property
    def is_about_everyone(self) -> bool:
        """Whether it stops every text at this moment, not only the one to this contact."""
        return not self.is_about_the_contact and self not in (
            Safeguard.CONTACT_HOURS,
            Safeguard.FLOOR_HOURS,
            Safeguard.OWN_WORDS,
        )

    @property
    def sentence(self) -> str:
        """What a volunteer reads."""
        return _SENTENCES[self]

    @property
    def label(self) -> str:
        """What stands beside the count in results."""
        return _LABELS[self]


_SENTENCES = {
    Safeguard.ACTION_PAUSED: "This text bank is paused. Your contacts are kept for you.",
    Safeguard.ACTION_CLOSED: "This text bank has closed. Thank you for texting.",
    Safeguard.CAMPAIGN_HOURS: "It is outside texting hours.",
    Safeguard.CONTACT_HOURS: "It is too early or too late where this person may be.",
    Safeguard.FLOOR_HOURS: "Nobody is texted before 8 in the morning or after 9 at night, their time.",
    Safeguard.NO_NUMBER: "This campaign has no phone number to text from. Please tell an admin.",
    Safeguard.OWN_WORDS: "This campaign answers with its own scripts only. Choose one and send it unchanged.",
    Safeguard.OPTED_OUT: "This person asked not to be texted.",
    Safeguard.TEXTED_RECENTLY: "This person got a first text less than 6 hours ago.",
}
_LABELS = {
    Safeguard.ACTION_PAUSED: "Paused",
    Safeguard.ACTION_CLOSED: "Closed before the text left",
    Safeguard.CAMPAIGN_HOURS: "Outside texting hours",
    Safeguard.CONTACT_HOURS: "Outside texting hours where they may be",
    Safeguard.FLOOR_HOURS: "Before 8:00 or after 21:00 where they may be",
    Safeguard.NO_NUMBER: "No number to send from",
    Safeguard.OWN_WORDS: "Not one of the response scripts",
    Safeguard.OPTED_OUT: "Opted out",
    Safeguard.TEXTED_RECENTLY: "Texted in the last 6 hours",
}


@dataclass(frozen=True, slots=True)
class Hours:
    """What is open at one moment, for one campaign. Zones are bits (see `contacts/zones.py`)."""

    campaign_is_open: bool
    closed_by_window: int
    closed_by_floor: int

    @classmethod
    def at(cls, campaign: Campaign, now: datetime) -> Hours:
        opens, closes = campaign.texting_opens, campaign.texting_closes
        return cls(
            campaign_is_open=opens <= now.astimezone(campaign.zone).time() < closes,
            closed_by_window=zones.closed_zones(now, opens, closes) if campaign.respects_contact_zones else 0,
            closed_by_floor=zones.closed_zones(now, FLOOR_OPENS, FLOOR_CLOSES),
        )

    def refusal(self, contact_zones: int) -> Safeguard | None:
        if contact_zones & self.closed_by_floor:
            return Safeguard.FLOOR_HOURS
        if not self.campaign_is_open:
            return Safeguard.CAMPAIGN_HOURS
        if contact_zones & self.closed_by_window:
            return Safeguard.CONTACT_HOURS
        return None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the safeguards need to know about one text. `last_initial_at` is of an *earlier* first text."""

    kind: str
    zones: int
    is_opted_out: bool
    has_number: bool
    action_status: str = TextingAction.Status.PUBLISHED
    action_is_paused: bool = False
    last_initial_at: datetime | None = None
    prevents_frequent_texting: bool = True
    has_allowed_words: bool = True

    @property
    def is_initial(self) -> bool:
        return self.kind == Message.Kind.INITIAL


def _opted_out(facts: Facts, _hours: Hours, _now: datetime) -> Safeguard | None:
    return Safeguard.OPTED_OUT if facts.is_opted_out else None


def _action(facts: Facts, _hours: Hours, _now: datetime) -> Safeguard | None:
    if not facts.is_initial:
        return None  # replies go on after an action is paused or closed
    if facts.action_status != TextingAction.Status.PUBLISHED:
        return Safeguard.ACTION_CLOSED
    return Safeguard.ACTION_PAUSED if facts.action_is_paused else None


def _recently(facts: Facts, _hours: Hours, now: datetime) -> Safeguard | None:
    if not facts.is_initial or not facts.prevents_frequent_texting or facts.last_initial_at is None:
        return None
    return Safeguard.TEXTED_RECENTLY if now - facts.last_initial_at < FREQUENT_TEXTING else None


def _hours(facts: Facts, hours: Hours, _now: datetime) -> Safeguard | None:
    return hours.refusal(facts.zones)


def _number(facts: Facts, _hours: Hours, _now: datetime) -> Safeguard | None:
    return None if facts.has_number else Safeguard.NO_NUMBER


def _words(facts: Facts, _hours: Hours, _now: datetime) -> Safeguard | None:
    return None if facts.has_allowed_words else Safeguard.OWN_WORDS


# The list. The promise that comes first is asked first: who opted out is settled as such, whatever the hour.
SAFEGUARDS: tuple[Callable[[Facts, Hours, datetime], Safeguard | None], ...] = (
    _opted_out,
    _action,
    _recently,
    _hours,
    _number,
    _words,
)


def refusal(facts: Facts, hours: Hours, now: datetime) -> Safeguard | None:
    """The first safeguard that stops this text at this moment; None when it may go."""
    return next((found for ask in SAFEGUARDS if (found := ask(facts, hours, now)) is not None), None)


def next_opening(campaign: Campaign, contact_zones: int, now: datetime) -> datetime:
    """When the hours next allow a text to a contact in these zones: an aware datetime, `now` if they do now.

    Looked for in steps of five minutes; where the windows never meet, the answer is a week ahead.
    """
    moment = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 5)
    if Hours.at(campaign, now).refusal(contact_zones) is None:
        return now
    for step in range(1, 7 * 24 * 12):
        later = moment + timedelta(minutes=5 * step)
        if Hours.at(campaign, later).refusal(contact_zones) is None:
            return later
    return now + timedelta(days=7)


def latest_delivery(campaign: Campaign, contact_zones: int, now: datetime) -> timedelta:
    """How long from now a text to these zones may still be delivered, before any of its windows closes."""
    closes = campaign.texting_closes
    floor = zones.closes_at(contact_zones, now, FLOOR_CLOSES)
    own = datetime.combine(now.astimezone(campaign.zone).date(), closes, tzinfo=campaign.zone)
    ends = [floor, own]
    if campaign.respects_contact_zones:
        ends.append(zones.closes_at(contact_zones, now, closes))
    return max(min(ends) - now, timedelta(seconds=1))
