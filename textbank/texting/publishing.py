"""An action becomes visible to volunteers, pauses, goes on, and closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from django.db import models, transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.models import PhoneNumber
from textbank.contacts.models import ContactList, ContactListEntry
from textbank.querying import execute, row_by_row, wholesale
from textbank.texting.claiming import DRAWS, release
from textbank.texting.holding_back import go_on
from textbank.texting.models import Assignment, Conversation, Message, Script, TextingAction
from textbank.texting.script_checks import OPT_OUT_SENTENCE, has_opt_out_wording
from textbank.texting.writing import unknown_fields


class Part(StrEnum):
    """The parts of an action that a problem can be about."""

    DETAILS = "details"
    CONTACT_LIST = "contact-list"
    SCRIPTS = "initial-scripts"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps an action from being published: a sentence, and where to mend it."""

    sentence: str
    part: Part
    script: Script | None = None

    def __str__(self) -> str:
        return self.sentence


class NotReady(Exception):
    """The action cannot be published yet, or not be changed like this; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Remainder:
    """What stands open in a published action: contacts not texted, first texts gone and waiting, conversations."""

    untexted: int
    gone: int
    waiting: int
    conversations: int


# One assignment per contact of the list, with its random draw; and the one conversation of each contact, so that
# a press later finds both and only has to lock them. Whoever we have not met yet gets a number to be texted from:
# those, shuffled, are cut at `starts`. Whoever knows one of our numbers keeps it. Assignments lie in the table as
# they will be dealt: those of a bucket side by side, on few pages.
_DEAL_OUT = """
    WITH listed AS (
        SELECT contact.id, contact.zones, known.last_message_at IS NULL AS is_new
        FROM contacts_contactlistentry AS entry
        JOIN contacts_contact AS contact
          ON contact.id = entry.contact_id AND contact.campaign_id = %(campaign)s
        LEFT JOIN texting_conversation AS known
          ON known.contact_id = contact.id AND known.campaign_id = %(campaign)s
        WHERE entry.contact_list_id = %(list)s AND entry.campaign_id = %(campaign)s
    ), thread AS (
        INSERT INTO texting_conversation (campaign_id, contact_id, number_id, needs_attention, is_unread)
        SELECT %(campaign)s, id,
               (%(numbers)s::bigint[])[width_bucket(row_number() OVER (ORDER BY random()), %(starts)s::bigint[])],
               false, false
        FROM listed WHERE is_new ORDER BY id
        ON CONFLICT (contact_id) DO UPDATE SET number_id = excluded.number_id
        WHERE texting_conversation.last_message_at IS NULL
    )
    INSERT INTO texting_assignment (campaign_id, action_id, contact_id, draw, zones, outcome)
    SELECT %(campaign)s, %(action)s, id, floor(random() * %(draws)s)::int AS draw, zones, 'untexted' FROM listed
    ORDER BY zones, draw
    ON CONFLICT (action_id, contact_id) DO NOTHING
"""


def problems(action: TextingAction) -> list[Problem]:
    """What keeps the action from being published; empty when nothing does."""
    found = []
    if not action.title.strip():
        found.append(Problem("Give the action a title.", Part.DETAILS))
    if not action.description.strip():
        about = "Write a description, so that volunteers know what they are texting about."
        found.append(Problem(about, Part.DETAILS))
    if action.contact_list is None:
        found.append(Problem("Choose the contact list to text.", Part.CONTACT_LIST))
    elif action.contact_list.status != ContactList.Status.READY:
        found.append(Problem(f"The list “{action.contact_list}” is not ready yet.", Part.CONTACT_LIST))
    scripts = list(action.scripts.filter(removed_at=None))
    if not any(script.kind == Script.Kind.INITIAL for script in scripts):
        found.append(Problem("Write at least one initial script.", Part.SCRIPTS))
    return found + [problem for script in scripts for problem in script_problems(action, script)]


def script_problems(action: TextingAction, script: Script) -> list[Problem]:
    """What keeps one script from being sent to anyone."""
    found = []
    if not script.text.strip():
        found.append(f"“{script.name}” is empty.")
    found += [
        f"“{script.name}” has “{field}”, which is no merge field of this list."
        for field in unknown_fields(script.text, action.contact_list)
    ]
    if script.kind == Script.Kind.INITIAL and not has_opt_out_wording(script.text):
        found.append(f"“{script.name}” does not say how to opt out. Add “{OPT_OUT_SENTENCE}”")
    return [Problem(sentence, Part.SCRIPTS, script) for sentence in found]


def remainder(action: TextingAction) -> Remainder:
    """What pausing or closing this action would leave, in numbers."""
    firsts = Message.objects.filter(
        campaign=action.campaign_id, action=action, kind=Message.Kind.INITIAL
    ).exclude(stage__in=(Message.Status.UNDONE, Message.Status.SAFEGUARDED))
    waiting = firsts.filter(stage=Message.Status.QUEUED).count()
    return Remainder(
        untexted=Assignment.objects.filter(
            campaign=action.campaign_id, action=action, outcome=Assignment.Outcome.UNTEXTED
        ).count(),
        gone=firsts.count() - waiting,
        waiting=waiting,
        conversations=Conversation.objects.needs_attention()
        .filter(campaign=action.campaign_id, action=action)
        .count(),
    )


@transaction.atomic
def publish(action: TextingAction, now: datetime) -> None:
    """Makes a draft public: every volunteer of the campaign sees it. Raises `NotReady`."""
    action = TextingAction.objects.select_for_update(of=("self",)).get(id=action.id)
    if action.status != TextingAction.Status.DRAFT:
        return
    if found := problems(action):
        raise NotReady(found)
    action.status, action.published_at = TextingAction.Status.PUBLISHED, now
    action.save(update_fields=["status", "published_at"])
    _deal_out(action.campaign, action)


def pause(action: TextingAction, now: datetime) -> bool:
    """Stops claims and first texts at once; what is queued waits. Replies go on. False when none was going."""
    going = TextingAction.objects.filter(id=action.id, status=TextingAction.Status.PUBLISHED, paused_at=None)
    return bool(going.update(paused_at=now))


@transaction.atomic
def resume(action: TextingAction, now: datetime) -> None:
    """Goes on, also with the texts that wait."""
    TextingAction.objects.filter(id=action.id).update(paused_at=None)
    go_on(action, now)


@transaction.atomic
def close(action: TextingAction, now: datetime) -> bool:
    """Ends the action: no more claims or first texts, contacts in hand go back. Replies go on.

    False when it was not published, or is closed already.
    """
    is_closed = TextingAction.objects.filter(id=action.id, status=TextingAction.Status.PUBLISHED).update(
        status=TextingAction.Status.CLOSED, closed_at=now, paused_at=None
    )
    go_on(action, now)
    release(Assignment.objects.filter(campaign=action.campaign_id, action=action, holder__isnull=False))
    return bool(is_closed)


def _deal_out(campaign: Campaign, action: TextingAction) -> None:
    wholesale()
    shares = even_shares(_used_numbers(campaign, action), _new_contacts(action))
    execute(
        _DEAL_OUT,
        campaign=campaign.id,
        list=action.contact_list_id,
        action=action.id,
        draws=DRAWS,
        numbers=[number for number, share in shares.items() if share],
        starts=[1 + start for start in accumulate([0, *(share for share in shares.values() if share)])][:-1],
    )
    row_by_row()


def _new_contacts(action: TextingAction) -> int:
    """How many of the list have never had a text with us, and so know none of our numbers."""
    entries = ContactListEntry.objects.filter(
        campaign=action.campaign_id, contact_list=action.contact_list_id
    )
    known = Conversation.objects.filter(
        campaign=action.campaign_id,
        last_message_at__isnull=False,
        contact__list_entries__contact_list=action.contact_list_id,
    )
    return entries.count() - known.count()


def _used_numbers(campaign: Campaign, action: TextingAction) -> dict[int, int]:
    """How many contacts know each of the numbers that the action may text new ones from.

    Those in its preferred area codes if there are any, else all that are on.
    """
    numbers = PhoneNumber.objects.filter(campaign=campaign, is_active=True).order_by("id")
    near = [number for number in numbers if number.area_code in action.preferred_area_codes]
    known = Conversation.objects.filter(campaign=campaign, last_message_at__isnull=False)
    used = dict(known.values_list("number_id").annotate(models.Count("id")).order_by())
    return {number.id: used.get(number.id, 0) for number in near or numbers}


def even_shares(used: dict[int, int], contacts: int) -> dict[int, int]:
    """How many of so many new contacts each number takes: the least used first, so that all end up even.

    For 10 contacts and numbers that 0, 4 and 20 people know: 7, 3 and none.
    """
    shares = dict.fromkeys(used, 0)
    least_first = sorted(used, key=lambda number: used[number])
    for place, number in enumerate(least_first, start=1):
        # The level up to which the first `place` numbers are filled, before the next one takes part.
        upto = used[least_first[place]] if place < len(least_first) else None
        room = None if upto is None else (upto - used[number]) * place
        given = contacts if room is None else min(room, contacts)
        for position, one in enumerate(least_first[:place]):
            shares[one] += given // place + (position < given % place)
        contacts -= given
    return shares
