"""How a conversation reads: its texts by day, who wrote each, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from textbank.campaigns.models import Membership
from textbank.carriers.base import Meaning
from textbank.carriers.dialects import CARRIERS
from textbank.texting.models import Conversation, Message
from textbank.texting.refusals import Safeguard

STATUS_WORDS = {
    Message.Status.QUEUED: "Waiting to go",
    Message.Status.SENDING: "Waiting to go",
    Message.Status.SENT: "Sent",
    Message.Status.UNKNOWN: "Waiting to hear from the carrier",
    Message.Status.UNHEARD: "The carrier never said whether it went",
    Message.Status.DELIVERED: "Delivered",
}
AUTOMATIC: dict[str, str] = {
    Message.Kind.CONFIRMATION: "Sent by itself: confirms the opt-out",
    Message.Kind.HELP: "Sent by itself: answers HELP",
}
EMPTY = "(A text without words)"
PROBLEM_WORDS = {
    Meaning.OPTED_OUT: "they asked the carrier not to be texted",
    Meaning.LANDLINE: "this phone is a landline",
    Meaning.DEAD_NUMBER: "this number is not in use",
    Meaning.UNREACHABLE: "this phone cannot be reached just now",
    Meaning.BLOCKED: "this phone or its network blocks our texts",
    Meaning.FILTERED: "the carrier filtered it out",
    Meaning.DAILY_CAP: "their network takes no more of our texts today",
    Meaning.MINUTE_CAP: "their network takes no more of our texts for a while",
    Meaning.TOO_LATE: "it could not be delivered in time",
    Meaning.BAD_MEDIA: "the picture cannot be shown on this phone",
    Meaning.NUMBER_OFF: "the number it was sent from may not text",
    Meaning.ACCOUNT_OFF: "our account at the carrier is off",
    Meaning.NOT_ALLOWED: "the carrier does not allow it",
    Meaning.OTHER: "the carrier could not deliver it",
}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text as its reader sees it. `sender` is named when it was somebody else of the campaign.

    `pictures` are addresses at the carrier, to be followed by hand: the page itself loads nothing from there.
    """

    message: Message
    is_ours: bool
    sender: str
    status: str
    problem: str
    pictures: list[str]

    @property
    def words(self) -> str:
        """The text; for an incoming one that has none, and no picture either, a word about that."""
        return self.message.text or ("" if self.is_ours or self.pictures else EMPTY)


@dataclass(frozen=True, slots=True)
class Day:
    moment: datetime
    bubbles: list[Bubble]


def days(conversation: Conversation, reader: Membership) -> list[Day]:
    """The whole thread, earlier volunteers and actions included, by the campaign's days."""
    found = (
        Message.objects.filter(campaign=conversation.campaign_id, conversation=conversation)
        .shown()
        .select_related("sender__user")
        .order_by("id")
    )
    zone = conversation.campaign.zone
    by_day = groupby(found, key=lambda message: message.created_at.astimezone(zone).date())
    return [
        Day(texts[0].created_at, [_bubble(one, conversation, reader) for one in texts])
        for texts in _lists(by_day)
    ]


def _lists(groups: Iterator[tuple[object, Iterator[Message]]]) -> Iterator[list[Message]]:
    return (list(texts) for _day, texts in groups)


def _bubble(message: Message, conversation: Conversation, reader: Membership) -> Bubble:
    ours = not message.is_from_contact
    sender = message.sender.user.name if ours and message.sender and message.sender != reader else ""
    sender = AUTOMATIC.get(message.kind, sender)
    status = STATUS_WORDS.get(Message.Status(message.status), "") if ours else ""
    if message.status == Message.Status.QUEUED and message.safeguard is not None:
        status = f"Waiting: {Safeguard(message.safeguard).label.lower()}"
    pictures = [address for address in message.media if str(address).startswith(("https://", "http://"))]
    return Bubble(message, ours, sender, status, _problem(message, conversation), pictures)


def _problem(message: Message, conversation: Conversation) -> str:
    if message.status == Message.Status.SAFEGUARDED and message.safeguard is not None:
        return f"Held back: {Safeguard(message.safeguard).label.lower()}"
    if message.status not in (Message.Status.UNDELIVERED, Message.Status.FAILED):
        return ""
    is_usual = message.number_id in (None, conversation.number_id)
    number = conversation.number if is_usual else message.number
    meaning = CARRIERS[number.account.kind].meaning_of(message.error_code) if number else Meaning.OTHER
    return f"Not delivered: {PROBLEM_WORDS[meaning]}"
