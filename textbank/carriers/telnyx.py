"""Telnyx's dialect.

Sources: Telnyx's pages on sending and receiving messages, idempotency, webhooks and messaging error codes
(developers.telnyx.com), and what its own client for Python sends. Plain Python: no Django, no rows.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from textbank.carriers.base import (
    TOLL_FREE,
    Accepted,
    AccountRefused,
    BoughtNumber,
    DeliveryReceipt,
    Event,
    EventKind,
    Forged,
    IncomingText,
    Login,
    Malformed,
    Meaning,
    OfferedNumber,
    OutgoingText,
    ReceiptStatus,
    Rejected,
    Unavailable,
    Unknown,
    WebhookRequest,
    network_of,
)
from textbank.carriers.connections import Answer, Connections, asked
from textbank.carriers.reading import first, many, name, parsed, part, words

TOLERANCE = 300.0  # seconds that a signature is good for, either way
# Telnyx takes no validity period. In the last moments of a window nothing is handed over: it might lie there a while.
SHORTEST_VALIDITY = timedelta(minutes=1)
LONGEST_CODE, LONGEST_NAME, LONGEST_PHONE, MOST_MEDIA = 12, 50, 16, 10
LOOKS, PAUSE = 8, 1.0  # how often, and with how many seconds between, a new order of a number is looked at

STATUSES = {
    **dict.fromkeys(("queued", "sending"), ReceiptStatus.QUEUED),
    # Unconfirmed: the network never said what became of it.
    **dict.fromkeys(("sent", "delivery_unconfirmed"), ReceiptStatus.SENT),
    "delivered": ReceiptStatus.DELIVERED,
    "delivery_failed": ReceiptStatus.UNDELIVERED,
    **dict.fromkeys(("sending_failed", "expired"), ReceiptStatus.FAILED),
}
# Telnyx uses 40300 for their STOP, and in receipts for other blocks too; only its title tells. This name is ours.
STOPPED, BLOCKED_OTHERWISE = "40300", "40300 other"
MEANINGS = {
    STOPPED: Meaning.OPTED_OUT,
    BLOCKED_OTHERWISE: Meaning.BLOCKED,
    "40001": Meaning.LANDLINE,  # or a network that texts do not reach
    **dict.fromkeys(("40012", "40310"), Meaning.DEAD_NUMBER),  # "to" is no phone number
    "40006": Meaning.UNREACHABLE,  # their network is down
    # For now; for good, for this number of ours; by Telnyx's, AT&T's or a content filter.
    **dict.fromkeys(("40002", "40003", "40015", "40017", "40322"), Meaning.FILTERED),
    "40016": Meaning.DAILY_CAP,
    "40018": Meaning.MINUTE_CAP,
    **dict.fromkeys(("40005", "40014"), Meaning.TOO_LATE),  # at their network; in Telnyx's own queue
    "40317": Meaning.BAD_MEDIA,
    # "From" is no number; is not registered, not verified, not set up for texts, or delivers too badly.
    **dict.fromkeys(("40013", "40305", "40010", "40329", "40100", "40315"), Meaning.NUMBER_OFF),
    "40309": Meaning.NOT_ALLOWED,  # the country is not switched on
    # Wrong key; no money, or switched off; profile off, texting off, no usable number in the profile.
    **dict.fromkeys(("10009", "20012", "20100", "40312", "40314", "40321"), Meaning.ACCOUNT_OFF),
}
# Surely not taken, and worth another try: too many requests, a network's own limit, a full queue.
BUSY = {"10011", "40011", "40318"}
PASSING = {Meaning.DAILY_CAP, Meaning.MINUTE_CAP, Meaning.UNREACHABLE}  # not taken today, or for a while
STOP_WORDS = frozenset(["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"])
START_WORDS = frozenset(["START", "UNSTOP"])
OUR_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Telnyx:
    """Telnyx: numbers of one messaging profile (`login.application`), and an API key (`login.secret`)."""

    def __init__(self, connections: Connections | None = None) -> None:
        self.connections = connections or Connections()

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Makes one request. A second one with the same key and body is answered, for a day, as the first was.

        Only if the first succeeded, though: Telnyx forgets the key of one that it refused, and works on the second.
        """
        if text.valid_for < SHORTEST_VALIDITY:
            raise Unavailable(
                "Their texting hours end in a moment.", max(text.valid_for, timedelta(seconds=1))
            )
        fields: dict[str, Any] = {
            "from": text.from_number,
            "to": text.to_number,
            "text": text.text,
            "webhook_url": text.callback_url,
        }
        if text.media:
            fields["media_urls"] = text.media
        headers = _signed_in(login)
        if text.key:
            # The tag comes back in every receipt, also in those that go to the profile's own address.
            fields["tags"] = [text.key]
            headers["Idempotency-Key"] = text.key
        answer = await self.connections.call(
            "POST", _url(login, "messages"), headers=headers, body=_body(fields)
        )
        if not answer.is_success:
            raise _refusal(answer)
        try:
            return Accepted(_name(part(answer.fields.get("data"))))
        except Malformed as problem:
            raise Unknown("Taken, it seems, but without a name for it.") from problem

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Asks Telnyx's records of texts between these phones for the one that reports to our address of this text.

        The key alone would not do. It catches a second sending only where the first ended in a success; one that
        was queued and then answered with a 500, or by nobody, may have left no key behind. And the records alone
        would not do, as they lag. Where they have nothing, the text is sent again under its key, so that both
        would have to fail for it to arrive twice.
        """
        wanted = {
            "filter[record_type]": "messaging",
            "filter[direction]": "outbound",
            "filter[cli]": text.from_number,
            "filter[cld]": text.to_number,
            "page[size]": "50",
            "sort": "-created_at",
        }
        answer = await self._look(login, f"detail_records?{urlencode(wanted)}")
        try:
            now = parsedate_to_datetime(answer.headers["date"])
            records = [record for record in answer.fields["data"] if _is_of_today(record, now)]
            # A record that does not say where it reports may be ours: to miss it would be to send the text twice.
            return [
                _name(record, "uuid")
                for record in records
                if (record.get("delivery_status_webhook_url") or text.callback_url) == text.callback_url
            ]
        except (ValueError, KeyError, TypeError, AttributeError, Malformed) as problem:
            raise Unavailable(f"{type(problem).__name__}: {problem}") from problem

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Telnyx signs its clock and the body as it came; `login.proof` is its public key. An old one is a replay."""
        stamp = request.headers.get("telnyx-timestamp", "")
        if request.received_at is None or not re.fullmatch(r"[0-9]{1,12}", stamp):
            raise Forged("The signature has no time.")
        if abs(request.received_at.timestamp() - int(stamp)) > TOLERANCE:
            raise Forged("The signature is of another time.")
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(login.proof, validate=True))
            signature = base64.b64decode(request.headers.get("telnyx-signature-ed25519", ""), validate=True)
            key.verify(signature, stamp.encode() + b"|" + request.body)
        except (InvalidSignature, ValueError) as problem:
            raise Forged("The signature does not match.") from problem

    def events(self, request: WebhookRequest) -> list[Event]:
        """A text to us, or news of ours; Telnyx also tells of orders and the like, which is of no use here."""
        kind, payload = _news(request.body)
        body = request.body.decode()
        if kind == "message.received":
            sender = _phone(payload.get("from"))
            return [Event(EventKind.REPLY, _name(payload), body, phone=sender)]
        if kind not in ("message.sent", "message.finalized") or (status := _status(payload)) not in STATUSES:
            return []
        key = f"{_name(payload)} {status}"
        return [Event(EventKind.RECEIPT, key, body, message_key=_our_key(payload))]

    def read_reply(self, body: str) -> IncomingText:
        """Our number is the first of `to`. `autoresponse_type`: Telnyx knew the word, answered it, and acts on it."""
        _kind, payload = _news(body)
        answered = str(payload.get("autoresponse_type") or "").upper()
        media = [words(part(one).get("url")) for one in many(payload.get("media"))]
        return IncomingText(
            carrier_id=_name(payload),
            from_number=_phone(payload.get("from")),
            to_number=_phone(first(payload.get("to"))),
            text=words(payload.get("text")),
            media=tuple(url for url in media if url.startswith(("https://", "http://")))[:MOST_MEDIA],
            is_opt_out=answered == "STOP",
            is_opt_in=answered == "START",
            network=network_of(words(part(payload.get("from")).get("carrier"))),
        )

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        _kind, payload = _news(body)
        status = STATUSES.get(_status(payload))
        if status is None:
            return None
        parts = payload.get("parts")
        return DeliveryReceipt(
            carrier_id=_name(payload),
            status=status,
            error_code=_error(payload)[0],
            segments=parts if type(parts) is int and 0 < parts < 100 else None,
            network=network_of(words(first(payload.get("to")).get("carrier"))),
        )

    def meaning_of(self, error_code: str) -> Meaning:
        return MEANINGS.get(error_code, Meaning.OTHER)

    def answers(self, text: str, to_number: str) -> bool:
        """Telnyx's default words, each alone: it knows no HELP, REVOKE or OPTOUT unless told. A toll-free number's
        network knows STOP, START and UNSTOP only."""
        word = " ".join(text.upper().split())
        if to_number[2:5] in TOLL_FREE:
            return word in ("STOP", "START", "UNSTOP")
        return word in STOP_WORDS | START_WORDS

    async def search_numbers(self, login: Login, area_code: str, limit: int = 20) -> list[OfferedNumber]:
        wanted = {
            "filter[country_code]": "US",
            "filter[phone_number_type]": "toll_free" if area_code in TOLL_FREE else "local",
            "filter[national_destination_code]": area_code,
            "filter[features]": "sms,mms",
            "filter[limit]": str(limit),
        }
        answer = await self._look(login, f"available_phone_numbers?{urlencode(wanted)}")
        offers = [part(one) for one in many(answer.fields.get("data"))]
        numbers = [OfferedNumber(words(one.get("phone_number")), _place(one)) for one in offers]
        return [one for one in numbers if one.number.startswith("+1")][:limit]

    async def buy_number(self, login: Login, number: str, replies_url: str) -> BoughtNumber:
        """Points the messaging profile at `replies_url`, then orders the number into it, and waits for the order."""
        if not login.application:
            raise AccountRefused("The account has no messaging profile.", meaning=Meaning.ACCOUNT_OFF)
        profile = _url(login, f"messaging_profiles/{quote(login.application, safe='')}")
        wish = {"webhook_url": replies_url, "webhook_api_version": "2"}
        # To point it there twice changes nothing, so an answer that is lost is no answer.
        pointed = await asked(self.connections, "PATCH", profile, headers=_signed_in(login), body=_body(wish))
        if not pointed.is_success:
            raise _refusal(pointed, Unavailable)
        order = {"phone_numbers": [{"phone_number": number}], "messaging_profile_id": login.application}
        answer = await self.connections.call(
            "POST", _url(login, "number_orders"), headers=_signed_in(login), body=_body(order)
        )
        if not answer.is_success:
            raise _refusal(answer)
        await self._wait_for_order(login, part(answer.fields.get("data")))
        return BoughtNumber(number, number)  # Telnyx's own name for it is looked up when it is released

    async def release_number(self, login: Login, bought: BoughtNumber) -> None:
        wanted = urlencode({"filter[phone_number]": bought.number})
        answer = await self._look(login, f"phone_numbers?{wanted}")
        for one in map(part, many(answer.fields.get("data"))):
            if one.get("phone_number") == bought.number:
                path = f"phone_numbers/{quote(str(one.get('id')), safe='')}"
                gone = await asked(self.connections, "DELETE", _url(login, path), headers=_signed_in(login))
                if not gone.is_success and gone.status != 404:
                    raise _refusal(gone, Unavailable)

    async def _wait_for_order(self, login: Login, order: Mapping[str, Any]) -> None:
        """Returns when the order has succeeded. Raises `Rejected`, or `Unknown` when it is not done in time."""
        for _ in range(LOOKS):
            if order.get("status") == "success":
                return
            if order.get("status") == "failure":
                raise Rejected("", "The order failed; somebody else may have the number.")
            await asyncio.sleep(PAUSE)
            try:
                answer = await self._look(login, f"number_orders/{quote(_name(order), safe='')}")
            except (Unavailable, Rejected, Malformed) as problem:
                raise Unknown(f"Ordered, but what became of it is not known: {problem}") from problem
            order = part(answer.fields.get("data"))
        raise Unknown("The order is still being worked on.")

    async def _look(self, login: Login, path: str) -> Answer:
        answer = await asked(self.connections, "GET", _url(login, path), headers=_signed_in(login))
        if not answer.is_success:
            raise _refusal(answer, Unavailable)
        return answer


def _url(login: Login, path: str) -> str:
    return f"{login.base_url.rstrip('/')}/v2/{path}"


def _signed_in(login: Login) -> dict[str, str]:
    return {"Authorization": f"Bearer {login.secret}", "Content-Type": "application/json"}


def _body(fields: Mapping[str, Any]) -> bytes:
    """The same bytes for the same text, however often: Telnyx compares them under a repeated key."""
    return json.dumps(fields).encode()


def _refusal(answer: Answer, in_doubt: type[Unavailable | Unknown] = Unknown) -> Exception:
    """What an answer that is no success means. `in_doubt`: what it is when nobody can say what was done."""
    code, said = _error(answer.fields)
    meaning = MEANINGS.get(code, Meaning.OTHER)
    if answer.status == 429 or code in BUSY or meaning in PASSING:
        return Unavailable(said or "The carrier is busy", answer.retry_after, meaning)
    if answer.status == 401 or meaning == Meaning.ACCOUNT_OFF:
        return AccountRefused(
            said or "The carrier refuses our key", timedelta(minutes=1), Meaning.ACCOUNT_OFF
        )
    if answer.status == 409 or "idempoten" in said.lower():
        # Our key is known with another body, or is being worked on at this moment: a first sending got through.
        return in_doubt(f"HTTP {answer.status} {said}")
    if 400 <= answer.status < 500:
        if code:
            return Rejected(code, said, meaning)
        return Unavailable(f"HTTP {answer.status} without a reason", answer.retry_after)
    return in_doubt(f"HTTP {answer.status} {code}: nobody can say what was done.")


def _error(content: Mapping[str, Any]) -> tuple[str, str]:
    """Code and words of the first error in an answer or a payload; both empty when there is none."""
    error = first(content.get("errors"))
    code = words(str(error.get("code") or ""))[:LONGEST_CODE]
    title, detail = words(error.get("title")), words(error.get("detail"))
    if code == STOPPED and (title or detail) and "stop" not in f"{title} {detail}".lower():
        code = BLOCKED_OTHERWISE
    return code, ". ".join(filter(None, (title, detail)))[:300]


def _news(body: str | bytes) -> tuple[str, Mapping[str, Any]]:
    """What kind of event a webhook is, and what it is about."""
    data = part(part(parsed(body)).get("data"))
    if not isinstance(data.get("payload"), dict):
        raise Malformed("data.payload is missing.")
    return str(data.get("event_type")), part(data["payload"])


def _name(content: Mapping[str, Any], field: str = "id") -> str:
    return name(content, field, LONGEST_NAME)


def _phone(place: object) -> str:
    return name(part(place), "phone_number", LONGEST_PHONE)


def _status(payload: Mapping[str, Any]) -> str:
    return words(first(payload.get("to")).get("status"))


def _our_key(payload: Mapping[str, Any]) -> str:
    tags = [tag for tag in many(payload.get("tags")) if isinstance(tag, str)]
    return next((tag for tag in tags if OUR_KEY.fullmatch(tag)), "")


def _is_of_today(record: Mapping[str, Any], now: datetime) -> bool:
    created = datetime.fromisoformat(str(record["created_at"]))
    return now - (created if created.tzinfo else created.replace(tzinfo=UTC)) < timedelta(days=1)


def _place(offer: Mapping[str, Any]) -> str:
    regions = [part(one) for one in many(offer.get("region_information"))]
    names = {words(one.get("region_type")): words(one.get("region_name")) for one in regions}
    town = names.get("location") or names.get("rate_center", "").title()
    return ", ".join(filter(None, (town, names.get("state"))))
