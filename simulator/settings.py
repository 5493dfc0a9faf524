"""What a simulator is started with, and how it can be told to behave while it runs."""

from __future__ import annotations

from dataclasses import dataclass

# How the API can misbehave. Those ending in "after" take the text first, as a real carrier may.
FAULTS = {
    "": "works",
    "busy": "answers 429: too many requests, nothing taken",
    "unavailable": "answers 503 with code 20503, nothing taken",
    "error": "answers 500, nothing taken",
    "error_after": "takes the text, then answers 500",
    "hang": "never answers, nothing taken",
    "hang_after": "takes the text and never answers",
    "cut_after": "takes the text and hangs up in the middle of the answer",
    "garbage_after": "takes the text and answers with a web page",
    "login": "answers 401: the login is refused",
}
RECEIPT_ORDERS = ("ordered", "reversed", "doubled")


@dataclass(frozen=True, slots=True)
class Settings:
    """Fixed for the life of a simulator.

    `voters` names a mix of `voters.MIXES`. `speed` divides every delay. The same `seed` gives every phone the
    same character again. Of texts the newest `keep` are remembered, of phones as many threads; older ones are
    forgotten. While `busy_at` texts are under way, further ones are refused with 429, as Twilio does.
    """

    account: str
    token: str
    incoming_url: str = ""
    numbers: tuple[str, ...] = ()
    voters: str = "realistic"
    speed: float = 1.0
    seed: int = 7
    answer_after: float = 20.0
    keep: int = 50_000
    busy_at: int = 50_000


@dataclass(slots=True)
class Behavior:
    """May change at any moment, through `/simulator/settings`."""

    fail: str = ""
    latency_ms: int = 0
    silent: bool = False
    receipts: str = "ordered"

    def change(self, wishes: dict[str, object]) -> None:
        """Takes over all wishes or none. Raises ValueError with a sentence that says what is wrong."""
        for name, value in wishes.items():
            if problem := _problem(name, value):
                raise ValueError(problem)
        for name, value in wishes.items():
            setattr(self, name, value)


def _problem(name: str, value: object) -> str:
    match name:
        case "fail":
            right, wanted = (
                isinstance(value, str) and value in FAULTS,
                f"one of {', '.join(map(repr, FAULTS))}",
            )
        case "latency_ms":
            right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 60_000
            wanted = "a whole number from 0 to 60000"
        case "silent":
            right, wanted = isinstance(value, bool), "true or false"
        case "receipts":
            right, wanted = value in RECEIPT_ORDERS, f"one of {', '.join(RECEIPT_ORDERS)}"
        case _:
            return f"There is no setting {name!r}."
    return "" if right else f"{name} must be {wanted}."
