"""A tap on Send, Skip or Undo, and what the page is told about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_volunteers
from textbank.texting import cards, claiming, sending
from textbank.texting.forms.volunteer import PressForm, SkipForm
from textbank.texting.hours import next_opening
from textbank.texting.models import Assignment, Message, Skip
from textbank.texting.sending import Outcome, Verdict
from textbank.texting.templatetags.moments import opening


@require_POST
@for_volunteers
def initial_message(request: MemberRequest, assignment_id: int) -> HttpResponse:
    """A tap on Send. The same press may come again: it is one text."""
    outcome = _send(request, assignment_id)
    if outcome.verdict == Verdict.QUEUED and _wants_data(request):
        return _data(request, outcome.verdict, undo_of=outcome.message_id)
    # Only what did not simply go needs the names of things.
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


def _send(request: MemberRequest, assignment_id: int) -> Outcome:
    form, member = PressForm(request.POST), request.membership
    try:
        press = cards.read(form.cleaned_data["card"] if form.is_valid() else "", member)
    except cards.Stale:
        # Without a card of ours, only whoever holds the contact learns anything about it.
        if not member.assignments.filter(id=assignment_id).exists():
            raise Http404 from None
        return Outcome(Verdict.STALE)
    if press.assignment_id != assignment_id:
        raise Http404
    return sending.send_initial(request.campaign, press, clock.now())


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
    returned = show or verdict in (Verdict.NOT_NOW, Verdict.STALE)
    return _data(
        request,
        verdict,
        word,
        undo_of=undo_of,
        card=_fresh_card(request, assignment) if returned else "",
        everyone=bool(outcome and outcome.safeguard and outcome.safeguard.is_about_everyone),
    )


def _data(
    request: MemberRequest,
    verdict: str,
    word: str = "",
    *,
    undo_of: int | None = None,
    card: str = "",
    everyone: bool = False,
) -> JsonResponse:
    """What the page that shows the cards is told. `everyone`: no other card goes at this moment either."""
    undo = reverse("withdrawal", args=[request.campaign.slug, undo_of]) if undo_of else None
    return JsonResponse(
        {
            "verdict": verdict,
            "word": word,
            "message": undo_of,
            "undo": undo,
            "card": card,
            "everyone": everyone,
        }
    )


def _fresh_card(request: MemberRequest, assignment: Assignment) -> str:
    card = cards.fresh(assignment, request.membership, clock.now())
    context = {"action": assignment.action, "cards": [card] if card else []}
    return render_to_string("texting/volunteer/_cards.html", context, request=request)


def _wants_data(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
