"""Bandwidth's dialect. Its numbers, and how one signs in, are in `bandwidth_account.py`.

Sources: Bandwidth's pages on creating and listing messages, on messaging webhooks and their errors
(dev.bandwidth.com/docs/messaging), and its own client's field descriptions. Plain Python: no Django, no rows.

Bandwidth has no callback address of a single text: whatever happens goes to the address that its application names,
news about our texts too. Our own key travels in `tag`, which comes back with every piece of news.
"""

from __future__ import annotations

import hmac
import json
import uuid
from datetime import UTC, timedelta
from typing import Any, TypeGuard
from urllib.parse import quote, urlencode

from textbank.carriers.bandwidth_account import (
    LONGEST_CODE,
    LONGEST_DETAIL,
    BandwidthAccount,
    fields_of,
    raise_if_not_taken,
    storable,
)
from textbank.carriers.base import (
    TOLL_FREE,
    Accepted,
    AccountRefused,
    DeliveryReceipt,
    Event,
    EventKind,
    Forged,
    IncomingText,
    Login,
    Malformed,
    Meaning,
    OutgoingText,
    ReceiptStatus,
    Rejected,
    Unavailable,
    Unknown,
    WebhookRequest,
    network_of,
)
from textbank.carriers.connections import Answer, basic

SHORTEST_VALIDITY = timedelta(seconds=2)  # Bandwidth refuses a moment that has passed when it reads it
LONGEST_NAME, LONGEST_PHONE, MOST_MEDIA = 64, 20, 10

INCOMING = "message-received"
STATUSES = {
    "message-sending": ReceiptStatus.QUEUED,
    "message-sent": ReceiptStatus.SENT,
    "message-delivered": ReceiptStatus.DELIVERED,
    "message-failed": ReceiptStatus.FAILED,
}
# Bandwidth waited two hours for a receipt, or got one that it cannot read: neither says that the text did not arrive.
UNCONFIRMED = {"9902", "9999"}
# What is not here is OTHER: malformed texts, which are our own fault (4301, 4350), carriers that give no reason
# (4730-4752), short codes (479x), and whatever ails Bandwidth or a carrier today (5xxx).
MEANINGS = {
    "4775": Meaning.OPTED_OUT,
    # Of 4772 nobody says whether the sender or the phone is blocked.
    **dict.fromkeys(("4482", "4772"), Meaning.BLOCKED),
    "4720": Meaning.LANDLINE,  # also a number that cannot exist, or T-Mobile's phones that take no toll-free texts
    # A number nobody can have, one without a carrier, and one on the list of deactivated phones.
    **dict.fromkeys(("4303", "4406", "4721"), Meaning.DEAD_NUMBER),
    **dict.fromkeys(("4701", "4702"), Meaning.UNREACHABLE),
    # By Bandwidth, by the carrier, and for a shortened address.
    **dict.fromkeys(("4470", "4770", "4771"), Meaning.FILTERED),
    "4780": Meaning.DAILY_CAP,
    **dict.fromkeys(("4781", "4785"), Meaning.MINUTE_CAP),  # 4785: some carrier's, for some time
    "4360": Meaning.TOO_LATE,
    # 4409: mostly a phone that takes no pictures.
    **dict.fromkeys(("4409", "4410", "4411", "4412", "4711", "4712"), Meaning.BAD_MEDIA),
    # From is malformed, not ours, not in use, not of this account, not enabled for toll-free, banned, not authorised.
    **dict.fromkeys(("4302", "4403", "4405", "4407", "4433", "4481", "4493"), Meaning.NUMBER_OFF),
    # Its use case is not active, it is not provisioned, it is toll-free and not verified.
    **dict.fromkeys(("4773", "4774", "4795"), Meaning.NUMBER_OFF),
    # No such user, no such application.
    **dict.fromkeys(("4451", "4452"), Meaning.ACCOUNT_OFF),
    # The service or this phone is closed to us, no route; short code, country, toll-free, group; emergency numbers.
    **dict.fromkeys(("4001", "4404", "4408", "4420", "4421"), Meaning.NOT_ALLOWED),
    **dict.fromkeys(("4431", "4432", "4434", "4435", "4492"), Meaning.NOT_ALLOWED),
}
# A refused request names the field that is wrong.
FIELD_MEANINGS = {
    "from": Meaning.NUMBER_OFF,
    "to": Meaning.DEAD_NUMBER,
    "media": Meaning.BAD_MEDIA,
    "expiration": Meaning.TOO_LATE,
}


class NotSignedIn(Forged):
    """A webhook without credentials. Bandwidth always comes so first, and brings them when the answer is 401 with
    this `challenge` in `WWW-Authenticate`; to any other answer it does not come back."""

    challenge = 'Basic realm="Textbank"'


class Bandwidth(BandwidthAccount):
    """Texts, and what BandwidthAccount says about numbers."""

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Hands over to one phone: with two in `to` it would be a group, whose members see one another."""
        expires_at = self.clock() + max(text.valid_for, SHORTEST_VALIDITY)
        fields: dict[str, Any] = {
            "applicationId": login.application,
            "to": [text.to_number],
            "from": text.from_number,
            "text": text.text,
            "tag": text.key,
            "expiration": expires_at.isoformat(timespec="seconds"),
        }
        if text.media:
            fields["media"] = list(text.media)
        return _accepted(
            await self.call(
                login, "POST", _messages(login), json.dumps(fields).encode(), content="application/json"
            )
        )

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Every text from our number to this phone in the last day.

        Bandwidth keeps no words, and its list shows no tag, so any of them may be the one we ask about; those that
        other messages of ours claim are told apart by the asker. To miss ours would be to send it twice, so a list
        that is longer than the page we got counts as no answer.
        """
        since = (self.clock() - timedelta(days=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        wanted = {"sourceTn": text.from_number, "destinationTn": text.to_number, "fromDateTime": since}
        answer = await self.ask(login, f"{_messages(login)}?{urlencode({**wanted, 'limit': '1000'})}")
        fields = fields_of(answer)
        listed = fields.get("messages")
        if not answer.is_success or not isinstance(listed, list):
            raise Unavailable(f"HTTP {answer.status} without a list of messages")
        names = [m["messageId"] for m in listed if isinstance(m, dict) and _is_name(m.get("messageId"))]
        if len(names) < len(listed) or fields.get("totalCount") != len(listed):
            raise Unavailable("The list of messages is not whole")
        # Between two numbers of one account the same text is listed once more, as it came in.
        arrived = {m["messageId"] for m in listed if m.get("messageDirection") == "INBOUND"}
        return [name for name in names if name not in arrived]

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Bandwidth signs nothing: user and password, set on its application, are all there is beside the secret
        address. `proof` and `second_secret` are each "user:password"; without a proof nothing is believed."""
        given = request.headers.get("authorization", "")
        if not given:
            raise NotSignedIn("It brings no user and password.")
        scheme, _, credentials = given.partition(" ")
        ours = f"{scheme.title()} {credentials.strip()}".encode(errors="replace")
        proofs = [login.proof, login.second_secret] if login.proof else []
        for user, _, password in (proof.partition(":") for proof in proofs):
            if user and password and hmac.compare_digest(basic(user, password).encode(), ours):
                return
        raise Forged("User and password do not match.")

    def events(self, request: WebhookRequest) -> list[Event]:
        """An array, so far always of one piece of news."""
        try:
            news = _parsed(request.body.decode())
        except UnicodeDecodeError as problem:
            raise Malformed("The body is not UTF-8.") from problem
        if not isinstance(news, list):
            raise Malformed("The body is no array.")
        return [event for one in news if (event := _event(one)) is not None]

    def read_reply(self, body: str) -> IncomingText:
        """`to` beside the message is our number; the one inside also lists the others of a group."""
        news, message = _news(_parsed(body))
        media = message.get("media") or []
        if not isinstance(media, list) or not all(isinstance(url, str) for url in media):
            raise Malformed("media is no list of addresses.")
        return IncomingText(
            carrier_id=_required(message, "id"),
            from_number=_required(message, "from", LONGEST_PHONE),
            to_number=_required(news, "to", LONGEST_PHONE),
            text=_optional(message, "text"),
            media=tuple(storable(url) for url in media[:MOST_MEDIA]),
            network=network_of(_optional(news, "carrierName")),
        )

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        news, message = _news(_parsed(body))
        status, code = STATUSES.get(_required(news, "type")), _error_code(news)
        if status is None:
            return None
        if status == ReceiptStatus.FAILED and code in UNCONFIRMED:
            status, code = ReceiptStatus.SENT, ""
        elif status == ReceiptStatus.FAILED and code[1:2] in ("6", "7"):
            status = ReceiptStatus.UNDELIVERED  # the second digit: 6 and 7 for what the phone's carrier says
        segments = message.get("segmentCount")
        return DeliveryReceipt(
            carrier_id=_required(message, "id"),
            status=status,
            error_code=code,
            segments=segments if type(segments) is int and 0 < segments < 100 else None,
            network=network_of(_optional(news, "carrierName")),
        )

    def meaning_of(self, error_code: str) -> Meaning:
        return MEANINGS.get(error_code, Meaning.OTHER)

    def answers(self, text: str, to_number: str) -> bool:
        """Nothing on local numbers; a toll-free number's network knows STOP, START and UNSTOP."""
        return to_number[2:5] in TOLL_FREE and text.strip().upper() in ("STOP", "START", "UNSTOP")


def _messages(login: Login) -> str:
    return f"{login.base_url.rstrip('/')}/api/v2/users/{quote(login.account_id, safe='')}/messages"


def _accepted(answer: Answer) -> Accepted:
    """What an answer to a send means; raises one of the ways to fail."""
    fields = fields_of(answer)
    if answer.is_success:
        if _is_name(name := fields.get("id")):
            return Accepted(name)
        raise Unknown("Taken, it seems, but without a name for it.")
    raise_if_not_taken(answer)
    if answer.status == 404:
        raise AccountRefused("Bandwidth knows no such account")
    if 400 <= answer.status < 500 and fields.get("type"):
        raise _refused(answer.status, fields)
    if 400 <= answer.status < 500:
        # Nothing was done, but these are not Bandwidth's words: something on the way, which may pass.
        raise Unavailable(f"HTTP {answer.status} without a reason", answer.retry_after)
    raise Unknown(f"HTTP {answer.status}: nobody can say whether it was taken.")


def _refused(status: int, fields: dict[str, Any]) -> Rejected | AccountRefused:
    """What a refusal in Bandwidth's own words means: it names the fields that are wrong."""
    errors = fields.get("fieldErrors")
    errors = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    named = [str(error.get("fieldName")).partition("[")[0] for error in errors]
    reasons = [fields.get("description"), *(error.get("description") for error in errors)]
    detail = storable(" ".join(str(reason) for reason in reasons if reason))[:LONGEST_DETAIL]
    if "applicationId" in named:
        return AccountRefused(detail)
    meanings = [meaning for field, meaning in FIELD_MEANINGS.items() if field in named]
    return Rejected(str(status), detail, meanings[0] if meanings else Meaning.OTHER)


def _is_name(name: object) -> TypeGuard[str]:
    """Whether this can be a message's name: whoever answers may send anything, and it goes into a row."""
    return isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and storable(name) == name


def _event(one: Any) -> Event | None:
    if not isinstance(one, dict):
        raise Malformed("This is no news.")
    kind = _required(one, "type")
    if kind not in STATUSES and kind != INCOMING:
        return None
    news, message = _news(one)
    name, body = _required(message, "id"), json.dumps(news)
    if kind == INCOMING:
        return Event(EventKind.REPLY, name, body, phone=_required(message, "from", LONGEST_PHONE))
    key = f"{name} {kind.removeprefix('message-')}"
    return Event(EventKind.RECEIPT, key, body, message_key=_own_key(message.get("tag")))


def _own_key(tag: object) -> str:
    """Our key in a tag; empty for the tags of others who send from this account."""
    try:
        return str(uuid.UUID(tag)) if isinstance(tag, str) and len(tag) == 36 else ""
    except ValueError:
        return ""


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("The body is no JSON.") from problem


def _news(one: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """One piece of news, and the message that it is about."""
    message = one.get("message") if isinstance(one, dict) else None
    if not isinstance(message, dict):
        raise Malformed("This is no news about a message.")
    return one, message


def _required(fields: dict[str, Any], name: str, longest: int = LONGEST_NAME) -> str:
    text = _optional(fields, name)
    if not 0 < len(text) <= longest:
        raise Malformed(f"{name} is missing or too long.")
    return text


def _optional(fields: dict[str, Any], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str | None):
        raise Malformed(f"{name} is no text.")
    return storable(text or "")


def _error_code(news: dict[str, Any]) -> str:
    """Four digits, as a number or as text; empty when there is none."""
    code = news.get("errorCode") or ""
    if type(code) not in (int, str):
        raise Malformed("errorCode is neither a number nor text.")
    return storable(str(code))[:LONGEST_CODE]
