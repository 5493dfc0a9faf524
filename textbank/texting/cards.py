"""Cards: one contact, one text, one Send. What was shown is what is sent.

The server writes a card's text when it shows it and signs it. The press sends the card back; nothing in it can
be changed on the way, and nothing has to be written or read when the contact is claimed.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core import signing

from textbank.campaigns.models import Membership
from textbank.contacts import zones
from textbank.contacts.models import Contact
from textbank.names import new_name
from textbank.texting.claiming import extend, held_by
from textbank.texting.hours import next_opening
from textbank.texting.models import Assignment, Script, TextingAction
from textbank.texting.refusals import Safeguard
from textbank.texting.segments import measure
from textbank.texting.sending import Press, look_at
from textbank.texting.writing import write

CARDS_ON_SCREEN = 25
GOOD_FOR = timedelta(hours=2)
LONGEST = 10_000  # characters of a signed card
_SALT = "texting.card"


class Stale(Exception):
    """The card is too old, or was not made by us for this volunteer. A fresh one replaces it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a volunteer sees of one contact. `local_times`: one for each clock the contact may live by.

    `stopped_by`: the safeguard that keeps this text from going at this moment; the card may be shown, not sent.
    `opens_at`: when the hours allow it, if it is they that stop it.
    """

    assignment: Assignment
    contact: Contact
    text: str
    segments: int
    local_times: list[datetime]
    signed: str
    stopped_by: Safeguard | None
    opens_at: datetime | None


def deal(
    action: TextingAction,
    member: Membership,
    now: datetime,
    limit: int = CARDS_ON_SCREEN,
    shown: Collection[int] = (),
) -> list[Card]:
    """The next cards of what the volunteer holds, without those whose assignments are on the screen already.

    Contacts whom a safeguard refuses for good are settled on the way and not shown; those who must wait come
    last. Whoever asks for cards is at work: the lease on what they hold begins anew.
    """
    table = _Table.of(action, member, now)
    if not table.scripts:
        return []
    extend(action, [member.id], now)
    return sorted(_deal(table, limit, shown), key=lambda card: card.stopped_by is not None)


def fresh(assignment: Assignment, member: Membership, now: datetime) -> Card | None:
    """A new card for one contact: after an edit of the script, an undo, or a refused moment.

    None when the contact is no longer in the volunteer's hands, or is not to be texted any more.
    """
    held = (
        held_by(assignment.action, member)
        .filter(id=assignment.id)
        .select_related("action__campaign", "contact")
    )
    found = held.first()
    if found is None:
        return None
    table = _Table.of(found.action, member, now)
    return next(iter(table.cards([found])), None) if table.scripts else None


def read(signed: str, member: Membership) -> Press:
    """The press of a signed card by this volunteer. Raises `Stale` for any card we would not show now."""
    if len(signed) > LONGEST:
        raise Stale
    try:
        content = signing.loads(signed, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature as problem:
        raise Stale from problem
    assignment, script, version, reader, token, text, segments = content
    if reader != member.id:
        raise Stale
    return Press(assignment, script, version, text, uuid.UUID(token), member.id, segments)


def sign(assignment_id: int, script: Script, member: Membership, text: str, segments: int) -> str:
    """A card as the page holds it: what `read` makes a press of."""
    content = [assignment_id, script.id, script.version, member.id, new_name().hex, text, segments]
    return signing.dumps(content, salt=_SALT, compress=True)


def _deal(table: _Table, limit: int, shown: Collection[int]) -> list[Card]:
    held = held_by(table.action, table.member).exclude(id__in=shown).select_related("contact")
    dealt = list(held.order_by("draw", "id")[:limit])
    cards = table.cards(dealt)
    if len(cards) < len(dealt) == limit:
        cards += _deal(table, limit - len(cards), {*shown, *(one.id for one in dealt)})
    return cards


@dataclass(frozen=True, slots=True)
class _Table:
    """What all cards dealt to one volunteer at one moment share."""

    action: TextingAction
    member: Membership
    now: datetime
    scripts: list[Script]
    openings: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, action: TextingAction, member: Membership, now: datetime) -> _Table:
        scripts = list(action.scripts.filter(kind=Script.Kind.INITIAL, removed_at=None))
        # One that is paused is shown only when there is no other, and then cannot be sent.
        going = [script for script in scripts if script.paused_at is None]
        return cls(action, member, now, going or scripts)

    def cards(self, assignments: Sequence[Assignment]) -> list[Card]:
        """A card for each, but for those whom a safeguard refuses for good."""
        to_show = [(one, self.scripts[one.draw % len(self.scripts)]) for one in assignments]
        stopped = look_at(self.action.campaign, self.member, to_show, self.now)
        return [
            self._card(assignment, script, found)
            for assignment, script in to_show
            if (found := stopped.get(assignment.id)) is None or not found.is_about_the_contact
        ]

    def _card(self, assignment: Assignment, script: Script, stopped_by: Safeguard | None) -> Card:
        contact, member = assignment.contact, self.member
        text = write(script.text, contact, member.user, self.action.campaign)
        segments = measure(text).segments
        return Card(
            assignment=assignment,
            contact=contact,
            text=text,
            segments=segments,
            local_times=zones.local_times(assignment.zones, self.now),
            signed=sign(assignment.id, script, member, text, segments),
            stopped_by=stopped_by,
            opens_at=self._opens_at(assignment) if stopped_by and stopped_by.is_about_hours else None,
        )

    def _opens_at(self, assignment: Assignment) -> datetime:
        # Looked for once for each set of zones: the search goes through the hours in small steps.
        if assignment.zones not in self.openings:
            opening = next_opening(self.action.campaign, assignment.zones, self.now)
            self.openings[assignment.zones] = opening
        return self.openings[assignment.zones]
