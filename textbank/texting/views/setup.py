"""The table of actions, and the page where one is set up."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textbank.campaigns.access import MemberRequest, for_admins
from textbank.contacts.tagging import add_tag
from textbank.texting import editing
from textbank.texting.forms.setup import (
    ActionFilter,
    AreaCodesForm,
    DetailsForm,
    NewActionForm,
    ReportTagsForm,
    TagForm,
)
from textbank.texting.overview import with_progress
from textbank.texting.views.setup_page import answer, find_action, list_form, page_context, refuse, tags

COLUMNS = [
    {"label": "Title"},
    {"label": "Status"},
    {"label": "Contact list", "wide_only": True},
    {"label": "Contacts", "number": True, "wide_only": True},
    {"label": "Texted", "number": True, "wide_only": True},
    {"label": "Replies waiting", "number": True},
    {"label": "Published", "wide_only": True},
]


@require_safe
@for_admins
def actions(request: MemberRequest) -> HttpResponse:
    """The campaign's actions, the newest first, filtered by the address."""
    form = ActionFilter(request.GET)
    found = request.campaign.actions.select_related("contact_list")
    if form.is_valid():
        found = found.matching(**form.cleaned_data)
    page = Paginator(with_progress(found.order_by("-id")), 50).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "columns": COLUMNS, "is_filtered": any(request.GET.values())}
    return render(request, "texting/setup/actions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def new_action(request: MemberRequest) -> HttpResponse:
    form = NewActionForm(request.POST or None, campaign=request.campaign)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "texting/setup/new_action.html", {"form": form}, status=status)
    action = editing.begin(request.campaign, **form.cleaned_data)
    return redirect("action_setup", campaign_slug=request.campaign.slug, action_id=action.id)


@require_safe
@for_admins
def action_setup(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    return render(request, "texting/setup/action_setup.html", page_context(request, action))


@require_POST
@for_admins
def action_details(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    form = DetailsForm(request.POST, instance=find_action(request, action_id))
    if not form.is_valid():
        return refuse(request, action, "texting/setup/_state.html", "details", form, details=form)
    form.save()
    return answer(request, action, "texting/setup/_state.html", "details")


@require_POST
@for_admins
def action_contact_list(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    form = list_form(action, request.POST)
    if form.is_valid() and not editing.choose_list(action, form.cleaned_data["contact_list"]):
        form.add_error(
            "contact_list", "The list of a published action is fixed. Copy the action to text another."
        )
    if not form.is_valid():
        return refuse(request, action, "texting/setup/_state.html", "contact-list", form, list_form=form)
    return answer(request, action, "texting/setup/_state.html", "contact-list")


@require_POST
@for_admins
def action_area_codes(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    form = AreaCodesForm(request.POST, action=action)
    if form.is_valid() and not editing.prefer_area_codes(action, form.cleaned_data["preferred_area_codes"]):
        form.add_error(
            "preferred_area_codes", "The contacts of a published action have their numbers already."
        )
    if not form.is_valid():
        return refuse(request, action, "texting/setup/_state.html", "area-codes", form, area_codes_form=form)
    return answer(request, action, "texting/setup/_state.html", "area-codes")


@require_POST
@for_admins
def report_tags(request: MemberRequest, action_id: int) -> HttpResponse:
    action = find_action(request, action_id)
    form = ReportTagsForm(request.POST, campaign=request.campaign)
    if not form.is_valid():
        return refuse(request, action, "texting/setup/_state.html", "report-tags", form, tags_form=form)
    action.report_tags.set(form.cleaned_data["tags"])
    return answer(request, action, "texting/setup/_state.html", "report-tags")


@require_POST
@for_admins
def new_tag(request: MemberRequest, action_id: int) -> HttpResponse:
    """Adds a tag to the campaign, and to the report of this action."""
    action, form = find_action(request, action_id), TagForm(request.POST, auto_id="new-tag-%s")
    if not form.is_valid():
        context = {**tags(action), "tag_form": form}
        return refuse(request, action, "texting/setup/_report_tags.html", "report-tags", form, **context)
    action.report_tags.add(add_tag(request.campaign, form.cleaned_data["name"]))
    return answer(
        request, action, "texting/setup/_report_tags.html", "report-tags", saved=True, **tags(action)
    )


@require_POST
@for_admins
def action_copy(request: MemberRequest, action_id: int) -> HttpResponse:
    draft = editing.copy(find_action(request, action_id))
    messages.success(request, "This is the copy, a draft. Nothing of it is sent until you publish it.")
    return redirect("action_setup", campaign_slug=request.campaign.slug, action_id=draft.id)
