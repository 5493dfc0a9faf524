"""Every conversation of a campaign, found by what is asked of it. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_datetime

from textbank.campaigns.models import Campaign
from textbank.contacts.models import OptOut
from textbank.results.counting import opted_out_conversations
from textbank.texting.models import Conversation, Message, TextingAction
from textbank.texting.reassigning import open_conversations

PAGE = 50
NEVER_LEFT = (Message.Status.UNDONE, Message.Status.SAFEGUARDED)


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations, and where the next ones begin ("" at the end)."""

    rows: list[Conversation]
    next: str


def find(campaign: Campaign, wanted: dict[str, Any]) -> QuerySet[Conversation]:
    """The conversations in which there is a message and that are as wanted (see `ConversationFilter`).

    With an action, what is asked about texts, replies and opt-outs is asked about that action's.
    """
    action: TextingAction | None = wanted.get("action")
    found: QuerySet[Conversation] = Conversation.objects.filter(campaign=campaign)
    texts = Message.objects.filter(campaign=campaign, conversation=OuterRef("pk")).exclude(
        stage=Message.Status.UNDONE
    )
    if action is not None:
        texts = texts.filter(action=action)
    found = found.filter(Exists(_first(texts, wanted) if _asks_for_first(wanted) else texts))
    found = _in_state(found, texts, campaign, action, wanted)
    found = _held_by(found, wanted.get("assignee", ""))
    if words := wanted.get("words"):
        found = found.filter(Exists(texts.filter(text__icontains=words)))
    return _named(found, wanted.get("q", ""))


def page(found: QuerySet[Conversation], after: str = "") -> Page:
    """The conversations that moved last, from where the last page ended."""
    ordered = found.order_by(F("last_message_at").desc(nulls_last=True), "-id")
    if place := _place(after):
        ordered = ordered.filter(_beyond(*place))
    chosen = list(_with_last_words(ordered)[: PAGE + 1])
    rows = chosen[:PAGE]
    _note_opt_outs(rows)
    return Page(rows, _mark(rows[-1]) if len(chosen) > PAGE else "")


def _asks_for_first(wanted: dict[str, Any]) -> bool:
    return any(wanted.get(name) for name in ("first", "safeguard", "code", "script"))


def _first(texts: QuerySet[Message], wanted: dict[str, Any]) -> QuerySet[Message]:
    """First texts as wanted: by status, safeguard, the carrier's code, script."""
    texts = texts.filter(kind=Message.Kind.INITIAL)
    status = wanted.get("first")
    if status == "texted":
        texts = texts.exclude(stage__in=NEVER_LEFT)
    elif status:
        texts = texts.filter(status=status, stage=Message.stage_of(status))
    if wanted.get("safeguard"):
        texts = texts.filter(safeguard=wanted["safeguard"])
    if code := wanted.get("code"):
        texts = texts.filter(error_code="" if code == "none" else code)
    return texts.filter(script=wanted["script"]) if wanted.get("script") else texts


def _in_state(
    found: QuerySet[Conversation],
    texts: QuerySet[Message],
    campaign: Campaign,
    action: TextingAction | None,
    wanted: dict[str, Any],
) -> QuerySet[Conversation]:
    match wanted.get("state"):
        case "attention":
            return found.filter(id__in=open_conversations(campaign, action=action).values("id"))
        case "replied":
            return found.filter(Exists(texts.filter(kind=Message.Kind.INCOMING)))
        case "not_delivered":
            failed = (Message.Status.FAILED, Message.Status.UNDELIVERED)
            return found.filter(Exists(texts.filter(stage__in=failed)))
        case "opted_out" if action is not None and action.published_at:
            return found.filter(id__in=opted_out_conversations(action, wanted.get("source", "")))
        case "opted_out":
            promises = OptOut.objects.filter(campaign=campaign, undone_at=None)
            return found.filter(Exists(promises.filter(phone=OuterRef("contact__phone"))))
    return found


def _held_by(found: QuerySet[Conversation], assignee: str) -> QuerySet[Conversation]:
    if assignee == "nobody":
        return found.filter(assignee=None)
    return found.filter(assignee=int(assignee)) if assignee else found


def _named(found: QuerySet[Conversation], q: str) -> QuerySet[Conversation]:
    """Those whose contact has every word in the name, or these digits in the phone."""
    digits = "".join(letter for letter in q if letter.isdigit())
    if len(digits) >= 4:
        return found.filter(contact__phone__contains=digits.removeprefix("1"))
    for word in q.split():
        found = found.filter(Q(contact__first_name__icontains=word) | Q(contact__last_name__icontains=word))
    return found


def _with_last_words(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    last = Message.objects.filter(campaign=OuterRef("campaign"), conversation=OuterRef("pk")).order_by("-id")
    return found.select_related("contact", "assignee__user", "action").annotate(
        last_text=Subquery(last.values("text")[:1]),
        last_media=Subquery(last.values("media")[:1]),
        last_kind=Subquery(last.values("kind")[:1]),
        last_status=Subquery(last.values("status")[:1]),
        last_at=Subquery(last.values("created_at")[:1]),
    )


def _note_opt_outs(conversations: list[Conversation]) -> None:
    """Puts the live opt-out of each on it, words and all: staff see what was written, hidden or not."""
    if not conversations:
        return
    phones = [conversation.contact.phone for conversation in conversations]
    promises = OptOut.objects.filter(campaign=conversations[0].campaign_id, phone__in=phones, undone_at=None)
    by_phone = {promise.phone: promise for promise in promises}
    for conversation in conversations:
        conversation.opt_out = by_phone.get(conversation.contact.phone)  # type: ignore[attr-defined]


def _mark(conversation: Conversation) -> str:
    moment = conversation.last_message_at
    return f"{moment.isoformat() if moment else ''}_{conversation.id}"


def _place(after: str) -> tuple[datetime | None, int] | None:
    moment, _, number = after.rpartition("_")
    try:
        return (parse_datetime(moment) if moment else None), int(number)
    except ValueError:
        return None


def _beyond(moment: datetime | None, number: int) -> Q:
    untold = Q(last_message_at=None)
    if moment is None:
        return untold & Q(id__lt=number)
    return Q(last_message_at__lt=moment) | Q(last_message_at=moment, id__lt=number) | untold
