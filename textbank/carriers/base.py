"""What every carrier is to the rest of Textbank: values in, values out, and three ways to fail.

Plain Python: no Django, no rows. A carrier's dialect is translated in its own file; what follows from an
answer is decided in `texting/sending.py` and `texting/receiving.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Login:
    """A campaign's account at a carrier: where it listens and what proves who we are."""

    base_url: str
    account_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text for one phone. Phones are E.164.

    `callback_url` is where receipts go; it carries our own key of the message. After `valid_for` the carrier
    must drop the text rather than deliver it, so that none surfaces at night.
    """

    from_number: str
    to_number: str
    text: str
    callback_url: str
    valid_for: timedelta


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the text. `carrier_id` is its name for it."""

    carrier_id: str


@dataclass(frozen=True, slots=True)
class IncomingText:
    """One text from a phone to a number of ours.

    `is_opt_out` and `is_opt_in`: the carrier itself recognised a stop or start word, answered it, and acts on
    it.
    """

    carrier_id: str
    from_number: str
    to_number: str
    text: str
    media: tuple[str, ...] = ()
    is_opt_out: bool = False
    is_opt_in: bool = False


class ReceiptStatus(StrEnum):
    """How far a text has come, in the carrier's eyes; later members are further."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """News about one text that we sent."""

    carrier_id: str
    status: ReceiptStatus
    error_code: str = ""


class Meaning(StrEnum):
    """What an error of the carrier says about the phone or about us."""

    OPTED_OUT = "opted out"
    LANDLINE = "landline"
    DEAD_NUMBER = "dead number"
    FILTERED = "filtered"
    NOT_ALLOWED = "not allowed"
    OTHER = "other"


class Rejected(Exception):
    """The carrier refused the text for good. It was not sent and must not be tried again."""

    def __init__(self, code: str, detail: str = "", meaning: Meaning = Meaning.OTHER) -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail, self.meaning = code, detail, meaning


class Unavailable(Exception):
    """The text was surely not taken: nothing reached the carrier, or it said so. Try again later."""

    def __init__(self, detail: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class AccountRefused(Unavailable):
    """The text was surely not taken, and none of this login will be until somebody mends the account.

    Waiting alone does not help: show the admin, and hold the campaign's other texts rather than try each.
    """


class Unknown(Exception):
    """The text may have been taken. It must never be sent again; a receipt, or asking, will tell."""


class Forged(Exception):
    """A webhook that does not prove it comes from the carrier."""


class Malformed(Exception):
    """A webhook that is signed, but says nothing we can read."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request to one of our callback addresses, as it came. Header names are in lower case."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """The dialect of one carrier."""

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Hands over one text. Raises `Rejected`, `Unavailable` (of which `AccountRefused` is one) or `Unknown`.

        Whoever cancels it in mid-call must take the text as unknown.
        """
        ...

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """The carrier's ids of texts like this one (same phones, same words) that it took within the last day.

        For asking after a text that may have been taken. Raises `Unavailable` when there is no answer.
        """
        ...

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Raises `Forged` unless the request is signed by the carrier."""
        ...

    def reply_key(self, request: WebhookRequest) -> str:
        """The carrier's id of an incoming text, for keeping it once. Raises `Malformed`."""
        ...

    def receipt_key(self, request: WebhookRequest) -> str:
        """An id of this very piece of news (message and status), for keeping it once. Raises `Malformed`."""
        ...

    def read_reply(self, body: str) -> IncomingText:
        """The incoming text in a stored body. Raises `Malformed`."""
        ...

    def meaning_of(self, error_code: str) -> Meaning:
        """What an error code in a receipt says."""
        ...

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        """The receipt in a stored body; None when it is news of no use. Raises `Malformed`."""
        ...
