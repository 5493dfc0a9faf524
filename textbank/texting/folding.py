"""From a text to clauses of plain words, as the tables of `spelling.py` have them. Arithmetic on text only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from textbank.texting import spelling
from textbank.texting.beginnings import compiled
from textbank.texting.wording import one_of

# Carriers deliver 1,600 characters of text; what comes by MMS may be longer, and is not read to its end.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Clause:
    """Words up to a mark. `said` has them as they were written, `words` with spelling and emphasis evened out."""

    said: str
    words: str
    is_question: bool


def clauses_of(text: str) -> list[Clause]:
    """The writer's own words, clause by clause; those of our texts that they react to or quote are left out."""
    own = _SPELT_STOP.sub("stop", _own_words(_fold(text[:LONGEST])))
    if _DIGITS.search(own):
        own = _PHONE_NUMBER.sub(" phonenumber ", own)
    own = own.replace("#", " number ").replace("&", " and ")
    parts = _MARKS.split(own)
    pieces = [_REPEATED.sub(r"\1", _NO_LETTERS.sub(" ", piece)).strip() for piece in parts[::2]]
    marks = [*parts[1::2], ""]
    if len(list(filter(None, pieces))) > 3 and not any(
        " " in piece for piece in pieces
    ):  # "Do. Not. Text. Me."
        pieces, marks = [" ".join(filter(None, pieces))], [marks[-1]]
    return [
        Clause(said, _written_out(said), "?" in mark)
        for said, mark in zip(pieces, marks, strict=True)
        if said
    ]


def once(words: str) -> str:
    """A word that is said several times is said once: "stop stop stop"."""
    parts = words.split()
    return parts[0] if parts and set(parts) == {parts[0]} else words


_APOSTROPHES = re.compile("['’‘‛`´ʼ′]")
_KEYCAPS = re.compile("[0-9#*]\ufe0f?\u20e3")
_QUOTE = '["“”„«»‟]'
_ANY_QUOTE = re.compile(_QUOTE)
# A phone sends a reaction to our text as a text: Liked “…”, 👍 to “…”, Le gustó “…”, Reaccionó con 👍 a “…”.
_REACTION = re.compile(
    r"\s*(?:(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|me gusta|removed an? [\w ]{1,30} from"
    r"|(?:no )?le (?:gusto|encanto)|le dio [\w ]{1,20}|se (?:rio|rie) de|enfatizo|destaco|exclamo|cuestiono"
    r"|pregunto por"
    r"|puso [\w ]{1,20}|quito [\w ]{1,30}|(?:reacted|reacciono)(?: con| with)?\W{0,12}(?:to|a|ante)?"
    r"|[^\w\"“«]{1,12}(?:to|a))"
    rf"\s*(?:a |to |en |de )?){_QUOTE}(?:.*{_QUOTE}|.*$)",
    re.DOTALL,
)
_QUOTATION = re.compile(rf"(?<!\w){_QUOTE}([^\"“”„«»‟]{{1,}}){_QUOTE}(?!\w)")
_SAID = re.compile(
    r"\b(?:i|we|ive|already|and|just)(?: \w+){0,3}? (?:said|say|told you|texted|typed|replied|sent|wrote"
    r"|asked you)\W*(?:to\W*)?$"
)
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_BY_A_PHONE = re.compile("sent (?:with|from)|enviado (?:con|desde)|get outlook")
_EFFECT = re.compile(r"\(?\s*(?:sent with [\w ]{1,30} effect|enviado con [\w ]{1,40})\W*$")
_SIGNATURE = re.compile(
    r"\n?[\s-]*(?:sent from (?:my|yahoo|outlook|mail)|get outlook for"
    r"|enviado desde mi)\b.*$",
    re.DOTALL,
)


LONG = 200  # characters of a clause; hardly anybody goes on so long without a mark
# "no no no no …": what is said four times says no more the fifth time, and takes long to search.
_OVER_AND_OVER = re.compile(r"\b(\w+(?: \w+){0,9})((?: \1){3})(?: \1)+\b")
_NO_ROOM = ("Mn", "Me", "Cf")
_MARKS = re.compile(r"([.!?;:,\n()|¡¿\u2026]+|\s[-\u2013\u2014]+\s|[\u2013\u2014]|--+)")
_NO_LETTERS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d{3}")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
# "S.T.O.P. texting me": the dots are no marks.
_PHONE_NUMBER = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}(?!\d)")
_SPELT_STOP = re.compile(r"\bs[\W_]{1,2}t[\W_]{1,2}o[\W_]{1,2}p\b")


_SPELLINGS = {
    slip: word for word, slips in spelling.SLIPS.items() for slip in slips.split()
} | spelling.SHORTHAND
_JOINED = compiled(rf"\b{one_of(spelling.JOINED)}\b")
_BESIDE_SLIPS = re.compile(spelling.BESIDE_SLIPS)
_IN_PLACE = re.compile("|".join(f"(?P<{word}>{slips})" for word, slips in spelling.IN_PLACE.items()))
_GLUED_WORDS = re.compile(one_of(spelling.GLUED_FIRST + spelling.GLUED))
_GLUED = re.compile(f"{one_of(spelling.GLUED_FIRST)}{one_of(spelling.GLUED)}+")
# "kiero", "qite": phones write Spanish as it sounds.
_K_FOR_QU = re.compile("[kq](?:i(?:er|t[ae]|siera|en)|e(?:rem|$))")
_EMPHASIS = compiled(rf"\b{one_of(spelling.EMPHASIS)}\b")


def _fold(text: str) -> str:
    """Lower case in plain letters: no accents, apostrophes, keycaps, marks that join emoji or take no room."""
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    folded = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", _KEYCAPS.sub(" ", text))).casefold()
    letters = (c for c in unicodedata.normalize("NFKD", folded) if unicodedata.category(c) not in _NO_ROOM)
    return "".join(letters)


def _own_words(folded: str) -> str:
    """Without reactions to our texts, quotations of them and what phones add."""
    is_quoting = _ANY_QUOTE.search(folded)
    if is_quoting and _REACTION.match(folded):
        folded = _REACTION.sub(" . ", folded, count=1)
    if ">" in folded:
        folded = _QUOTED_LINE.sub(" . ", folded)
    folded = folded.rstrip()
    if _BY_A_PHONE.search(folded):
        folded = _SIGNATURE.sub("", _EFFECT.sub("", folded))
    return _QUOTATION.sub(lambda found: _own_or_ours(found, folded), folded) if is_quoting else folded


def _own_or_ours(found: re.Match[str], text: str) -> str:
    """A short quotation, all of the reply, or what the writer says they said are their own words."""
    quoted, before = found[1], text[max(0, found.start() - 30) : found.start()]
    is_alone = not re.search(r"\w", text[: found.start()] + text[found.end() :])
    is_own = is_alone or len(quoted.split()) <= 2 or _SAID.search(before)
    return f" {quoted} " if is_own else " . "


def _written_out(said: str) -> str:
    words = " ".join(map(_spelt, said.split()))
    if _BESIDE_SLIPS.search(words):
        words = _IN_PLACE.sub(lambda found: found.lastgroup or found[0], words)
    words = _JOINED.sub(lambda found: spelling.JOINED[found[0]], words)
    if len(words) > LONG:
        words = _OVER_AND_OVER.sub(r"\1\2", words)
    return " ".join(_EMPHASIS.sub(" ", words).split()) or words


@lru_cache(maxsize=4096)
def _spelt(word: str) -> str:
    """The word as our tables have it: slips and shorthand by a list, and what decides most with any one slip."""
    if known := _SPELLINGS.get(word):
        return known
    if _K_FOR_QU.match(word):
        return _spelt("qu" + word.lstrip("kq"))
    if len(word) < 6 or word in spelling.NO_SLIPS:
        return word
    if _GLUED.fullmatch(word):
        first, *more = _GLUED_WORDS.findall(word)
        return " ".join(map(_spelt, (first, *more)))
    return next((key for key in spelling.KEY_WORDS if is_nearly(word, key, slips=1)), word)


def is_nearly(word: str, wanted: str, slips: int = 2) -> bool:
    """Whether a long word is another with at most so many slips: a letter too much, missing, wrong, or two
    swapped.

    The first letter must stand: "subscribe" and "resubscribe" say the opposite of "unsubscribe".
    """
    if abs(len(word) - len(wanted)) > slips or word[:1] != wanted[:1]:
        return False
    older: list[int] = []
    before = list(range(len(wanted) + 1))
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(wanted, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other)))
            if i > 1 and j > 1 and letter == wanted[j - 2] and word[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
        older, before = before, row
    return before[-1] <= slips
