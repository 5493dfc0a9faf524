"""A short way in for the few requests that come by the thousand: a press, a reply, a carrier's webhook.

The front door (Django's whole chain of middleware, and a thread for each request) costs several times what such a
request does. Here stands only what decides: who it is, whether their own page sent it, and the very parts of the
view that the front door would have called, for all who are waiting at once (see `shared_views.py`). The side door
refuses nobody: whatever is not plainly in order goes through the front door, which says what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.messages import MessageFailure
from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import Http404, HttpResponse, parse_cookie
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import get_resolver, resolve, reverse
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter
from django.utils.encoding import iri_to_uri
from django_htmx.middleware import HtmxDetails

from textbank.campaigns import visitors
from textbank.campaigns.access import View, audience_of, may_enter
from textbank.campaigns.models import Membership
from textbank.front_door import Application, Event, Receive, Scope, Send, read
from textbank.gathering import Gathering
from textbank.lulls import Lulls
from textbank.shared_views import Answer, Asked, Settled, polled_of, shared_of

log = logging.getLogger(__name__)

WAYS = {
    "POST": ("carrier_receipts", "carrier_replies", "initial_message", "reply", "bucket"),
    "GET": ("inbox", "thread"),  # asked for news by every open page, every few seconds
}
MOST = 100_000  # bytes of a body; what is longer is nothing usual
MOST_HEADERS = 4_000  # characters; what is remembered by its headers must not fill the memory
REMEMBERED = 4_096
LARGEST = 2**63 - 1  # number of a row
FORMS = ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=utf-8")
USUAL = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"private, no-store"))
# What decides whether a request may have been forged, but for its session. Django is asked once for each set of them.
TELLING = ("host", "x-forwarded-proto", "origin", "referer", "x-csrftoken")


NOTHING_NEW = Answer(status=204)
_GUARD = CsrfViewMiddleware(lambda _request: HttpResponse())


class NotInOrder(Exception):
    """Not plainly in order."""


FOR_THE_FRONT = (NotInOrder, Http404, PermissionDenied, SuspiciousOperation)


class SideDoor:
    """An ASGI application in front of another. `threads`: how many runs and answers are worked on at a time."""

    def __init__(self, front_door: Application, threads: int = 8) -> None:
        self.front_door = front_door
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="side door")
        # Of their own, so that many pages that are looked at anew keep no press waiting.
        self.drawers = ThreadPoolExecutor(threads, thread_name_prefix="side door draws")
        gatherings: dict[object, Gathering[Asked, Any]] = {}
        self.ways = {
            method: [_Way(name, method, self.threads, gatherings) for name in names]
            for method, names in WAYS.items()
        }
        self._lulls = Lulls()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope) if scope["type"] == "http" and scope["method"] in self.ways else None
        if found is None:
            await self.front_door(scope, receive, send)
            return
        way, asked = found
        if way.method == "GET":
            await self._poll(way, asked, scope, receive, send)
            return
        body = await read(receive, MOST)
        if body is None:
            return  # they have hung up
        asked.body = body
        try:
            answer = await self._answer(way, asked, scope)
        except Exception as problem:
            if not isinstance(problem, FOR_THE_FRONT):
                log.exception("The side door met a fault; the front door tries again")
            await self.front_door(scope, _once_more(body, receive), send)
            return
        await _say(answer, send)

    async def _poll(self, way: _Way, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Whether a page that is open has anything new; it is looked at only where its rows do not tell."""
        try:
            answer = await self._news(way, asked, scope)
        except Exception as problem:
            if not isinstance(problem, FOR_THE_FRONT):
                log.exception("The side door met a fault; the front door tries again")
            await self.front_door(scope, receive, send)
            return
        await _say(answer, send)

    async def _news(self, way: _Way, asked: Asked, scope: Scope) -> Answer:
        """Raises `NotInOrder`, or whatever the view raises, for what the front door is to answer."""
        if not way.is_in_order(asked, scope["scheme"]):
            raise NotInOrder
        stamp: str | None = await way.gathering(asked.campaign_slug, asked)
        if stamp is None:
            raise NotInOrder
        if self._lulls.holds(asked.member.id, asked.address, stamp):
            return NOTHING_NEW
        answer = await asyncio.get_running_loop().run_in_executor(
            self.drawers, way.finish, asked, scope, None
        )
        if answer.status == NOTHING_NEW.status:
            self._lulls.begin(asked.member.id, asked.address, stamp)
        return answer

    def _find(self, scope: Scope) -> tuple[_Way, Asked] | None:
        """The way that a request may take if it looks as our pages and the carriers send them; its body unread."""
        path = scope["path"][1:]
        for way in self.ways[scope["method"]]:
            if match := way.pattern.fullmatch(path):
                break
        else:
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        length = headers.get("content-length", "0" if scope["method"] == "GET" else "")
        if len(headers) != len(scope["headers"]) or sum(map(len, headers.values())) > MOST_HEADERS:
            return None
        if not length.isdecimal() or len(length) > 6 or int(length) > MOST:
            return None
        try:
            names = {name: way.converters[name].to_python(text) for name, text in match.groupdict().items()}
        except ValueError:  # a number of thousands of digits
            return None
        if any(isinstance(name, int) and name > LARGEST for name in names.values()):
            return None
        address = f"/{path}"  # of letters and digits, as the patterns have it
        if scope["query_string"]:
            address = iri_to_uri(f"{address}?{scope['query_string'].decode('latin-1')}")
        asked = Asked(names, address, headers, campaign_slug=names.pop("campaign_slug", ""))
        return (way, asked) if way.takes(asked) else None

    async def _answer(self, way: _Way, asked: Asked, scope: Scope) -> Answer:
        """Raises `NotInOrder`, or whatever the view raises, for what the front door is to answer."""
        if not way.is_in_order(asked, scope["scheme"]):
            raise NotInOrder
        outcome = await way.gathering(asked.campaign_slug, asked)
        if way.shared and (answer := way.shared.quick(asked, outcome)):
            return answer
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.drawers, way.finish, asked, scope, outcome)


class _Way:
    """The pattern of a named address, as the address plan has it, and its view."""

    def __init__(
        self,
        name: str,
        method: str,
        threads: ThreadPoolExecutor,
        gatherings: dict[object, Gathering[Asked, Any]],
    ) -> None:
        self.method = method
        _forms, pattern, _defaults, self.converters = get_resolver().reverse_dict.getlist(name)[0]
        example = {key: _EXAMPLES[type(converter)] for key, converter in self.converters.items()}
        self.pattern = re.compile(pattern)
        self.view: View = resolve(reverse(name, kwargs=example)).func
        self.shared, self.polled = shared_of(self.view), polled_of(self.view)
        self.is_for_carriers = audience_of(self.view) == "carriers"
        # What carriers tell is kept by one story, whatever it is about. Members may not enter everywhere alike.
        kin = self.shared.story if self.shared and self.is_for_carriers else self.view
        self.gathering = gatherings.setdefault(kin, Gathering[Asked, Any](self._together, threads))

    def takes(self, asked: Asked) -> bool:
        """Not a plain form that shares its work: what it is answered may need a session to be kept in."""
        if self.is_for_carriers:
            return True
        if self.method == "GET":
            return asked.is_from_a_script
        is_form = asked.headers.get("content-type", "").lower() in FORMS
        return is_form and (self.shared is None or self.shared.answers_forms or asked.is_from_a_script)

    def is_in_order(self, asked: Asked, scheme: str) -> bool:
        """Whether a page of ours sent it, as Django sees it."""
        _session, secret = _cookies(asked.headers.get("cookie", ""))
        has_form = self.method == "POST" and not self.is_for_carriers
        token = asked.fields.get("csrfmiddlewaretoken", "") if has_form else ""
        telling = tuple((name, asked.headers[name]) for name in TELLING if name in asked.headers)
        return _is_in_order(self.view, self.method, scheme, telling, secret, token)  # type: ignore[arg-type]

    def finish(self, asked: Asked, scope: Scope, outcome: object) -> Answer:
        """The answer of the view itself, which is given all of the request."""
        try:
            request: Any = ASGIRequest(dict(scope), BytesIO(asked.body))
            if asked.membership:
                request.membership, request.campaign = asked.membership, asked.membership.campaign
                request.user = asked.membership.user
            request.htmx = HtmxDetails(request)
            _GUARD.process_request(request)  # knows the secret of the forms in the answer
            if self.shared:
                response = self.shared.finish(request, outcome, **asked.names)
            else:
                response = self.view(request, **asked.names)
            if not isinstance(response, HttpResponse):
                raise NotInOrder
            return Answer.of(response)
        except MessageFailure as problem:  # a word for the next page, which the front door can keep
            raise NotInOrder from problem
        finally:
            close_old_connections()

    def _together(self, calls: Sequence[Asked]) -> list[Any]:
        """The outcomes of requests to one campaign; in place of one, what is wrong with its request."""
        members: Sequence[Membership | None] = [None] * len(calls)
        if not self.is_for_carriers:
            sessions = [_cookies(asked.headers.get("cookie", ""))[0] for asked in calls]
            members = visitors.find(
                [(key, asked.campaign_slug) for key, asked in zip(sessions, calls, strict=True)]
            )
        together = self.shared or self.polled
        outcomes: list[Any] = []
        going: dict[int, Any] = {}
        for place, (asked, member) in enumerate(zip(calls, members, strict=True)):
            asked.membership = member
            outcomes.append(None)
            try:
                self._check(asked)
                if together:
                    going[place] = together.read(asked)
            except Settled as settled:
                outcomes[place] = settled.outcome
            except Exception as problem:
                outcomes[place] = problem
        if together and going:
            for place, outcome in zip(going, together.story(list(going.values())), strict=True):
                outcomes[place] = outcome
        return outcomes

    def _check(self, asked: Asked) -> None:
        if not self.is_for_carriers and not (asked.membership and may_enter(asked.membership, self.view)):
            raise NotInOrder


_EXAMPLES: dict[type, object] = {IntConverter: 1, SlugConverter: "a", UUIDConverter: UUID(int=0)}


async def _say(answer: Answer, send: Send) -> None:
    headers = _encoded(answer.headers, len(answer.body))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _once_more(body: bytes, receive: Receive) -> Receive:
    """For the front door: the body again, and then what comes after it."""
    waiting: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Event:
        return waiting.pop() if waiting else await receive()

    return receive_again


@lru_cache(maxsize=REMEMBERED)
def _encoded(headers: tuple[tuple[str, str], ...], length: int) -> list[tuple[bytes, bytes]]:
    """The headers of an answer of that length, and the usual ones where it has none of its own."""
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    usual = [(name, value) for name, value in USUAL if name not in dict(given)]
    return [*given, (b"content-length", b"%d" % length), *usual]


@lru_cache(maxsize=REMEMBERED)
def _cookies(header: str) -> tuple[str, str]:
    """The key of the session, and the secret that forms are proved with."""
    cookies = parse_cookie(header)
    return cookies.get(settings.SESSION_COOKIE_NAME, ""), cookies.get(settings.CSRF_COOKIE_NAME, "")


@lru_cache(maxsize=REMEMBERED)
def _is_in_order(
    view: View, method: str, scheme: str, telling: tuple[tuple[str, str], ...], secret: str, token: str
) -> bool:
    """Django's own answer to forged forms and foreign hosts."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in telling]
    cookie = f"{settings.CSRF_COOKIE_NAME}={secret}".encode("latin-1")
    body = urlencode({"csrfmiddlewaretoken": token}).encode()
    request = ASGIRequest(
        {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "path": "/",
            "query_string": b"",
            "headers": [*headers, (b"cookie", cookie), (b"content-type", FORMS[0].encode())],
        },
        BytesIO(body),
    )
    try:
        request.get_host()
    except DisallowedHost:
        return False
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    _GUARD.process_request(request)
    return _GUARD.process_view(request, view, (), {}) is None
