"""Staff look after those whom the campaign leaves alone: what a program understood, and what was a mistake."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.contacts.models import OptOut, WrongNumber
from textbank.contacts.opt_out_forms import UndoingForm
from textbank.contacts.opting_out import confirm_opt_out
from textbank.contacts.views.ledger_tabs import ledger_tabs
from textbank.texting.bringing_back import bring_back_opted_out, bring_back_wrong_number
from textbank.texting.forms.leaving import ReleasingForm, WrongNumberFilter
from textbank.texting.models import Conversation

WRONG_NUMBER_COLUMNS = [
    {"label": "Phone"},
    {"label": "Since", "wide_only": True},
    {"label": "How", "wide_only": True},
    {"label": "Words", "wide_only": True},
    {"label": "State"},
]


@require_safe
@for_admins
def opt_outs_to_review(request: MemberRequest) -> HttpResponse:
    """Those that a program read out of somebody's own words, the latest first."""
    waiting = OptOut.objects.filter(campaign=request.campaign).to_review()
    page = Paginator(waiting.order_by("-opted_out_at", "-id"), 50).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _with_conversations(request, page), "tabs": ledger_tabs(request)}
    return render(request, "texting/leaving/to_review.html", context)


@require_POST
@for_admins
def opt_out_review(request: MemberRequest, opt_out_id: int) -> HttpResponse:
    """The words were understood rightly."""
    promise = get_object_or_404(OptOut, pk=opt_out_id, campaign=request.campaign)
    confirm_opt_out(promise, request.membership, clock.now())
    messages.success(request, f"{promise.phone} stays opted out.")
    return redirect("opt_outs_to_review", campaign_slug=request.campaign.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def opt_out_undoing(request: MemberRequest, opt_out_id: int) -> HttpResponse:
    """Asks why, and takes the promise back."""
    promise = get_object_or_404(OptOut, pk=opt_out_id, campaign=request.campaign, undone_at=None)
    form = UndoingForm(request.POST or None)
    back = "opt_outs_to_review" if promise.source == OptOut.Source.WORDS else "opt_outs"
    if not form.is_valid():
        found = _conversations(request, [promise.phone]).get(promise.phone)
        context = {
            "promise": promise,
            "form": form,
            "contact": found.contact if found else None,
            "back": back,
        }
        return render(
            request, "texting/leaving/opt_out_undoing.html", context, status=422 if form.is_bound else 200
        )
    because = form.cleaned_data["because"]
    bring_back_opted_out(promise, clock.now(), because=because, by=request.membership)
    messages.success(request, f"{promise.phone} can be texted again. The reason is kept with it.")
    return redirect(back, campaign_slug=request.campaign.slug)


@require_safe
@for_admins
def wrong_numbers(request: MemberRequest) -> HttpResponse:
    """The phones at which somebody else was reached, the latest first."""
    form = WrongNumberFilter(request.GET)
    found: QuerySet[WrongNumber] = WrongNumber.objects.filter(campaign=request.campaign)
    found = form.narrow(found) if form.is_valid() else found.none()
    people = found.select_related("recorded_by__user", "released_by__user").order_by("-recorded_at", "-id")
    page = Paginator(people, 50).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": _with_conversations(request, page),
        "columns": WRONG_NUMBER_COLUMNS,
        "tabs": ledger_tabs(request),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "texting/leaving/wrong_numbers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def wrong_number_release(request: MemberRequest, wrong_number_id: int) -> HttpResponse:
    """Asks why, and lets the phone be texted again."""
    wrong = get_object_or_404(WrongNumber, pk=wrong_number_id, campaign=request.campaign, released_at=None)
    form = ReleasingForm(request.POST or None)
    if not form.is_valid():
        context = {"wrong": wrong, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "texting/leaving/wrong_number_release.html", context, status=status)
    because = form.cleaned_data["because"]
    bring_back_wrong_number(wrong, clock.now(), because=because, by=request.membership)
    messages.success(request, f"{wrong.phone} can be texted again. The reason is kept with it.")
    return redirect("wrong_numbers", campaign_slug=request.campaign.slug)


def _with_conversations(request: MemberRequest, page: Page[Any]) -> list[dict[str, Any]]:
    """Each row of the page with the conversation of its phone, and whether they wrote again since it was noted."""
    found = _conversations(request, [row.phone for row in page.object_list])
    shown = [(row, found.get(row.phone)) for row in page.object_list]
    return [{"noted": row, "conversation": one, "wrote_again": _wrote_again(row, one)} for row, one in shown]


def _wrote_again(row: OptOut | WrongNumber, conversation: Conversation | None) -> bool:
    if not isinstance(row, WrongNumber) or row.released_at or not conversation:
        return False
    heard_at = conversation.last_inbound_at
    return heard_at is not None and heard_at > row.recorded_at


def _conversations(request: MemberRequest, phones: list[str]) -> dict[str, Conversation]:
    """By phone; what is noted outlives the contact, so there may be none."""
    found = Conversation.objects.filter(campaign=request.campaign, contact__phone__in=phones)
    return {one.contact.phone: one for one in found.select_related("contact")}
