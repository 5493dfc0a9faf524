"""How fast texts leave, what carriers grant, and what waits for what: the numbers of the page Sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.models import Allowance, PhoneNumber, TMobileDay
from textbank.querying import rows
from textbank.results.counting import one_snapshot
from textbank.texting.governing import (
    ATT,
    number_key,
    tmobile_day,
    tmobile_midnight,
    used_lately,
)
from textbank.texting.refusals import Safeguard

# Texts that have left the volunteer's hands and not ours, by what they wait for and the number they would leave from.
_WAITING = """
    SELECT m.safeguard, v.number_id, count(*) AS texts, min(m.created_at) AS oldest_at, min(m.due_at) AS next_at
    FROM texting_message AS m
    JOIN texting_conversation AS v ON v.id = m.conversation_id AND v.campaign_id = %(campaign)s
    WHERE m.campaign_id = %(campaign)s AND m.stage = 'queued'
    GROUP BY m.safeguard, v.number_id
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: segments it grants (None: no cap that we know of), has let through, and texts that wait for it.

    `closed_until`: the carrier itself said that it takes no more before then.
    """

    label: str
    per: str
    cap: int | None
    used: int
    waiting: int
    closed_until: datetime | None = None
    note: str = ""

    @property
    def share(self) -> int | None:
        """How much of the cap is used, in percent."""
        return None if self.cap is None else min(100, round(100 * self.used / max(self.cap, 1)))


@dataclass(frozen=True, slots=True)
class Reason:
    """Texts that wait for the same thing. `next_at`: when the first of them is looked at again.

    `is_parked`: for a person, who finds what is in the way among the parked events.
    """

    label: str
    texts: int
    oldest_at: datetime
    next_at: datetime
    is_parked: bool = False


@dataclass(frozen=True, slots=True)
class Throughput:
    """Everything the page shows, read at one moment."""

    limits: list[Limit]
    reasons: list[Reason]
    waiting: int
    oldest_at: datetime | None
    used: int


def read(campaign: Campaign, now: datetime) -> Throughput:
    with one_snapshot():
        waiting = rows(_WAITING, campaign=campaign.id)
        numbers = list(PhoneNumber.objects.filter(campaign=campaign, released_at=None).order_by("id"))
        used = used_lately(campaign, [ATT, *(number_key(number.id) for number in numbers)], now)
        closed = _closed(campaign, now)
        registration = Registration.objects.filter(campaign=campaign).first()
        limits = [
            *(_number(number, used, waiting) for number in numbers if number.is_active),
            _att(registration, used, waiting, closed.get(ATT)),
            _tmobile(campaign, registration, waiting, now),
        ]
    return Throughput(
        limits=limits,
        reasons=_reasons(waiting),
        waiting=sum(row["texts"] for row in waiting),
        oldest_at=min((row["oldest_at"] for row in waiting), default=None),
        used=sum(used[number_key(number.id)] for number in numbers),
    )


def _number(number: PhoneNumber, used: dict[str, int], waiting: list[dict[str, Any]]) -> Limit:
    own = [row for row in waiting if row["number_id"] == number.id]
    return Limit(
        str(number), "a minute", number.limit, used[number_key(number.id)], _texts(own, Safeguard.NUMBER_CAP)
    )


def _att(
    registration: Registration | None,
    used: dict[str, int],
    waiting: list[dict[str, Any]],
    closed_until: datetime | None,
) -> Limit:
    return Limit(
        "AT&T",
        "a minute",
        registration.att_per_minute if registration else None,
        used[ATT],
        _texts(waiting, Safeguard.MINUTE_CAP),
        closed_until,
        "For the use case in your registration. Phones whose network is not known count here too.",
    )


def _tmobile(
    campaign: Campaign, registration: Registration | None, waiting: list[dict[str, Any]], now: datetime
) -> Limit:
    day = TMobileDay.objects.filter(campaign=campaign, day=tmobile_day(now)).first()
    return Limit(
        "T-Mobile",
        "a day",
        registration.tmobile_per_day if registration else None,
        day.segments if day else 0,
        _texts(waiting, Safeguard.DAILY_CAP),
        tmobile_midnight(now) if day and day.is_closed else None,
        "This campaign alone, until midnight Pacific time. Only phones that the carrier has told us are T-Mobile's "
        "count, and Twilio never tells.",
    )


def _closed(campaign: Campaign, now: datetime) -> dict[str, datetime]:
    found = Allowance.objects.filter(campaign=campaign, closed_until__gt=now)
    return {one.key: one.closed_until for one in found if one.closed_until}


def _texts(waiting: list[dict[str, Any]], safeguard: Safeguard) -> int:
    return sum(row["texts"] for row in waiting if row["safeguard"] == safeguard)


def _reasons(waiting: list[dict[str, Any]]) -> list[Reason]:
    """By what they wait for, the most first."""
    found = []
    for code in {row["safeguard"] for row in waiting}:
        alike = [row for row in waiting if row["safeguard"] == code]
        found.append(
            Reason(
                "Their turn" if code is None else Safeguard(code).label,
                sum(row["texts"] for row in alike),
                min(row["oldest_at"] for row in alike),
                min(row["next_at"] for row in alike),
                is_parked=code == Safeguard.UNREAD_REPLY,
            )
        )
    return sorted(found, key=lambda reason: -reason.texts)
