"""What lies in the database when a run begins, by numbers alone: who holds whom, who is whose, who is out of hours.

Contact, conversation and assignment number n (from 1) belong together and have n as their id. Where a choice must
look random, it goes by the deal of n, a fixed shuffle of all numbers, which can be turned back.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

VOLUNTEERS_AT_ONCE = 50
BUCKET = 100
LONE = 200  # volunteers who come one after the other, when nobody else is there
SLUG = "bench"
SECRET_KEY = "a key for measurements only, the same each time, so that seeded sessions stay good"  # noqa: S105
WEBHOOK_KEY = "bench-webhook-key"
ACCOUNT, TOKEN = "AC" + "be" * 16, "7e" * 16
OUR_NUMBERS = ("+19195550171", "+13125550172", "+13035550173", "+12135550174")
EARLIER, CURRENT = 1, 2  # ids of the two actions


@dataclass(frozen=True, slots=True)
class Shape:
    """`shut`: the share of contacts who are out of hours now. `left`: the share that nobody has texted yet.

    Where there are messages, a fifth of the contacts has answered in the past, a fifth is in the hands of the
    first 50 volunteers now, and one in a hundred has opted out.
    """

    contacts: int
    messages: int = 0
    shut: float = 0.0
    left: float = 1.0

    @property
    def name(self) -> str:
        return f"{self.contacts}_{self.messages}_{round(self.shut * 1000)}_{round(self.left * 1000)}"

    @property
    def volunteers(self) -> int:
        return self.contacts // BUCKET + LONE + VOLUNTEERS_AT_ONCE

    @property
    def assignees(self) -> int:
        """Volunteers who have conversations: 1,000 conversations each, in tables of any size."""
        return max(10, min(1000, self.contacts // 1000))

    @property
    def held(self) -> int:
        return self.contacts // 5 if self.messages else 0

    @property
    def open(self) -> int:
        """How many free contacts may be texted now."""
        return min(round(self.contacts * (1 - self.shut)), round(self.contacts * self.left)) - self.held

    @property
    def opted_out_from(self) -> int:
        """The deal from which on contacts have opted out."""
        return self.contacts - self.contacts // 100 if self.messages else self.contacts

    @property
    def factor(self) -> int:
        """A prime that does not divide the number of contacts."""
        return next(prime for prime in (7919, 7927) if self.contacts % prime)

    def deal(self, number: int) -> int:
        """From 0 to `contacts` - 1."""
        return number * self.factor % self.contacts

    def dealt(self, deal: int) -> int:
        """The number whose deal this is."""
        return deal * pow(self.factor, -1, self.contacts) % self.contacts or self.contacts

    def held_by(self, volunteer: int) -> Iterator[int]:
        """The contacts in the hands of one of the first 50 volunteers."""
        return (self.dealt(deal) for deal in range(volunteer, self.held, VOLUNTEERS_AT_ONCE))

    def conversations_of(self, volunteer: int) -> Iterator[int]:
        """The conversations of one of the assignees, without those who have opted out."""
        blocks = range(volunteer, self.contacts // 5, self.assignees)
        numbers = (5 * block + place for block in blocks for place in range(5))
        return (number for number in numbers if number and self.deal(number) < self.opted_out_from)


def key_of(number: int) -> uuid.UUID:
    """The key of the first message of contact `number`, whose receipts are still to come."""
    return uuid.UUID(hashlib.md5(f"first {number}".encode()).hexdigest())  # noqa: S324 - no secret


PLACES = (("919", "NC", "27601"), ("312", "IL", "60601"), ("303", "CO", "80202"), ("213", "CA", "90012"))
# An area code of another zone than the ZIP: they moved and kept their phone.
MOVED = (("617", "TX", "75201"), ("415", "NY", "10001"), ("602", "AZ", "85001"), ("404", "GA", "30303"))


def phone_of(number: int) -> str:
    """The phone of contact `number`."""
    places = PLACES + MOVED
    return f"+1{places[number % len(places)][0]}{2_000_000 + number // len(places)}"
