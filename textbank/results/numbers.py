"""The numbers of one action, each with what it counts.

`Line.rows` names the rows behind a number, as a filter of the conversations page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from textbank.campaigns.models import Membership


@dataclass(frozen=True, slots=True)
class Line:
    """A number and what it counts. `rows`: the filter that shows the conversations behind it, if there are any."""

    label: str
    number: int
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One initial script: people texted with it, those of them who replied, those who opted out."""

    id: int | None
    name: str
    texted: int
    replied: int
    opted_out: int

    @property
    def reply_rate(self) -> float:
        return 100 * self.replied / self.texted

    @property
    def reply_range(self) -> tuple[float, float]:
        """Between which two percentages the true share lies, 19 times in 20 (Wilson's interval)."""
        return likely_range(self.replied, self.texted)

    @property
    def opt_out_rate(self) -> float:
        return 100 * self.opted_out / self.texted


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What one member did in the action. `member` None: nobody holds these, or the person has left."""

    member: Membership | None
    texted: int
    replies: int
    reports: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Results:
    """Everything the results page of one action shows, read at one moment."""

    contacts: Line
    parts: list[Line]
    texted: int
    held_back: list[Line]
    first_texts: list[Line]
    waiting: list[Line]
    failures: list[Line]
    taken_back: int
    skips: list[Line]
    replies_received: int
    people_replied: int
    volunteer_replies: int
    replies_waiting: list[Line]
    replies_held_back: list[Line]
    automatic: list[Line]
    automatic_held_back: list[Line]
    stopped: list[Line]
    wrong_numbers: int
    needs_attention: int
    waiting_since: datetime | None
    reports: int
    opt_outs: list[Line]
    scripts: list[ScriptLine]
    people: list[PersonLine]

    @property
    def opted_out(self) -> int:
        return sum(line.number for line in self.opt_outs)

    @property
    def times_stopped(self) -> int:
        """How many presses and replies a safeguard stopped at their moment."""
        return sum(line.number for line in self.stopped)

    @property
    def response_rate(self) -> float | None:
        """People who replied among the people texted, in percent; None before the first text."""
        return 100 * self.people_replied / self.texted if self.texted else None


def likely_range(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share, in percent: honest also for few tries and for none or all of them."""
    z = 1.96
    share, spread = hits / tries, z * z / tries
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / tries + spread / tries / 4) / (1 + spread)
    return 100 * max(middle - reach, 0), 100 * min(middle + reach, 1)
