"""The inbox: who wrote back, the thread with each, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2s
from typing import Any

from django.contrib import messages
from django.db.models import BigIntegerField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from textbank import clock, lulls
from textbank.campaigns.access import MemberRequest, for_volunteers
from textbank.campaigns.models import Campaign, Membership
from textbank.contacts import zones
from textbank.contacts.opting_out import opted_out_among
from textbank.contacts.wrong_numbers import wrong_among
from textbank.names import new_name
from textbank.shared_views import Answer, Asked, Settled, polled, shared
from textbank.texting import replying, reporting, watching
from textbank.texting.forms.volunteer import ReplyForm, ReportForm, SeenForm, response_scripts
from textbank.texting.hours import next_opening
from textbank.texting.models import Conversation
from textbank.texting.replying import Reply
from textbank.texting.safeguards import Moment, refusal
from textbank.texting.segments import measure
from textbank.texting.sending import Outcome, Verdict
from textbank.texting.templatetags.moments import age
from textbank.texting.views.folders import page_of, tabs
from textbank.texting.views.threads import days
from textbank.texting.writing import scripted_text

NOTHING_NEW = 204


def _list_stamps(members: Sequence[Membership]) -> list[str]:
    return watching.of_lists(members[0].campaign_id, [member.id for member in members])


@require_GET
@for_volunteers
@polled(read=lambda asked: asked.member, story=_list_stamps)
def inbox(request: MemberRequest) -> HttpResponse:
    """One folder. The page asks for itself again every few seconds and is told when nothing has changed."""
    context = _list(request)
    if request.htmx and not request.htmx.boosted:
        if request.GET.get("seen") == context["seen"]:
            return HttpResponse(status=NOTHING_NEW)
        return render(request, "texting/inbox/_list.html", context)
    return render(request, "texting/inbox/inbox.html", context)


@require_GET
@for_volunteers
def conversation(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """The whole thread, the composer and the report. Opening it marks it read."""
    found, stamp = _opened(request, conversation_id)
    context = _list(request, found) | _texts(request, found, stamp) | _composer(request, found)
    return render(request, "texting/inbox/conversation.html", context | {"report": ReportForm(found)})


def _thread_stamps(asked: Sequence[tuple[int, int]]) -> list[str | None]:
    return watching.of_threads(asked[0][0], [conversation_id for _campaign_id, conversation_id in asked])


@require_GET
@for_volunteers
@polled(read=lambda asked: (asked.member.campaign_id, asked.names["conversation_id"]), story=_thread_stamps)
def thread(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """The texts once more, if there is anything new in them."""
    stamp = _stamp(request, conversation_id)
    try:
        found = _conversation(request, conversation_id)
    except Http404:
        if not (why := _why_it_is_gone(request, conversation_id)):
            raise
        messages.info(request, f"{why} The conversation has left your inbox.")
        return HttpResponseClientRedirect(reverse("inbox", args=[request.campaign.slug]))
    context = _texts(request, found, stamp)
    if request.GET.get("can_reply") != context["can_reply"]:
        return HttpResponseClientRefresh()
    _note_read(request, found)
    if request.GET.get("seen") == context["seen_thread"]:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "texting/inbox/_thread.html", context | {"is_poll": True})


@require_GET
@for_volunteers
def live(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """The texts and a fresh composer, after a reply has gone."""
    stamp = _stamp(request, conversation_id)
    found = _conversation(request, conversation_id)
    context = _texts(request, found, stamp) | _composer(request, found)
    return render(request, "texting/inbox/_live.html", context)


def _reply(asked: Asked) -> tuple[Campaign, Reply]:
    form, member = ReplyForm(asked.fields), asked.member
    if not form.is_valid():
        raise Settled(str(next(iter(form.errors.values()))[0]))
    filled = form.cleaned_data
    reply = Reply(
        conversation_id=asked.names["conversation_id"],
        text=filled["text"],
        token=filled["token"],
        member_id=member.id,
        script_id=filled["script"],
        sees_all=member.is_staff_member,
        seen=filled["seen"],
    )
    return member.campaign, reply


def _send(calls: Sequence[tuple[Campaign, Reply]]) -> list[str]:
    """Sends the replies; what went wrong with each in a sentence, or nothing."""
    outcomes = replying.send_replies(calls[-1][0], [reply for _campaign, reply in calls], clock.now())
    return [_problem(outcome) for outcome in outcomes]


def _problem(outcome: Outcome) -> str:
    if outcome.verdict == Verdict.QUEUED:
        return ""
    return outcome.safeguard.sentence if outcome.safeguard else "This text could not be sent."


def _on_its_way(_asked: Asked, problem: str) -> Answer | None:
    """The page then asks for `live`."""
    return None if problem else Answer(status=NOTHING_NEW, headers=(("HX-Trigger", "replied"),))


@require_POST
@for_volunteers
@shared(read=_reply, story=_send, quick=_on_its_way)
def reply(request: MemberRequest, problem: str, conversation_id: int) -> HttpResponse:
    """Sends what the composer holds, once however often it comes."""
    stamp = _stamp(request, conversation_id)
    found = _conversation(request, conversation_id)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("conversation", request.campaign.slug, found.id)
    draft = {"problem": problem, "draft": request.POST}
    context = _texts(request, found, stamp) | _composer(request, found) | draft
    return render(request, "texting/inbox/_live.html", context)


@require_POST
@for_volunteers
def report(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Files what was learnt. That settles what the page had shown of the conversation."""
    found = _conversation(request, conversation_id)
    form, seen = ReportForm(found, request.POST), SeenForm.of(request.POST)
    if not form.is_valid():
        messages.error(request, "Those tags have changed meanwhile. Please look at the report again.")
        return redirect("conversation", request.campaign.slug, found.id)
    reporting.file_report(found, request.membership, form.answers(), clock.now(), seen)
    messages.success(request, "Report saved.")
    if reporting.is_behind(found, seen):
        messages.info(request, f"{found.contact.name} has written meanwhile. Please read that too.")
    return redirect("conversation", request.campaign.slug, found.id)


@require_POST
@for_volunteers
def opt_out(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """They told a person that they want no more texts."""
    found = _conversation(request, conversation_id)
    reporting.opt_contact_out(found, request.membership, clock.now())
    messages.success(request, f"{found.contact.name} will not be texted again.")
    return redirect("conversation", request.campaign.slug, found.id)


@require_POST
@for_volunteers
def wrong_number(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Somebody else is at this phone. The conversation is over."""
    found = _conversation(request, conversation_id)
    reporting.report_wrong_number(found, request.membership, clock.now())
    messages.success(
        request, f"{found.contact.phone} is noted as the wrong number and will not be texted again."
    )
    if request.membership.is_staff_member:  # who still sees it
        return redirect("conversation", request.campaign.slug, found.id)
    return redirect("inbox", request.campaign.slug)


@require_POST
@for_volunteers
def suggestion(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """They did not ask for it, says who has read their words."""
    found = _conversation(request, conversation_id)
    if not reporting.dismiss_suggestion(found, SeenForm.of(request.POST)):
        messages.info(request, f"{found.contact.name} has written meanwhile. Please read that first.")
    return redirect("conversation", request.campaign.slug, found.id)


@require_POST
@for_volunteers
def archive(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Out of the list, or back into it."""
    found = _conversation(request, conversation_id)
    if "bring_back" in request.POST:
        found.bring_back()
        messages.success(request, f"{found.contact.name} is back in your inbox.")
        return redirect("conversation", request.campaign.slug, found.id)
    found.archive(clock.now())
    messages.success(request, f"{found.contact.name} is archived. A new reply brings the conversation back.")
    return redirect("inbox", request.campaign.slug)


@require_POST
@for_volunteers
def segments(request: MemberRequest) -> HttpResponse:
    """How long the text in the composer is, as carriers count."""
    text = request.POST.get("text", "")
    return render(request, "texting/inbox/_segments.html", {"measured": measure(text)})


def _conversation(request: MemberRequest, conversation_id: int) -> Conversation:
    reachable = Conversation.objects.open_to(request.membership)
    found = get_object_or_404(
        reachable.select_related("contact", "action", "assignee__user"), id=conversation_id
    )
    found.campaign = request.campaign
    return found


def _opened(request: MemberRequest, conversation_id: int) -> tuple[Conversation, str]:
    """The conversation, read, and its stamp from before it was looked up."""
    stamp = _stamp(request, conversation_id)
    found = _conversation(request, conversation_id)
    return _opened(request, conversation_id) if _note_read(request, found) else (found, stamp)


def _note_read(request: MemberRequest, found: Conversation) -> bool:
    """Read, once the person it is assigned to has seen it; staff who look in change nothing. Whether that is news."""
    if not found.is_unread or found.assignee_id != request.membership.id:
        return False
    found.mark_read()
    return True


def _why_it_is_gone(request: MemberRequest, conversation_id: int) -> str:
    """A sentence, when words of the contact have just taken this thread away from its volunteer."""
    gone = Conversation.objects.of(request.membership).filter(id=conversation_id, hidden_at__isnull=False)
    if not (found := gone.select_related("contact").first()):
        return ""
    contact = found.contact
    if wrong_among(request.campaign, [contact.phone]) and not opted_out_among(
        request.campaign, [contact.phone]
    ):
        return f"This is not the phone of {contact.name}."
    return f"{contact.name} asked not to be texted."


def _list(request: MemberRequest, current: Conversation | None = None) -> dict[str, Any]:
    """A folder's rows and tabs, beside the conversation that is open."""
    mine, asked = Conversation.objects.of(request.membership), request.GET.get("current", "")
    open_id = current.id if current else int(asked) if asked.isdecimal() and len(asked) < 16 else None
    [stamp] = _list_stamps([request.membership])
    page = page_of(mine, request.campaign, request.GET, open_id)
    folder_tabs = tabs(request.membership, page)
    ages = [age(row.last_inbound_at) for row in page.rows]
    seen = fingerprint(page.rows, ages, [tab["count"] for tab in folder_tabs])
    return {
        "page": page,
        "tabs": folder_tabs,
        "open_id": open_id,
        "seen": seen,
        "shown": lulls.shown(request.membership.id, stamp),
    }


def fingerprint(*things: object) -> str:
    """Changes whenever what is shown changes, so that a poll can be answered "nothing new"."""
    return blake2s(repr(things).encode(), digest_size=12).hexdigest()


def _stamp(request: MemberRequest, conversation_id: int) -> str:
    """To be taken before anything of the conversation is read: what changes in between shows with the next poll."""
    if conversation_id > BigIntegerField.MAX_BIGINT:
        raise Http404("No row has such a number")
    return watching.of_threads(request.membership.campaign_id, [conversation_id])[0] or ""


def _texts(request: MemberRequest, found: Conversation, stamp: str) -> dict[str, Any]:
    """The texts, and whether one more may go out: what the page asks for again and again."""
    shown, now = days(found, request.membership), clock.now()
    # Behind the texts, so that none of them is shown, and answered, without what it may mean.
    facts, found.suggestion = replying.facts_of(found)
    refused = refusal(facts, Moment.of(request.campaign, now))
    newest = shown[-1].bubbles[-1] if shown else None
    bubbles = [(one.message.id, one.status, one.problem) for day in shown for one in day.bubbles]
    return {
        "conversation": found,
        "contact": found.contact,
        "days": shown,
        "newest": newest,
        "seen_thread": fingerprint(bubbles, found.suggestion),
        "shown_thread": lulls.shown(request.membership.id, stamp),
        "refused": refused,
        "is_opted_out": facts.is_opted_out,
        "is_wrong_number": facts.is_wrong_number,
        "can_reply": str(int(refused)) if refused else "yes",
    }


def _composer(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    """Where a reply is written, and the way to whoever waits next."""
    now, contact = clock.now(), found.contact
    waiting = Conversation.objects.of(request.membership).needs_attention().exclude(id=found.id)
    return {
        "opens_at": next_opening(request.campaign, contact.zones, now),
        "local_times": zones.local_times(contact.zones, now),
        "scripts": _scripts(request, found),
        "token": new_name(),
        "measured": measure(""),
        "next_waiting": waiting.order_by("last_inbound_at", "id").values_list("id", flat=True).first(),
    }


def _scripts(request: MemberRequest, found: Conversation) -> list[dict[str, Any]]:
    """The response scripts as this contact would read them."""
    return [
        {"script": script, "text": scripted_text(found, script, request.membership)}
        for script in response_scripts(found)
    ]
