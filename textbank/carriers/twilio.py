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
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeGuard
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

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
)
from textbank.carriers.connections import Answer, Connections, asked, basic, form_body
from textbank.carriers.reading import words

LONGEST_VALIDITY = timedelta(seconds=36_000)
LONGEST_CODE, LONGEST_NAME, LONGEST_PHONE, MOST_MEDIA, MOST_FIELDS = 12, 64, 16, 10, 500

STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), ReceiptStatus.QUEUED),
    "sent": ReceiptStatus.SENT,
    **dict.fromkeys(("delivered", "read"), ReceiptStatus.DELIVERED),
    "undelivered": ReceiptStatus.UNDELIVERED,
    **dict.fromkeys(("failed", "canceled"), ReceiptStatus.FAILED),
}
MEANINGS = {
    "21610": Meaning.OPTED_OUT,  # they texted STOP to this number or service
    "30004": Meaning.BLOCKED,
    **dict.fromkeys(("21614", "21635", "30006"), Meaning.LANDLINE),  # 30006: or its carrier takes no texts
    **dict.fromkeys(("21211", "30005"), Meaning.DEAD_NUMBER),  # no phone number; unknown to its carrier
    "30003": Meaning.UNREACHABLE,
    # By the carrier or by Twilio, for its words or as too much of the same.
    **dict.fromkeys(("30007", "30450", "30454", "30485"), Meaning.FILTERED),
    **dict.fromkeys(("30023", "30027"), Meaning.DAILY_CAP),
    "30022": Meaning.MINUTE_CAP,
    "30036": Meaning.TOO_LATE,
    **dict.fromkeys(("11751", "12300", "30011", "30019"), Meaning.BAD_MEDIA),  # no MMS there; type; size
    # From is no number, not ours, or cannot text; is not set up, verified or registered (yet).
    **dict.fromkeys(("21212", "21606", "21659", "21660", "21661"), Meaning.NUMBER_OFF),
    **dict.fromkeys(("30024", "30032", "30034", "30035", "30125"), Meaning.NUMBER_OFF),
    # The country is switched off; a trial account, which texts only phones it has verified; no way between the two.
    **dict.fromkeys(("21408", "21608", "21612"), Meaning.NOT_ALLOWED),
    # Wrong token; closed or suspended account; no such account; a service without numbers; sending switched off.
    **dict.fromkeys(("10001", "20003", "20005", "20006", "20008", "20403", "20404"), Meaning.ACCOUNT_OFF),
    **dict.fromkeys(("21703", "21704", "30002", "30037"), Meaning.ACCOUNT_OFF),
}
# Surely not taken, and worth another try. 20429: "not processed"; 21611, 30001: the sender's queue is full;
# 20503: Twilio says to try again, where its page on 20500 warns that a second try may send twice.
BUSY = {"20429", "20503", "21611", "30001"}
PASSING = {Meaning.DAILY_CAP, Meaning.MINUTE_CAP}  # not taken today, or for a while
# Twilio's default handling of long codes, REVOKE and OPTOUT since April 2025.
STOP_WORDS = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
OTHER_ANSWERED_WORDS = frozenset(["START", "YES", "UNSTOP", "HELP", "INFO"])
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIGESTS: Mapping[str, str] = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


class Twilio:
    """Twilio, and whatever speaks like it at another address.

    We sign in with the account's auth token, or with an API key: its name is `login.user`, its secret
    `login.secret`, and then the auth token, by which callbacks are signed, is `login.second_secret`.
    """

    def __init__(self, connections: Connections | None = None) -> None:
        self.connections = connections or Connections()

    async def send(self, login: Login, text: OutgoingText) -> Accepted:
        """Makes one request and never repeats it: Twilio has no key by which it would notice a second.

        With a messaging service (`login.application`) its rules hold, but the number stays the one of the text.
        """
        valid_for = min(max(text.valid_for, timedelta(seconds=1)), LONGEST_VALIDITY)
        fields: dict[str, str | tuple[str, ...]] = {
            "To": text.to_number,
            "From": text.from_number,
            "Body": text.text,
            "StatusCallback": text.callback_url,
            "ValidityPeriod": str(int(valid_for.total_seconds())),
        }
        if login.application:
            fields["MessagingServiceSid"] = login.application
        if text.media:
            fields["MediaUrl"] = text.media
        answer = await self._post(login, "Messages.json", fields)
        if not answer.is_success:
            raise _refusal(answer)
        return Accepted(_sid(answer))

    async def find(self, login: Login, text: OutgoingText) -> list[str]:
        """Twilio cannot be asked by our own key, so its list for these two phones is compared by words."""
        wanted = urlencode({"To": text.to_number, "From": text.from_number, "PageSize": "100"})
        answer = await self._look(login, f"Messages.json?{wanted}")
        try:
            alike = [
                m["sid"]
                for m in answer.fields["messages"]
                if _is_of_today(m, answer) and _reads_like(m["body"], text.text)
            ]
            return [sid for sid in alike if _is_name(sid)]
        except (ValueError, KeyError, TypeError) as problem:
            raise Unavailable(f"{type(problem).__name__}: {problem}") from problem

    def prove(self, login: Login, request: WebhookRequest) -> None:
        """Twilio signs the address it called and the form it sent (of another body: its hash, in the address).

        By SHA-1 with the auth token, of which two hold while one is being replaced; by SHA-256 with a key that
        Twilio shares with us for it (`login.proof`), where there is one.
        """
        given = request.headers.get("x-twilio-signature", "").encode(errors="replace")
        digest, content = _digest(request), _signed_content(request)
        secrets = [login.secret, login.second_secret]
        if login.proof and digest == "sha256":
            secrets = [login.proof]
        for url in _both_ports(request.url):
            for secret in filter(None, secrets):
                ours = hmac.digest(secret.encode(), (url + content).encode(errors="replace"), digest)
                if hmac.compare_digest(base64.b64encode(ours), given):
                    return
        raise Forged("The signature does not match.")

    def events(self, request: WebhookRequest) -> list[Event]:
        fields = _form(request.body)
        name, body = _required(fields, "MessageSid"), request.body.decode().replace("\0", "")
        if (status := fields.get("MessageStatus", "received")) in ("receiving", "received"):
            return [Event(EventKind.REPLY, name, body, phone=_required(fields, "From", LONGEST_PHONE))]
        return [Event(EventKind.RECEIPT, f"{name} {status}", body)] if status in STATUSES else []

    def read_reply(self, body: str) -> IncomingText:
        """`OptOutType` comes only from services with Advanced Opt-Out; HELP is a reply like any other."""
        form = _form(body.encode())
        media = [form.get(f"MediaUrl{n}", "") for n in range(min(_count(form, "NumMedia") or 0, MOST_MEDIA))]
        return IncomingText(
            carrier_id=_required(form, "MessageSid"),
            from_number=_required(form, "From", LONGEST_PHONE),
            to_number=_required(form, "To", LONGEST_PHONE),
            text=form.get("Body", ""),
            media=tuple(url for url in media if url),
            is_opt_out=form.get("OptOutType") == "STOP",
            is_opt_in=form.get("OptOutType") == "START",
        )

    def read_receipt(self, body: str) -> DeliveryReceipt | None:
        form = _form(body.encode())
        carrier_id, status = _required(form, "MessageSid"), STATUSES.get(_required(form, "MessageStatus"))
        if status is None:
            return None
        code, segments = form.get("ErrorCode", "")[:LONGEST_CODE], _count(form, "NumSegments")
        # A messaging service says 0 for a text that it has not cut up yet.
        return DeliveryReceipt(carrier_id, status, code, segments or None)

    def meaning_of(self, error_code: str) -> Meaning:
        return MEANINGS.get(error_code, Meaning.OTHER)

    def answers(self, text: str, to_number: str) -> bool:
        """Twilio's default words, each alone; a toll-free number's network knows STOP, START and UNSTOP only."""
        word = text.strip().upper()
        if to_number[2:5] in TOLL_FREE:
            return word in ("STOP", "START", "UNSTOP")
        return word in STOP_WORDS | OTHER_ANSWERED_WORDS

    async def search_numbers(self, login: Login, area_code: str, limit: int = 20) -> list[OfferedNumber]:
        kind = "TollFree" if area_code in TOLL_FREE else "Local"
        able = {"AreaCode": area_code, "SmsEnabled": "true", "MmsEnabled": "true", "PageSize": str(limit)}
        answer = await self._look(login, f"AvailablePhoneNumbers/US/{kind}.json?{urlencode(able)}")
        try:
            return [
                OfferedNumber(
                    one["phone_number"], ", ".join(filter(None, (one.get("locality"), one.get("region"))))
                )
                for one in answer.fields["available_phone_numbers"]
                if _is_name(one["phone_number"])
            ][:limit]
        except (KeyError, TypeError, AttributeError) as problem:
            raise Unavailable("The list of numbers cannot be read.") from problem

    async def buy_number(self, login: Login, number: str, replies_url: str) -> BoughtNumber:
        """Before a US number may text, it must join a messaging service with a registered use case, at Twilio."""
        fields = {"PhoneNumber": number, "SmsUrl": replies_url, "SmsMethod": "POST"}
        answer = await self._post(login, "IncomingPhoneNumbers.json", fields)
        if not answer.is_success:
            raise _refusal(answer)
        return BoughtNumber(number, _sid(answer))

    async def release_number(self, login: Login, bought: BoughtNumber) -> None:
        sids = [bought.carrier_id] if bought.carrier_id else await self._sids(login, bought.number)
        for sid in sids:
            url = _url(login, f"IncomingPhoneNumbers/{quote(sid, safe='')}.json")
            answer = await asked(self.connections, "DELETE", url, headers=_signed_in(login))
            if not answer.is_success and answer.status != 404:
                raise _refusal(answer, Unavailable)

    async def _sids(self, login: Login, number: str) -> list[str]:
        """What Twilio calls a number that was entered by hand."""
        answer = await self._look(login, f"IncomingPhoneNumbers.json?{urlencode({'PhoneNumber': number})}")
        try:
            owned = answer.fields["incoming_phone_numbers"]
            return [one["sid"] for one in owned if one["phone_number"] == number and _is_name(one["sid"])]
        except (KeyError, TypeError) as problem:
            raise Unavailable("The list of numbers cannot be read.") from problem

    async def _post(self, login: Login, path: str, fields: Mapping[str, str | tuple[str, ...]]) -> Answer:
        headers = {**_signed_in(login), **FORM}
        return await self.connections.call("POST", _url(login, path), headers=headers, body=form_body(fields))

    async def _look(self, login: Login, path: str) -> Answer:
        answer = await asked(self.connections, "GET", _url(login, path), headers=_signed_in(login))
        if not answer.is_success:
            raise _refusal(answer, Unavailable)
        return answer


def _url(login: Login, path: str) -> str:
    account = quote(login.account_id, safe="")
    return f"{login.base_url.rstrip('/')}/2010-04-01/Accounts/{account}/{path}"


def _signed_in(login: Login) -> dict[str, str]:
    return {"Authorization": basic(login.user or login.account_id, login.secret)}


def _sid(answer: Answer) -> str:
    """What Twilio calls that which it has just made."""
    sid = answer.fields.get("sid")
    if _is_name(sid):
        return sid
    raise Unknown("Taken, it seems, but without a name for it.")


def _refusal(answer: Answer, in_doubt: type[Unavailable | Unknown] = Unknown) -> Exception:
    """What an answer that is no success means. `in_doubt`: what it is when nobody can say what was done."""
    status, code = answer.status, words(str(answer.fields.get("code") or ""))[:LONGEST_CODE]
    detail, meaning = words(answer.fields.get("message"))[:300], MEANINGS.get(code, Meaning.OTHER)
    if status == 429 or code in BUSY or meaning in PASSING:
        return Unavailable(detail or "The carrier is busy", answer.retry_after, meaning)
    if status == 401 or meaning == Meaning.ACCOUNT_OFF:
        return AccountRefused(
            detail or "The carrier refuses our login", timedelta(minutes=1), Meaning.ACCOUNT_OFF
        )
    if 400 <= status < 500:
        if code:
            return Rejected(code, detail, meaning)
        # Nothing was done, but these are not Twilio's words: a gateway or firewall on the way, which may pass.
        return Unavailable(f"HTTP {status} without a reason", answer.retry_after)
    return in_doubt(f"HTTP {status} {code}: nobody can say what was done.")


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


@lru_cache(maxsize=64)  # a webhook is read twice: to prove it, and for what it says
def _pairs(body: bytes) -> tuple[tuple[str, str], ...]:
    """The names and values of a form, as the standard library reads them, in a fraction of the time."""
    form = body.decode()
    if form.count("&") >= MOST_FIELDS:
        raise ValueError("More fields than any carrier sends.")
    fields = [field.partition("=") for field in form.replace("+", " ").split("&") if field]
    return tuple(
        (unquote(name) if "%" in name else name, unquote(value) if "%" in value else value)
        for name, _equals, value in fields
    )


def _form(body: bytes) -> dict[str, str]:
    try:
        form = dict(_pairs(body))
    except ValueError as problem:
        raise Malformed("The body is no form.") from problem
    if b"\0" in body or b"%00" in body:  # PostgreSQL keeps no NUL in a text
        return {name: value.replace("\0", "") for name, value in form.items()}
    return form


def _required(form: Mapping[str, str], name: str, longest: int = LONGEST_NAME) -> str:
    if not 0 < len(form.get(name, "")) <= longest:
        raise Malformed(f"{name} is missing, or is not one.")
    return form[name]


def _count(form: Mapping[str, str], name: str) -> int | None:
    value = form.get(name, "")
    return min(int(value), 999) if re.fullmatch(r"[0-9]{1,20}", value) else None


def _digest(request: WebhookRequest) -> str:
    """From `key=…,algorithm=HMAC_SHA256`. Without the header: SHA-1, with the account's auth token."""
    settings = request.headers.get("x-twilio-webhooks-signature-settings", "")
    named = re.search(r"\balgorithm\s*=\s*(\w+)", settings) if settings else None
    digest = DIGESTS.get(named[1].upper() if named else "HMAC_SHA1")
    if digest is None:
        raise Forged("Signed in a way that we do not know.")
    return digest


def _signed_content(request: WebhookRequest) -> str:
    """What is signed behind the address: the form, names in order, each one's distinct values in order, nothing
    between; blank values count. For any other body nothing, as its hash stands in the address."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body_hash = parse_qs(urlsplit(request.url).query).get("bodySHA256") if "?" in request.url else None
    if body_hash and not is_form:
        if hashlib.sha256(request.body).hexdigest() != body_hash[0]:  # no secret: anyone can compute it
            raise Forged("The body is not what was signed.")
        return ""
    try:
        return "".join(name + value for name, value in sorted(set(_pairs(request.body))))
    except ValueError as problem:
        raise Forged("The body is no form.") from problem


def _both_ports(url: str) -> Iterator[str]:
    """The address as it was called, and the same with its port or without: Twilio signs one or the other, its own
    validator takes both."""
    yield url
    parts = urlsplit(url)
    host = re.sub(r":\d*$", "", parts.netloc)
    default = "443" if parts.scheme == "https" else "80"
    other = host if parts.netloc != host else f"{host}:{default}"
    yield parts._replace(netloc=other).geturl()
