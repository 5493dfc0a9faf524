"""What a reply means, as far as words alone can tell. Arithmetic on text only.

A reply is cut into clauses of plain words (`folding.py`, by the tables of `spelling.py`). If all of it is a keyword
(`wording.py`), that decides. Otherwise each clause is searched for a request (`asking.py`, by `stop_phrases.py` and
`stop_phrases_es.py`, `pairs.py` and `hints.py`), which is weighed (`weighing.py`, by `doubts.py`). Who is not the
person we look for says so in `wrong_number_phrases.py`. The tables name their sources, and `beginnings.py` makes
them quick.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from textbank.texting import wording, wrong_number_phrases
from textbank.texting.asking import Certainty, asks_to_stop
from textbank.texting.beginnings import compiled
from textbank.texting.folding import Clause, clauses_of, once
from textbank.texting.wording import one_of


class Meaning(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a reply means. `is_keyword`: all of it was a listed keyword, so nobody needs to look at it again."""

    meaning: Meaning
    certainty: Certainty
    is_keyword: bool = False


__all__ = ["Certainty", "Meaning", "Understanding", "is_yes", "understand"]

NOTHING = Understanding(Meaning.NONE, Certainty.CERTAIN)


def understand(text: str) -> Understanding:
    """The meaning of a reply. Never raises; any text is allowed, also an empty one."""
    clauses = clauses_of(text)
    whole = once(" ".join(clause.said for clause in clauses))
    words = " ".join(clause.words for clause in clauses)
    keyword = _KEYWORDS.get(whole.replace(" ", ""))
    is_wondering = keyword == Meaning.OPT_OUT and clauses[-1].is_question  # "stop?"
    if keyword and not is_wondering:
        return Understanding(keyword, Certainty.CERTAIN, is_keyword=True)
    if _PLEA.fullmatch(words):
        return Understanding(Meaning.HELP, Certainty.CERTAIN)
    is_perhaps = is_wondering or bool(_STOP_SIGN.match(text))
    opt_out = Certainty.LIKELY if is_perhaps else asks_to_stop(clauses)
    if opt_out == Certainty.CERTAIN:
        return Understanding(Meaning.OPT_OUT, opt_out)
    wrong_number = _says_wrong_number(clauses)
    if wrong_number == Certainty.CERTAIN:
        return Understanding(Meaning.WRONG_NUMBER, wrong_number)
    if opt_out:
        return Understanding(Meaning.OPT_OUT, opt_out)
    if wrong_number:
        return Understanding(Meaning.WRONG_NUMBER, wrong_number)
    if whole in wording.OPT_IN_HINTS or _starts(clauses) or _COMES_BACK.search(words):
        return Understanding(Meaning.OPT_IN, Certainty.LIKELY)
    return NOTHING


def _starts(clauses: list[Clause]) -> bool:
    """Whether START is the first sentence: "Start. I hit stop by accident"."""
    return bool(clauses and _START.fullmatch(clauses[0].words))


def is_yes(text: str) -> bool:
    """Whether all of the reply is YES or SÍ. It opts in whom it finds opted out, and is an answer from
    anybody else."""
    return once(" ".join(clause.said for clause in clauses_of(text))) in wording.YES_WORDS


_KEYWORDS = {
    word.replace(" ", ""): meaning
    for meaning, words in (
        (Meaning.OPT_OUT, wording.STOP_WORDS + wording.BARE_STOP_WORDS),
        (Meaning.OPT_IN, wording.START_WORDS),
        (Meaning.HELP, wording.HELP_WORDS),
    )
    for word in words
}

# Alone it is hardly anything else, and yet no word.
_STOP_SIGN = re.compile(r"\s*🛑\W*$")
_PLEA = re.compile(
    rf"(?>{one_of(wording.HELP_COURTESY)} )*{one_of(wording.PLEAS)}(?> "
    rf"{one_of(wording.HELP_COURTESY + wording.PLEAS)})*"
)
_START = re.compile(
    rf"(?>{one_of(wording.HELP_COURTESY)} )*{one_of(wording.START_WORDS)}(?> {one_of(wording.HELP_COURTESY)})*"
)
_COMES_BACK = compiled(rf"\b(?:{'|'.join(wording.COMES_BACK)})")

# --- Somebody else's number

_COURTESY = one_of(wording.COURTESY + wrong_number_phrases.COURTESY)
# Names stand as one word in the phrases, so that there is one to try and not four hundred.
_NAME = "zname"
_NAMES = dict.fromkeys(wrong_number_phrases.NAMES, _NAME) | {
    f"{name}s": f"{_NAME}s" for name in wrong_number_phrases.NAMES
}
_PHRASES, _HINTS, _WHO_IS = (
    "|".join(phrases).replace("{name}", f"(?:{_NAME}|{wrong_number_phrases.TITLED})")
    for phrases in (wrong_number_phrases.PHRASES, wrong_number_phrases.HINTS, (wrong_number_phrases.WHO_IS,))
)
_WRONG_NUMBER = re.compile(rf"\b(?>(?:{_COURTESY}) )*(?:{_PHRASES})(?!\w)(?> (?:{_COURTESY})(?= |$))*+")
_WRONG_NUMBER_HINTS = compiled(rf"\b(?:{_HINTS})")
_WHO_IS_IT = compiled(rf"(?>(?:{_COURTESY}) )*(?:{_WHO_IS})(?> (?:{_COURTESY}))*")


def _says_wrong_number(clauses: list[Clause]) -> Certainty | None:
    every = [(_without_names(clause.words), clause.is_question) for clause in clauses]
    said = [words for words, is_question in every if not is_question]
    if any(map(_WRONG_NUMBER.fullmatch, said)):
        return Certainty.CERTAIN
    is_hinted = any(map(_WRONG_NUMBER_HINTS.search, said))
    return Certainty.LIKELY if is_hinted or any(_WHO_IS_IT.fullmatch(words) for words, _ in every) else None


def _without_names(words: str) -> str:
    said = words.split()
    return words if _NAMES.keys().isdisjoint(said) else " ".join(_NAMES.get(word, word) for word in said)
