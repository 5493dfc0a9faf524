"""The scripts of an action, one at a time, and how they will read."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.texting import editing
from textbank.texting.models import Script, TextingAction
from textbank.texting.previewing import preview
from textbank.texting.publishing import NotReady
from textbank.texting.views.setup_page import (
    Editor,
    answer,
    back_to,
    editor_of,
    fields,
    find_action,
    page_context,
    refuse,
)

PARTS = {"initial": "initial-scripts", "response": "response-scripts"}
OUTDATED = "Somebody else saved this script meanwhile. Copy your words, load the page again, and put them in."


@require_POST
@for_admins
def new_script(request: MemberRequest, action_id: int, kind: str) -> HttpResponse:
    action = find_action(request, action_id)
    if kind not in PARTS:
        raise Http404
    editor = editor_of(action, kind, data=_typed(request))
    if not editor.form.is_valid() or not _add(action, editor):
        bound = {f"new_{kind}": editor, "editor": editor, **fields(action)}
        return refuse(request, action, "texting/setup/_new_script.html", PARTS[kind], editor.form, **bound)
    context = {"added": editor_of(action, kind, editor.form.instance), "editor": editor_of(action, kind)}
    return answer(request, action, "texting/setup/_new_script.html", PARTS[kind], **context, **fields(action))


@require_POST
@for_admins
def script(request: MemberRequest, action_id: int, script_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    saved = _find(action, script_id)
    editor = editor_of(action, saved.kind, saved, _typed(request))
    if not editor.form.is_valid() or not _save(saved, editor):
        bound = _in_place(request, action, editor) if not request.htmx else {}
        return refuse(
            request,
            action,
            "texting/setup/_script_state.html",
            editor.name,
            editor.form,
            editor=editor,
            **bound,
        )
    saved.refresh_from_db()
    fresh = editor_of(action, saved.kind, saved)
    return answer(request, action, "texting/setup/_script_state.html", editor.name, editor=fresh)


@require_POST
@for_admins
def removal(request: MemberRequest, action_id: int, script_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    gone = _find(action, script_id)
    try:
        editing.remove_script(gone, clock.now())
        messages.success(request, f"“{gone.name}” is removed.")
    except editing.LastInitialScript:
        messages.error(request, "Volunteers text with this script. Add another initial script first.")
    return back_to(action, PARTS[gone.kind])


@require_POST
@for_admins
def resumption(request: MemberRequest, action_id: int, script_id: int) -> HttpResponse:
    """A script that was paused because carriers filtered it goes on."""
    action = find_action(request, action_id)
    resumed = _find(action, script_id)
    if editing.resume_script(resumed, clock.now()):
        messages.success(request, f"“{resumed.name}” goes on. It pauses again if carriers keep filtering it.")
    return back_to(action, f"script-{resumed.id}")


@require_POST
@for_admins
def place(request: MemberRequest, action_id: int, script_id: int) -> HttpResponse:
    """Moves a script one place up or down among its kind."""
    action = find_action(request, action_id)
    moved = _find(action, script_id)
    editing.move_script(moved, -1 if request.POST.get("move") == "up" else 1)
    return back_to(action, f"script-{moved.id}")


@require_POST
@for_admins
def script_preview(request: MemberRequest, action_id: int) -> HttpResponse:
    """How the words in the editor would read. Saves nothing."""
    kind = Script.Kind.RESPONSE if request.POST.get("kind") == "response" else Script.Kind.INITIAL
    name = request.POST.get("name", "").strip() or "This script"
    draft = Script(action=find_action(request, action_id), kind=kind, name=name)
    draft.text = request.POST.get("text", "").replace("\r\n", "\n")[:1600]
    shown = preview(draft, request.user) if draft.text.strip() else None
    context = {"preview": shown, "editor_name": request.POST.get("editor", "")}
    return render(request, "texting/setup/_preview.html", context)


def _find(action: TextingAction, script_id: int) -> Script:
    found: Script = get_object_or_404(
        Script.objects.select_related("action__campaign"), pk=script_id, action=action, removed_at=None
    )
    return found


def _typed(request: MemberRequest) -> dict[str, str]:
    """What was typed. Browsers send line ends of two characters; a text has one."""
    typed = {
        name: value.replace("\r\n", "\n") for name, value in request.POST.items() if isinstance(value, str)
    }
    if "append" in typed:
        typed["text"] = editing.with_opt_out_sentence(typed.get("text", ""))
    return typed


def _add(action: TextingAction, editor: Editor) -> bool:
    typed = editor.form.cleaned_data
    try:
        editor.form.instance = editing.add_script(action, editor.kind, typed["name"], typed["text"])
    except NotReady as reason:
        editor.form.add_error("text", [problem.sentence for problem in reason.problems])
    return editor.form.is_valid()


def _save(saved: Script, editor: Editor) -> bool:
    typed = editor.form.cleaned_data
    try:
        editing.save_script(saved, typed["name"], typed["text"], typed["version"] or 0)
    except NotReady as reason:
        editor.form.add_error("text", [problem.sentence for problem in reason.problems])
    except editing.Outdated:
        editor.form.add_error("text", OUTDATED)
    return editor.form.is_valid()


def _in_place(request: MemberRequest, action: TextingAction, refused: Editor) -> dict[str, list[Editor]]:
    """The editors of the page, with the refused one among them."""
    page = page_context(request, action)
    return {
        name: [refused if other.name == refused.name else other for other in page[name]]
        for name in ("initial", "responses")
    }
