"""An action becomes visible to volunteers, pauses, goes on, and closes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.contacts.models import ContactList
from textbank.querying import execute
from textbank.texting.claiming import DRAWS
from textbank.texting.merge_fields import unknown_fields
from textbank.texting.models import Assignment, Script, TextingAction
from textbank.texting.script_checks import has_opt_out_wording
from textbank.texting.writing import known_fields


class NotReady(Exception):
    """The action cannot be published yet; `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


# One assignment per contact of the list, with its random draw; and the one conversation of each contact, so that
# a press later finds both and only has to lock them.
_DEAL_OUT = """
    WITH listed AS (
        SELECT contact.id, contact.zones
        FROM contacts_contactlistentry AS entry
        JOIN contacts_contact AS contact
          ON contact.id = entry.contact_id AND contact.campaign_id = %(campaign)s
        WHERE entry.contact_list_id = %(list)s AND entry.campaign_id = %(campaign)s
    ), thread AS (
        INSERT INTO texting_conversation (campaign_id, contact_id, needs_attention, is_unread)
        SELECT %(campaign)s, id, false, false FROM listed ORDER BY id
        ON CONFLICT (contact_id) DO NOTHING
    )
    INSERT INTO texting_assignment (campaign_id, action_id, contact_id, draw, zones, outcome)
    SELECT %(campaign)s, %(action)s, id, floor(random() * %(draws)s)::int, zones, 'untexted' FROM listed
    ON CONFLICT (action_id, contact_id) DO NOTHING
"""


def problems(action: TextingAction) -> list[str]:
    """What keeps the action from being published, in sentences; empty when nothing does."""
    found = []
    if not action.title.strip():
        found.append("Give the action a title.")
    if not action.description.strip():
        found.append("Write a description, so that volunteers know what they are texting about.")
    if action.contact_list is None:
        found.append("Choose the contact list to text.")
    elif action.contact_list.status != ContactList.Status.READY:
        found.append(f"The list “{action.contact_list}” is not ready yet.")
    scripts = list(action.scripts.filter(removed_at=None))
    if not any(script.kind == Script.Kind.INITIAL for script in scripts):
        found.append("Write at least one initial script.")
    return found + [problem for script in scripts for problem in script_problems(action, script)]


def script_problems(action: TextingAction, script: Script) -> list[str]:
    """What keeps one script from being sent to anyone."""
    found = []
    if not script.text.strip():
        found.append(f"“{script.name}” is empty.")
    found += [
        f"“{script.name}” has “{field}”, which is no merge field of this list."
        for field in unknown_fields(script.text, known_fields(action.contact_list))
    ]
    if script.kind == Script.Kind.INITIAL and not has_opt_out_wording(script.text):
        found.append(f"“{script.name}” does not say how to opt out. Add “Reply STOP to unsubscribe.”")
    return found


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


def pause(action: TextingAction, now: datetime) -> None:
    """Stops claims and first texts at once; what is queued waits. Replies go on."""
    TextingAction.objects.filter(id=action.id, paused_at=None).update(paused_at=now)


def resume(action: TextingAction) -> None:
    TextingAction.objects.filter(id=action.id).update(paused_at=None)


@transaction.atomic
def close(action: TextingAction, now: datetime) -> None:
    """Ends the action: no more claims or first texts, contacts in hand go back. Replies go on."""
    TextingAction.objects.filter(id=action.id, status=TextingAction.Status.PUBLISHED).update(
        status=TextingAction.Status.CLOSED, closed_at=now, paused_at=None
    )
    Assignment.objects.filter(campaign=action.campaign_id, action=action, holder__isnull=False).update(
        holder=None, held_until=None
    )


def _deal_out(campaign: Campaign, action: TextingAction) -> None:
    execute(_DEAL_OUT, campaign=campaign.id, list=action.contact_list_id, action=action.id, draws=DRAWS)
