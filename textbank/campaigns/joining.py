"""A person comes into a campaign: they say which, prove their address, and have their place.

Between saying and proving, the intent waits in the session (and in the link of the letter, for those who open
it elsewhere). It names the campaign by its join token, so rotating the link ends what was begun with it.
"""

from __future__ import annotations

import re
from typing import TypedDict

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, QueryDict

from textbank.campaigns.models import Campaign, Membership, User
from textbank.campaigns.navigation import landing

INTENT = "joining"
TOKEN = re.compile(r"[A-Za-z0-9_-]+")


class Intent(TypedDict):
    """The campaign somebody wants to join, and the texting action they came for ("" for none)."""

    join: str
    action: str


def intent_in(query: QueryDict) -> Intent | None:
    """The intent that the link of a letter carries."""
    join = query.get("join", "")
    return Intent(join=join, action=action_in(query)) if TOKEN.fullmatch(join) else None


def action_in(query: QueryDict) -> str:
    """The id of the action that an address names; nonsense counts as none."""
    action = query.get("action", "")
    return action if action.isdecimal() and len(action) < 16 else ""


def intent_of(session: SessionBase) -> Intent | None:
    intent: Intent | None = session.get(INTENT)
    return intent


def campaign_of(intent: Intent | None) -> Campaign | None:
    return Campaign.objects.filter(join_token=intent["join"]).first() if intent else None


def campaign_by_code(request: HttpRequest, code: str) -> Campaign | None:
    """The campaign with this join code. Wrong codes are counted, so that the million cannot be walked.

    Raises allauth's `RateLimited` when there were too many.
    """
    ratelimit.consume(request, action="join_code", key="everybody", dry_run=True, raise_exception=True)
    campaign = Campaign.objects.filter(join_code=code).first()
    if campaign is None:
        ratelimit.consume(request, action="join_code", key="everybody", raise_exception=True)
    return campaign


def newcomer(email: str, first_name: str, last_name: str) -> User | None:
    """The user with this address, made if there is none; None for one that is switched off.

    Nothing is proven yet, so the names of somebody who has a place or has signed in stay as they are.
    """
    names = {"first_name": first_name, "last_name": last_name}
    user, is_new = User.objects.get_or_create(email=email, defaults=names)
    if not is_new and user.last_login is None and not user.memberships.exists():
        User.objects.filter(pk=user.pk).update(**names)
    return user if user.is_active else None


def remember(session: SessionBase, intent: Intent | None) -> None:
    """Keeps what the latest letter was asked for; a letter for mere sign-in forgets an older wish."""
    session.pop(INTENT, None)
    if intent is not None:
        session[INTENT] = intent


def fulfil(request: HttpRequest, user: User) -> str | None:
    """Makes the membership that this session was waiting for. Returns where to land, if anywhere special."""
    intent = intent_of(request.session)
    remember(request.session, None)
    if intent is None:
        return None
    campaign = campaign_of(intent)
    if campaign is None:
        messages.error(request, "That join link is no longer valid. Ask your campaign for the new one.")
        return None
    return welcome(request, join(campaign, user), intent["action"])


@transaction.atomic
def join(campaign: Campaign, user: User) -> Membership:
    """The user's place in the campaign, as a volunteer if it is new. A suspended member stays suspended."""
    membership, _ = Membership.objects.get_or_create(campaign=campaign, user=user)
    return membership


def welcome(request: HttpRequest, membership: Membership, action: str = "") -> str | None:
    """Where a member lands; None, with a word why, for one who is suspended."""
    if membership.suspended_at is not None:
        messages.error(
            request, f"Your place at {membership.campaign} is on hold. Its organizers can let you back in."
        )
        return None
    return landing(membership, action)
