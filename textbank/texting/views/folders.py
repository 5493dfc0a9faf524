"""A page of the inbox: which folder, which words, and from where on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import Contact
from textbank.querying import rows
from textbank.texting.models import Message
from textbank.texting.models.conversation import ConversationQuerySet

ROWS = 30
COUNTED_AT_MOST = 99
SOME = str(2**63)  # a number that no conversation has, and no name of a campaign
LONGEST = 200  # characters of a text that a row can show


class Folder(NamedTuple):
    """A named query, and what it asks of a conversation that was heard from, for counting all folders at once."""

    label: str
    find: Callable[[ConversationQuerySet], ConversationQuerySet]
    condition: str


FOLDERS = {
    "all": Folder("All", ConversationQuerySet.current, "archived_at IS NULL"),
    "unread": Folder("Unread", ConversationQuerySet.unread, "is_unread"),
    "needs-attention": Folder("Needs attention", ConversationQuerySet.needs_attention, "needs_attention"),
    "archived": Folder("Archived", ConversationQuerySet.archived, "archived_at IS NOT NULL"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list: what is shown of it and of the last text in it."""

    id: int
    name: str
    initials: str
    words: str
    is_ours: bool
    is_unread: bool
    needs_attention: bool
    last_inbound_at: datetime
    url: str
    archive_url: str
    is_current: bool


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
    found = _in_order(_search(FOLDERS[folder].find(mine), words), folder, place)
    ids = list(found.values_list("id", flat=True)[: ROWS + 1])
    shown = [
        _row(row, campaign, folder, current)
        for row in rows(_ROWS, campaign=campaign.id, ids=ids[:ROWS], longest=LONGEST)
    ]
    following = _query_after(folder, words, shown[-1]) if len(ids) > ROWS and shown else ""
    return Page(folder, words, place is None, shown, following)


# The last text is the last that anybody would read: not one that was taken back, nor an empty one of ours.
_ROWS = """
    SELECT v.id, v.last_inbound_at, v.is_unread, v.needs_attention, c.first_name, c.last_name, c.phone,
           m.kind, left(m.text, %(longest)s) AS text, m.media <> '[]' AS has_pictures
    FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS shown(id, place)
    JOIN texting_conversation AS v ON v.id = shown.id AND v.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    LEFT JOIN LATERAL (
        SELECT kind, text, media FROM texting_message
        WHERE conversation_id = v.id AND status <> 'undone' AND (text <> '' OR kind = 'incoming')
        ORDER BY id DESC LIMIT 1
    ) AS m ON true
    ORDER BY shown.place
"""


def _row(row: dict[str, Any], campaign: Campaign, folder: str, current: int | None) -> Row:
    url, archive_url = (address.replace(SOME, str(row["id"])) for address in _addresses(campaign.slug))
    who = Contact(first_name=row["first_name"], last_name=row["last_name"], phone=row["phone"])
    return Row(
        id=row["id"],
        name=who.name,
        initials=who.initials,
        words=_words(row),
        is_ours=row["kind"] not in (None, Message.Kind.INCOMING),
        is_unread=row["is_unread"],
        needs_attention=row["needs_attention"],
        last_inbound_at=row["last_inbound_at"],
        url=url,
        archive_url="" if folder == "archived" else archive_url,
        is_current=row["id"] == current,
    )


def _words(row: dict[str, Any]) -> str:
    if row["kind"] is None:
        return ""
    return row["text"] or ("Sent a picture" if row["has_pictures"] else "Sent a text without words")


@lru_cache(maxsize=10_000)
def _addresses(campaign_slug: str) -> list[str]:
    """Where `SOME` conversation is, and where it is archived. (Two for each row are dear to look up.)"""
    return [reverse(name, args=[campaign_slug, SOME]) for name in ("conversation", "archive")]


def tabs(member: Membership, page: Page) -> list[dict[str, Any]]:
    """The folders with what they hold, counted no further than anybody reads."""
    campaign = member.campaign
    address = reverse("inbox", args=[campaign.slug])
    [counts] = rows(_COUNTS, campaign=campaign.id, member=member.id, most=COUNTED_AT_MOST + 1)
    return [
        {
            "label": folder.label,
            "url": f"{address}?folder={name}",
            "count": _counted(counts[name]) if name != "archived" else None,
            "current": name == page.folder,
        }
        for name, folder in FOLDERS.items()
    ]


def _counted(count: int) -> str:
    """A count in words, when counting ended behind `COUNTED_AT_MOST`."""
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)


# All folders in one statement: four of their own took longer than the rest of the list.
_HELD = """(
    SELECT count(*) FROM (
        SELECT FROM texting_conversation
        WHERE campaign_id = %(campaign)s AND assignee_id = %(member)s AND last_inbound_at IS NOT NULL
          AND hidden_at IS NULL AND {folder.condition}
        LIMIT %(most)s
    ) AS held
) AS "{name}\""""
_COUNTS = f"SELECT {', '.join(_HELD.format(name=name, folder=folder) for name, folder in FOLDERS.items())}"


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


def _query_after(folder: str, words: str, last: Row) -> str:
    asked = {"folder": folder, "q": words, "from": f"{last.last_inbound_at.isoformat()}_{last.id}"}
    return urlencode({name: value for name, value in asked.items() if value})
