"""Everything that can go wrong, in one table, and the dice that say when.

Sources: Twilio's error dictionary and pages on webhooks; what peers got wrong in production.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

# What may become of a send. Those ending in "after" take the text first, as a real carrier may; the others take
# nothing. Each is a way to `fail` (every request, until told otherwise) and a chance (that share of sends).
FAULTS = {
    "": "works",
    "busy": "answers 429 with Retry-After: too many requests, nothing taken",
    "busy_bare": "answers 429 without Retry-After, nothing taken",
    "unavailable": "answers 503 with code 20503, nothing taken",
    "error": "answers 500, nothing taken",
    "hang": "never answers, nothing taken",
    "reset": "hangs up before it has read anything, nothing taken",
    "login": "answers 401: the login is refused",
    "rejected": "refuses for good: stopped, no mobile phone, filtered, not registered, …",
    "error_after": "takes the text, then answers 500",
    "gateway_after": "takes the text, then answers 502 with a web page",
    "garbage_after": "takes the text and answers with a web page",
    "half_after": "takes the text and answers with half a document",
    "cut_after": "takes the text and hangs up in the middle of the answer",
    "reset_after": "takes the text and hangs up before it answers",
    "hang_after": "takes the text and never answers",
}
RECEIPT_CHANCES = {
    "receipt_doubled": "each receipt comes twice at once",
    "receipt_reordered": "“delivered” comes before “sent”",
    "receipt_early": "the first receipt comes before the answer to the send",
    "receipt_late": "receipts come late",
    "receipt_lost": "no receipt ever comes",
    "receipt_failed": "the text does not arrive, for one of many reasons",
    "receipt_stranger": "a receipt comes for a text that was never sent",
}
REPLY_CHANCES = {
    "reply_doubled": "the same reply comes twice at once",
    "reply_reordered": "two replies come, the second first",
    "reply_early": "the reply comes before the receipts of the text it answers",
    "reply_late": "the reply is told late",
    "reply_retired": "the reply goes to a number that the account no longer has",
    "reply_stranger": "somebody who never got a text writes too",
    "reply_media": "the reply has several pictures",
    "reply_blank": "the reply is a picture without words",
    "reply_stop": "whoever gets the text answers STOP",
}
OTHER_CHANCES = {
    "slow": "takes the text and answers slowly",
    "refuse": "hangs up on a new connection",
    "webhook_unanswered": "the customer's answer to a webhook is lost on its way, so it is tried again",
}
SEND_CHANCES = {name: words for name, words in FAULTS.items() if name}
CHANCES = SEND_CHANCES | RECEIPT_CHANCES | REPLY_CHANCES | OTHER_CHANCES
# A whole account that is refused, and a line that is cut, are no matter of one text.
NOT_IN_ALL = ("login", "refuse")

# Codes with which a send is refused for good, and with which a text that was taken fails.
REJECTIONS = (21610, 21614, 21211, 21612, 21408, 30007, 30034)
FAILURES = {
    30003: "undelivered",
    30004: "undelivered",
    30005: "undelivered",
    30006: "undelivered",
    30007: "undelivered",
    30008: "failed",
    30027: "undelivered",
    30034: "undelivered",
}
T = TypeVar("T")


class Dice:
    """Draws by what is asked and the seed, not by the order of asking: a run can be repeated, however its requests
    overlap."""

    def __init__(self, seed: int, chances: Mapping[str, float]) -> None:
        self._seed, self._chances = seed, chances

    def number(self, *what: object) -> float:
        """At least 0, less than 1."""
        digest = hashlib.blake2b(repr((self._seed, what)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def falls(self, chance: str, *what: object) -> bool:
        share = self._chances.get(chance, 0.0)
        return share > 0 and self.number(chance, *what) < share

    def fallen(self, names: Iterable[str], *what: object) -> tuple[str, ...]:
        return tuple([name for name in names if self._chances[name] and self.falls(name, *what)])

    def pick(self, options: Sequence[T], *what: object) -> T:
        return options[int(self.number("pick", *what) * len(options))]

    def fault(self, *what: object) -> str:
        """The fault of one send, or "". Each has exactly its share: they never fall together."""
        shares = [(name, self._chances[name]) for name in SEND_CHANCES if self._chances[name]]
        if not shares:
            return ""
        place = self.number("send", *what)
        for name, share in shares:
            place -= share
            if place < 0:
                return name
        return ""
