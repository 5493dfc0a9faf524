"""What a reply means, as far as words alone can tell. Arithmetic on text only.

So far: whole-message keywords, in English and Spanish. The list is the union of what the FCC names
(47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe), CTIA's Messaging Principles 5.1.3
and the default words of the large carriers, with the Spanish words voters use. A word inside a sentence is no
keyword: "stop by the office" is an invitation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a reply means. Only what is certain is ever acted upon."""

    meaning: Meaning
    is_certain: bool = True


_KEYWORDS = {
    Meaning.OPT_OUT: (
        "stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out, remove, arret, alto, "
        "parar, baja, cancelar, detener, terminar, eliminar, quitar, no mas, stop please, please stop"
    ),
    Meaning.OPT_IN: "start, unstop",
    Meaning.HELP: "help, info, ayuda",
}
_MEANINGS = {word: meaning for meaning, words in _KEYWORDS.items() for word in words.split(", ")}
_EFFECT = re.compile(r"\(?sent with .{1,30} effect\)?$")


def understand(text: str) -> Understanding:
    """The meaning of a whole reply; `NONE` for anything but a keyword standing alone."""
    return Understanding(_MEANINGS.get(_bare_words(text), Meaning.NONE))


def _bare_words(text: str) -> str:
    """Lower case, no accents, punctuation, emoji or repeated spaces, no note of a phone's screen effect."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", _EFFECT.sub("", plain.strip())).strip()
