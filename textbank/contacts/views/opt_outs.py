"""The ledger of promises not to text: looked up, and added to by hand. (Taking one back also moves its conversation:
`texting/views/leaving.py`.)"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.opt_out_forms import NewOptOutForm, OptOutFilter
from textbank.contacts.opting_out import opt_out
from textbank.contacts.views.ledger_tabs import ledger_tabs

COLUMNS = [
    {"label": "Phone"},
    {"label": "Since", "wide_only": True},
    {"label": "How", "wide_only": True},
    {"label": "Words", "wide_only": True},
    {"label": "State"},
]


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def opt_outs(request: MemberRequest) -> HttpResponse:
    """The ledger, the latest first; a POST adds a phone to it."""
    new = NewOptOutForm(request.POST or None, auto_id="new-%s")
    if new.is_valid():
        _add(request, new.cleaned_data["phone"], new.cleaned_data["words"])
        return redirect("opt_outs", campaign_slug=request.campaign.slug)
    context = _ledger(request) | {"new": new, "columns": COLUMNS, "tabs": ledger_tabs(request)}
    return render(request, "contacts/opt_outs.html", context, status=422 if new.is_bound else 200)


def _add(request: MemberRequest, phone: str, words: str) -> None:
    source, now = OptOut.Source.ADMIN, clock.now()
    if opt_out(request.campaign, phone, source, now, words=words, by=request.membership):
        messages.success(request, f"{phone} is not texted any more, from now on.")
    else:
        messages.success(request, f"{phone} had opted out already.")


def _ledger(request: MemberRequest) -> dict[str, Any]:
    form = OptOutFilter(request.GET)
    found = OptOut.objects.filter(campaign=request.campaign)
    found = found.matching(**form.cleaned_data) if form.is_valid() else found.none()
    people = found.select_related("opted_out_by__user", "undone_by__user").order_by("-opted_out_at", "-id")
    page = Paginator(people, 50).get_page(request.GET.get("page"))
    names = _contacts(request, [promise.phone for promise in page.object_list])
    rows = [{"promise": promise, "contact": names.get(promise.phone)} for promise in page.object_list]
    asked = any(request.GET.get(name) for name in form.fields)
    return {"form": form, "page": page, "rows": rows, "is_filtered": asked}


def _contacts(request: MemberRequest, phones: list[str]) -> dict[str, Contact]:
    """The contacts with these phones; a promise outlives the contact, so there may be none."""
    found = Contact.objects.filter(campaign=request.campaign, phone__in=phones)
    return {contact.phone: contact for contact in found}
