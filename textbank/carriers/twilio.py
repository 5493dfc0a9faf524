"""Twilio's dialect, and that of every gateway that speaks like it.

Sources: Twilio's pages on the Message resource, on webhook requests and their security, and its error
dictionary (twilio.com/docs/api/errors). Plain Python: no Django, no rows.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import httpx

from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    DeliveryReceipt,
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
from textbank.carriers.connections import many_connections

LONGEST_VALIDITY = timedelta(seconds=36_000)
DEADLINE = 45.0  # seconds for a whole call; the limits above begin anew with every byte
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
DIGESTS: Mapping[str, Callable[[], Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}


class Twilio:
    """Sends over one HTTP client: the one given, or one made at the first send, within that event loop."""

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._client = client

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Makes one request and never repeats it: Twilio has no key by which it would notice a second."""
        valid_for = min(max(text.valid_for, timedelta(seconds=1)), LONGEST_VALIDITY)
        form = {
            "To": text.to_number,
            "From": text.from_number,
            "Body": text.text,
            "StatusCallback": text.callback_url,
            "ValidityPeriod": str(int(valid_for.total_seconds())),
        }
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self._http().post(
                    _url(login), data=form, auth=(login.account_id, login.secret)
                )
        except TimeoutError as problem:  # it has begun to answer and does not end
            raise Unknown(f"No whole answer within {DEADLINE} seconds") from problem
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as problem:
            raise Unavailable(f"No connection: {problem or type(problem).__name__}") from problem
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as problem:
            raise AccountRefused(f"The carrier's address cannot be called: {problem}") from problem
        except httpx.HTTPError as problem:
            # A time-out, a reset or an answer that breaks off: the request was on its way and may have arrived.
            raise Unknown(f"{type(problem).__name__}: {problem}") from problem
        return _accepted(answer)

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Twilio cannot be asked by our own key, so its list for these two phones is compared by words."""
        wanted = {"To": text.to_number, "From": text.from_number, "PageSize": "100"}
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self._http().get(
                    _url(login), params=wanted, auth=(login.account_id, login.secret)
                )
            listed = answer.raise_for_status().json()["messages"]
            alike = [
                m["sid"] for m in listed if _is_of_today(m, answer) and _reads_like(m["body"], text.text)
            ]
            return [sid for sid in alike if _is_name(sid)]
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as problem:
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

    def reply_key(self, request: WebhookRequest) -> str:
        return _required(_form(request.body), "MessageSid")

    def receipt_key(self, request: WebhookRequest) -> str:
        form = _form(request.body)
        return f"{_required(form, 'MessageSid')} {_required(form, 'MessageStatus')}"

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

    async def aclose(self) -> None:
        """Closes the connections; the next send opens new ones, in the event loop of that moment."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = many_connections()
        return self._client


def _url(login: Login) -> str:
    account = quote(login.account_id, safe="")
    return f"{login.base_url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"


def _accepted(answer: httpx.Response) -> Accepted:
    """What an answer to a send means; raises one of the ways to fail."""
    try:
        content = dict(answer.json())
    except (TypeError, ValueError):
        content = {}
    status, code = answer.status_code, str(content.get("code") or "").replace("\0", "")[:LONGEST_CODE]
    detail = str(content.get("message") or "")[:300]
    if answer.is_success:
        sid = content.get("sid")
        if _is_name(sid):
            return Accepted(sid)
        raise Unknown("Taken, it seems, but without a name for it.")
    if status == 429 or code in BUSY:
        raise Unavailable(detail or "The carrier is busy", _retry_after(answer))
    if status == 401 or code in ACCOUNT_TROUBLE:
        raise AccountRefused(detail or "The carrier refuses our login", timedelta(minutes=1))
    if 400 <= status < 500:
        if code:
            raise Rejected(code, detail, MEANINGS.get(code, Meaning.OTHER))
        # Nothing was done, but these are not Twilio's words: a gateway or firewall on the way, which may pass.
        raise Unavailable(f"HTTP {status} without a reason", _retry_after(answer))
    raise Unknown(f"HTTP {status} {code}: nobody can say whether it was taken.")


def _is_name(sid: object) -> TypeGuard[str]:
    """Whether this can be a message's name: whoever answers may send anything, and it goes into a row."""
    return isinstance(sid, str) and 0 < len(sid) <= LONGEST_NAME and "\0" not in sid


def _retry_after(answer: httpx.Response) -> timedelta | None:
    seconds = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None


def _is_of_today(message: Mapping[str, Any], answer: httpx.Response) -> bool:
    """Whether it was taken in the last day, by the clock of whoever took it."""
    now = parsedate_to_datetime(answer.headers["Date"])
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
