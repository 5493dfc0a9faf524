"""What a simulator is started with, and how it can be told to behave while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from simulator.chaos import CHANCES, FAULTS, NOT_IN_ALL, SEND_CHANCES

RECEIPT_ORDERS = {"ordered": "in order", "reversed": "the last first", "doubled": "each twice"}
LIMITS = {
    "number_per_second": "texts a second from one number",
    "number_per_minute": "texts a minute from one number",
    "network_per_second": "texts a second altogether",
    "network_per_minute": "texts a minute altogether",
    "segments_per_day": "segments a day (Pacific time); those beyond are taken and fail with 30027",
}
DURATIONS = {
    "late_by": "how late “late” is",
    "slow_by": "how slow a slow answer is, on average",
    "login_for": "how long a refused login stays refused",
}
TICKS = {"silent": "Voters stay silent", "hold": "Webhooks wait, until this is taken away"}
WHOLE = {"latency_ms": 60_000, **dict.fromkeys(LIMITS, 1_000_000_000)}
CHOICES = {"fail": FAULTS, "receipts": RECEIPT_ORDERS}
LONGEST_DURATION = 3600.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Fixed for the life of a simulator.

    `voters` names a mix of `voters.MIXES`. `speed` divides every delay of a text's life. The same `seed` gives every
    phone the same character and the same faults again. Of texts and refusals the newest `keep` are remembered, of
    phones as many threads; older ones are forgotten. While `busy_at` texts are under way, further ones are
    refused with 429, as Twilio does. `retired` are numbers to which a misled reply goes. A webhook that fails is
    tried again `retries` times, unless its address says otherwise (`#rc=…`).
    """

    account: str
    token: str
    incoming_url: str = ""
    numbers: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    voters: str = "realistic"
    speed: float = 1.0
    seed: int = 7
    answer_after: float = 20.0
    keep: int = 250_000
    busy_at: int = 50_000
    retries: int = 3


@dataclass(slots=True)
class Behavior:
    """May change at any moment, through `/simulator/settings`. Durations are seconds and are not divided by the
    speed; a limit of 0 is none; `chances` are the shares (0 to 1) of `CHANCES`."""

    fail: str = ""
    latency_ms: int = 0
    silent: bool = False
    receipts: str = "ordered"
    hold: bool = False
    late_by: float = 5.0
    slow_by: float = 1.0
    login_for: float = 0.0
    number_per_second: int = 0
    number_per_minute: int = 0
    network_per_second: int = 0
    network_per_minute: int = 0
    segments_per_day: int = 0
    chances: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CHANCES, 0.0))

    def change(self, wishes: dict[str, object]) -> None:
        """Takes over all wishes or none. Raises ValueError with a sentence that says what is wrong. `all` is the
        chance of everything that is a matter of one text."""
        wishes = _spread(wishes)
        for name, value in wishes.items():
            if problem := _problem(name, value):
                raise ValueError(problem)
        chances = self.chances | {name: value for name, value in wishes.items() if name in CHANCES}
        if sum(float(str(chances[name])) for name in SEND_CHANCES) > 1 + 1e-9:
            raise ValueError("The faults of a send must not add up to more than 1.")
        for name, value in wishes.items():
            if name in CHANCES:
                self.chances[name] = float(str(value))
            else:
                setattr(self, name, value)

    def facts(self) -> dict[str, object]:
        """Every setting by its name, as `change` takes it."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "chances"}
        return own | dict(self.chances)


def from_words(name: str, text: str) -> object:
    """A setting as it is written on a command line or in a form. What makes no sense stays a text, which `change`
    refuses."""
    if name in CHOICES:
        return text
    if name in TICKS:
        return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
            text, text
        )
    try:
        return int(text) if name in WHOLE else float(text)
    except ValueError:
        return text


def _spread(wishes: dict[str, object]) -> dict[str, object]:
    if "all" not in wishes:
        return wishes
    share = wishes["all"]
    return {name: share for name in CHANCES if name not in NOT_IN_ALL} | {
        name: value for name, value in wishes.items() if name != "all"
    }


def _problem(name: str, value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in CHOICES:
        right, wanted = value in list(CHOICES[name]), f"one of {', '.join(map(repr, CHOICES[name]))}"
    elif name in TICKS:
        right, wanted = isinstance(value, bool), "true or false"
    elif name in WHOLE:
        right = is_number and isinstance(value, int) and 0 <= value <= WHOLE[name]
        wanted = f"a whole number from 0 to {WHOLE[name]}"
    elif name in DURATIONS:
        right = is_number and 0 <= float(str(value)) <= LONGEST_DURATION
        wanted = f"seconds from 0 to {LONGEST_DURATION:.0f}"
    elif name in CHANCES:
        right, wanted = is_number and 0 <= float(str(value)) <= 1, "a share from 0 to 1"
    else:
        return f"There is no setting {name!r}."
    return "" if right else f"{name} must be {wanted}."
