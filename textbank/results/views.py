"""What came of the texting: the numbers of an action, and the conversations behind them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST, require_safe

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.results import conversations as finding
from textbank.results import throughput
from textbank.results.counting import count
from textbank.results.forms import ConversationFilter, ReassignmentForm
from textbank.texting import pausing
from textbank.texting.models import TextingAction
from textbank.texting.publishing import remainder
from textbank.texting.reassigning import open_conversations, reassign

COLUMNS = [
    {"label": "Contact"},
    {"label": "Last words"},
    {"label": "State", "wide_only": True},
    {"label": "Held by", "wide_only": True},
    {"label": "Action", "wide_only": True},
    {"label": "When", "wide_only": True},
]


@require_safe
@for_admins
def results(request: MemberRequest, action_id: int) -> HttpResponse:
    """The numbers of one action. The same address answers the page's own polling with the numbers alone."""
    action = _find(request, action_id)
    if action.status == TextingAction.Status.DRAFT:
        return redirect("action_setup", campaign_slug=request.campaign.slug, action_id=action.id)
    context = {"action": action, "results": count(action), "now": clock.now()}
    if request.htmx:
        return render(request, "results/_numbers.html", context)
    context |= {
        "remainder": remainder(action),
        "paused_scripts": action.scripts.filter(paused_at__isnull=False, removed_at=None),
        **_reassignment(request, action),
    }
    return render(request, "results/results.html", context)


@require_POST
@for_admins
def reassignment(request: MemberRequest, action_id: int) -> HttpResponse:
    """Gives open conversations of the action to another person."""
    action = _find(request, action_id)
    form = ReassignmentForm(request.POST, campaign=request.campaign)
    if form.is_valid():
        held_by, to = form.cleaned_data["held_by"], form.cleaned_data["to"]
        moved = reassign(open_conversations(request.campaign, action=action, held_by=held_by), to)
        messages.success(request, f"{moved:,} conversation{pluralize(moved)} went to {to.user}.")
    else:
        messages.error(request, "Choose who takes the conversations, and try again.")
    return redirect("results", campaign_slug=request.campaign.slug, action_id=action.id)


@require_safe
@for_admins
def conversations(request: MemberRequest) -> HttpResponse:
    """Every conversation in which there is a message, filtered by the address, the latest first."""
    form = ConversationFilter(request.GET, campaign=request.campaign)
    wanted = form.cleaned_data if form.is_valid() else None
    page = finding.Page([], "")
    if wanted is not None:
        page = finding.page(finding.find(request.campaign, wanted), request.GET.get("after", ""))
    asked = any(value for name, value in request.GET.items() if name != "after")
    context = {"form": form, "page": page, "columns": COLUMNS, "is_filtered": asked}
    return render(request, "results/conversations.html", context)


@require_safe
@for_admins
def sending(request: MemberRequest) -> HttpResponse:
    """How fast texts leave and what waits. The same address answers the page's own polling with the numbers alone."""
    now = clock.now()
    context = {"throughput": throughput.read(request.campaign, now), "now": now}
    return render(request, "results/_throughput.html" if request.htmx else "results/sending.html", context)


@require_POST
@for_admins
def campaign_pause(request: MemberRequest) -> HttpResponse:
    found = pausing.pause_campaign(request.campaign, clock.now())
    if found is None:
        messages.error(request, "All texting is paused already.")
    else:
        gone = f"{found.gone:,} first text{pluralize(found.gone)} of running actions had already gone"
        wait = f"{found.waiting:,} text{pluralize(found.waiting, ' waits,s wait')}"
        messages.success(request, f"All texting is paused. {gone}; {wait} and will go when you resume.")
    return redirect("sending", campaign_slug=request.campaign.slug)


@require_POST
@for_admins
def campaign_resumption(request: MemberRequest) -> HttpResponse:
    if pausing.resume_campaign(request.campaign):
        messages.success(request, "Texting goes on. What waited leaves now, within hours and limits.")
    else:
        messages.error(request, "Nothing to resume: texting is not paused.")
    return redirect("sending", campaign_slug=request.campaign.slug)


def _find(request: MemberRequest, action_id: int) -> TextingAction:
    actions = TextingAction.objects.select_related("campaign", "contact_list")
    found: TextingAction = get_object_or_404(actions, pk=action_id, campaign=request.campaign)
    return found


def _reassignment(request: MemberRequest, action: TextingAction) -> dict[str, Any]:
    """The form, and once a person is chosen in the address how many conversations would go to them."""
    form = ReassignmentForm(request.GET if "to" in request.GET else None, campaign=request.campaign)
    if not form.is_valid():
        return {"reassignment_form": form}
    held_by, to = form.cleaned_data["held_by"], form.cleaned_data["to"]
    waiting = open_conversations(request.campaign, action=action, held_by=held_by).exclude(assignee=to)
    return {"reassignment_form": form, "going": waiting.count(), "held_by": held_by, "to": to}
