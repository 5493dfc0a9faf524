"""Whether a reply asks us to stop, in a keyword with courtesy or in a sentence. Arithmetic on text only.

Each clause is searched for a request, which `weighing.py` then weighs. A false certain opt-out silences somebody who
did not ask for it, so whatever is not plainly a request is at most `LIKELY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from textbank.texting import (
    doubts,
    hints,
    pairs,
    spelling,
    stop_phrases,
    stop_phrases_es,
    weighing,
    wording,
)
from textbank.texting.beginnings import compiled
from textbank.texting.folding import Clause, is_nearly
from textbank.texting.weighing import NEAR, POLITE, QUESTION, Finding
from textbank.texting.wording import one_of


class Certainty(StrEnum):
    """`CERTAIN` is acted upon, `LIKELY` is suggested to the volunteer. That a reply means `NONE` is always
    certain."""

    CERTAIN = "certain"
    LIKELY = "likely"


def asks_to_stop(clauses: list[Clause]) -> Certainty | None:
    """None if nothing in it does."""
    if _is_stop_with_courtesy(clauses):
        is_asked = clauses[-1].is_question and not _POLITE_QUESTION.search(clauses[-1].words)
        return Certainty.LIKELY if is_asked else Certainty.CERTAIN
    return _asks_in_a_sentence(clauses)


# --- Patterns out of tables

_COURTESY = one_of(wording.COURTESY)
_PARTS = {
    **stop_phrases_es.PARTS,
    # For `pairs.py`: a whole clause, courtesy aside, where clauses are joined by bars.
    "begin": r"(?:^|\| )(?>(?:please|so|and|ok|okay|hey|hi|hello|yeah|no|just|por favor|favor de|pues|ya|y) )*",
    "end": r"(?> (?:please|now|and thanks|and thank you|thanks|thank you|ok|already|anymore|any more|again|ya"
    "|por favor|gracias|asap|sir))*"
    r"(?= \||$)",
    "done": f"(?:{stop_phrases.PARTS['then']}|(?= \\|))",
    "y_done": f"(?:{stop_phrases_es.PARTS['y_then']}|(?= \\|))",
}
# How phrases end. Those that end alike are tried together, so that their end is written, and compiled, once.
_ENDS = (
    "(?: {off_list}|{then})",
    "(?: {off_list}|{next})",
    "(?: {lista}|{y_then})",
    "{texts}{then_of_texts}",
    "{then_of_texts}",
    "{then}",
    "{next}",
    "{y_then}",
    "{tail}",
    "{end}",
)


def _table(phrases: Iterable[str], begin: str = r"\b", end: str = r"(?!\w)") -> re.Pattern[str]:
    """One pattern out of the phrases of a table, with its `{parts}` filled in."""
    alike: dict[str, list[str]] = {}
    for phrase in phrases:
        last = next((last for last in _ENDS if phrase.endswith(last) and _is_one(phrase)), "")
        alike.setdefault(last, []).append(phrase.removesuffix(last))
    written = "|".join(f"(?:{'|'.join(several)}){last}" for last, several in alike.items())
    return compiled(f"{begin}(?:{written.format_map(_PARTS)}){end}")


def _is_one(phrase: str) -> bool:
    """Whether a phrase is one, and not several with bars between."""
    depth = 0
    for mark in re.findall(r"[()|]", phrase):
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and depth == 0:
            return False
    return True


# --- A stop word and nothing else

_STOP = one_of(wording.STOP_WORDS)
_STOP_AND_BARE = one_of(wording.STOP_WORDS + wording.BARE_STOP_WORDS)


def _around(words: str, after: str, courtesy: str) -> str:
    """`words` with courtesy before and after. Possessive, so that a long text is read once and not in many
    ways."""
    return rf"(?>(?:{courtesy}) )*+(?:{words})(?> (?:{after}|{courtesy})(?= |$))*+"


_WITH_STOP = one_of({*wording.COURTESY, *wording.REASONS})
_WITH_BARE = one_of({*wording.COURTESY, *wording.REASONS} - {*wording.NO_COURTESY_OF_BARE_WORDS})
_WITH_CLAUSE = one_of({*wording.COURTESY} - {*wording.NO_COURTESY_OF_A_CLAUSE})
_STOP_WITH_COURTESY = compiled(
    f"(?:no )?{_around(_STOP, _STOP_AND_BARE, _WITH_STOP)}"
    f"|{_around(one_of(wording.BARE_STOP_WORDS), _STOP_AND_BARE, _WITH_BARE)}"
)
_STOP_CLAUSE = compiled(
    f"(?:no )?(?:(?:can|could|will|would) you |(?:so )?you (?:guys )?can )?"
    f"{_around(_STOP, _STOP, _WITH_CLAUSE)}"
)
_SLIPS = frozenset(spelling.SLIPS_ALONE) | {
    slip for slips in spelling.SLIPS.values() for slip in slips.split()
}


def _is_stop_with_courtesy(clauses: list[Clause]) -> bool:
    words = " ".join(clause.words for clause in clauses)
    if _INSTRUCTION.search(words):
        return False
    said = "".join(clause.said for clause in clauses).replace(" ", "")
    is_slip = said in _SLIPS or any(
        is_nearly(said, word) for word in spelling.LONG_WORDS if word[0] == said[:1]
    )
    return is_slip or bool(_STOP_WITH_COURTESY.fullmatch(words))


# --- A request in a sentence


_POLITELY = (
    r"(?:no (?=stop|quit|take|remove|dont|off)|(?:can|could|will|would) you "
    r"|(?:so )?(?:you|you guys|all) (?:need to|have to|can|may) "
    r"|i want you to |so )?"
)
_COMMANDS, _WISHES = (
    tuple(map(_table, tables))
    for tables in (
        (stop_phrases.COMMANDS, stop_phrases_es.COMMANDS),
        (stop_phrases.WISHES, stop_phrases_es.WISHES),
    )
)
_REMINDERS = _table((*stop_phrases.REMINDERS, *stop_phrases_es.REMINDERS))
_SHORT = (*stop_phrases.SHORT_COMMANDS, *stop_phrases_es.SHORT_COMMANDS)
_SHORT_COMMANDS = _table(
    _SHORT,
    begin=rf"{_POLITELY}(?>(?:{_COURTESY}) )*+",
    end=rf"(?> (?:{_COURTESY})(?= |$))*+",
)
_CLOSING = _table((*_SHORT, "stop|unsubscribe|remove"), end=rf"(?> (?:{_COURTESY})(?= |$))*+$")
# Our own texts tell people what to write. Who repeats that has not asked for it.
_INSTRUCTION = re.compile(
    r"\b(?:reply|text|send|type|respond|say|write|responda|responde|envie|envia|escriba|escribe|mande|texto)"
    r"(?: back| with| the word| con)* (?:stop|alto|parar|baja|quit|end)(?: (?:to|2|for|if|and|para|at|any)\b|2)"
)
_DOUBTS, _TAKEN_BACK, _TEASING, _NO_WISH = (
    compiled(rf"\b{table}") for table in (doubts.DOUBTS, doubts.TAKEN_BACK, doubts.TEASING, doubts.NO_WISH)
)
_CONDITIONS = re.compile(doubts.CONDITIONS)
_PAIRS = [
    (_table(beside, begin="", end=""), _table(request, begin="", end="")) for beside, request in pairs.PAIRS
]
_ANY_OF_PAIRS = _table((phrase for _, request in pairs.PAIRS for phrase in request), begin="", end="")
_POLITE_QUESTION = re.compile(r"\b(?:please|por favor|(?:can|could|will|would) you)\b")
_AFTER_STOP, _GOES_ON, _BEFORE_STOP = map(re.compile, (doubts.AFTER_STOP, doubts.GOES_ON, doubts.BEFORE_STOP))
_STOP_FIRST = compiled(
    rf"(?>(?:{_COURTESY}) )*+{one_of(wording.STOP_WORDS)} (?>(?:please|now|already|por favor|again) )*+"
)
_HINTS = _table(hints.HINTS, end="")


def _asks_in_a_sentence(clauses: list[Clause]) -> Certainty | None:
    said = " ".join(clause.words for clause in clauses)
    found: set[Finding] = set()
    for before, clause, after in zip([None, *clauses], clauses, [*clauses[1:], None], strict=False):
        findings = set(_findings(clause, before, after))
        is_condition = before and not before.is_question and _CONDITIONS.match(before.words)
        if is_condition and findings & {Finding.REQUEST, Finding.BARE}:
            findings = {Finding.PERHAPS}
        found |= findings
    if Finding.REQUEST not in found and _is_paired(clauses):
        found.add(Finding.REQUEST)
    if not found:
        return None
    is_welcome = bool(_NO_WISH.search(said))
    if Finding.BARE in found:
        found.add(Finding.PERHAPS if is_welcome or _TEASING.search(said) else Finding.REQUEST)
    if Finding.REQUEST in found:
        is_doubted = any(_DOUBTS.search(clause.words) for clause in clauses) or _TAKEN_BACK.search(said)
        is_doubtful = is_doubted or Finding.OPPOSITE in found
        return Certainty.LIKELY if is_doubtful or is_welcome else Certainty.CERTAIN
    return Certainty.LIKELY if Finding.PERHAPS in found and not is_welcome else None


def _is_paired(clauses: list[Clause]) -> bool:
    """Whether one sentence gives the reason and another the wish."""
    said = " | ".join(f"{clause.words} ?" if clause.is_question else clause.words for clause in clauses)
    if not _ANY_OF_PAIRS.search(said):
        return False
    return any(beside.search(said) and request.search(said) for beside, request in _PAIRS)


def _findings(clause: Clause, before: Clause | None, after: Clause | None) -> Iterator[Finding]:
    words = clause.words
    findings = [weighing.of_command(clause, found) for table in _COMMANDS for found in table.finditer(words)]
    findings += [weighing.of_wish(clause, found) for table in _WISHES for found in table.finditer(words)]
    if _REMINDERS.search(words) and not QUESTION.match(words):
        findings.append(Finding.REQUEST)
    if _VAGUE.fullmatch(words) and (_says_more(before) or _says_more(after)):
        findings.append(Finding.PERHAPS)
    elif _STOP_CLAUSE.fullmatch(words):
        findings.append(_stop_clause(clause, before, after))
    elif (short := _SHORT_COMMANDS.match(words)) and _SHORT_COMMANDS.fullmatch(words):
        is_asked = clause.is_question and not POLITE.match(words)
        is_weak = is_asked or weighing.is_for_the_moment(words)
        findings.append(Finding.PERHAPS if is_weak else Finding.REQUEST)
    elif not findings and (closing := _run_on(words, short)):
        findings.append(closing)
    if not findings and (hint := _HINTS.search(words)):
        is_denied = weighing.negation(words[: hint.start()]) is not None
        findings.append(Finding.OPPOSITE if is_denied else Finding.PERHAPS)
    yield from findings


# "Stop it, she is really coming?", "No more! Vote blue": what is meant depends on the rest.
_VAGUE = compiled(
    rf"(?!ya no mas)(?>{_COURTESY} )*"
    rf"(?:(?:stop|quit) (?:it|this|that)|no more|no mas|pare[ns]? (?:esto|eso))(?> {_COURTESY})*"
)
_ALL_COURTESY = re.compile(rf"{_COURTESY}(?> {_COURTESY})*")


def _says_more(clause: Clause | None) -> bool:
    return clause is not None and not _ALL_COURTESY.fullmatch(clause.words)


def _stop_clause(clause: Clause, before: Clause | None, after: Clause | None) -> Finding:
    """STOP between marks, unless its neighbours belong to it: "Don't... stop", "STOP! the steal"."""
    if before and clause.words == "stop" and before.words.rsplit(" ", 1)[-1] in doubts.NEGATIONS - {"no"}:
        return Finding.PERHAPS if before.words == "never" else Finding.OPPOSITE
    if after and _GOES_ON.match(after.words):
        return Finding.PERHAPS
    return Finding.PERHAPS if clause.is_question and not POLITE.match(clause.words) else Finding.BARE


def _run_on(words: str, short: re.Match[str] | None) -> Finding | None:
    """STOP and a sentence, or a sentence and STOP, without a mark between them. `short` is a short command at the
    beginning."""
    begun = _STOP_FIRST.match(words)
    if begun and _AFTER_STOP.match(words, begun.end()):
        return Finding.BARE
    # "Don't text I'm driving" and "stop it I love it" go on with what they began.
    is_one = words.startswith(("dont", "never", "no ")) or _VAGUE.match(words)
    begun = None if is_one else short
    if begun and _AFTER_STOP.match(words, begun.end() + 1):
        return Finding.BARE
    closing = _CLOSING.search(words, max(0, len(words) - NEAR))
    if not closing:
        return None
    head = words[: closing.start()].rstrip()
    if _BEFORE_STOP.search(head):
        return weighing.of_closing(head)
    if head.endswith(" please"):
        said = head.removesuffix(" please")
        is_request = weighing.negation(said) is None and weighing.commands_us(said, denies=False)
        return Finding.REQUEST if is_request else None
    return None
