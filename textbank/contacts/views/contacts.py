"""The pages of contacts: who they are, and which lists they stand on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.contacts import zones
from textbank.contacts.forms import ContactFilter
from textbank.contacts.importing import FIELDS
from textbank.contacts.models import ContactImport, OptOut
from textbank.contacts.searching import lists_of, page_of

CONTACT_COLUMNS = [
    {"label": "Name"},
    {"label": "Phone"},
    {"label": "Place", "wide_only": True},
]
LIST_COLUMNS = [
    {"label": "List"},
    {"label": "Status"},
    {"label": "Contacts", "number": True},
    {"label": "Made", "wide_only": True},
]


@require_safe
@for_admins
def contacts(request: MemberRequest) -> HttpResponse:
    """Every list, and the people found by the search in the address."""
    form = ContactFilter(request.campaign, request.GET)
    search = form.cleaned_data if form.is_valid() else {}
    page = page_of(request.campaign, request.GET.get("after"), **search)
    unfinished = request.campaign.contact_imports.filter(status__in=ContactImport.UNFINISHED).order_by("-pk")
    context = {"form": form, "page": page, "columns": CONTACT_COLUMNS, "imports": unfinished}
    return render(
        request,
        "contacts/contacts.html",
        context | {"lists": lists_of(request.campaign), "list_columns": LIST_COLUMNS},
    )


@require_safe
@for_admins
def contact(request: MemberRequest, contact_id: int) -> HttpResponse:
    """One person: what is known, whether they opted out, what their clock shows."""
    found = get_object_or_404(request.campaign.contacts, pk=contact_id)
    opt_outs = OptOut.objects.filter(campaign=request.campaign, phone=found.phone).order_by("-opted_out_at")
    context = {
        "contact": found,
        "details": [(label, getattr(found, name)) for name, (label, _) in FIELDS.items() if name != "phone"]
        + sorted(found.merge_fields.items()),
        "opt_out": opt_outs.filter(undone_at=None).first(),
        "past_opt_outs": opt_outs.exclude(undone_at=None),
        "local_times": zones.local_times(found.zones, clock.now()),
        "lists": request.campaign.contact_lists.filter(entries__contact=found).order_by("name"),
    }
    return render(request, "contacts/contact.html", context)
