"""How a pattern can begin, so that where nothing of it can it is passed over at a glance. Arithmetic on text only.

Our tables make patterns of hundreds of phrases, and at most words of a reply none of them begins. `compiled` puts a
look at the next few letters before a pattern, which only ever passes over what would not have matched.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Letters. More of them tell more apart, and take longer to look at.
FEW = 5
# Ends a beginning after which anything may come.
_ANYTHING = "\0"


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, tried only where its first letters stand. A `\\b` that it begins with must be for all of it."""
    glance = _any_of({one.rstrip(_ANYTHING) for one in _beginnings(pattern)})
    begin = r"\b" if pattern.startswith(r"\b") else ""
    return re.compile(f"{begin}(?={glance})(?:{pattern})" if glance else pattern)


# The same parts - "your texts", "me", "our list" - stand in many phrases.
@lru_cache(maxsize=1024)
def _beginnings(pattern: str) -> frozenset[str]:
    return frozenset(_Reader(pattern).alternatives())


def _any_of(beginnings: set[str]) -> str:
    """A pattern of any of the beginnings, letter by letter; empty if one of them is."""
    if "" in beginnings:
        return ""
    rests: dict[str, set[str]] = {}
    for one in beginnings:
        rests.setdefault(one[0], set()).add(one[1:])
    by_rest: dict[str, list[str]] = {}
    for letter, rest in sorted(rests.items()):
        by_rest.setdefault(_any_of(rest), []).append(letter)
    several = [f"[{re.escape(''.join(letters))}]{rest}" for rest, letters in by_rest.items()]
    return f"(?:{'|'.join(several)})"


def _joined(before: set[str], after: set[str]) -> set[str]:
    ended = {one for one in before if one.endswith(_ANYTHING)}
    return ended | {_cut(one + other) for one in before - ended for other in after}


def _cut(beginning: str) -> str:
    return beginning[:FEW] + _ANYTHING if len(beginning) >= FEW else beginning


class _Reader:
    """Reads a pattern once from left to right. What a letter cannot say - a class such as `\\w` - is anything."""

    _REPEATED = re.compile(r"([?*+]|\{\d*,?\d*\})[?+]?")
    _KIND = re.compile(r"\?(?:[:>=!]|<[=!]|P<\w+>)|")
    _MARKS = re.compile(r"\\.|\[[^]]*\]|[()|]")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self) -> set[str]:
        several: set[str] = set()
        one = {""}
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self.pattern[self.at] == "|":
                self.at += 1
                several, one = several | one, {""}
            elif all(beginning.endswith(_ANYTHING) for beginning in one):
                self._pass_over()
            else:
                one = _joined(one, self._repeated(self._piece()))
        return several | one

    def _pass_over(self, *, bars: bool = False) -> None:
        """To the end of the alternative, because how it goes on is nothing to how it begins, or past all bars to the
        end of the group."""
        depth = 0
        for mark in self._MARKS.finditer(self.pattern, self.at):
            depth += (mark[0] == "(") - (mark[0] == ")")
            if depth < 0 or (depth == 0 and mark[0] == "|" and not bars):
                self.at = mark.start()
                return
        self.at = len(self.pattern)

    def _piece(self) -> set[str]:
        mark = self.pattern[self.at]
        self.at += 1
        if mark == "(":
            return self._group()
        if mark == "[":
            end = self.pattern.index("]", self.at)
            letters, self.at = self.pattern[self.at : end], end + 1
            return {_ANYTHING} if re.search(r"[\^\\-]", letters) else set(letters)
        if mark == "\\":
            letter = self.pattern[self.at]
            self.at += 1
            if letter in "bB":
                return {""}
            if letter == "d":
                return set("0123456789")
            return {_ANYTHING} if letter.isalnum() else {letter}
        if mark in "^$":
            return {""}
        return {_ANYTHING} if mark == "." else {mark}

    def _group(self) -> set[str]:
        kind = self._KIND.match(self.pattern, self.at)
        assert kind
        begin = self.at = kind.end()
        self._pass_over(bars=True)
        inside = self.pattern[begin : self.at]
        self.at += 1
        # What is only looked at takes no letters.
        return {""} if kind[0][1:] in ("=", "!", "<=", "<!") else set(_beginnings(inside))

    def _repeated(self, piece: set[str]) -> set[str]:
        found = self._REPEATED.match(self.pattern, self.at)
        if not found:
            return piece
        self.at = found.end()
        if found[1] != "?":
            piece = {one if one.endswith(_ANYTHING) or not one else one + _ANYTHING for one in piece}
        may_be_absent = found[1] in ("?", "*") or found[1].startswith(("{0", "{,"))
        return piece | {""} if may_be_absent else piece
