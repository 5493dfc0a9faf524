"""Who the campaign is to the carriers: owners write it down, admins read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from textbank import clock
from textbank.campaigns import registering
from textbank.campaigns.access import MemberRequest, for_admins, for_owners
from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registering import Incomplete, NotNow, registration_of
from textbank.campaigns.registration_forms import ApprovalForm, DetailsForm, RejectionForm


@require_safe
@for_admins
def registration(request: MemberRequest) -> HttpResponse:
    return _page(request)


@require_POST
@for_owners
def registration_details(request: MemberRequest) -> HttpResponse:
    """Keeps the draft; what is still missing may come later."""
    form = DetailsForm(request.POST, instance=registration_of(request.campaign))
    if not form.is_valid():
        return _page(request, status=422, details=form)
    return _done(request, lambda: registering.write_draft(form.instance), "The draft is saved.")


@require_POST
@for_owners
def registration_submission(request: MemberRequest) -> HttpResponse:
    """Keeps the draft as it was on the page, and notes that it has been handed in."""
    form = DetailsForm(request.POST, instance=registration_of(request.campaign))
    if not form.is_valid():
        return _page(request, status=422, details=_asked(form, registering.lacks(form.instance)))
    try:
        registering.write_draft(form.instance)
        registering.submit(request.campaign, clock.now())
    except Incomplete as missing:
        return _page(request, status=422, details=_asked(form, missing.lacks))
    except NotNow as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Handed in. Write the registry's answer down here when it comes.")
    return redirect("registration", campaign_slug=request.campaign.slug)


@require_POST
@for_owners
def registration_approval(request: MemberRequest) -> HttpResponse:
    form = approval_form(registration_of(request.campaign), request.POST)
    if not form.is_valid():
        return _page(request, status=422, approval=form)
    said = "Approved. Texts may leave, within these numbers and the texting hours."
    return _done(request, lambda: registering.approve(request.campaign, form.approval(), clock.now()), said)


@require_POST
@for_owners
def registration_rejection(request: MemberRequest) -> HttpResponse:
    form = RejectionForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, rejection=form)
    because = form.cleaned_data["because"]
    said = "Noted. Nothing leaves until the registry has approved the registration."
    return _done(request, lambda: registering.reject(request.campaign, because, clock.now()), said)


@require_POST
@for_owners
def registration_draft(request: MemberRequest) -> HttpResponse:
    said = "It is a draft again. Nothing leaves until the registry has approved it."
    return _done(request, lambda: registering.take_back(request.campaign), said)


def approval_form(registration: Registration, data: Any = None) -> ApprovalForm:
    return ApprovalForm(data, registration=registration, today=_today(registration.campaign))


def _asked(form: DetailsForm, lacks: dict[str, str]) -> DetailsForm:
    """The form with what it lacks beside each field, unless something else is wrong with that field."""
    for field in lacks.keys() - form.errors.keys():
        form.add_error(field, lacks[field])
    return form


def _today(campaign: Campaign) -> date:
    return clock.now().astimezone(campaign.zone).date()


def _done(request: MemberRequest, story: Callable[[], object], said: str) -> HttpResponse:
    try:
        story()
        messages.success(request, said)
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect("registration", campaign_slug=request.campaign.slug)


def _page(request: MemberRequest, status: int = 200, **bound: Any) -> HttpResponse:
    """The page. `bound` puts forms that were refused in the place of fresh ones."""
    registration = registration_of(request.campaign)
    context = {
        "registration": registration,
        "has_ended": registration.has_expired(_today(request.campaign)),
        "is_owner": request.membership.role == "owner",
        "rows": _rows(registration),
        "samples": registering.samples(registration.sample_texts),
        "details": DetailsForm(instance=registration),
        "approval": approval_form(registration),
        "rejection": RejectionForm(),
    }
    return render(request, "campaigns/registration.html", context | bound, status=status)


def _rows(registration: Registration) -> list[dict[str, str]]:
    """What is written down, by name."""
    last_day = date_format(registration.expires_on, "F j, Y") if registration.expires_on else "None"
    rows = [
        ("Legal name", registration.legal_name),
        ("EIN", registration.ein),
        ("Kind of organization", registration.get_kind_display()),
        ("What the texts are about", registration.use_case),
        ("Campaign Verify token", registration.verify_token),
        ("Last day", last_day),
    ]
    if registration.status == Registration.Status.APPROVED:
        att, tmobile = registration.att_per_minute, registration.tmobile_per_day
        rows += [
            ("The registry's id", registration.registry_id),
            ("AT&T", f"{att:,} segments a minute" if att else "No cap"),
            ("T-Mobile", f"{tmobile:,} segments a day" if tmobile else "No cap"),
        ]
    return [{"label": label, "value": value} for label, value in rows]
