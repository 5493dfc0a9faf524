"""The one door. Every page says who may come in; a page that says nothing does not run.

A campaign's page lives under /c/<campaign>/. The door finds the visitor's membership from that address before
the view runs: a stranger, a suspended member and somebody of another campaign all get 404, so that no address
tells whether something is there. Views then reach rows only through `request.membership`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from textbank.campaigns import visitors
from textbank.campaigns.models import Campaign, Membership, Role, User


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, outside of any campaign."""

    user: User


class MemberRequest(SignedInRequest):
    """A request that has come through the door of a campaign."""

    membership: Membership
    campaign: Campaign
    htmx: HtmxDetails


class View(Protocol):
    def __call__(self, request: Any, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def _audience(name: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.audience = name  # type: ignore[attr-defined]
        return view

    return declare


# The audiences, from widest to narrowest. Put one of them on top of every view.
for_everyone = _audience("everyone")
for_carriers = _audience("carriers")  # they prove themselves with a signature
for_the_signed_in = _audience("signed in")
for_volunteers = _audience("volunteers")  # every live member
for_admins = _audience("admins")  # admins and owners
for_owners = _audience("owners")

ROLES = {
    "volunteers": {Role.VOLUNTEER, Role.ADMIN, Role.OWNER},
    "admins": {Role.ADMIN, Role.OWNER},
    "owners": {Role.OWNER},
}


class DoorMiddleware:
    """Lets a request into the view it asks for, or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Names and phones of contacts: not for the next person at this computer who presses Back.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[object, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        audience = audience_of(view)
        if audience in ("everyone", "carriers"):
            return None
        membership = _known(request, kwargs) if audience in ROLES else None
        if membership is None:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if audience == "signed in":
                return None
            if "campaign_slug" not in kwargs:
                raise ImproperlyConfigured(f"{view!r} is for {audience}, but its address names no campaign.")
            membership = _membership(request.user, kwargs.pop("campaign_slug"))
        if not may_enter(membership, view):
            raise PermissionDenied
        request.membership = membership  # type: ignore[attr-defined]
        request.campaign = membership.campaign  # type: ignore[attr-defined]
        return None


def may_enter(membership: Membership, view: object) -> bool:
    """Whether the view is for members of this role."""
    return membership.role in ROLES[audience_of(view)]


def audience_of(view: object) -> str:
    """The audience a view declares; raises `ImproperlyConfigured` for one that declares none."""
    audience = getattr(view, "audience", None)
    if audience is None:
        raise ImproperlyConfigured(f"{view!r} declares no audience (see campaigns/access.py).")
    return str(audience)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, and from there back to the page that was open.

    That page is the address itself only for a plain GET: a form's address, or a fragment's, shows nothing by
    itself. htmx would put the sign-in page inside the old one, so it is told to leave.
    """
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(redirect_to_login(page).url)
    return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")


def _known(request: HttpRequest, kwargs: dict[str, Any]) -> Membership | None:
    membership = visitors.known(request.session.session_key or "", kwargs.get("campaign_slug", ""))
    if membership is not None:
        request.user = membership.user
        del kwargs["campaign_slug"]
    return membership


def _membership(user: User, campaign_slug: str) -> Membership:
    """Of a visitor who is not known by their session alone: one that an earlier secret proves, say."""
    live = Membership.objects.live().select_related("campaign", "user")
    found = live.filter(campaign__slug=campaign_slug, user=user).first()
    if found is None:
        raise Http404
    return found
