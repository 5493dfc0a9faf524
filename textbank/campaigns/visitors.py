"""Who a visitor is, by their session, for many visitors in one statement.

The rows are looked at anew for every request. What follows from a row is remembered by its version (xmin and ctid,
which PostgreSQL changes with every update), so a change counts from the next request on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from datetime import datetime
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

_VERSION = """
    ARRAY[m.xmin::text, m.ctid::text, c.xmin::text, c.ctid::text, u.xmin::text, u.ctid::text,
          (EXISTS (SELECT FROM campaigns_membership AS other
                   WHERE other.user_id = u.id AND other.id <> m.id AND other.suspended_at IS NULL))::text
    ] AS version
"""
# Whose a session is stands in it, signed and packed. Whose it was last time is known, and its row says whether it
# still is.
_MEMBERS = f"""
    SELECT s.session_key, s.session_data, asked.slug, m.id, u.id AS user_id, {_VERSION}
    FROM unnest(%(keys)s::text[], %(slugs)s::text[], %(users)s::bigint[]) AS asked(session_key, slug, user_id)
    JOIN django_session AS s ON s.session_key = asked.session_key AND s.expire_date > %(now)s
    JOIN campaigns_user AS u ON u.id = asked.user_id
    JOIN campaigns_campaign AS c ON c.slug = asked.slug
    JOIN campaigns_membership AS m ON m.campaign_id = c.id AND m.user_id = u.id
"""  # noqa: S608 (put together from constants of ours)
_SESSIONS = """
    SELECT session_key, session_data FROM django_session
    WHERE session_key = ANY(%(keys)s) AND expire_date > %(now)s
"""

_owners = Remembered[str, int](20_000)  # the user of each session


def find(calls: Sequence[tuple[str, str]]) -> list[Membership | None]:
    """The live membership behind each session key in the campaign of that slug. It is shared: not to be changed.

    It also knows, for the menu of every page, whether its user has others (`has_others`).
    """
    now = timezone.now()
    if strangers := {key for key, _slug in calls if key.isalnum() and key not in _owners}:
        for row in rows(_SESSIONS, keys=list(strangers), now=now):
            if (user_id := _user_id(row["session_data"])) is not None:
                _owners.keep(row["session_key"], user_id)
    asked = {(key, slug, owner) for key, slug in calls if (owner := _owners.get(key))}
    signs: dict[tuple[str, str], Sign] = {}
    for row in _members(asked, now) if asked else []:
        if _user_id(row["session_data"]) != row["user_id"]:
            # It has another owner now, who is found with the next request.
            _owners.pop(row["session_key"], None)
            continue
        sign = Sign(row["session_key"], row["session_data"], row["id"], tuple(row["version"]))
        signs[row["session_key"], row["slug"]] = sign
    _meet([sign for sign in signs.values() if sign not in _met])
    return [_met.get(signs[call]) if call in signs else None for call in calls]


def _members(asked: Collection[tuple[str, str, int]], now: datetime) -> list[dict[str, Any]]:
    keys, slugs, users = (list(column) for column in zip(*asked, strict=True))
    return rows(_MEMBERS, keys=keys, slugs=slugs, users=users, now=now)


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
