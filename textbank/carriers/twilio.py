"""Twilio's dialect, and that of every gateway that speaks like it.

Sources: Twilio's pages on the Message resource, on webhook requests and security, and its error dictionary.
Plain Python: no Django, no rows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

import httpx

from textbank.carriers.base import (
    Accepted,
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

# Connecting is quick or hopeless; an answer may take its time. Nothing here is ever tried again by itself.
TIMEOUT = httpx.Timeout(15.0, connect=5.0, pool=30.0)
LONGEST_VALIDITY = timedelta(seconds=36_000)

# What Twilio says about a message → how far the message has come. Statuses of other channels are of no use here.
STATUSES = {
    "accepted": ReceiptStatus.QUEUED,
    "scheduled": ReceiptStatus.QUEUED,
    "queued": ReceiptStatus.QUEUED,
    "sending": ReceiptStatus.QUEUED,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "undelivered": ReceiptStatus.UNDELIVERED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
MEANINGS = {
    "21610": Meaning.OPTED_OUT,  # they texted STOP to this number or service
    "21614": Meaning.LANDLINE,
    "21635": Meaning.LANDLINE,
    "30006": Meaning.LANDLINE,  # or a carrier that takes no texts
    "21211": Meaning.DEAD_NUMBER,  # no phone number at all
    "30003": Meaning.DEAD_NUMBER,  # switched off or out of reach
    "30005": Meaning.DEAD_NUMBER,  # unknown to its carrier
    "30007": Meaning.FILTERED,
    "30034": Meaning.NOT_ALLOWED,  # our number is not registered
    "21606": Meaning.NOT_ALLOWED,  # our number cannot send texts
    "21212": Meaning.NOT_ALLOWED,  # our number is none
    "21408": Meaning.NOT_ALLOWED,  # the country is switched off
}
# Surely not taken, and worth another try: too many requests, or the sender's queue is full.
BUSY = {"20429", "21611", "30001"}
# Surely not taken, and no text of this login will be until somebody mends it.
BAD_LOGIN = {"20003", "20005", "20404"}


Digest = Callable[..., "hashlib._Hash"]


class Twilio:
    """One HTTP client, made when the first text is sent, for as many texts in flight as there are."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        valid_for = min(max(text.valid_for, timedelta(seconds=1)), LONGEST_VALIDITY)
        form = {
            "To": text.to_number,
            "From": text.from_number,
            "Body": text.text,
            "StatusCallback": text.callback_url,
            "ValidityPeriod": str(int(valid_for.total_seconds())),
        }
        try:
            answer = await self._http().post(_messages(login), data=form, auth=_credentials(login))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            raise Unavailable(f"No connection: {problem}") from problem
        except httpx.HTTPError as problem:
            # The request was on its way: it may have been taken.
            raise Unknown(f"{type(problem).__name__}: {problem}") from problem
        return _accepted(answer)

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Twilio cannot be asked by our own key, so its list for these two phones is compared by words."""
        wanted = {"To": text.to_number, "From": text.from_number, "PageSize": "100"}
        try:
            answer = await self._http().get(_messages(login), params=wanted, auth=_credentials(login))
            listed = answer.raise_for_status().json()["messages"]
            return [message["sid"] for message in listed if message["body"] == text.text]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
            raise Unavailable(f"{type(problem).__name__}: {problem}") from problem

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Twilio signs the address it called and the form it sent, with the account's auth token."""
        signature = request.headers.get("x-twilio-signature", "")
        digest: Digest = hashlib.sha1
        if "algorithm=HMAC_SHA256" in request.headers.get("x-twilio-webhooks-signature-settings", ""):
            digest = hashlib.sha256
        content = ""
        if body_hash := parse_qs(urlsplit(request.url).query).get("bodySHA256"):
            if not hmac.compare_digest(hashlib.sha256(request.body).hexdigest(), body_hash[0]):
                raise Forged("The body is not what was signed.")
        else:
            content = _signed_form(request.body)
        expected = [_signature(login.secret, url + content, digest) for url in _both_ports(request.url)]
        if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in expected):
            raise Forged("The signature does not match.")

    def reply_key(self, request: WebhookRequest) -> str:
        return _required(_form(request.body.decode()), "MessageSid")

    def receipt_key(self, request: WebhookRequest) -> str:
        form = _form(request.body.decode())
        return f"{_required(form, 'MessageSid')} {_required(form, 'MessageStatus')}"

    def read_reply(self, body: str) -> IncomingText:
        form = _form(body)
        media_count = form.get("NumMedia", "0")
        count = min(int(media_count), 10) if media_count.isdecimal() else 0
        return IncomingText(
            carrier_id=_required(form, "MessageSid"),
            from_number=_required(form, "From"),
            to_number=_required(form, "To"),
            text=form.get("Body", ""),
            media=tuple(form[f"MediaUrl{n}"] for n in range(count) if form.get(f"MediaUrl{n}")),
            is_opt_out=form.get("OptOutType") == "STOP",
            is_opt_in=form.get("OptOutType") == "START",
        )

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        form = _form(body)
        status = STATUSES.get(_required(form, "MessageStatus"))
        if status is None:
            return None
        return DeliveryReceipt(_required(form, "MessageSid"), status, form.get("ErrorCode", ""))

    def meaning_of(self, error_code: str) -> Meaning:
        return MEANINGS.get(error_code, Meaning.OTHER)

    def _http(self) -> httpx.AsyncClient:
        # Made late, inside the event loop that uses it.
        if self._client is None:
            limits = httpx.Limits(max_connections=400, max_keepalive_connections=200)
            self._client = httpx.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=False)
        return self._client


def _messages(login: Login) -> str:
    return f"{login.base_url.rstrip('/')}/2010-04-01/Accounts/{login.account_id}/Messages.json"


def _credentials(login: Login) -> httpx.BasicAuth:
    return httpx.BasicAuth(login.account_id, login.secret)


def _accepted(answer: httpx.Response) -> Accepted:
    """What an answer to a send means; raises one of the three ways to fail."""
    try:
        content = answer.json()
    except ValueError:
        content = {}
    if not isinstance(content, dict):
        content = {}
    if answer.is_success:
        sid = content.get("sid")
        if not isinstance(sid, str) or not sid:
            raise Unknown("Taken, it seems, but without a name for it.")
        return Accepted(sid)
    code, detail = str(content.get("code", "")), str(content.get("message", ""))[:300]
    if answer.status_code == 429 or code in BUSY:
        raise Unavailable(detail or "Too many requests", _retry_after(answer))
    if answer.status_code in (401, 403) or code in BAD_LOGIN:
        raise Unavailable(f"The carrier does not accept our login: {detail}", timedelta(minutes=1))
    if answer.status_code == 503:
        # The service is up to refusing; nothing was processed.
        raise Unavailable(detail or "The carrier is not available", _retry_after(answer))
    if 400 <= answer.status_code < 500:
        raise Rejected(code or str(answer.status_code), detail, MEANINGS.get(code, Meaning.OTHER))
    raise Unknown(f"HTTP {answer.status_code}: nobody can say whether it was taken.")


def _retry_after(answer: httpx.Response) -> timedelta | None:
    seconds = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None


def _form(body: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), max_num_fields=500))
    except ValueError as problem:
        raise Malformed("The body is no form.") from problem


def _required(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise Malformed(f"{name} is missing.")
    return form[name]


def _signed_form(body: bytes) -> str:
    """The form as Twilio signs it: names in byte order, each name's distinct values in order, nothing between."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    try:
        for name, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500):
            values[name].add(value)
    except (UnicodeDecodeError, ValueError) as problem:
        raise Forged("The body is no form.") from problem
    return "".join(name + value for name in sorted(values) for value in sorted(values[name]))


def _signature(secret: str, content: str, digest: Digest) -> str:
    return base64.b64encode(hmac.new(secret.encode(), content.encode(), digest).digest()).decode()


def _both_ports(url: str) -> tuple[str, str]:
    """The address with its port and without: Twilio signs one or the other, its own validator accepts both."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    without, with_port = parts._replace(netloc=host), parts._replace(netloc=f"{host}:{port}")
    return urlunsplit(without), urlunsplit(with_port)
