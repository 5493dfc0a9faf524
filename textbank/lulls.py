"""For how long an open page need not be looked at again.

The page asks for news every few seconds. What it shows is made of rows, and a stamp tells whether those have changed
(`texting/watching.py`). While they have not there is nothing new, but only for a while: a page also depends on the
time of day, and on rows that hardly ever change.
"""

from __future__ import annotations

import re
import time
from hashlib import blake2s

from textbank.remembering import Remembered

LULL = 60.0  # seconds, at most
REMEMBERED = 4_096
SHOWN = re.compile(r"[?&]shown=([0-9a-f]{16})\.([0-9]{1,12})(?:&|$)")


def shown(reader: int, stamp: str) -> str:
    """What a page that has been drawn just now asks its next question with, as `shown=…`. `reader`: a membership.

    `stamp` was taken before the rows were read: a change in between is found with the next question.
    """
    return f"{_digest(reader, stamp)}.{int(time.time())}"


class Lulls:
    """Which pages need not be looked at: those drawn lately, and those of which the same was just said.

    The first is known from the address. It comes from the browser, which can deceive nobody but its own reader.
    """

    def __init__(self) -> None:
        self._said = Remembered[tuple[int, str], tuple[str, float]](REMEMBERED)

    def holds(self, reader: int, address: str, stamp: str) -> bool:
        """Whether the page that its reader asks about has nothing new, while it has this stamp."""
        said, since = self._said.get((reader, address), ("", 0.0))
        if said == stamp and time.monotonic() - since < _length(reader):
            return True
        drawn = SHOWN.search(address)
        if drawn is None or drawn[1] != _digest(reader, stamp):
            return False
        return 0 <= time.time() - int(drawn[2]) < _length(reader)

    def begin(self, reader: int, address: str, stamp: str) -> None:
        """It has just been looked at, and nothing was new."""
        self._said.keep((reader, address), (stamp, time.monotonic()))


def _digest(reader: int, stamp: str) -> str:
    return blake2s(f"{reader} {stamp}".encode(), digest_size=8).hexdigest()


def _length(reader: int) -> float:
    """Between two thirds and all of a lull: pages that were opened together are not looked at together again."""
    return LULL * (1 - reader % 16 / 48)
