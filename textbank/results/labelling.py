"""What the database counted, put into lines with words: statuses, safeguards, carriers' codes, sources of opt-outs.

Every safeguard has its count: of contacts or texts it held back for good, of texts that wait for it to pass, and of
presses and replies it stopped at their moment, for which there is no text.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from textbank.carriers.base import Meaning
from textbank.carriers.dialects import CARRIERS
from textbank.contacts.models import OptOut
from textbank.results.numbers import Line
from textbank.texting.models import Message
from textbank.texting.refusals import Safeguard

# Every status a first text can have, as the page names it.
FIRST_TEXTS = {
    Message.Status.QUEUED: "Waiting to go",
    Message.Status.SENDING: "Going",
    Message.Status.SENT: "Sent, no receipt yet",
    Message.Status.DELIVERED: "Delivered",
    Message.Status.UNDELIVERED: "Not delivered",
    Message.Status.FAILED: "Failed",
    Message.Status.UNKNOWN: "Waiting to hear from the carrier",
    Message.Status.UNHEARD: "Never heard from the carrier",
}
AUTOMATIC = {
    Message.Kind.CONFIRMATION.value: "Confirmations of opt-outs",
    Message.Kind.HELP.value: "Answers to HELP",
}
_WORDS = {
    Meaning.OPTED_OUT: "they had told the carrier to stop",
    Meaning.LANDLINE: "a landline, or a phone that takes no texts",
    Meaning.DEAD_NUMBER: "the phone is not in use",
    Meaning.UNREACHABLE: "the phone was off, or out of reach",
    Meaning.BLOCKED: "the phone or its network blocks our texts",
    Meaning.FILTERED: "a carrier filtered it as unwanted",
    Meaning.DAILY_CAP: "T-Mobile's cap of the day was reached",
    Meaning.MINUTE_CAP: "a network's cap of the minute was reached",
    Meaning.TOO_LATE: "it could not be delivered in time",
    Meaning.BAD_MEDIA: "the picture could not be delivered",
    Meaning.NUMBER_OFF: "our number may not text",
    Meaning.ACCOUNT_OFF: "our account at the carrier is off",
    Meaning.NOT_ALLOWED: "our account may not text this phone",
}


def meaning_of(code: str) -> str:
    """A carrier's error code in plain words; empty for one that we do not know."""
    meanings = {carrier.meaning_of(code) for carrier in CARRIERS.values()} - {Meaning.OTHER}
    return next((_WORDS[meaning] for meaning in meanings), "")


def total(texts: list[dict[str, Any]], **wanted: str) -> int:
    return sum(row["texts"] for row in texts if all(row[name] == value for name, value in wanted.items()))


def parts(contacts: dict[str, int], held_back: list[Line]) -> list[Line]:
    return [
        Line("Not texted yet", contacts["untexted"]),
        Line("In volunteers' hands", contacts["claimed"]),
        Line("Texted", contacts["texted"], "first=texted"),
        Line("Held back", sum(line.number for line in held_back), "first=safeguarded"),
    ]


def by_safeguard(texts: list[dict[str, Any]], status: str, *kinds: str) -> list[Line]:
    """Texts of these kinds that a safeguard holds in this status, by safeguard; first texts with their rows."""
    found: Counter[int] = Counter()
    for row in texts:
        if row["kind"] in kinds and row["status"] == status and row["safeguard"] is not None:
            found[row["safeguard"]] += row["texts"]
    place = f"first={status}&safeguard=" if kinds == ("initial",) else ""
    return [
        Line(Safeguard(code).label, number, f"{place}{code}" if place else "")
        for code, number in sorted(found.items())
    ]


def first_texts(texts: list[dict[str, Any]]) -> list[Line]:
    return [
        Line(label, total(texts, kind="initial", status=status), f"first={status}")
        for status, label in FIRST_TEXTS.items()
    ]


def waiting(texts: list[dict[str, Any]]) -> list[Line]:
    """What first texts wait for; empty when none waits for anything but its turn."""
    lines = by_safeguard(texts, "queued", "initial")
    rest = total(texts, kind="initial", status="queued") - sum(line.number for line in lines)
    return [*lines, Line("Their turn", rest)] if lines and rest else lines


def failures(texts: list[dict[str, Any]]) -> list[Line]:
    """First texts that did not arrive, by the carrier's code, the commonest first."""
    lines = [
        Line(
            _failure(row["error_code"]),
            row["texts"],
            f"first={row['status']}&code={row['error_code'] or 'none'}",
        )
        for row in texts
        if row["kind"] == "initial" and row["status"] in ("failed", "undelivered")
    ]
    return sorted(lines, key=lambda line: -line.number)


def _failure(code: str) -> str:
    words = meaning_of(code) if code else "the carrier gave no code"
    return f"{code}: {words}".strip(": ") if code else words


def automatic(texts: list[dict[str, Any]]) -> list[Line]:
    """Texts that no volunteer wrote, on their way or gone; each was asked for by the contact."""
    kept = [row for row in texts if row["status"] != "safeguarded"]
    return [Line(label, total(kept, kind=kind)) for kind, label in AUTOMATIC.items()]


def source(row: dict[str, Any]) -> Line:
    label = str(OptOut.Source(row["source"]).label)
    return Line(label, row["phones"], f"state=opted_out&source={row['source']}")
