"""Twilio's dialect, and that of every gateway that speaks like it.

Sources: Twilio's pages on the Message resource, on webhook requests and their security, and its error
dictionary (twilio.com/docs/api/errors). Plain Python: no Django, no rows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

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
)
from textbank.carriers.connections import Answer, Connections, asked, basic, form_body

LONGEST_VALIDITY = timedelta(seconds=36_000)
LONGEST_CODE, LONGEST_NAME = 12, 64

STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), ReceiptStatus.QUEUED),
    "sent": ReceiptStatus.SENT,
    **dict.fromkeys(("delivered", "read"), ReceiptStatus.DELIVERED),
    "undelivered": ReceiptStatus.UNDELIVERED,
    **dict.fromkeys(("failed", "canceled"), ReceiptStatus.FAILED),
}
MEANINGS = {
    "21610": Meaning.OPTED_OUT,  # they texted STOP to this number or service
    # 30006 is also a carrier that takes no texts.
    **dict.fromkeys(("21614", "21635", "30006"), Meaning.LANDLINE),
    # No phone number at all; switched off or out of reach, perhaps only today; unknown to its carrier.
    **dict.fromkeys(("21211", "30003", "30005"), Meaning.DEAD_NUMBER),
    # 30004: by the phone, its carrier or a toll-free STOP; the words of that STOP have come to us as a reply.
    **dict.fromkeys(("30004", "30007", "30450", "30454"), Meaning.FILTERED),
    # From is no number, not ours, or cannot send texts.
    **dict.fromkeys(("21212", "21606", "21659", "21660", "21661"), Meaning.NOT_ALLOWED),
    # The country is switched off; a trial account, which texts only phones it has verified.
    **dict.fromkeys(("21408", "21608"), Meaning.NOT_ALLOWED),
    # From is not registered, verified or set up yet; sending is switched off.
    **dict.fromkeys(("30024", "30032", "30034", "30037", "30125"), Meaning.NOT_ALLOWED),
}
# Surely not taken, and worth another try. 20429: "not processed"; 21611, 30001: the sender's queue is full;
# 20503: Twilio says to try again, where its page on 20500 warns that a second try may send twice.
BUSY = {"20429", "20503", "21611", "30001"}
# Surely not taken, and no text of this login will be: wrong token, closed or suspended account, no such account.
ACCOUNT_TROUBLE = {"10001", "20003", "20005", "20006", "20008", "20403", "20404", "30002"}
# Twilio's default handling of long codes, REVOKE and OPTOUT since April 2025.
ANSWERED_WORDS = frozenset(
    [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "START",
        "YES",
        "UNSTOP",
        "HELP",
        "INFO",
    ]
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIGESTS: Mapping[str, Callable[[], Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}


class Twilio:
    """Twilio, and whatever speaks like it at another address."""

    def __init__(self, connections: Connections | None = None) -> None:
        self.connections = connections or Connections()

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Makes one request and never repeats it: Twilio has no key by which it would notice a second."""
        valid_for = min(max(text.valid_for, timedelta(seconds=1)), LONGEST_VALIDITY)
        fields: dict[str, str | tuple[str, ...]] = {
            "To": text.to_number,
            "From": text.from_number,
            "Body": text.text,
            "StatusCallback": text.callback_url,
            "ValidityPeriod": str(int(valid_for.total_seconds())),
        }
        if text.media:
            fields["MediaUrl"] = text.media
        return _accepted(
            await self.connections.call(
                "POST", _url(login), headers={**_signed_in(login), **FORM}, body=form_body(fields)
            )
        )

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Twilio cannot be asked by our own key, so its list for these two phones is compared by words."""
        wanted = urlencode({"To": text.to_number, "From": text.from_number, "PageSize": "100"})
        answer = await asked(self.connections, "GET", f"{_url(login)}?{wanted}", headers=_signed_in(login))
        if not answer.is_success:
            raise Unavailable(f"HTTP {answer.status}")
        try:
            alike = [
                m["sid"]
                for m in answer.json()["messages"]
                if _is_of_today(m, answer) and _reads_like(m["body"], text.text)
            ]
            return [sid for sid in alike if _is_name(sid)]
        except (ValueError, KeyError, TypeError) as problem:
            raise Unavailable(f"{type(problem).__name__}: {problem}") from problem

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Twilio signs the address it called and the form it sent (of another body: its hash, in the address)."""
        given = request.headers.get("x-twilio-signature", "").encode()
        digest, content = _digest(request), _signed_content(request)
        for url in _both_ports(request.url):
            ours = hmac.new(login.secret.encode(), (url + content).encode(), digest).digest()
            if hmac.compare_digest(base64.b64encode(ours), given):
                return
        raise Forged("The signature does not match.")

    def events(self, request: WebhookRequest) -> list[Event]:
        fields = _form(request.body)
        name, body = _required(fields, "MessageSid"), request.body.decode()
        if (status := fields.get("MessageStatus", "received")) in ("receiving", "received"):
            return [Event(EventKind.REPLY, name, body, phone=_required(fields, "From"))]
        return [Event(EventKind.RECEIPT, f"{name} {status}", body)]

    def read_reply(self, body: str) -> IncomingText:
        """`OptOutType` comes only from services with Advanced Opt-Out; HELP is a reply like any other."""
        form = _form(body.encode())
        count = form.get("NumMedia", "0")
        media = [form.get(f"MediaUrl{n}", "") for n in range(min(int(count), 10) if count.isdecimal() else 0)]
        return IncomingText(
            carrier_id=_required(form, "MessageSid"),
            from_number=_required(form, "From"),
            to_number=_required(form, "To"),
            text=form.get("Body", ""),
            media=tuple(url for url in media if url),
            is_opt_out=form.get("OptOutType") == "STOP",
            is_opt_in=form.get("OptOutType") == "START",
        )

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        form = _form(body.encode())
        carrier_id, status = _required(form, "MessageSid"), STATUSES.get(_required(form, "MessageStatus"))
        return DeliveryReceipt(carrier_id, status, form.get("ErrorCode", "")) if status else None

    def meaning_of(self, error_code: str) -> Meaning:
        return MEANINGS.get(error_code, Meaning.OTHER)

    def answers(self, text: str, to_number: str) -> bool:
        """Twilio's default words, each alone; a toll-free number's network knows STOP, START and UNSTOP only."""
        word = text.strip().upper()
        if to_number[2:5] in TOLL_FREE:
            return word in ("STOP", "START", "UNSTOP")
        return word in ANSWERED_WORDS


def _url(login: Login) -> str:
    account = quote(login.account_id, safe="")
    return f"{login.base_url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"


def _signed_in(login: Login) -> dict[str, str]:
    return {"Authorization": basic(login.user or login.account_id, login.secret)}


def _accepted(answer: Answer) -> Accepted:
    """What an answer to a send means; raises one of the ways to fail."""
    try:
        content = dict(answer.json())
    except (TypeError, ValueError):
        content = {}
    status, code = answer.status, str(content.get("code") or "").replace("\0", "")[:LONGEST_CODE]
    detail = str(content.get("message") or "")[:300]
    if answer.is_success:
        sid = content.get("sid")
        if _is_name(sid):
            return Accepted(sid)
        raise Unknown("Taken, it seems, but without a name for it.")
    if status == 429 or code in BUSY:
        raise Unavailable(detail or "The carrier is busy", answer.retry_after)
    if status == 401 or code in ACCOUNT_TROUBLE:
        raise AccountRefused(detail or "The carrier refuses our login", timedelta(minutes=1))
    if 400 <= status < 500:
        if code:
            raise Rejected(code, detail, MEANINGS.get(code, Meaning.OTHER))
        # Nothing was done, but these are not Twilio's words: a gateway or firewall on the way, which may pass.
        raise Unavailable(f"HTTP {status} without a reason", answer.retry_after)
    raise Unknown(f"HTTP {status} {code}: nobody can say whether it was taken.")


def _is_name(sid: object) -> TypeGuard[str]:
    """Whether this can be a message's name: whoever answers may send anything, and it goes into a row."""
    return isinstance(sid, str) and 0 < len(sid) <= LONGEST_NAME and "\0" not in sid


def _is_of_today(message: Mapping[str, Any], answer: Answer) -> bool:
    """Whether it was taken in the last day, by the clock of whoever took it."""
    now = parsedate_to_datetime(answer.headers["date"])
    return now - parsedate_to_datetime(message["date_created"]) < timedelta(days=1)


def _reads_like(listed: str, ours: str) -> bool:
    """Letters and digits alike. Twilio may have replaced quotes and accents, or kept no words at all; to miss our
    text here would be to send it twice."""
    return not listed or _bare_letters(listed) == _bare_letters(ours)


def _bare_letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500)


def _form(body: bytes) -> dict[str, str]:
    try:
        # PostgreSQL keeps no NUL in a text.
        return {name: value.replace("\0", "") for name, value in _pairs(body)}
    except ValueError as problem:
        raise Malformed("The body is no form.") from problem


def _required(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise Malformed(f"{name} is missing.")
    return form[name]


def _digest(request: WebhookRequest) -> Callable[[], Any]:
    """From `key=…,algorithm=HMAC_SHA256`. Without the header: SHA-1, with the account's auth token."""
    settings = request.headers.get("x-twilio-webhooks-signature-settings", "")
    named = re.search(r"\balgorithm\s*=\s*(\w+)", settings)
    digest = DIGESTS.get(named[1].upper() if named else "HMAC_SHA1")
    if digest is None:
        raise Forged("Signed in a way that we do not know.")
    return digest


def _signed_content(request: WebhookRequest) -> str:
    """What is signed behind the address: the form, names in order, each one's distinct values in order, nothing
    between; blank values count. For any other body nothing, as its hash stands in the address."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body_hash = parse_qs(urlsplit(request.url).query).get("bodySHA256")
    if body_hash and not is_form:
        if hashlib.sha256(request.body).hexdigest() != body_hash[0]:  # no secret: anyone can compute it
            raise Forged("The body is not what was signed.")
        return ""
    try:
        return "".join(name + value for name, value in sorted(set(_pairs(request.body))))
    except ValueError as problem:
        raise Forged("The body is no form.") from problem


def _both_ports(url: str) -> tuple[str, str]:
    """The address without its port, and with it: Twilio signs one or the other, its own validator takes both."""
    parts = urlsplit(url)
    host = re.sub(r":\d*$", "", parts.netloc)
    default = "443" if parts.scheme == "https" else "80"
    with_port = parts.netloc if parts.netloc != host else f"{host}:{default}"
    return parts._replace(netloc=host).geturl(), parts._replace(netloc=with_port).geturl()
