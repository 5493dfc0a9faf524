"""An action goes public, pauses, goes on, closes: one press each, answered with what really happened."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.texting import publishing
from textbank.texting.models import TextingAction
from textbank.texting.views.setup_page import find_action


@require_POST
@for_admins
def publication(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    try:
        publishing.publish(action, clock.now())
    except publishing.NotReady as reason:
        messages.error(request, str(reason))
        return _back(request, action, "action_setup")
    contacts = action.assignments.count()
    messages.success(request, f"Published. {contacts:,} contact{pluralize(contacts)} can be texted now.")
    return _back(request, action, "results")


@require_POST
@for_admins
def pause(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    if not publishing.pause(action, clock.now()):
        messages.error(request, "Nothing to pause: this action is not published, or is paused already.")
        return _back(request, action, "results")
    left = publishing.remainder(action)
    gone = f"{left.gone:,} first text{pluralize(left.gone)} had already gone"
    messages.success(request, f"Paused. {gone}; {left.waiting:,} wait and go when you resume.")
    return _back(request, action, "results")


@require_POST
@for_admins
def resumption(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    publishing.resume(action, clock.now())
    messages.success(request, "Resumed. Volunteers can text again.")
    return _back(request, action, "results")


@require_POST
@for_admins
def closure(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    if not publishing.close(action, clock.now()):
        messages.error(request, "Nothing to close: this action is not published.")
        return _back(request, action, "results")
    left = publishing.remainder(action)
    people = f"{left.untexted:,} {pluralize(left.untexted, 'person,people')} will not be texted"
    stay = f"{left.conversations:,} {pluralize(left.conversations, 'conversation stays,conversations stay')} open"
    messages.success(request, f"Closed. {people}; {stay}.")
    return _back(request, action, "results")


def _back(request: MemberRequest, action: TextingAction, page: str) -> HttpResponse:
    return redirect(page, campaign_slug=request.campaign.slug, action_id=action.id)
