"""A tap on Send, Skip or Undo, and what the page is told about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_volunteers
from textbank.campaigns.models import Campaign
from textbank.shared_views import Answer, Asked, Settled, shared
from textbank.texting import cards, claiming, sending
from textbank.texting.forms.volunteer import SkipForm
from textbank.texting.hours import next_opening
from textbank.texting.models import Assignment, Message, Skip
from textbank.texting.sending import Outcome, Press, Verdict
from textbank.texting.templatetags.moments import opening


def _press(asked: Asked) -> tuple[Campaign, Press]:
    member, assignment_id = asked.member, asked.names["assignment_id"]
    try:
        press = cards.read(asked.fields.get("card", ""), member)
    except cards.Stale:
        # Without a card of ours, only whoever holds the contact learns anything about it.
        if not member.assignments.filter(id=assignment_id).exists():
            raise Http404 from None
        raise Settled(Outcome(Verdict.STALE)) from None
    if press.assignment_id != assignment_id:
        raise Http404
    return member.campaign, press


def _send(calls: Sequence[tuple[Campaign, Press]]) -> list[Outcome]:
    return sending.send_initials(calls[-1][0], [press for _campaign, press in calls], clock.now())


def _on_its_way(asked: Asked, outcome: Outcome) -> Answer | None:
    if outcome.verdict != Verdict.QUEUED or outcome.message_id is None:
        return None
    undo = _undo_address(asked.member.campaign.slug).replace("/0/", f"/{outcome.message_id}/")
    told = _told(Verdict.QUEUED, message=outcome.message_id, undo=undo)
    return Answer(json.dumps(told).encode(), headers=(("Content-Type", "application/json"),))


@require_POST
@for_volunteers
@shared(read=_press, story=_send, quick=_on_its_way)
def initial_message(request: MemberRequest, outcome: Outcome, assignment_id: int) -> HttpResponse:
    """A tap on Send. The same press may come again: it is one text."""
    assignment = get_object_or_404(
        Assignment.objects.select_related("action", "contact"), id=assignment_id, campaign=request.campaign
    )
    return _answer(request, assignment, outcome.verdict, _word(request, assignment, outcome), outcome)


@require_POST
@for_volunteers
def skip(request: MemberRequest, assignment_id: int) -> HttpResponse:
    """The contact goes back to the pool, but not to this volunteer."""
    assignment = get_object_or_404(request.membership.assignments, id=assignment_id)
    form = SkipForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else Skip.Reason.OTHER
    claiming.skip(assignment, request.membership, reason, clock.now())
    return _answer(request, assignment, "skipped", "")


@require_POST
@for_volunteers
def withdrawal(request: MemberRequest, message_id: int) -> HttpResponse:
    """Undo: the text is taken back if it has not gone yet, and its contact is at hand again."""
    message = get_object_or_404(
        Message.objects.select_related("assignment__action", "assignment__contact"),
        id=message_id,
        campaign=request.campaign,
        sender=request.membership,
        kind=Message.Kind.INITIAL,
        assignment__isnull=False,
    )
    assert message.assignment is not None
    if sending.undo(message, clock.now()):
        return _answer(request, message.assignment, "taken back", "", show=True)
    return _answer(request, message.assignment, "gone", "It was too late to take that text back.")


def _word(request: MemberRequest, assignment: Assignment, outcome: Outcome) -> str:
    """What the volunteer is told about a press, when there is anything to tell."""
    name = assignment.contact.first_name or "This person"
    if outcome.verdict == Verdict.HELD_BACK and outcome.safeguard:
        return f"{name} was not texted. {outcome.safeguard.sentence}"
    if outcome.verdict == Verdict.NOT_NOW and outcome.safeguard:
        opens_at = next_opening(request.campaign, assignment.zones, clock.now())
        when = (
            f" Opens at {opening(opens_at, request.campaign.zone)}."
            if outcome.safeguard.is_about_hours
            else ""
        )
        return f"{name} was not texted. {outcome.safeguard.sentence}{when}"
    return {
        Verdict.STALE: f"The text for {name} has changed. Please read it again.",
        Verdict.NOT_YOURS: f"{name} has been texted already, or is with somebody else now.",
    }.get(outcome.verdict, "")


def _answer(
    request: MemberRequest,
    assignment: Assignment,
    verdict: str,
    word: str,
    outcome: Outcome | None = None,
    *,
    show: bool = False,
) -> HttpResponse:
    """What became of a tap: as data for the page that shows the cards, else the page itself once more."""
    undo_of = outcome.message_id if outcome and outcome.verdict == Verdict.QUEUED else None
    if not _wants_data(request):
        if word:
            messages.info(request, word)
        address = reverse("texting", args=[request.campaign.slug, assignment.action_id])
        query = f"?sent={undo_of}" if undo_of else f"?first={assignment.id}" if show else ""
        return redirect(address + query)
    undo = _undo_address(request.campaign.slug).replace("/0/", f"/{undo_of}/") if undo_of else None
    returned = show or verdict in (Verdict.NOT_NOW, Verdict.STALE)
    card = _fresh_card(request, assignment) if returned else ""
    everyone = bool(outcome and outcome.safeguard and outcome.safeguard.is_about_everyone)
    return JsonResponse(_told(verdict, word, message=undo_of, undo=undo, card=card, everyone=everyone))


def _told(
    verdict: str,
    word: str = "",
    *,
    message: int | None = None,
    undo: str | None = None,
    card: str = "",
    everyone: bool = False,
) -> dict[str, Any]:
    """What the page that shows the cards is told. `everyone`: no other card goes at this moment either."""
    return {
        "verdict": verdict,
        "word": word,
        "message": message,
        "undo": undo,
        "card": card,
        "everyone": everyone,
    }


@lru_cache(maxsize=10_000)
def _undo_address(campaign_slug: str) -> str:
    """Where message 0 would be taken back. (Finding an address takes longer than all else in an answer.)"""
    return reverse("withdrawal", args=[campaign_slug, 0])


def _fresh_card(request: MemberRequest, assignment: Assignment) -> str:
    card = cards.fresh(assignment, request.membership, clock.now())
    context = {"action": assignment.action, "cards": [card] if card else []}
    return render_to_string("texting/volunteer/_cards.html", context, request=request)


def _wants_data(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
