"""A page of the inbox: which folder, which words, and from where on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from textbank.campaigns.models import Campaign
from textbank.texting.models import Conversation, Message
from textbank.texting.models.conversation import ConversationQuerySet

ROWS = 30
COUNTED_AT_MOST = 99
SOME = str(2**63)  # a number that no conversation has, and no name of a campaign
FOLDERS = {
    "all": ("All", ConversationQuerySet.current),
    "unread": ("Unread", ConversationQuerySet.unread),
    "needs-attention": ("Needs attention", ConversationQuerySet.needs_attention),
    "archived": ("Archived", ConversationQuerySet.archived),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list, with the last text in it."""

    conversation: Conversation
    last: Message | None
    is_current: bool
    url: str
    archive_url: str

    @property
    def state(self) -> tuple[object, ...]:
        """What the row shows, for telling whether it has changed."""
        shown = self.conversation
        return shown.id, self.last and self.last.id, shown.is_unread, shown.needs_attention

    @property
    def words(self) -> str:
        if self.last is None:
            return ""
        return self.last.text or ("Sent a picture" if self.last.media else "Sent a text without words")

    @property
    def is_ours(self) -> bool:
        return self.last is not None and not self.last.is_from_contact


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of one folder. `following` is the query of the next page, empty on the last."""

    folder: str
    words: str
    is_first: bool
    rows: list[Row]
    following: str

    @property
    def query(self) -> str:
        """What brings this folder and search back, without the place in it."""
        return urlencode({"folder": self.folder} | ({"q": self.words} if self.words else {}))


def page_of(
    mine: ConversationQuerySet, campaign: Campaign, query: Mapping[str, str], current: int | None = None
) -> Page:
    """The page that an address asks for; what it asks for wrongly is left aside. `current` is open beside it."""
    folder = query.get("folder", "all")
    folder = folder if folder in FOLDERS else "all"
    words = query.get("q", "").replace("\0", "").strip()[:100]
    place = _place(query.get("from", ""))
    found = _in_order(_search(FOLDERS[folder][1](mine), words), folder, place)
    shown = list(found.select_related("contact")[: ROWS + 1])
    last = _last_messages(shown)
    rows = [_row(one, last.get(one.id), campaign, folder, current) for one in shown[:ROWS]]
    following = _query_after(folder, words, shown[ROWS - 1]) if len(shown) > ROWS else ""
    return Page(folder, words, place is None, rows, following)


def _row(
    one: Conversation, last: Message | None, campaign: Campaign, folder: str, current: int | None
) -> Row:
    url, archive_url = (address.replace(SOME, str(one.id)) for address in _addresses(campaign.slug))
    return Row(one, last, one.id == current, url, "" if folder == "archived" else archive_url)


@lru_cache(maxsize=10_000)
def _addresses(campaign_slug: str) -> list[str]:
    """Where `SOME` conversation is, and where it is archived. (Two for each row are dear to look up.)"""
    return [reverse(name, args=[campaign_slug, SOME]) for name in ("conversation", "archive")]


def tabs(mine: ConversationQuerySet, campaign: Campaign, page: Page) -> list[dict[str, Any]]:
    """The folders with what they hold, counted no further than anybody reads."""
    address = reverse("inbox", args=[campaign.slug])
    shown = []
    for name, (label, folder) in FOLDERS.items():
        count = folder(mine).order_by()[: COUNTED_AT_MOST + 1].count()
        shown.append(
            {
                "label": label,
                "url": f"{address}?folder={name}",
                "count": f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else count,
                "current": name == page.folder,
            }
        )
    return shown


def _search(found: ConversationQuerySet, words: str) -> ConversationQuerySet:
    """Every word is in the name, or all of them stand in one text."""
    if not words:
        return found
    in_name = Q()
    for word in words.split():
        in_name &= Q(contact__first_name__icontains=word) | Q(contact__last_name__icontains=word)
    texts = Message.objects.filter(conversation=OuterRef("id"), text__icontains=words)
    return found.filter(in_name | Q(id__in=Subquery(texts.values("conversation"))))


def _in_order(
    found: ConversationQuerySet, folder: str, place: tuple[datetime, int] | None
) -> ConversationQuerySet:
    """Newest first; those who wait for an answer, longest wait first."""
    oldest_first = folder == "needs-attention"
    if place is not None:
        moment, key = place
        beyond, same = (
            (Q(last_inbound_at__gt=moment), Q(id__gt=key))
            if oldest_first
            else (Q(last_inbound_at__lt=moment), Q(id__lt=key))
        )
        found = found.filter(beyond | (Q(last_inbound_at=moment) & same))
    order = ("last_inbound_at", "id") if oldest_first else ("-last_inbound_at", "-id")
    return found.order_by(*order)


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _, key = text.rpartition("_")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (found, int(key)) if found.tzinfo and key.isdecimal() and len(key) < 16 else None


def _last_messages(conversations: list[Conversation]) -> dict[int, Message]:
    """The last text of each conversation, in one query."""
    texts = Message.objects.filter(conversation__in=conversations).shown()
    texts = texts.filter(~Q(text="") | Q(kind=Message.Kind.INCOMING))
    last = texts.order_by("conversation", "-id").distinct("conversation")
    return {message.conversation_id: message for message in last}


def _query_after(folder: str, words: str, last: Conversation) -> str:
    assert last.last_inbound_at is not None
    asked = {"folder": folder, "q": words, "from": f"{last.last_inbound_at.isoformat()}_{last.id}"}
    return urlencode({name: value for name, value in asked.items() if value})
