"""An action and its words are written and changed, as a draft and while volunteers text with them.

What would stop a draft from being published stops a change to a published action too. Cards that were shown with
the words of before are refused when they are sent (see `cards.py`), so an edit takes effect at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from textbank.campaigns.models import Campaign
from textbank.contacts.models import ContactList
from textbank.texting.holding_back import go_on
from textbank.texting.models import Script, TextingAction
from textbank.texting.publishing import NotReady, script_problems
from textbank.texting.script_checks import OPT_OUT_SENTENCE


class Outdated(Exception):
    """Somebody else saved the script since this page was opened."""


class LastInitialScript(Exception):
    """A published action keeps at least one initial script: volunteers text with it."""


def begin(
    campaign: Campaign, title: str, description: str, contact_list: ContactList | None
) -> TextingAction:
    """A new draft."""
    return TextingAction.objects.create(
        campaign=campaign, title=title, description=description, contact_list=contact_list
    )


def choose_list(action: TextingAction, contact_list: ContactList) -> bool:
    """Sets whom a draft texts. False once it is published: its contacts are dealt out."""
    return bool(
        TextingAction.objects.filter(id=action.id, status=TextingAction.Status.DRAFT).update(
            contact_list=contact_list
        )
    )


def prefer_area_codes(action: TextingAction, area_codes: list[str]) -> bool:
    """Sets near which numbers a draft texts from. False once it is published: its numbers are dealt out."""
    return bool(
        TextingAction.objects.filter(id=action.id, status=TextingAction.Status.DRAFT).update(
            preferred_area_codes=area_codes
        )
    )


@transaction.atomic
def add_script(action: TextingAction, kind: str, name: str, text: str) -> Script:
    """Adds a script at the end of its kind. Raises `NotReady` when a published action could not send it."""
    action = _locked(action)
    script = Script(campaign_id=action.campaign_id, action=action, kind=kind, name=name, text=text)
    _check(action, script)
    last = action.scripts.filter(kind=kind).aggregate(last=Max("position"))["last"]
    script.position = 0 if last is None else last + 1
    script.save()
    return script


@transaction.atomic
def save_script(script: Script, name: str, text: str, version: int) -> Script:
    """Changes a script; new words make a new version. Raises `Outdated` or `NotReady`."""
    action = _locked(script.action)
    script = Script.objects.get(id=script.id)
    if script.version != version:
        raise Outdated
    is_reworded = script.text != text
    script.name, script.text = name, text
    _check(action, script)
    script.version += is_reworded
    script.save(update_fields=["name", "text", "version"])
    return script


@transaction.atomic
def remove_script(script: Script, now: datetime) -> None:
    """Takes a script out of use; messages written from it keep it. Raises `LastInitialScript`."""
    action = _locked(script.action)
    others = action.scripts.filter(kind=Script.Kind.INITIAL, removed_at=None).exclude(id=script.id)
    is_initial = script.kind == Script.Kind.INITIAL
    if is_initial and action.status != TextingAction.Status.DRAFT and not others.exists():
        raise LastInitialScript
    Script.objects.filter(id=script.id, removed_at=None).update(removed_at=now)


@transaction.atomic
def resume_script(script: Script, now: datetime) -> bool:
    """A paused script is sent from again, also the texts that wait. False when it was not paused."""
    paused = Script.objects.filter(id=script.id, paused_at__isnull=False)
    is_resumed = paused.update(paused_at=None, paused_because="", resumed_at=now)
    go_on(script.action, now)
    return bool(is_resumed)


@transaction.atomic
def move_script(script: Script, by: int) -> None:
    """Moves a script `by` places down among those of its kind; up when negative. Stops at the ends."""
    action = _locked(script.action)
    scripts = list(action.scripts.filter(kind=script.kind, removed_at=None))
    place = next((place for place, other in enumerate(scripts) if other.id == script.id), None)
    if place is None:
        return
    scripts.insert(max(place + by, 0), scripts.pop(place))
    for position, other in enumerate(scripts):
        other.position = position
    Script.objects.bulk_update(scripts, ["position"])


def with_opt_out_sentence(text: str) -> str:
    """The words of a script with the usual sentence about opting out at their end."""
    return f"{text.rstrip()} {OPT_OUT_SENTENCE}".strip()


@transaction.atomic
def copy(action: TextingAction) -> TextingAction:
    """A new draft with the same words, list, area codes and report tags, and none of the history."""
    draft = begin(action.campaign, f"Copy of {action.title}"[:120], action.description, action.contact_list)
    prefer_area_codes(draft, action.preferred_area_codes)
    draft.report_tags.set(action.report_tags.all())
    Script.objects.bulk_create(
        Script(
            campaign_id=draft.campaign_id,
            action=draft,
            kind=script.kind,
            name=script.name,
            text=script.text,
            position=script.position,
        )
        for script in action.scripts.filter(removed_at=None)
    )
    return draft


def _locked(action: TextingAction) -> TextingAction:
    # Publishing takes the same lock: a script cannot change between its last check and its first text.
    return TextingAction.objects.select_for_update(of=("self",), no_key=True).get(id=action.id)


def _check(action: TextingAction, script: Script) -> None:
    if action.status == TextingAction.Status.DRAFT:
        return
    if found := script_problems(action, script):
        raise NotReady(found)
