"""Whether a reply asks us to stop, in a keyword with courtesy or in a sentence. Arithmetic on text only.

    Each clause is searched for a request
    and the words before and after it are weighed: a negation turns it round, and a
    condition
    another person or a question takes its certainty away. A false certain opt-out silences somebody who did
not ask for it, so whatever is not plainly a request is at most `LIKELY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from textbank.texting import doubts, hints, pairs, spelling, stop_phrases, stop_phrases_es, wording
from textbank.texting.folding import Clause, is_nearly
from textbank.texting.wording import one_of


class Certainty(StrEnum):
    """`CERTAIN` is acted upon, `LIKELY` is suggested to the volunteer. That a reply means `NONE` is always
    certain."""

    CERTAIN = "certain"
    LIKELY = "likely"


# Characters. What stands farther from a request than this says nothing about it.
NEAR = 80


_COURTESY = one_of(wording.COURTESY)
_PARTS = {
    **stop_phrases_es.PARTS,
    # A clause where clauses are joined by bars, courtesy aside.
    "begin": r"(?:^|\| )(?>(?:please|so|and|ok|okay|hey|hi|hello|yeah|no|just|por favor|favor de|pues|ya|y) )*",
    "done": f"(?:{stop_phrases.PARTS['then']}|(?= \\|))",
    "y_done": f"(?:{stop_phrases_es.PARTS['y_then']}|(?= \\|))",
    "end": r"(?> (?:please|now|thanks|thank you|ok|already|anymore|any more|again|ya|por favor|gracias|asap|sir))*(?= \||$)",
}


def _table(phrases: Iterable[str], begin: str = r"\b", end: str = r"(?!\w)") -> re.Pattern[str]:
    """One pattern out of the phrases of a table, with its `{parts}` filled in.

    Phrases that end alike are tried together, so that what they end with is written, and compiled, once.
    """
    alike: dict[str, list[str]] = {}
    for phrase in phrases:
        last = next((last for last in _LAST if phrase.endswith(last) and _is_one(phrase)), "")
        alike.setdefault(last, []).append(phrase.removesuffix(last))
    written = "|".join(f"(?:{'|'.join(several)}){last}" for last, several in alike.items())
    return re.compile(f"{begin}(?:{written.format_map(_PARTS)}){end}")


_LAST = (
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
_STOP_WITH_COURTESY = re.compile(
    f"(?:no )?{_around(_STOP, _STOP_AND_BARE, _WITH_STOP)}"
    f"|{_around(one_of(wording.BARE_STOP_WORDS), _STOP_AND_BARE, _WITH_BARE)}"
)
_STOP_CLAUSE = re.compile(
    f"(?:no )?(?:(?:can|could|will|would) you |(?:so )?you (?:guys )?can )?"
    f"{_around(_STOP, _STOP, _WITH_CLAUSE)}"
)
_SLIPS = frozenset(spelling.SLIPS_ALONE) | {
    slip for slips in spelling.SLIPS.values() for slip in slips.split()
}


def asks_to_stop(clauses: list[Clause]) -> Certainty | None:
    if _is_stop_with_courtesy(clauses):
        is_asked = clauses[-1].is_question and not _POLITE_QUESTION.search(clauses[-1].words)
        return Certainty.LIKELY if is_asked else Certainty.CERTAIN
    return _asks_in_a_sentence(clauses)


def _is_stop_with_courtesy(clauses: list[Clause]) -> bool:
    words = " ".join(clause.words for clause in clauses)
    if _INSTRUCTION.search(words):
        return False
    said = "".join(clause.said for clause in clauses).replace(" ", "")
    is_slip = said in _SLIPS or any(is_nearly(said, word) for word in spelling.LONG_WORDS)
    return is_slip or bool(_STOP_WITH_COURTESY.fullmatch(words))


# --- A request in a sentence


class _Finding(StrEnum):
    """`BARE` is a request that does not say what is to stop."""

    REQUEST = "request"
    BARE = "bare"
    PERHAPS = "perhaps"
    OPPOSITE = "opposite"


_POLITELY = (
    r"(?:no (?=stop|quit|take|remove|dont|off)|(?:can|could|will|would) you "
    r"|(?:so )?(?:you|you guys|all) (?:need to|have to|can|may) "
    r"|i want you to |so )?"
)
_COMMANDS, _WISHES, _REMINDERS = (
    tuple(map(_table, tables))
    for tables in (
        (stop_phrases.COMMANDS, stop_phrases_es.COMMANDS),
        (stop_phrases.WISHES, stop_phrases_es.WISHES),
        (stop_phrases.REMINDERS, stop_phrases_es.REMINDERS),
    )
)
_SHORT = (*stop_phrases.SHORT_COMMANDS, *stop_phrases_es.SHORT_COMMANDS)
_SHORT_COMMANDS = _table(
    _SHORT,
    begin=rf"{_POLITELY}(?>(?:{_COURTESY}) )*+",
    end=rf"(?> (?:{_COURTESY})(?= |$))*+",
)
_CLOSING = _table(
    (*_SHORT, "stop|unsubscribe|remove"),
    end=rf"(?> (?:{_COURTESY})(?= "
    "|$))*+$",
)
# Our own texts tell people what to write. Who repeats that has not asked for it.
_INSTRUCTION = re.compile(
    r"\b(?:reply|text|send|type|respond|say|write|responda|responde|envie|envia|escriba|escribe|mande|texto)"
    r"(?: back| with| the word| con)* (?:stop|alto|parar|baja|quit|end)(?: (?:to|2|for|if|and|para|at|any)\b|2)"
)
(
    _QUESTION,
    _ASKED_BEFORE,
    _WE_MEAN_YOU,
    _YOU_MODAL,
    _REPORTED,
    _LIMITS,
    _DAYS,
    _ELSEWHERE,
    _NEW_SENTENCE,
    _CONDITIONS,
) = map(
    re.compile,
    (
        doubts.QUESTION,
        doubts.ASKED_BEFORE,
        doubts.WE_MEAN_YOU,
        doubts.YOU_MODAL,
        doubts.REPORTED,
        doubts.LIMITS,
        doubts.DAYS,
        doubts.ELSEWHERE,
        doubts.NEW_SENTENCE,
        doubts.CONDITIONS,
    ),
)
_DOUBTS, _TEASING, _NO_WISH = (
    re.compile(rf"\b{table}") for table in (doubts.DOUBTS, doubts.TEASING, doubts.NO_WISH)
)
_PAIRS = [
    (_table(beside, begin="", end=""), _table(request, begin="", end="")) for beside, request in pairs.PAIRS
]
_RHETORICAL = re.compile(
    r"(?:how many|what part|which part|what (?:dont|do) you|cuantas veces|(?:can|could|will|would|do|may) "
    r"(?:you|i|we)|(?:me |nos )?(?:puede|podria)[ns]?)\b"
)
# "Hell no remove me": an English imperative is not denied by "no".
_NO_FIRST = re.compile(
    r"^(?>(?:hell|heck|fuck|oh|god|no|um|hey|ok|absolutely|lol|lmao|haha|nah|hi|hello|sorry|please) )*(?:no"
    r"|nope)$"
)
_IMPERATIVE = re.compile(r"(?:stop|quit|remove|take|delete|unsubscribe|leave|lose|get|drop|opt)\b")
_TOO_MANY = re.compile(
    r"^(?!.*\b(?:ching|jod|molest|fastidi|acos|hostig)|(?:dej|par)\w+ .*tanto (?:mensaje|texto)\b).* "
    r"(?:tant[oa]s?|so many|so much|that many)\b"
)
_REMOVES = re.compile(r"\b(?:remove|take|delete|unsubscribe|erase|drop|opt|quit|saqu|borr|elimin)\w*")
_BREAK = re.compile(r"\b(?:lol|lmao|smh|ffs|omg|wtf|jfc|bro|dude|anyway|thanks|gracias)$")
_PLEASE = re.compile(r"(?: (?:please|por favor|favor))+$")
_POLITE_QUESTION = re.compile(r"\b(?:please|por favor|(?:can|could|will|would) you)\b")
_AFTER_STOP, _GOES_ON, _BEFORE_STOP = map(re.compile, (doubts.AFTER_STOP, doubts.GOES_ON, doubts.BEFORE_STOP))
_STOP_FIRST = re.compile(
    rf"(?>(?:{_COURTESY}) )*+{one_of(wording.STOP_WORDS)} (?>(?:please|now|already|por favor|again) )*+"
)
_HINTS = _table(hints.HINTS, end="")


def _asks_in_a_sentence(clauses: list[Clause]) -> Certainty | None:
    said = " ".join(clause.words for clause in clauses)
    found = {_Finding.REQUEST} if _is_paired(clauses) else set()
    for before, clause, after in zip([None, *clauses], clauses, [*clauses[1:], None], strict=False):
        findings = set(_findings(clause, before, after))
        if before and _CONDITIONS.match(before.words) and findings & {_Finding.REQUEST, _Finding.BARE}:
            findings = {_Finding.PERHAPS}
        found |= findings
    if not found:
        return None
    is_welcome = bool(_NO_WISH.search(said))
    if _Finding.BARE in found:
        found.add(_Finding.PERHAPS if is_welcome or _TEASING.search(said) else _Finding.REQUEST)
    if _Finding.REQUEST in found:
        is_doubtful = _Finding.OPPOSITE in found or any(_DOUBTS.search(clause.words) for clause in clauses)
        return Certainty.LIKELY if is_doubtful or is_welcome else Certainty.CERTAIN
    return Certainty.LIKELY if _Finding.PERHAPS in found and not is_welcome else None


def _is_paired(clauses: list[Clause]) -> bool:
    """Whether one sentence gives the reason and another the wish."""
    said = " | ".join(f"{clause.words} ?" if clause.is_question else clause.words for clause in clauses)
    return any(beside.search(said) and request.search(said) for beside, request in _PAIRS)


def _findings(clause: Clause, before: Clause | None, after: Clause | None) -> Iterator[_Finding]:
    words = clause.words
    findings = [_command(clause, found) for table in _COMMANDS for found in table.finditer(words)]
    findings += [_wish(clause, found) for table in _WISHES for found in table.finditer(words)]
    if any(table.search(words) for table in _REMINDERS) and not _QUESTION.match(words):
        findings.append(_Finding.REQUEST)
    if _VAGUE.fullmatch(words) and (_says_more(before) or _says_more(after)):
        findings.append(_Finding.PERHAPS)
    elif _STOP_CLAUSE.fullmatch(words):
        findings.append(_stop_clause(clause, before, after))
    elif _SHORT_COMMANDS.fullmatch(words):
        is_asked = clause.is_question and not _POLITE.match(words)
        findings.append(_Finding.PERHAPS if is_asked else _Finding.REQUEST)
    elif not findings and (closing := _run_on(words)):
        findings.append(closing)
    if not findings and (hint := _HINTS.search(words)):
        is_denied = _negation(words[: hint.start()]) is not None
        findings.append(_Finding.OPPOSITE if is_denied else _Finding.PERHAPS)
    yield from findings


# "Stop it, she is really coming?", "No more! Vote blue": what is meant depends on the rest.
_VAGUE = re.compile(
    rf"(?!ya no mas)(?>{_COURTESY} )*(?:(?:stop|quit) (?:it|this|that)|no more|no mas|pare[ns]? (?:esto"
    rf"|eso))(?> {_COURTESY})*"
)
_ALL_COURTESY = re.compile(rf"{_COURTESY}(?> {_COURTESY})*")


def _says_more(clause: Clause | None) -> bool:
    return clause is not None and not _ALL_COURTESY.fullmatch(clause.words)


_POLITE = re.compile(rf"(?>{_COURTESY} )*(?:can|could|will|would) you\b|(?:me |nos )?(?:puede|podria)[ns]?\b")


def _stop_clause(clause: Clause, before: Clause | None, after: Clause | None) -> _Finding:
    """STOP between marks, unless its neighbours belong to it: "Don't... stop", "STOP! the steal"."""
    if before and clause.words == "stop" and before.words.rsplit(" ", 1)[-1] in doubts.NEGATIONS - {"no"}:
        return _Finding.OPPOSITE
    if after and _GOES_ON.match(after.words):
        return _Finding.PERHAPS
    return _Finding.PERHAPS if clause.is_question and not _POLITE.match(clause.words) else _Finding.BARE


def _command(clause: Clause, found: re.Match[str]) -> _Finding:
    """A command, weighed by what stands before and after it."""
    words = clause.words
    head = words[: found.start()].strip()
    if _IMPERATIVE.match(found[0]):
        head = _NO_FIRST.sub("", head)
    whose = _negation(head)
    if whose is not None:
        return _Finding.PERHAPS if whose in ("you", "why") else _Finding.OPPOSITE
    head = _asked_before(head)
    # "Lose my number? Never", but "How many times do I have to say stop?"
    is_echo = clause.is_question and not head and "please" not in words and not _RHETORICAL.match(found[0])
    denies = found[0].startswith(("dont", "never", "no longer"))
    is_limited = _TOO_MANY.match(found[0]) or _is_limited(words, found)
    is_for_us = _commands_us(head, denies) and not is_echo and not is_limited
    return _Finding.REQUEST if is_for_us else _Finding.PERHAPS


def _is_limited(words: str, found: re.Match[str]) -> bool:
    begin, end = found.end(), found.end() + NEAR
    if _LIMITS.search(words, begin, end) or (
        _DAYS.search(words, begin, end) and not _REMOVES.search(found[0])
    ):
        return True
    other = _NEW_SENTENCE.search(words, begin, end)
    return bool(_ELSEWHERE.search(words, begin, other.start() if other else end))


def _commands_us(head: str, denies: bool) -> bool:
    """Whether what follows the head is said to us, and not about somebody else, asked or reported."""
    head = _PLEASE.sub("", head)
    last = head.rsplit(" ", 1)[-1]
    near = head[-NEAR:]
    if (_QUESTION.match(f"{head} ") and not _BREAK.search(head)) or _REPORTED.search(near):
        return False
    if last == "to":
        return bool(_WE_MEAN_YOU.search(near))
    if last == "you":  # "you never text me", but "I told you don't text me"
        return not denies or "told" in near
    return last not in doubts.OTHER_SUBJECTS or bool(_YOU_MODAL.search(near))


def _asked_before(words: str) -> str:
    """The words without a complete question at their beginning."""
    asked = _ASKED_BEFORE.match(words)
    return words[asked.end() :].strip() if asked else words


def _wish(clause: Clause, found: re.Match[str]) -> _Finding:
    head = clause.words[: found.start()].strip()
    if _negation(head) is not None:
        return _Finding.OPPOSITE
    last = head.rsplit(" ", 1)[-1]
    is_asked = (clause.is_question and not _POLITE.match(clause.words)) or _QUESTION.match(
        _asked_before(clause.words)
    )
    if _REPORTED.search(head[-NEAR:]):
        return _Finding.PERHAPS
    is_others = not found[0].startswith(("i ", "we ")) and (last == "you" or last in doubts.OTHER_SUBJECTS)
    return _Finding.PERHAPS if is_asked or is_others or _is_limited(clause.words, found) else _Finding.REQUEST


def _negation(head: str) -> str | None:
    """Whose negation governs what follows the head: the word before it, "" for nobody's; None if there is
    none."""
    words = head.split()
    for at in range(len(words) - 1, -1, -1):
        if words[at] in doubts.NEGATIONS:
            is_next = at == len(words) - 1
            return words[at - 1] if at and (is_next or words[at - 1] == "why") else ""
        if words[at] not in doubts.LINKS:
            return None
    return None


def _run_on(words: str) -> _Finding | None:
    """STOP and a sentence, or a sentence and STOP, without a mark between them."""
    if (begun := _STOP_FIRST.match(words)) and _AFTER_STOP.match(words, begun.end()):
        return _Finding.BARE
    if not words.startswith(("dont", "never", "no ")) and (begun := _SHORT_COMMANDS.match(words)):
        if _AFTER_STOP.match(words, begun.end() + 1) and not _VAGUE.match(words):
            return _Finding.BARE
    closing = _CLOSING.search(words, max(0, len(words) - NEAR))
    if not closing:
        return None
    head = words[: closing.start()].rstrip()
    if _BEFORE_STOP.search(head):
        return _Finding.BARE if _negation(_NO_FIRST.sub("", head)) is None else _Finding.OPPOSITE
    if head.endswith(" please"):
        said = head.removesuffix(" please")
        return _Finding.REQUEST if _negation(said) is None and _commands_us(said, denies=False) else None
    return None
