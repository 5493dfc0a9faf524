"""What stands before and after a request, and whether it leaves it one. Arithmetic on text only.

A negation turns a request round; a time, a condition, another person or a question takes its certainty away.
"""

from __future__ import annotations

import re
from enum import StrEnum

from textbank.texting import doubts, wording
from textbank.texting.folding import Clause
from textbank.texting.wording import one_of

# Characters. What stands farther from a request than this says nothing about it.
NEAR = 80
LONGEST_DENIED = 4  # words: "please don't text me", behind which "now" still says when


class Finding(StrEnum):
    """`BARE` is a request that does not say what is to stop."""

    REQUEST = "request"
    BARE = "bare"
    PERHAPS = "perhaps"
    OPPOSITE = "opposite"


POLITE = re.compile(
    rf"(?>{one_of(wording.COURTESY)} )*(?:can|could|will|would) you\b|(?:me |nos )?(?:puede|podria)[ns]?\b"
)
QUESTION = re.compile(doubts.QUESTION)
_ASKED_BEFORE, _WE_MEAN_YOU, _TOLD_YOU, _YOU_MODAL, _REPORTED = map(
    re.compile,
    (doubts.ASKED_BEFORE, doubts.WE_MEAN_YOU, doubts.TOLD_YOU, doubts.YOU_MODAL, doubts.REPORTED),
)
_LIMITS, _DAYS, _MOMENT, _ELSEWHERE, _NEW_SENTENCE = map(
    re.compile, (doubts.LIMITS, doubts.DAYS, doubts.MOMENT, doubts.ELSEWHERE, doubts.NEW_SENTENCE)
)
_DENIES = re.compile(r"(?:please |por favor )?(?:dont|no) (?!longer)")
_RHETORICAL = re.compile(
    r"(?:how many|what part|which part|what dont you|cuantas veces|(?:can|could|will|would|do|may) (?:you|i|we)"
    r"|(?:me |nos )?(?:puede|podria)[ns]?)\b"
)
# "Hell no remove me": an English imperative is not denied by "no".
_NO_FIRST = re.compile(
    r"^(?>(?:hell|heck|fuck|oh|god|no|um|hey|ok|absolutely|lol|lmao|haha|nah|hi|hello|sorry|please) )*(?:no|nope)$"
)
_IMPERATIVE = re.compile(r"(?:stop|quit|remove|take|delete|unsubscribe|leave|lose|get|drop|opt)\b")
# "So many texts" are too many and not unwanted, but "paren con tanto mensaje" is fed up with all.
_TOO_MANY = re.compile(
    r"^(?!.*\b(?:ching|jod|molest|fastidi|acos|hostig)|(?:dej|par)\w+ .*tanto (?:mensaje|texto)\b)"
    r".* (?:tant[oa]s?|so many|so much|that many)\b"
)
_REMOVES = re.compile(r"\b(?:remove|take|delete|unsubscribe|erase|drop|opt|quit|saqu|borr|elimin)\w*")
# A question ends here, though no mark says so: "how do you even have my number lol stop texting me".
_BREAK = re.compile(r"\b(?:lol|lmao|smh|ffs|omg|wtf|jfc|bro|dude|anyway|thanks|gracias)$")
_PLEASE = re.compile(r"(?: (?:please|por favor|favor))+$")


def of_command(clause: Clause, found: re.Match[str]) -> Finding:
    """A command, weighed by what stands before and after it."""
    words = clause.words
    head = words[: found.start()].strip()
    if _IMPERATIVE.match(found[0]):
        head = _NO_FIRST.sub("", head)
    whose = negation(head)
    if whose is not None:
        return Finding.PERHAPS if whose in ("you", "why") else Finding.OPPOSITE
    head = _asked_before(head)
    # "Lose my number? Never", but "How many times do I have to say stop?"
    is_echo = clause.is_question and not head and "please" not in words and not _RHETORICAL.match(found[0])
    denies = found[0].startswith(("dont", "never", "no longer"))
    is_limited = _TOO_MANY.match(found[0]) or _is_limited(words, found)
    is_for_us = commands_us(head, denies=denies) and not is_echo and not is_limited
    return Finding.REQUEST if is_for_us else Finding.PERHAPS


def of_wish(clause: Clause, found: re.Match[str]) -> Finding:
    """A wish of the writer's own, weighed in the same way."""
    head = clause.words[: found.start()].strip()
    if negation(head) is not None:
        return Finding.OPPOSITE
    last = head.rsplit(" ", 1)[-1]
    has_subject = found[0].startswith(("i ", "we "))
    is_others = not has_subject and (last == "you" or last in doubts.OTHER_SUBJECTS)
    is_asked = (clause.is_question and not POLITE.match(clause.words)) or QUESTION.match(
        _asked_before(clause.words)
    )
    is_doubtful = is_asked or is_others or _REPORTED.search(head[-NEAR:]) or _is_limited(clause.words, found)
    return Finding.PERHAPS if is_doubtful else Finding.REQUEST


def of_closing(head: str) -> Finding:
    """A bare STOP at the end, weighed by what stands before it."""
    return Finding.BARE if negation(_NO_FIRST.sub("", head)) is None else Finding.OPPOSITE


def commands_us(head: str, *, denies: bool) -> bool:
    """Whether what follows the head is said to us, and not about somebody else, asked or reported."""
    head = _PLEASE.sub("", head)
    last = head.rsplit(" ", 1)[-1]
    near = head[-NEAR:]
    if (QUESTION.match(f"{head} ") and not _BREAK.search(head)) or _REPORTED.search(near):
        return False
    if last == "to":
        return bool(_WE_MEAN_YOU.search(near))
    if last == "you":  # "you never text me", but "I told you don't text me"
        return not denies or bool(_TOLD_YOU.search(near))
    return last not in doubts.OTHER_SUBJECTS or bool(_YOU_MODAL.search(near))


def negation(head: str) -> str | None:
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


def _asked_before(words: str) -> str:
    """The words without a complete question at their beginning."""
    asked = _ASKED_BEFORE.match(words)
    return words[asked.end() :].strip() if asked else words


def _is_limited(words: str, found: re.Match[str]) -> bool:
    """Whether a time, a place or a condition follows, or in the same sentence something else than our texts."""
    begin, end = found.end(), found.end() + NEAR
    if _LIMITS.search(words, begin, end):
        return True
    if _DAYS.search(words, begin, end) and not _REMOVES.search(found[0]):
        return True
    if is_for_the_moment(words[found.start() :]):
        return True
    other = _NEW_SENTENCE.search(words, begin, end)
    return bool(_ELSEWHERE.search(words, begin, other.start() if other else end))


def is_for_the_moment(command: str) -> bool:
    """Whether it only asks for nothing at this moment: "don't text me right now"."""
    moment = _MOMENT.search(command[:NEAR]) if _DENIES.match(command) else None
    return moment is not None and len(command[: moment.start()].split()) <= LONGEST_DENIED
