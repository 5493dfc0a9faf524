"""Bandwidth's other host: what signs us in, and the numbers, which are spoken of in XML.

Sources: Bandwidth's pages on API credentials, applications, and on searching, ordering and disconnecting numbers
(dev.bandwidth.com/docs). Plain Python: no Django, no rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from textbank.carriers.base import (
    TOLL_FREE,
    AccountRefused,
    BoughtNumber,
    Login,
    OfferedNumber,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.connections import DEADLINE, Answer, Connections, asked, basic

TEXTS_URL, NUMBERS_URL = "https://messaging.bandwidth.com", "https://api.bandwidth.com/api/v1"
XML, FORM = "application/xml", "application/x-www-form-urlencoded"
LONGEST_CODE, LONGEST_DETAIL = 12, 300


@dataclass(frozen=True, slots=True)
class Pass:
    """What signs a login in, in an `Authorization` header, until then."""

    header: str
    until: datetime


class BandwidthAccount:
    """`clock` says what time it is; `waits` are the seconds before each look at an order for numbers."""

    def __init__(
        self,
        connections: Connections | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        waits: Sequence[float] = (0.5, 1, 2, 4, 8),
    ) -> None:
        self.connections, self.clock, self.waits = connections or Connections(), clock, waits
        self._passes: dict[tuple[str, str, str], asyncio.Task[Pass]] = {}

    async def call(
        self, login: Login, method: str, url: str, body: bytes | None = None, content: str = ""
    ) -> Answer:
        """One call, signed in. A token may die before its time; 401 took nothing, so it goes again with a new one."""
        for is_last in (False, True):
            ours = await self._pass(login)
            headers = {"Authorization": ours.header, **({"Content-Type": content} if content else {})}
            answer = await self.connections.call(method, url, headers=headers, body=body)
            if answer.status != 401 or is_last or ours.header.startswith("Basic "):
                break
            self._forget(login, ours)
        return answer

    async def ask(self, login: Login, url: str) -> Answer:
        """A call that changes nothing. Raises `Unavailable` when it is not answered; a plain no is an answer."""
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self.call(login, "GET", url)
        except (Unknown, TimeoutError) as problem:
            raise Unavailable(str(problem)) from problem
        raise_if_not_taken(answer)
        if not answer.is_success and not 400 <= answer.status < 500:
            raise Unavailable(f"HTTP {answer.status}")
        return answer

    async def _pass(self, login: Login) -> Pass:
        """However many texts wait for the first token, it is fetched once; the last one is used until it ends."""
        key = (login.base_url, login.user or login.account_id, login.secret)
        task = self._passes.get(key)
        if task is None or not self._is_good(task):
            task = self._passes[key] = asyncio.create_task(self._new_pass(login))
        return await asyncio.shield(task)

    def _is_good(self, task: asyncio.Task[Pass]) -> bool:
        if not task.done():
            return task.get_loop() is asyncio.get_running_loop()
        return not task.cancelled() and not task.exception() and task.result().until > self.clock()

    def _forget(self, login: Login, ours: Pass) -> None:
        """Unless a newer one has taken its place."""
        key = (login.base_url, login.user or login.account_id, login.secret)
        task = self._passes.get(key)
        if task and task.done() and self._is_good(task) and task.result() is ours:
            del self._passes[key]

    async def _new_pass(self, login: Login) -> Pass:
        """A token for the API credential (OAuth 2.0 client credentials). What gets none is an API user of old, who
        signs in by name; Bandwidth ends those on 2 December 2026."""
        by_name = basic(login.user or login.account_id, login.secret)
        answer = await asked(
            self.connections,
            "POST",
            _host(login) + "/oauth2/token",
            headers={"Authorization": by_name, "Content-Type": FORM},
            body=b"grant_type=client_credentials",
        )
        fields = fields_of(answer)
        token, seconds = fields.get("access_token"), fields.get("expires_in")
        if answer.is_success and isinstance(token, str) and token.isascii() and token.isprintable():
            lasts = min(seconds, 86_400) if type(seconds) is int else 300
            return Pass(f"Bearer {token}", self.clock() + timedelta(seconds=max(lasts - 60, 0)))
        if answer.status in (400, 401, 403, 404):
            return Pass(by_name, self.clock() + timedelta(minutes=5))
        raise Unavailable(f"No token: HTTP {answer.status}", answer.retry_after)

    # --- Numbers

    async def search_numbers(self, login: Login, area_code: str, limit: int = 20) -> list[OfferedNumber]:
        wanted = {"areaCode": area_code, "enableTNDetail": "true"}
        if area_code in TOLL_FREE:
            wanted = {"tollFreeWildCardPattern": area_code[:2] + "*"}  # the third digit repeats the second
        query = urlencode({**wanted, "quantity": str(limit)})
        found = await self._look(login, f"availableNumbers?{query}")
        details = list(found.iter("TelephoneNumberDetail")) or list(found.iter("TelephoneNumberList"))
        offered = [
            OfferedNumber(f"+1{digits.text}", _place(detail))
            for detail in details
            for digits in (*detail.iter("FullNumber"), *detail.iter("TelephoneNumber"))
            if _is_number(digits.text) and digits.text.startswith(area_code)
        ]
        return offered[:limit]

    async def buy_number(self, login: Login, number: str, replies_url: str) -> BoughtNumber:
        """Orders it into the place (site and location) that the login's application serves, so that its replies reach
        the application. One that sends replies elsewhere is left so, as others may live by it, and nothing is bought.
        """
        digits = _digits(number)
        site, location = await self._home(login, replies_url)
        order = (
            f"<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>{digits}"
            "</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType>"
            f"<SiteId>{site}</SiteId><PeerId>{location}</PeerId></Order>"
        )
        answer = await self.call(login, "POST", _numbers(login, "orders"), order.encode(), content=XML)
        order_id = _order_id(answer)
        status, seen = await self._outcome(login, f"orders/{order_id}")
        if status == "COMPLETE":
            return BoughtNumber(number, digits)
        if status == "FAILED":
            raise _rejected(seen, status)
        raise Unknown(f"Order {order_id} is {status}: the number may be ours now.")

    async def release_number(self, login: Login, bought: BoughtNumber) -> None:
        """Asked twice, the second order fails, and the number is not in service any more."""
        digits = _digits(bought.number)
        order = (
            "<DisconnectTelephoneNumberOrder><name>Textbank</name><DisconnectTelephoneNumberOrderType>"
            f"<TelephoneNumberList><TelephoneNumber>{digits}</TelephoneNumber></TelephoneNumberList>"
            "</DisconnectTelephoneNumberOrderType></DisconnectTelephoneNumberOrder>"
        )
        try:
            answer = await self.call(
                login, "POST", _numbers(login, "disconnects"), order.encode(), content=XML
            )
            status, seen = await self._outcome(login, f"disconnects/{_order_id(answer)}")
            refused = _rejected(seen, status)
        except Unknown as problem:
            raise Unavailable(str(problem)) from problem
        except Rejected as problem:
            status, refused = "FAILED", problem
        if status == "COMPLETE" or await self._is_gone(login, digits):
            return
        if status == "FAILED":
            raise refused
        raise Unavailable(f"The number is not released yet: {status}")

    async def _is_gone(self, login: Login, digits: str) -> bool:
        """Whether the number is out of service, or somebody else's."""
        return (await self.ask(login, _numbers(login, f"inserviceNumbers/{digits}"))).status == 404

    async def _home(self, login: Login, replies_url: str) -> tuple[str, str]:
        """Site and location of the login's application."""
        application = f"applications/{quote(login.application, safe='')}"
        answered_at = _word(await self._look(login, application), "InboundCallbackUrl")
        if answered_at.rstrip("/") != replies_url.rstrip("/"):
            raise Rejected("callback", f"The application sends replies to {answered_at[:200]!r}.")
        places = await self._look(login, f"{application}/associatedsippeers")
        site, location = _word(places, "SiteId"), _word(places, "PeerId")
        if not (site.isdecimal() and location.isdecimal()):
            raise Rejected("location", "The application serves no location.")
        return site, location

    async def _outcome(self, login: Login, order: str) -> tuple[str, ElementTree.Element]:
        """How an order ended, as far as it did by the last look."""
        seen, status = ElementTree.Element("nothing"), "UNSEEN"
        for seconds in self.waits:
            await asyncio.sleep(seconds)
            try:
                seen = await self._look(login, order)
            except (Unavailable, Rejected):
                continue  # the order stands, whether we can see it or not
            status = _word(seen, "OrderStatus") or status
            if status in ("COMPLETE", "FAILED"):
                break
        return status, seen

    async def _look(self, login: Login, path: str) -> ElementTree.Element:
        answer = await self.ask(login, _numbers(login, path))
        if not answer.is_success:
            raise _refusal(answer)
        return _xml(answer)


def _host(login: Login) -> str:
    """Numbers and tokens have a host of their own at Bandwidth, and none at what stands in for it."""
    base_url = login.base_url.rstrip("/")
    return NUMBERS_URL if base_url == TEXTS_URL else f"{base_url}/api/v1"


def _numbers(login: Login, path: str) -> str:
    return f"{_host(login)}/accounts/{quote(login.account_id, safe='')}/{path}"


def fields_of(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer; empty for anything else."""
    try:
        fields = answer.json()
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL in a text, and UTF-8 no half of a surrogate pair."""
    return text.replace("\0", "").encode(errors="replace").decode()


def raise_if_not_taken(answer: Answer) -> None:
    """What an answer says about the account: nothing was done then, whatever was asked."""
    detail = storable(f"HTTP {answer.status} {fields_of(answer).get('description', '')}")[:LONGEST_DETAIL]
    if answer.status == 429:
        raise Unavailable(detail, answer.retry_after)
    if answer.status in (401, 403):
        raise AccountRefused(detail)


def _order_id(answer: Answer) -> str:
    """The order that was taken; raises one of the ways to fail."""
    raise_if_not_taken(answer)
    if 400 <= answer.status < 500:
        raise _refusal(answer)
    if not answer.is_success:
        raise Unknown(f"HTTP {answer.status}: nobody can say whether the order was taken.")
    try:
        name = _word(_xml(answer), "id")
    except Unavailable as problem:
        raise Unknown(f"The order was taken, it seems: {problem}") from problem
    if not name:
        raise Unknown("The order was taken, it seems, but without a name for it.")
    return quote(name, safe="")


def _refusal(answer: Answer) -> Rejected:
    try:
        return _rejected(_xml(answer), str(answer.status))
    except Unavailable:
        return Rejected(str(answer.status))


def _rejected(seen: ElementTree.Element, otherwise: str) -> Rejected:
    """Bandwidth's first reason."""
    code = _word(seen, "Code") or _word(seen, "ErrorCode") or otherwise
    return Rejected(code[:LONGEST_CODE], _word(seen, "Description")[:LONGEST_DETAIL])


def _xml(answer: Answer) -> ElementTree.Element:
    """An answer's XML. Raises `Unavailable` for what cannot be read.

    Entities, whether they grow without end or fetch files, can only be declared in a DOCTYPE, which Bandwidth never
    sends. The answer is decoded first, so that none can hide in another encoding.
    """
    try:
        text = answer.body.decode()
        if "<!DOCTYPE" in text:
            raise Unavailable("The answer declares entities")
        return ElementTree.fromstring(text)  # noqa: S314
    except (ValueError, ElementTree.ParseError) as problem:
        raise Unavailable(f"The answer is no XML: {problem}") from problem


def _word(tree: ElementTree.Element, name: str) -> str:
    """The text of the first element of that name; empty when there is none."""
    return next((found.text.strip() for found in tree.iter(name) if found.text), "")


def _digits(number: str) -> str:
    """A US number as Bandwidth writes it. Raises `Rejected` for any other."""
    if not (number.startswith("+1") and _is_number(number[2:])):
        raise Rejected("number", f"{number[:20]!r} is no US number.")
    return number[2:]


def _is_number(digits: str | None) -> TypeGuard[str]:
    return digits is not None and len(digits) == 10 and digits.isascii() and digits.isdecimal()


def _place(detail: ElementTree.Element) -> str:
    """Such as "Jersey City, NJ", of JERSEY CITY and NJ."""
    return ", ".join(word for word in (_word(detail, "City").title(), _word(detail, "State")) if word)
