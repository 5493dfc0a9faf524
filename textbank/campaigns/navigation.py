"""What stands around every page: the campaign, the way to others, the menu.

Pages are named here before their room has them; a place without an address is left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from textbank import clock
from textbank.campaigns import outbox
from textbank.campaigns.models import Membership
from textbank.campaigns.standstill import standstills


class Place(NamedTuple):
    """An entry of a menu: its words, the name of its address, its heroicon.

    `also`: where further pages of it stand, below the campaign's address.
    """

    label: str
    name: str
    icon: str
    also: str = ""


STAFF = (
    Place("Actions", "actions", "paper-airplane"),
    Place("Conversations", "conversations", "chat-bubble-left-right"),
    Place("Sending", "sending", "bolt"),
    Place("Contacts", "contacts", "identification"),
    Place("Opt-outs", "opt_outs", "hand-raised"),
    Place("People", "people", "users"),
    Place("Carrier", "carrier_accounts", "signal"),
    Place("Settings", "settings", "cog-6-tooth"),
)
VOLUNTEER = (
    Place("Texting", "feed", "paper-airplane"),
    Place("Inbox", "inbox", "chat-bubble-left-right", also="conversations/"),
)


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Context for the base templates. Outside a campaign there is only the way out."""
    around: dict[str, Any] = {"sign_out_url": reverse("account_logout"), "server_now": clock.now()}
    membership = getattr(request, "membership", None)
    if membership is None:
        return around | ({"outbox_url": reverse("outbox")} if settings.DEMO and outbox.is_open() else {})
    return around | {
        "membership": membership,
        "campaign": membership.campaign,
        # Asked only by templates that show them.
        "other_memberships": lambda: _others(membership),
        "standstills": lambda: _standstills(request, membership),
        "account_navigation": [
            {"label": "Join another campaign", "url": reverse("join_by_code"), "icon": "plus"}
        ],
        **_sides(request, membership),
    }


def home(membership: Membership) -> str:
    """The first page of this member's campaign: the desk for staff, the feed for volunteers."""
    places = (*STAFF, *VOLUNTEER) if membership.is_staff_member else VOLUNTEER
    urls = (address(place.name, membership) for place in places)
    return next((url for url in urls if url), reverse("campaigns"))


def landing(membership: Membership, action: str = "") -> str:
    """Where somebody who has just joined begins: the action they came for, else the feed."""
    actions = membership.campaign.actions.filter(pk=action, status="published") if action else None
    if actions is not None and actions.exists():
        url = address("action", membership, action_id=int(action))
        if url:
            return url
    return address("feed", membership) or home(membership)


def address(name: str, membership: Membership, **ids: int) -> str | None:
    """The address of a page of the member's campaign, if the product has that page."""
    try:
        return reverse(name, kwargs={"campaign_slug": membership.campaign.slug, **ids})
    except NoReverseMatch:
        return None


def _sides(request: HttpRequest, membership: Membership) -> dict[str, list[dict[str, Any]]]:
    """The menus of the desk and of the volunteer pages; staff members have both, and the way across."""
    volunteer, desk = _menu(request, membership, VOLUNTEER), _menu(request, membership, STAFF)
    if not membership.is_staff_member:
        return {"staff_navigation": [], "volunteer_navigation": volunteer}
    if feed := address("feed", membership):
        desk.append(
            {"label": "Volunteer pages", "url": feed, "icon": "device-phone-mobile", "current": False}
        )
    volunteer.append(
        {"label": "Staff pages", "url": home(membership), "icon": "computer-desktop", "current": False}
    )
    return {"staff_navigation": desk, "volunteer_navigation": volunteer}


def _menu(request: HttpRequest, membership: Membership, places: tuple[Place, ...]) -> list[dict[str, Any]]:
    addresses = [(place, address(place.name, membership)) for place in places]
    known = [(place, url) for place, url in addresses if url]
    # The feed may stand at the campaign's own address, above all others: the closest place is where we are.
    here = max(
        (url for place, url in known if _is_under(request, membership, place, url)), key=len, default=None
    )
    return [
        {"label": place.label, "url": url, "icon": place.icon, "current": url == here} for place, url in known
    ]


def _is_under(request: HttpRequest, membership: Membership, place: Place, url: str) -> bool:
    further = f"/c/{membership.campaign.slug}/{place.also}"
    return request.path.startswith(url) or bool(place.also and request.path.startswith(further))


def _others(membership: Membership) -> list[dict[str, Any]]:
    if not getattr(membership, "has_others", True):
        return []
    others = membership.user.memberships.live().exclude(pk=membership.pk)
    return [
        {"campaign": other.campaign, "url": home(other)}
        for other in others.select_related("campaign").order_by("campaign__name")
    ]


def _standstills(request: HttpRequest, membership: Membership) -> list[dict[str, Any]]:
    """With the way to where each is mended, unless that is here."""
    return [
        {
            "title": one.title,
            "text": one.text,
            "url": address(one.page, membership) if not _here(request).startswith(one.page) else None,
            "verb": one.verb,
            "is_warning": one.is_warning,
        }
        for one in standstills(membership.campaign, clock.now())
    ]


def _here(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.url_name) or ""
