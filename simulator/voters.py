"""Who is behind each phone: a steady character, drawn by the phone and the seed, and what it says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Character:
    """How one kind of phone behaves.

    `error_code`: texts never arrive, and the receipt says why, with `status`. Otherwise `turns` are what the
    voter says after the first text, after the next, and so on, in several wordings; then the voter is silent.
    """

    turns: tuple[tuple[str, ...], ...] = ()
    status: str = "delivered"
    error_code: int | None = None


CHARACTERS = {
    "landline": Character(status="undelivered", error_code=30006),
    "unreachable": Character(status="undelivered", error_code=30003),
    "filtered": Character(status="undelivered", error_code=30007),
    "failed": Character(status="failed", error_code=30008),
    "silent": Character(),
    "yes": Character(
        (
            ("Yes", "Yes, count on me", "Yep!", "Sure, I'll be there", "Of course 👍", "I already did"),
            ("What time does it open?", "Can I bring my sister?", "Great, where do I go?", "Will do"),
            ("Thank you", "Perfect, thanks", "👍"),
        )
    ),
    "no": Character(
        (
            ("No", "No thanks", "Not interested", "Nope, not this year", "I’m voting for the other side"),
            ("I said no", "Please respect that", "Ok, have a good day"),
        )
    ),
    "question": Character(
        (
            ("Who is this?", "How did you get my number?", "Where do I vote?", "Can I vote by mail?"),
            ("Ok, and do I need an ID?", "Is parking free there?", "Thanks. What are the hours?"),
            ("Good to know, thanks", "Alright, I'll think about it"),
        )
    ),
    "spanish": Character(
        (
            ("Sí, claro", "No hablo inglés", "¿Me puede escribir en español?", "¿Dónde voto?", "No, gracias"),
            ("Gracias. ¿A qué hora abren?", "Está bien, muchas gracias", "¿Puedo llevar a mi mamá?"),
            ("Muchas gracias", "Allí estaré"),
        )
    ),
    "stop": Character(
        (("STOP", "Stop", "stop", "Unsubscribe", "QUIT", "Please take me off your list", "Stop texting me"),)
    ),
    "wrong number": Character(
        (
            ("Wrong number", "You have the wrong person", "There's no one here by that name"),
            ("No problem", "Please remove my number"),
        )
    ),
}

# How many phones of a thousand have each character.
MIXES = {
    "realistic": {
        "landline": 40, "unreachable": 20, "filtered": 10, "failed": 5, "silent": 745,
        "yes": 60, "no": 35, "question": 25, "spanish": 25, "stop": 25, "wrong number": 10,
    },
    "lively": {
        "landline": 40, "unreachable": 20, "filtered": 10, "failed": 5, "silent": 245,
        "yes": 230, "no": 120, "question": 110, "spanish": 90, "stop": 80, "wrong number": 50,
    },
    "silent": {"silent": 1000},
}  # fmt: skip
# Of those who have spoken, how many of a thousand go on when they are answered.
GOES_ON = 600


def character_of(phone: str, seed: int, mix: str = "realistic") -> str:
    """The name of the character behind a phone; the same each time."""
    place = _draw(1000, seed, phone)
    for name, share in MIXES[mix].items():
        place -= share
        if place < 0:
            return name
    raise AssertionError(f"The shares of {mix} do not add up to 1000.")


def words(character: str, turn: int, phone: str, seed: int) -> str | None:
    """What this voter says at this turn (0 is the answer to a first text); None: nothing more."""
    turns = CHARACTERS[character].turns
    if turn >= len(turns) or (turn > 0 and _draw(1000, seed, phone, turn, "goes on") >= GOES_ON):
        return None
    return turns[turn][_draw(len(turns[turn]), seed, phone, turn)]


def is_opening(text: str) -> bool:
    """Whether a text begins a conversation: first texts say how to stop, answers to a voter do not."""
    return "stop" in text.lower()


def _draw(sides: int, *what: object) -> int:
    digest = hashlib.sha256(":".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % sides
