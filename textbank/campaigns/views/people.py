"""The people of a campaign: who they are, what they may do, how more of them come in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from textbank.campaigns import managing_people
from textbank.campaigns.access import MemberRequest, for_admins, for_owners
from textbank.campaigns.forms import PeopleFilter, RoleForm
from textbank.campaigns.managing_people import NotAllowed
from textbank.campaigns.models import Membership, Role

COLUMNS = [
    {"label": "Name"},
    {"label": "E-mail", "wide_only": True},
    {"label": "Role"},
    {"label": "Joined", "wide_only": True},
]


@require_safe
@for_admins
def people(request: MemberRequest) -> HttpResponse:
    """The table of members, filtered by its address, and the ways to join."""
    form = PeopleFilter(request.GET)
    found = request.campaign.memberships.matching(**form.cleaned_data) if form.is_valid() else None
    members = (found if found is not None else request.campaign.memberships).select_related("user")
    page = Paginator(members.order_by("user__first_name", "user__email"), 50).get_page(
        request.GET.get("page")
    )
    join_url = settings.PUBLIC_URL + reverse("join", args=[request.campaign.join_token])
    context = {"form": form, "page": page, "columns": COLUMNS, "join_url": join_url}
    return render(request, "campaigns/people.html", context)


@require_safe
@for_admins
def person(request: MemberRequest, membership_id: int) -> HttpResponse:
    member = _member(request, membership_id)
    context = {"member": member, "form": RoleForm(initial={"role": member.role})}
    return render(request, "campaigns/person.html", context)


@require_POST
@for_admins
def role(request: MemberRequest, membership_id: int) -> HttpResponse:
    member, form = _member(request, membership_id), RoleForm(request.POST)
    if not form.is_valid():
        return render(request, "campaigns/person.html", {"member": member, "form": form}, status=422)
    try:
        managing_people.change_role(request.membership, member, form.cleaned_data["role"])
        given = Role(form.cleaned_data["role"]).label.lower()
        messages.success(request, f"The role of {member.user} is {given} now.")
    except NotAllowed as reason:
        messages.error(request, str(reason))
    return _back_to(member)


@require_POST
@for_admins
def suspension(request: MemberRequest, membership_id: int) -> HttpResponse:
    member = _member(request, membership_id)
    try:
        managing_people.suspend(request.membership, member)
        messages.success(request, f"{member.user} is suspended and has no access from now on.")
    except NotAllowed as reason:
        messages.error(request, str(reason))
    return _back_to(member)


@require_POST
@for_admins
def readmission(request: MemberRequest, membership_id: int) -> HttpResponse:
    member = _member(request, membership_id)
    try:
        managing_people.let_back_in(request.membership, member)
        messages.success(request, f"{member.user} is back in.")
    except NotAllowed as reason:
        messages.error(request, str(reason))
    return _back_to(member)


@require_POST
@for_owners
def new_join_code(request: MemberRequest) -> HttpResponse:
    managing_people.rotate_join_code(request.campaign)
    messages.success(request, "There is a new join code. The old one no longer works.")
    return redirect("people", campaign_slug=request.campaign.slug)


@require_POST
@for_owners
def new_join_link(request: MemberRequest) -> HttpResponse:
    managing_people.rotate_join_link(request.campaign)
    messages.success(request, "There is a new join link. The old one no longer works.")
    return redirect("people", campaign_slug=request.campaign.slug)


def _member(request: MemberRequest, membership_id: int) -> Membership:
    members = request.campaign.memberships.select_related("user", "campaign")
    return get_object_or_404(members, pk=membership_id)


def _back_to(member: Membership) -> HttpResponse:
    return redirect("person", campaign_slug=member.campaign.slug, membership_id=member.pk)
