"""Cards: one contact, one text, one Send. What was shown is what is sent.

The server writes a card's text when it shows it and signs it. The press sends the card back; nothing in it can
be changed on the way, and nothing has to be written or read when the contact is claimed.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from textbank.campaigns.models import Membership
from textbank.contacts import zones
from textbank.contacts.models import Contact
from textbank.texting.claiming import held_by
from textbank.texting.models import Assignment, Script, TextingAction
from textbank.texting.segments import measure
from textbank.texting.sending import Press, hold_back
from textbank.texting.writing import write

CARDS_ON_SCREEN = 25
GOOD_FOR = timedelta(hours=2)
_SALT = "texting.card"


class Stale(Exception):
    """The card is too old, or was not made by us for this volunteer. A fresh one replaces it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a volunteer sees of one contact. `local_times`: one for each clock the contact may live by."""

    assignment: Assignment
    contact: Contact
    text: str
    segments: int
    local_times: list[datetime]
    signed: str


def deal(
    action: TextingAction,
    member: Membership,
    now: datetime,
    limit: int = CARDS_ON_SCREEN,
    shown: Collection[int] = (),
) -> list[Card]:
    """The next cards of what the volunteer holds, without those whose assignments are on the screen already.

    Contacts whom a safeguard refuses for good are settled on the way and not shown.
    """
    scripts = list(action.scripts.filter(kind=Script.Kind.INITIAL, removed_at=None))
    if not scripts:
        return []
    held = list(
        held_by(action, member).exclude(id__in=shown).select_related("contact").order_by("draw", "id")[:limit]
    )
    settled = hold_back(action.campaign, member, held, now)
    cards = [_card(action, member, scripts, one, now) for one in held if one.id not in settled]
    if settled and len(held) == limit:
        cards += deal(action, member, now, limit - len(cards), {*shown, *(one.id for one in held)})
    return cards


def read(signed: str, member: Membership) -> Press:
    """The press of a signed card by this volunteer. Raises `Stale` for any card we would not show now."""
    try:
        assignment, script, version, reader, token, text = signing.loads(signed, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature as problem:
        raise Stale from problem
    if reader != member.id:
        raise Stale
    return Press(assignment, script, version, text, uuid.UUID(token), member.id)


def _card(
    action: TextingAction, member: Membership, scripts: list[Script], assignment: Assignment, now: datetime
) -> Card:
    script = scripts[assignment.draw % len(scripts)]
    contact = assignment.contact
    text = write(script.text, contact, member.user, action.campaign)
    content = [assignment.id, script.id, script.version, member.id, uuid.uuid4().hex, text]
    return Card(
        assignment=assignment,
        contact=contact,
        text=text,
        segments=measure(text).segments,
        local_times=zones.local_times(assignment.zones, now),
        signed=signing.dumps(content, salt=_SALT, compress=True),
    )
