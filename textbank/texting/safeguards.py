"""Every rule for which a text may not go out, each written once.

The same list is asked when a card is shown, when Send is pressed, and in the moment before a text goes to the
carrier. A text is refused unless all of them pass. (The dispatcher alone knows how much carriers take just now, see
`governing.py`.)

A refused *contact* is settled: a message row says which safeguard held the text back, and the volunteer moves on.
A refused *moment* leaves the text where it is until the moment has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.base import Network
from textbank.contacts.models.known_phone import GOOD_FOR, KnownPhone
from textbank.contacts.phone_numbers import is_textable
from textbank.querying import rows
from textbank.texting.hours import Hours
from textbank.texting.models import Message, TextingAction
from textbank.texting.refusals import Safeguard

FREQUENT_TEXTING = timedelta(hours=6)
# A confirmation of an opt-out is presumed to be asked for within five minutes: 47 CFR 64.1200(a)(12).
PROMPT = timedelta(minutes=5)
PACIFIC = ZoneInfo("America/Los_Angeles")  # T-Mobile's day


@dataclass(frozen=True, slots=True)
class Number:
    """One of the numbers that texts may leave from."""

    id: int
    area_code: str


_MOMENT = """
    SELECT c.paused_at IS NOT NULL AS is_paused, r.status, r.expires_on,
           t.is_closed OR t.segments >= r.tmobile_per_day AS tmobile_is_full,
           ARRAY(SELECT n.id FROM carriers_phonenumber AS n
                 WHERE n.campaign_id = c.id AND n.is_active ORDER BY n.id) AS numbers,
           ARRAY(SELECT substr(n.number, 3, 3) FROM carriers_phonenumber AS n
                 WHERE n.campaign_id = c.id AND n.is_active ORDER BY n.id) AS area_codes
    FROM campaigns_campaign AS c
    LEFT JOIN campaigns_registration AS r ON r.campaign_id = c.id
    LEFT JOIN carriers_tmobileday AS t ON t.campaign_id = c.id AND t.day = %(tmobile_day)s
    WHERE c.id = %(campaign)s
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """What holds for every text of a campaign at one moment, whoever it is for."""

    now: datetime
    hours: Hours
    numbers: tuple[Number, ...] = ()
    registration: Safeguard | None = None
    is_paused: bool = False
    prevents_frequent_texting: bool = True
    full_networks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, campaign: Campaign, now: datetime) -> Moment:
        """Reads it, from the rows as they are and not as the caller found them earlier."""
        row = rows(_MOMENT, campaign=campaign.id, tmobile_day=now.astimezone(PACIFIC).date())[0]
        return cls(
            now=now,
            hours=Hours.at(campaign, now),
            numbers=tuple(map(Number, row["numbers"], row["area_codes"])),
            registration=_registration(row, now.astimezone(campaign.zone)),
            is_paused=row["is_paused"],
            prevents_frequent_texting=campaign.prevents_frequent_texting,
            full_networks=frozenset([Network.T_MOBILE] if row["tmobile_is_full"] else []),
        )

    def number_for(self, known: int | None, lot: int, preferred: list[str] | None = None) -> int | None:
        """The number this contact knows us by, as long as it is active; else one of the preferred area codes, else
        any, by lot. None when there is none at all."""
        if not self.numbers or any(number.id == known for number in self.numbers):
            return known
        near = [number for number in self.numbers if number.area_code in (preferred or ())]
        choice = near or self.numbers
        return choice[lot % len(choice)].id


def _registration(row: dict[str, Any], local_now: datetime) -> Safeguard | None:
    if row["status"] != Registration.Status.APPROVED:
        return Safeguard.NOT_REGISTERED
    has_ended = row["expires_on"] is not None and local_now.date() > row["expires_on"]
    return Safeguard.REGISTRATION_ENDED if has_ended else None


# What is known of a phone: columns and join for statements that have the campaign as a parameter and the
# contact as `c`. `phone_facts` reads the columns.
PHONE_COLUMNS = """
    c.phone, k.line, k.line_learned_at, k.network,
    EXISTS (SELECT FROM contacts_optout AS o
            WHERE o.campaign_id = %(campaign)s AND o.phone = c.phone AND o.undone_at IS NULL) AS is_opted_out,
    EXISTS (SELECT FROM contacts_wrongnumber AS w
            WHERE w.campaign_id = %(campaign)s AND w.phone = c.phone AND w.released_at IS NULL) AS is_wrong_number,
    EXISTS (SELECT FROM carriers_carrierevent AS e
            WHERE e.campaign_id = %(campaign)s AND e.phone = c.phone AND e.phone <> ''
              AND e.processed_at IS NULL AND e.parked_at IS NOT NULL) AS has_parked_reply
"""
PHONE_JOIN = "LEFT JOIN contacts_knownphone AS k ON k.campaign_id = %(campaign)s AND k.phone = c.phone"


def phone_facts(row: dict[str, Any]) -> dict[str, Any]:
    """The facts about a phone in a row with `PHONE_COLUMNS`."""
    return {
        "phone": row["phone"],
        "is_opted_out": row["is_opted_out"],
        "is_wrong_number": row["is_wrong_number"],
        "line": row["line"] or "",
        "line_learned_at": row["line_learned_at"],
        "network": row["network"] or "",
        "has_parked_reply": row["has_parked_reply"],
    }


@dataclass(frozen=True, slots=True)
class Facts:
    """What the safeguards need to know about one text.

    `last_initial_at` is of an *earlier* first text. `has_parked_reply`: they wrote, and we failed too often to read
    it (`receiving.py`). `asked_at`: when the contact wrote what an automatic answer
    answers.
    """

    kind: str
    zones: int
    phone: str
    is_opted_out: bool = False
    is_wrong_number: bool = False
    line: str = ""
    line_learned_at: datetime | None = None
    network: str = ""
    action_status: str = TextingAction.Status.PUBLISHED
    action_is_paused: bool = False
    is_open_to_member: bool = True
    script_is_paused: bool = False
    last_initial_at: datetime | None = None
    has_unclear_reply: bool = False
    has_parked_reply: bool = False
    has_allowed_words: bool = True
    asked_at: datetime | None = None

    @property
    def is_initial(self) -> bool:
        return self.kind == Message.Kind.INITIAL

    @property
    def is_automatic(self) -> bool:
        """The one confirmation of an opt-out, or the answer to HELP: asked for a moment ago, at whatever hour."""
        return self.kind in (Message.Kind.CONFIRMATION, Message.Kind.HELP)


def _opted_out(facts: Facts, _moment: Moment) -> Safeguard | None:
    may_still = facts.kind == Message.Kind.CONFIRMATION  # the one text that is allowed afterwards
    return Safeguard.OPTED_OUT if facts.is_opted_out and not may_still else None


def _wrong_number(facts: Facts, _moment: Moment) -> Safeguard | None:
    return Safeguard.WRONG_NUMBER if facts.is_wrong_number and not facts.is_automatic else None


def _phone(facts: Facts, moment: Moment) -> Safeguard | None:
    if not is_textable(facts.phone):
        return Safeguard.NOT_US
    if not facts.line or facts.is_automatic:
        return None
    if facts.line_learned_at is not None and moment.now - facts.line_learned_at > GOOD_FOR:
        return None
    return _LINES[facts.line]


_LINES: dict[str, Safeguard] = {
    KnownPhone.Line.LANDLINE: Safeguard.LANDLINE,
    KnownPhone.Line.DEAD: Safeguard.DEAD_NUMBER,
    KnownPhone.Line.BLOCKED: Safeguard.BLOCKED,
}


def _prompt(facts: Facts, moment: Moment) -> Safeguard | None:
    if not facts.is_automatic:
        return None
    is_prompt = facts.asked_at is not None and moment.now - facts.asked_at <= PROMPT
    return None if is_prompt else Safeguard.TOO_LATE


def _registered(_facts: Facts, moment: Moment) -> Safeguard | None:
    return moment.registration


def _campaign(_facts: Facts, moment: Moment) -> Safeguard | None:
    return Safeguard.CAMPAIGN_PAUSED if moment.is_paused else None


def _action(facts: Facts, _moment: Moment) -> Safeguard | None:
    if not facts.is_initial:
        return None  # replies go on after an action is paused or closed
    if facts.action_status == TextingAction.Status.DRAFT or not facts.is_open_to_member:
        return Safeguard.NOT_PUBLISHED
    if facts.action_status != TextingAction.Status.PUBLISHED:
        return Safeguard.ACTION_CLOSED
    return Safeguard.ACTION_PAUSED if facts.action_is_paused else None


def _recently(facts: Facts, moment: Moment) -> Safeguard | None:
    if not facts.is_initial or not moment.prevents_frequent_texting or facts.last_initial_at is None:
        return None
    return Safeguard.TEXTED_RECENTLY if moment.now - facts.last_initial_at < FREQUENT_TEXTING else None


def _unread(facts: Facts, _moment: Moment) -> Safeguard | None:
    return Safeguard.UNREAD_REPLY if facts.has_parked_reply else None  # it may be "stop"


def _unclear(facts: Facts, _moment: Moment) -> Safeguard | None:
    return Safeguard.UNCLEAR_REPLY if facts.is_initial and facts.has_unclear_reply else None


def _hours(facts: Facts, moment: Moment) -> Safeguard | None:
    return None if facts.is_automatic else moment.hours.refusal(facts.zones)


def _number(_facts: Facts, moment: Moment) -> Safeguard | None:
    return None if moment.numbers else Safeguard.NO_NUMBER


def _network(facts: Facts, moment: Moment) -> Safeguard | None:
    return Safeguard.DAILY_CAP if facts.network in moment.full_networks else None


def _words(facts: Facts, _moment: Moment) -> Safeguard | None:
    if facts.is_initial and facts.script_is_paused:
        return Safeguard.SCRIPT_PAUSED
    return None if facts.has_allowed_words else Safeguard.OWN_WORDS


# The list. The promise that comes first is asked first: who opted out is settled as such, whatever the hour.
SAFEGUARDS: tuple[Callable[[Facts, Moment], Safeguard | None], ...] = (
    _opted_out,
    _wrong_number,
    _phone,
    _prompt,
    _registered,
    _campaign,
    _action,
    _recently,
    _unread,
    _unclear,
    _hours,
    _number,
    _network,
    _words,
)


def refusal(facts: Facts, moment: Moment) -> Safeguard | None:
    """The first safeguard that stops this text at this moment; None when it may go."""
    return next((found for ask in SAFEGUARDS if (found := ask(facts, moment)) is not None), None)
