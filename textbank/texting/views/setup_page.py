"""What stands on the edit page of an action: its forms, its scripts, its readiness, its preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import time_format

from textbank import clock
from textbank.campaigns.access import MemberRequest
from textbank.campaigns.models import Campaign
from textbank.contacts.models import Tag
from textbank.texting import preflight, publishing
from textbank.texting.forms.setup import (
    AreaCodesForm,
    ContactListForm,
    DetailsForm,
    ReportTagsForm,
    ScriptForm,
    TagForm,
)
from textbank.texting.models import Script, TextingAction
from textbank.texting.previewing import preview
from textbank.texting.writing import EVERYWHERE, known_fields


@dataclass(frozen=True, slots=True)
class Editor:
    """One script on the page, or the empty form for the next one. `name` prefixes its ids."""

    name: str
    kind: str
    form: ScriptForm
    script: Script | None = None


def find_action(request: MemberRequest, action_id: int) -> TextingAction:
    found: TextingAction = get_object_or_404(
        TextingAction.objects.select_related("campaign", "contact_list"),
        pk=action_id,
        campaign=request.campaign,
    )
    return found


def editor_of(action: TextingAction, kind: str, script: Script | None = None, data: Any = None) -> Editor:
    """The form of one script, wired so that typing in it refreshes the preview."""
    name = f"script-{script.id}" if script else f"new-{kind}"
    initial = {"version": script.version} if script else {}
    instance = Script(action=action, kind=kind) if script is None else Script.objects.get(id=script.id)
    form = ScriptForm(data, instance=instance, initial=initial, auto_id=f"{name}-%s")
    form.fields["text"].widget.attrs |= {
        "hx-post": reverse("script_preview", args=[action.campaign.slug, action.id]),
        "hx-vals": f'{{"editor": "{name}", "kind": "{kind}"}}',
        "hx-trigger": "focus, input changed delay:300ms",
        "hx-target": "#preview",
        "hx-swap": "outerHTML",
        "hx-sync": "this:replace",
        "aria-describedby": f"{name}-count",
    }
    form.fields["name"].widget.attrs["maxlength"] = 80
    return Editor(name, kind, form, script)


def page_context(request: MemberRequest, action: TextingAction, **bound: Any) -> dict[str, Any]:
    """Everything the page shows. `bound` puts forms that were refused in the place of fresh ones."""
    scripts = list(action.scripts.filter(removed_at=None))
    first = next((script for script in scripts if script.kind == Script.Kind.INITIAL), None)
    asked_for = request.GET.get("script", "")
    shown = next((script for script in scripts if str(script.id) == asked_for), first)
    shown = shown or Script(action=action, kind=Script.Kind.INITIAL, name="This script")
    return {
        **readiness(action),
        "details": DetailsForm(instance=action),
        "list_form": list_form(action),
        "area_codes_form": AreaCodesForm(action=action),
        **tags(action),
        "initial": [editor_of(action, script.kind, script) for script in _of(scripts, Script.Kind.INITIAL)],
        "responses": [
            editor_of(action, script.kind, script) for script in _of(scripts, Script.Kind.RESPONSE)
        ],
        "new_initial": editor_of(action, Script.Kind.INITIAL),
        "new_response": editor_of(action, Script.Kind.RESPONSE),
        "settings_rows": settings_rows(action.campaign),
        "preview": preview(shown, request.user) if shown.text else None,
        "shown_editor": f"script-{shown.id}" if shown.id else "",
        **fields(action),
        **bound,
    }


def readiness(action: TextingAction) -> dict[str, Any]:
    """What keeps a draft back, or what publishing, pausing and closing would do."""
    is_draft, now = action.status == TextingAction.Status.DRAFT, clock.now()
    problems = publishing.problems(action) if is_draft else []
    return {
        "action": action,
        "is_draft": is_draft,
        "problems": problems,
        "reach": preflight.reach(action, now) if is_draft and not problems else None,
        "hindrances": preflight.hindrances(action.campaign, now) if is_draft else [],
        "remainder": publishing.remainder(action) if action.status == "published" else None,
    }


def list_form(action: TextingAction, data: Any = None) -> ContactListForm:
    return ContactListForm(data, campaign=action.campaign, initial={"contact_list": action.contact_list_id})


def tags(action: TextingAction) -> dict[str, Any]:
    chosen = list(action.report_tags.values_list("id", flat=True))
    defaults = Tag.objects.filter(campaign=action.campaign, is_reportable=True, is_default=True)
    return {
        "tags_form": ReportTagsForm(campaign=action.campaign, initial={"tags": chosen}),
        "tag_form": TagForm(auto_id="new-tag-%s"),
        "default_tags": defaults if not chosen else [],
        "has_chosen_tags": bool(chosen),
    }


def fields(action: TextingAction) -> dict[str, Any]:
    """The merge fields to press: the usual ones, and the columns of this list."""
    known = known_fields(action.contact_list)
    first = ("first_name", "user.first_name", "campaign")
    return {
        "first_fields": first,
        "more_fields": [name for name in EVERYWHERE if name not in first],
        "columns": [name for name in known if name not in EVERYWHERE],
    }


def settings_rows(campaign: Campaign) -> list[dict[str, str]]:
    hours = f"{time_format(campaign.texting_opens, 'G:i')} to {time_format(campaign.texting_closes, 'G:i')}"
    city = campaign.time_zone.rpartition("/")[2].replace("_", " ")
    also = ", and where the contact may be" if campaign.respects_contact_zones else ""
    seldom = "Nobody gets a second first text within 6 hours" if campaign.prevents_frequent_texting else "Off"
    return [
        {"label": "Texting hours", "value": f"{hours}, {city} time{also}"},
        {"label": "Bucket", "value": f"{campaign.bucket_size} contacts at a time"},
        {"label": "Prevent frequent texting", "value": seldom},
        {
            "label": "Replies",
            "value": "Volunteers may write their own"
            if campaign.allows_custom_responses
            else "Response scripts only, unchanged",
        },
    ]


def answer(
    request: MemberRequest, action: TextingAction, partial: str, part: str, **context: Any
) -> HttpResponse:
    """After a save: the fragment for htmx, else the whole page again at that part of it, saying so.

    Whoever is faster than the page's scripts saves without htmx, and must not wonder either.
    """
    if request.htmx:
        action.refresh_from_db()
        return render(
            request, partial, {**readiness(action), "part": part, "with_readiness": True, **context}
        )
    messages.success(request, "Saved.")
    return back_to(action, part)


def back_to(action: TextingAction, part: str) -> HttpResponse:
    """The page again, at that part of it."""
    return redirect(reverse("action_setup", args=[action.campaign.slug, action.id]) + f"#{part}")


def refuse(
    request: MemberRequest, action: TextingAction, partial: str, part: str, form: Any, **bound: Any
) -> HttpResponse:
    """After a save that could not be: what is wrong, in the fragment or on the whole page."""
    if request.htmx:
        return render(request, partial, {"action": action, "part": part, "form": form, **bound})
    return render(
        request, "texting/setup/action_setup.html", page_context(request, action, **bound), status=422
    )


def _of(scripts: list[Script], kind: str) -> list[Script]:
    return [script for script in scripts if script.kind == kind]
