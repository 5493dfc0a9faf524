"""A short way in for the few requests that come by the thousand: a press, a reply, a carrier's webhook.

The front door (Django's whole chain of middleware) costs several times what such a request does. Here stands only
what decides: who it is, whether their own page sent it, and the very view that the front door would have called. The
side door refuses nobody: whatever is not plainly in order goes through the front door, which says what is wrong.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core import signals
from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import get_resolver, resolve, reverse
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from textbank.campaigns.access import View, audience_of, may_enter
from textbank.campaigns.models import Membership
from textbank.gathering import Gathering
from textbank.querying import rows

log = logging.getLogger(__name__)

WAYS = ("initial_message", "reply", "bucket", "carrier_replies", "carrier_receipts")
MOST = 100_000  # bytes of a body; what is longer is nothing usual
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class SideDoor:
    """A WSGI application in front of another."""

    def __init__(self, front_door: Application) -> None:
        self.front_door = front_door
        self.ways = [_Way.to(name) for name in WAYS]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = self._let_in(environ) if environ["REQUEST_METHOD"] == "POST" else None
        if response is None:
            return self.front_door(environ, start_response)
        for name, value in (*HEADERS.items(), ("Content-Length", str(len(response.content)))):
            response.headers.setdefault(name, value)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies])
        return response

    def _let_in(self, environ: Environ) -> HttpResponse | None:
        """The answer to a request that is plainly in order; None for any other, its body unread."""
        path = environ["PATH_INFO"][1:]
        found = next(((way, match) for way in self.ways if (match := way.pattern.fullmatch(path))), None)
        length = environ.get("CONTENT_LENGTH") or ""
        if found is None or not length.isdecimal() or int(length) > MOST:
            return None
        way, match = found
        names = {name: way.converters[name].to_python(text) for name, text in match.groupdict().items()}
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        response = _answer(environ, way.view, names)
        environ["wsgi.input"] = BytesIO(body)
        return response


def _answer(environ: Environ, view: View, names: dict[str, Any]) -> HttpResponse | None:
    signals.request_started.send(sender=WSGIHandler, environ=environ)
    request = WSGIRequest(environ)
    try:
        response = _enter(request, view, names)
    except (Http404, PermissionDenied, SuspiciousOperation, DisallowedHost):
        response = None
    except Exception:
        log.exception("The side door met a fault; the front door tries again")
        response = None
    if not isinstance(response, HttpResponse):
        signals.request_finished.send(sender=WSGIHandler)
        return None
    response._handler_class = WSGIHandler  # type: ignore[attr-defined]  # it sends request_finished when closed
    return response


def _enter(request: WSGIRequest, view: View, names: dict[str, Any]) -> HttpResponseBase | None:
    request.get_host()
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    if audience_of(view) == "carriers":
        return view(request, **names)
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    membership = _visitors(None, (session_key, names.pop("campaign_slug")))
    if membership is None or not may_enter(membership, view) or not _is_from_our_page(request, view):
        return None
    request.user, request.membership, request.campaign = (  # type: ignore[attr-defined]
        membership.user,
        membership,
        membership.campaign,
    )
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return view(request, **names)


def _is_from_our_page(request: HttpRequest, view: View) -> bool:
    """Django's own answer to forged forms."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    return guard.process_view(request, view, (), {}) is None


@dataclass(frozen=True, slots=True)
class _Way:
    """The pattern of a named address, as the address plan has it, and its view."""

    pattern: re.Pattern[str]
    converters: Mapping[str, Any]
    view: View

    @classmethod
    def to(cls, name: str) -> _Way:
        _forms, pattern, _defaults, converters = get_resolver().reverse_dict.getlist(name)[0]
        example = {key: _EXAMPLES[type(converter)] for key, converter in converters.items()}
        return cls(re.compile(pattern), converters, resolve(reverse(name, kwargs=example)).func)


_EXAMPLES: dict[type, object] = {IntConverter: 1, SlugConverter: "a", UUIDConverter: UUID(int=0)}


# --- Who it is. The rows are looked at anew for every request; what follows from a row is remembered by its version
# (xmin and ctid, which PostgreSQL changes with every update), so a change counts from the next request on.

_SESSIONS = """
    SELECT session_key, session_data FROM django_session
    WHERE session_key = ANY(%(keys)s) AND expire_date > %(now)s
"""
_MEMBERS = """
    SELECT u.id AS user_id, c.slug, m.id,
           ARRAY[m.xmin::text, m.ctid::text, c.xmin::text, c.ctid::text, u.xmin::text, u.ctid::text] AS version
    FROM unnest(%(users)s::bigint[], %(slugs)s::text[]) AS asked(user_id, slug)
    JOIN campaigns_user AS u ON u.id = asked.user_id
    JOIN campaigns_campaign AS c ON c.slug = asked.slug
    JOIN campaigns_membership AS m ON m.campaign_id = c.id AND m.user_id = u.id
"""


def _find_visitors(calls: Sequence[tuple[str, str]]) -> list[Membership | None]:
    """The live membership behind each session key in the campaign of that slug."""
    sessions = {
        row["session_key"]: row["session_data"]
        for row in rows(_SESSIONS, keys=[key for key, _slug in calls], now=timezone.now())
    }
    asked = {
        (user_id, slug)
        for key, slug in calls
        if key in sessions and (user_id := _user_id(sessions[key])) is not None
    }
    users, slugs = [user for user, _slug in asked], [slug for _user, slug in asked]
    members = {(row["user_id"], row["slug"]): row for row in rows(_MEMBERS, users=users, slugs=slugs)}
    return [_visitor(key, sessions.get(key), slug, members) for key, slug in calls]


def _visitor(
    key: str, session_data: str | None, slug: str, members: Mapping[tuple[int, str], dict[str, Any]]
) -> Membership | None:
    row = members.get((_user_id(session_data) or 0, slug)) if session_data else None
    if row is None or session_data is None:
        return None
    return _membership(key, session_data, row["id"], tuple(row["version"]))


@lru_cache(maxsize=20_000)
def _user_id(session_data: str) -> int | None:
    found = SessionStore().decode(session_data).get(SESSION_KEY)
    return int(found) if found and str(found).isdecimal() else None


@lru_cache(maxsize=20_000)
def _membership(
    session_key: str, session_data: str, membership_id: int, _version: tuple[str, ...]
) -> Membership | None:
    """The membership, if Django takes the session for its user's and the member may come in."""
    asking = HttpRequest()
    asking.session = SessionStore(session_key)
    asking.session._session_cache = SessionStore().decode(session_data)  # type: ignore[attr-defined]
    user = get_user(asking)
    members = Membership.objects.live().select_related("campaign", "user")
    return members.filter(id=membership_id, user=user.pk).first() if user.is_authenticated else None


_visitors = Gathering(_find_visitors)
