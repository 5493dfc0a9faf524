"""One text, as Twilio's Message resource shows it."""

from __future__ import annotations

import asyncio
import functools
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

API_VERSION = "2010-04-01"
# GSM 03.38. The characters of the second line take two places.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = set("^{}\\[~]|€\f")


@functools.lru_cache(maxsize=10_000)
def segment_count(text: str) -> int:
    """How many texts the network makes of it: 160 or 70 places, 153 or 67 when there are several."""
    if set(text) <= GSM | GSM_EXTENDED:
        return _pack([2 if letter in GSM_EXTENDED else 1 for letter in text], 160, 153)
    return _pack([len(letter.encode("utf-16-be")) // 2 for letter in text], 70, 67)


def _pack(places: list[int], alone: int, together: int) -> int:
    if sum(places) <= alone:
        return 1
    segments, room = 1, together
    for width in places:
        # A character is never torn over two segments.
        if width > room:
            segments, room = segments + 1, together
        room -= width
    return segments


def new_sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@functools.lru_cache(maxsize=1000)
def rfc_date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


@dataclass(slots=True, eq=False)
class Text:
    """A text in either direction. Phones are E.164, times in seconds since 1970.

    `nth` counts the texts of one phone and direction: with the phone it names a text the same in every run, which
    `sid` does not. `answer` is how the send was answered: `works`, or one of the faults. `faults` are those of its
    receipts, or of a reply.
    """

    account: str
    from_number: str
    to_number: str
    body: str
    direction: str  # outbound-api | inbound
    status: str  # queued | sent | delivered | undelivered | failed | received
    callback_url: str = ""
    media: tuple[str, ...] = ()
    valid_for: str = ""
    nth: int = 0
    answer: str = "works"
    faults: tuple[str, ...] = ()
    error_code: int | None = None
    sid: str = ""
    created_at: float = field(default_factory=time.time)
    updated_at: float = 0.0
    sent_at: float | None = None
    early: asyncio.Event | None = None  # set when the receipt that comes before the answer has come

    def __post_init__(self) -> None:
        self.sid = self.sid or new_sid("MM" if self.media else "SM")
        self.updated_at = self.created_at

    @property
    def key(self) -> tuple[str, str, int]:
        phone = self.from_number if self.direction == "inbound" else self.to_number
        return self.direction, phone, self.nth

    @property
    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account}/Messages/{self.sid}.json"

    def become(self, status: str, error_code: int | None = None) -> None:
        self.status, self.error_code, self.updated_at = status, error_code, time.time()
        if self.sent_at is None and status != "failed":
            self.sent_at = self.updated_at

    def resource(self) -> dict[str, object]:
        return {
            "account_sid": self.account,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc_date(int(self.created_at)),
            "date_sent": rfc_date(int(self.sent_at)) if self.sent_at else None,
            "date_updated": rfc_date(int(self.updated_at)),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_number,
            "messaging_service_sid": None,
            "num_media": str(len(self.media)),
            "num_segments": str(segment_count(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri.replace(".json", "/Media.json")},
            "to": self.to_number,
            "uri": self.uri,
        }
