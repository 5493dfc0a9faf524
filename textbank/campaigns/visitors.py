"""Who a visitor is, by their session, for many visitors in two statements.

The rows are looked at anew for every request. What follows from a row is remembered by its version (xmin and ctid,
which PostgreSQL changes with every update), so a change counts from the next request on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from textbank.campaigns.models import Membership, User
from textbank.querying import rows
from textbank.remembering import Remembered

_SESSIONS = """
    SELECT session_key, session_data FROM django_session
    WHERE session_key = ANY(%(keys)s) AND expire_date > %(now)s
"""
_MEMBERS = """
    SELECT u.id AS user_id, c.slug, m.id,
           ARRAY[m.xmin::text, m.ctid::text, c.xmin::text, c.ctid::text, u.xmin::text, u.ctid::text,
                 (EXISTS (SELECT FROM campaigns_membership AS other
                          WHERE other.user_id = u.id AND other.id <> m.id AND other.suspended_at IS NULL))::text
           ] AS version
    FROM unnest(%(users)s::bigint[], %(slugs)s::text[]) AS asked(user_id, slug)
    JOIN campaigns_user AS u ON u.id = asked.user_id
    JOIN campaigns_campaign AS c ON c.slug = asked.slug
    JOIN campaigns_membership AS m ON m.campaign_id = c.id AND m.user_id = u.id
"""


def find(calls: Sequence[tuple[str, str]]) -> list[Membership | None]:
    """The live membership behind each session key in the campaign of that slug. It is shared: not to be changed.

    It also knows, for the menu of every page, whether its user has others (`has_others`).
    """
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
    signs = [_sign(key, sessions.get(key), slug, members) for key, slug in calls]
    _meet([sign for sign in signs if sign is not None and sign not in _met])
    return [_met.get(sign) if sign is not None else None for sign in signs]


def _sign(
    key: str, session_data: str | None, slug: str, members: Mapping[tuple[int, str], dict[str, Any]]
) -> Sign | None:
    row = members.get((_user_id(session_data) or 0, slug)) if session_data else None
    if row is None or session_data is None:
        return None
    return Sign(key, session_data, row["id"], tuple(row["version"]))


def known(session_key: str, slug: str) -> Membership | None:
    """The same for one visitor, with rows of their own: a page may change them, and throw them away."""
    [found] = find([(session_key, slug)])
    if found is None:
        return None
    own = copy(found)
    own.campaign, own.user = copy(found.campaign), copy(found.user)
    return own


class Sign(NamedTuple):
    """By what a visitor is known again: as long as nothing of it changes, they are who they were."""

    session_key: str
    session_data: str
    membership_id: int
    version: tuple[str, ...]


_met = Remembered[Sign, Membership | None](20_000)


def _meet(signs: Sequence[Sign]) -> None:
    """Looks up who is behind these signs: a member who may come in, or nobody."""
    if not signs:
        return
    live = Membership.objects.live()
    others = live.filter(user=OuterRef("user")).exclude(pk=OuterRef("pk"))
    found = live.select_related("campaign", "user").annotate(has_others=Exists(others))
    members = found.in_bulk({sign.membership_id for sign in signs})
    for sign in signs:
        member = members.get(sign.membership_id)
        _met.keep(sign, member if member and _proves(sign.session_data, member.user) else None)


@lru_cache(maxsize=20_000)
def _user_id(session_data: str) -> int | None:
    found = SessionStore().decode(session_data).get(SESSION_KEY)
    return int(found) if found and str(found).isdecimal() else None


def _proves(session_data: str, user: User) -> bool:
    """Whether the session is this active user's, as Django has it (`get_user`, which would look up each once more).

    One that only an earlier secret proves is left to the front door, which renews it.
    """
    session = SessionStore().decode(session_data)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
