"""A volunteer texts: finds an action, takes a bucket, sends card by card, and stops when they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_volunteers
from textbank.campaigns.models import Membership
from textbank.shared_views import Answer, Asked, shared
from textbank.texting import cards, claiming, sending
from textbank.texting.hours import next_opening
from textbank.texting.models import Conversation, Message, Skip, TextingAction

# Nobody needs to know whether 12,000 or 13,000 are left.
COUNTED_AT_MOST = 10_000


@require_GET
@for_volunteers
def feed(request: MemberRequest) -> HttpResponse:
    """The actions open to this volunteer, and who waits for an answer."""
    now = clock.now()
    opens_at = next_opening(request.campaign, 0, now)
    rows = _feed_rows(request)
    context = {
        "rows": rows,
        "waiting": Conversation.objects.of(request.membership).needs_attention().count(),
        # One filled button a page: replies first, then the first action that has somebody left.
        "first": next((row["action"] for row in rows if row["free"] or row["in_hand"]), None),
        "opens_at": opens_at if opens_at > now else None,
        "most": COUNTED_AT_MOST,
    }
    return render(request, "texting/volunteer/feed.html", context)


@require_GET
@for_volunteers
def action(request: MemberRequest, action_id: int) -> HttpResponse:
    """One action: what it is about, and Start, or why not now."""
    found = _action(request, action_id)
    return render(request, "texting/volunteer/action.html", _standing(request, found, clock.now()))


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a volunteer got of an action. `is_open`: it would have given them somebody."""

    action_id: int
    held: int
    is_open: bool


def _claim(calls: Sequence[tuple[Membership, int]]) -> list[Bucket | None]:
    """The bucket of each of those who ask at the same moment; None where they see no such action."""
    campaign, now = calls[-1][0].campaign, clock.now()
    asked_for = {action_id for _member, action_id in calls}
    actions = _visible().filter(campaign=campaign).in_bulk(asked_for)
    held: dict[int, dict[int, int]] = {}
    for action_id, found in actions.items():
        found.campaign = campaign
        held[action_id] = claiming.claim(
            found, [member for member, asked in calls if asked == action_id], now
        )
    return [
        Bucket(action_id, held[action_id][member.id], actions[action_id].takes_initials)
        if action_id in actions
        else None
        for member, action_id in calls
    ]


def _to_the_cards(asked: Asked, bucket: Bucket | None) -> Answer | None:
    if bucket is None:
        return None
    address = reverse("texting", args=[asked.member.campaign.slug, bucket.action_id])
    if not bucket.held and bucket.is_open:
        return Answer.of(redirect(f"{address}?nobody=1"))
    response = redirect(address)
    # How far the bucket has come is for the eye alone, so the browser may keep it.
    response.set_cookie(
        _bucket_key(bucket.action_id),
        str(bucket.held),
        path=address,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return Answer.of(response)


@require_POST
@for_volunteers
@shared(
    read=lambda asked: (asked.member, asked.names["action_id"]),
    story=_claim,
    quick=_to_the_cards,
    answers_forms=True,
)
def bucket(_request: MemberRequest, _bucket: Bucket | None, action_id: int) -> HttpResponse:
    """Start, and "Text again": a bucket of contacts comes into the volunteer's hands."""
    raise Http404(f"No action {action_id} here")


@require_GET
@for_volunteers
def texting(request: MemberRequest, action_id: int) -> HttpResponse:
    """One contact at a time; after the last one, what to do next."""
    found, now = _action(request, action_id), clock.now()
    dealt = cards.deal(found, request.membership, now)
    dealt.sort(key=lambda card: str(card.assignment.id) != request.GET.get("first"))  # who was taken back
    context = _standing(request, found, now) | {"cards": dealt, "last": _last_press(request)}
    if not dealt:
        context["is_nobody_there"] = "nobody" in request.GET
        return render(request, "texting/volunteer/end_of_bucket.html", context)
    context["reasons"] = Skip.Reason.choices
    return render(request, "texting/volunteer/texting.html", context | _progress(request, found))


@require_GET
@for_volunteers
def texting_cards(request: MemberRequest, action_id: int) -> HttpResponse:
    """More cards for the page that is texting, without those it has."""
    found, now = _action(request, action_id), clock.now()
    shown = [int(one) for one in request.GET.get("shown", "").split(",") if one.isdecimal() and len(one) < 16]
    dealt = cards.deal(found, request.membership, now, shown=shown)
    left = claiming.held_by(found, request.membership).count()
    context = {"action": found, "cards": dealt}
    html = render_to_string("texting/volunteer/_cards.html", context, request=request)
    return JsonResponse({"cards": html, "left": left})


@require_POST
@for_volunteers
def returned_bucket(request: MemberRequest, action_id: int) -> HttpResponse:
    """ "I'm done": what was not texted goes back to the pool."""
    found = _action(request, action_id)
    returned = claiming.return_bucket(found, request.membership)
    address = reverse("thanks", args=[request.campaign.slug, found.id])
    return redirect(f"{address}?returned={returned}")


@require_GET
@for_volunteers
def thanks(request: MemberRequest, action_id: int) -> HttpResponse:
    """Thank you, in true numbers."""
    returned = request.GET.get("returned", "")
    context = _standing(request, _action(request, action_id), clock.now()) | {
        "returned": int(returned) if returned.isdecimal() and len(returned) < 16 else 0
    }
    return render(request, "texting/volunteer/thanks.html", context)


@require_GET
@for_volunteers
def waiting_replies(request: MemberRequest) -> HttpResponse:
    """How many wait for this volunteer's answer: asked for again and again by the page that is texting."""
    waiting = Conversation.objects.of(request.membership).needs_attention().count()
    return render(request, "texting/volunteer/_waiting_replies.html", {"waiting": waiting})


def _feed_rows(request: MemberRequest) -> list[dict[str, Any]]:
    """Each open action with what is left of it and what is in this volunteer's hands, in a few queries for all."""
    campaign, member = request.campaign, request.membership
    open_actions = TextingAction.objects.filter(campaign=campaign).open_to_volunteers()
    actions = list(open_actions.order_by("-published_at"))
    free = claiming.free_contacts(campaign, actions, COUNTED_AT_MOST + 1)
    in_hand = claiming.in_hand(member)
    waiting = Conversation.objects.of(member).waiting_by_action()
    return [
        {
            "action": action,
            "free": free[action.id],
            "in_hand": in_hand.get(action.id, 0),
            "waiting": waiting.get(action.id, 0),
        }
        for action in actions
    ]


def _visible() -> models.QuerySet[TextingAction]:
    return TextingAction.objects.exclude(status=TextingAction.Status.DRAFT)


def _action(request: MemberRequest, action_id: int) -> TextingAction:
    return get_object_or_404(_visible().select_related("campaign"), id=action_id, campaign=request.campaign)


def _standing(request: MemberRequest, action: TextingAction, now: datetime) -> dict[str, Any]:
    """Where the volunteer stands in an action, and whether they may text now."""
    member = request.membership
    opens_at = claiming.opens_at(action, member, now)
    is_paused = bool(action.paused_at or request.campaign.paused_at)
    is_open = action.status == TextingAction.Status.PUBLISHED and not is_paused
    return {
        "action": action,
        "in_hand": claiming.held_by(action, member).count(),
        "free": claiming.free_contacts(request.campaign, [action], COUNTED_AT_MOST + 1)[action.id],
        "most": COUNTED_AT_MOST,
        "is_closed": action.status == TextingAction.Status.CLOSED,
        "nobody_left": opens_at is None,
        "opens_at": opens_at if opens_at and opens_at > now else None,
        "texted": action.messages.sent_by(member).count(),
        "waiting": Conversation.objects.of(member).needs_attention().count(),
        "can_start": is_open and opens_at is not None and opens_at <= now,
    }


def _bucket_key(action_id: int) -> str:
    return f"bucket-{action_id}"


def _progress(request: MemberRequest, action: TextingAction) -> dict[str, int]:
    """How far this bucket has come. Its size is remembered from Start; what is left is counted."""
    left = claiming.held_by(action, request.membership).count()
    size = request.COOKIES.get(_bucket_key(action.id), "")
    total = max(int(size) if size.isdecimal() and len(size) < 6 else 0, left)
    return {"left": left, "total": total, "done": total - left}


def _last_press(request: MemberRequest) -> Message | None:
    """The text that was just sent, while it can still be taken back."""
    sent = request.GET.get("sent", "")
    if not (sent.isdecimal() and len(sent) < 16):
        return None
    return (
        Message.objects.filter(
            id=int(sent), campaign=request.campaign, sender=request.membership, status=Message.Status.QUEUED
        )
        .filter(created_at__gt=clock.now() - sending.UNDO_WINDOW)
        .select_related("conversation__contact")
        .first()
    )
