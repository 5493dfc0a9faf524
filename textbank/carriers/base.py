"""What every carrier is to the rest of Textbank: values in, values out, and three ways to fail.

Plain Python: no Django, no rows. A carrier's dialect is translated in its own file; what follows from an
answer is decided in `texting/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

TOLL_FREE = frozenset(
    ["800", "833", "844", "855", "866", "877", "888"]
)  # area codes; a stop is honoured by the network


@dataclass(frozen=True, slots=True)
class Login:
    """A campaign's account at a carrier: where it listens and what proves who we are.

    `user` is who signs in, where that is not the account itself (an API key's name). `second_secret` also proves
    the carrier's callbacks while a secret is being replaced. `application` is the carrier's name for what holds
    our numbers and callbacks (Telnyx: messaging profile, Bandwidth: application, Twilio: messaging service).
    `proof` is what callbacks are proved by, where that is not the secret (Telnyx: public key, Bandwidth:
    user:password, Twilio: the shared key of SHA-256 signatures).
    """

    base_url: str
    account_id: str
    secret: str
    user: str = ""
    second_secret: str = ""
    application: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text for one phone. Phones are E.164.

    `callback_url` is where receipts go; it carries our own key of the message, which is also `key`. After
    `valid_for` the carrier must drop the text rather than deliver it, so that none surfaces at night. `media` are
    addresses of pictures, from which the carrier fetches them; with one it is an MMS.
    """

    from_number: str
    to_number: str
    text: str
    callback_url: str
    valid_for: timedelta
    key: str = ""
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the text. `carrier_id` is its name for it."""

    carrier_id: str


class Network(StrEnum):
    """Whose phone it is, as far as it matters: two networks have caps of their own for registered senders."""

    ATT = "att"
    T_MOBILE = "tmobile"
    VERIZON = "verizon"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class IncomingText:
    """One text from a phone to a number of ours.

    `media` are addresses at the carrier. `is_opt_out` and `is_opt_in`: the carrier itself recognised a stop or
    start word, answered it, and acts on it. `network`: whose phone it is, if the carrier says so.
    """

    carrier_id: str
    from_number: str
    to_number: str
    text: str
    media: tuple[str, ...] = ()
    is_opt_out: bool = False
    is_opt_in: bool = False
    network: Network | None = None


class ReceiptStatus(StrEnum):
    """How far a text has come, in the carrier's eyes; later members are further."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """News about one text that we sent. `segments`: as the carrier counted them, if it says so."""

    carrier_id: str
    status: ReceiptStatus
    error_code: str = ""
    segments: int | None = None
    network: Network | None = None


class Meaning(StrEnum):
    """What an error of the carrier says about the phone or about us. What we do stands in `texting/`."""

    OPTED_OUT = "opted out"
    BLOCKED = (
        "blocked"  # by the phone, its network or a toll-free stop: no promise we know of, but nearly one
    )
    LANDLINE = "landline"
    DEAD_NUMBER = "dead number"
    UNREACHABLE = "unreachable"  # switched off or out of reach, perhaps only today
    FILTERED = "filtered"  # taken for spam: the words, not the phone
    DAILY_CAP = "daily cap"  # T-Mobile takes no more of this brand before midnight Pacific
    MINUTE_CAP = "minute cap"  # AT&T takes no more of this use case for a while
    TOO_LATE = "too late"  # its validity ran out before it could be delivered
    BAD_MEDIA = "bad media"
    NUMBER_OFF = "number off"  # the number we send from is not ours, not registered, not able
    ACCOUNT_OFF = "account off"  # nothing of this account goes out until somebody mends it
    NOT_ALLOWED = "not allowed"  # this destination, from this account
    OTHER = "other"


class Rejected(Exception):
    """The carrier refused the text for good. It was not sent and must not be tried again."""

    def __init__(self, code: str, detail: str = "", meaning: Meaning = Meaning.OTHER) -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail, self.meaning = code, detail, meaning


class Unavailable(Exception):
    """The text was surely not taken: nothing reached the carrier, or it said so. Try again later."""

    def __init__(
        self, detail: str = "", retry_after: timedelta | None = None, meaning: Meaning = Meaning.OTHER
    ) -> None:
        super().__init__(detail)
        self.retry_after, self.meaning = retry_after, meaning


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
    """A request to one of our callback addresses, as it came. Header names are in lower case.

    `received_at` (aware) is for signatures that are good only for a while; without it those are not.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None


class EventKind(StrEnum):
    """What a webhook tells: an incoming text, or news about one of ours."""

    REPLY = "reply"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news in a webhook, as it is stored. `key` is the carrier's: a repeat has the same.

    `phone`: whose reply it is. `message_key`: our own key of the text it is about, where the body carries it.
    """

    kind: EventKind
    key: str
    body: str
    phone: str = ""
    message_key: str = ""


@dataclass(frozen=True, slots=True)
class OfferedNumber:
    """A number that can be bought. `place` is for people: "Durham, NC"."""

    number: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class BoughtNumber:
    """A number that is ours now. `carrier_id` is what it is released by."""

    number: str
    carrier_id: str


class Carrier(Protocol):
    """The dialect of one carrier."""

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Hands over one text. Raises `Rejected`, `Unavailable` (of which `AccountRefused` is one) or `Unknown`.

        Whoever cancels it in mid-call must take the text as unknown.
        """
        ...

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """The carrier's ids of texts like this one (same phones, same words) that it took within the last day.

        For asking after a text that may have been taken. Raises `Unavailable` when there is no answer. Empty
        also where the carrier would notice a second sending of this very text and take it once.
        """
        ...

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Raises `Forged` unless the request is signed by the carrier."""
        ...

    def events(self, request: WebhookRequest) -> list[Event]:
        """What a webhook tells, mostly one thing; empty for news that is of no use. Raises `Malformed`.

        A reply's key is the id of the text; a receipt's is of this very piece of news (text and status).
        """
        ...

    def read_reply(self, body: str) -> IncomingText:
        """The incoming text in a stored event's body. Raises `Malformed`."""
        ...

    def meaning_of(self, error_code: str) -> Meaning:
        """What an error code in a receipt says."""
        ...

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        """The receipt in a stored event's body; None when it is news of no use. Raises `Malformed`."""
        ...

    def answers(self, text: str, to_number: str) -> bool:
        """Whether the carrier itself answers this very reply to this number of ours, as a stop, start or help word.

        As the carrier does by default, in its own words: then we say nothing.
        """
        ...


class NumberShop(Protocol):
    """A carrier from which numbers can be had."""

    async def search_numbers(self, login: Login, area_code: str, limit: int = 20) -> list[OfferedNumber]:
        """Numbers in an area code ("919") that can be bought and can text. Raises `Unavailable` or `Rejected`."""
        ...

    async def buy_number(self, login: Login, number: str, replies_url: str) -> BoughtNumber:
        """Buys one offered number and sends what comes in on it to `replies_url`.

        Raises `Rejected` when it is gone, `Unavailable`, or `Unknown` when it may be ours now.
        """
        ...

    async def release_number(self, login: Login, bought: BoughtNumber) -> None:
        """Gives a number back for good. One that is not ours any more counts as released."""
        ...


def network_of(name: str) -> Network | None:
    """The network behind a carrier's own name for it ("T-Mobile USA, Inc."); None for an empty one.

    MVNOs are known by the network they run on only where their name says so.
    """
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    if not plain:
        return None
    for found, marks in _NETWORK_NAMES.items():
        if any(mark in plain for mark in marks):
            return found
    return Network.OTHER


_NETWORK_NAMES = {
    Network.T_MOBILE: ("tmobile", "metropcs", "metrobyt", "sprint", "omnipoint", "powertel"),
    Network.ATT: ("atandt", "att", "cingular", "cricket"),
    Network.VERIZON: ("verizon", "cellco"),
}
