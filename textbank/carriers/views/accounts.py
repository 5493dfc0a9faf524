"""The campaign's login at its carrier, its numbers, and what could not be understood of the carrier's news."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.carriers.forms import AccountForm, AreaCodeForm, NumberForm
from textbank.carriers.kinds import KINDS
from textbank.carriers.models import CarrierAccount, CarrierEvent
from textbank.carriers.numbering import sells_numbers

SHOWN_EVENTS = 50


@require_safe
@for_admins
def carrier_accounts(request: MemberRequest) -> HttpResponse:
    return accounts_page(request)


@require_POST
@for_admins
def new_carrier_account(request: MemberRequest) -> HttpResponse:
    kind = _kind(request.POST.get("kind", ""))
    form = AccountForm(request.POST, campaign=request.campaign, kind=kind, auto_id="new-account-%s")
    if not form.is_valid():
        return accounts_page(request, new_account=form)
    account = form.keep()
    messages.success(request, f"{account} is added. Now give the carrier its callback address.")
    return back(request)


@require_POST
@for_admins
def carrier_account(request: MemberRequest, account_id: int) -> HttpResponse:
    account = own_account(request, account_id)
    form = AccountForm(
        request.POST, instance=account, campaign=request.campaign, auto_id=f"account-{account.id}-%s"
    )
    if not form.is_valid():
        return accounts_page(request, account=form)
    form.keep()
    messages.success(request, f"{account} is saved.")
    return back(request)


@require_POST
@for_admins
def another_try(request: MemberRequest) -> HttpResponse:
    """Puts parked events, one or all, back in line."""
    parked = CarrierEvent.objects.parked().filter(campaign=request.campaign)
    if chosen := request.POST.get("event", ""):
        parked = parked.filter(pk=chosen) if chosen.isdecimal() and len(chosen) < 16 else parked.none()
    again = parked.try_again(clock.now())
    pieces = f"{again:,} piece{pluralize(again)} of news {pluralize(again, 'is,are')}"
    messages.success(request, f"{pieces} tried again within seconds.")
    return back(request)


def accounts_page(
    request: MemberRequest,
    *,
    account: AccountForm | None = None,
    number: NumberForm | None = None,
    area: AreaCodeForm | None = None,
    new_account: AccountForm | None = None,
    account_id: int = 0,
) -> HttpResponse:
    """The carrier page. A refused form stands in its place on it; `account_id`: whose `number` or `area` it is."""
    campaign = request.campaign
    found = CarrierAccount.objects.filter(campaign=campaign).prefetch_related("phone_numbers").order_by("id")
    refused = {"number_form": number, "area_form": area}
    places = []
    for row in found:
        place = _place(row)
        if account is not None and account.instance.pk == row.pk:
            place["form"] = account
        if row.pk == account_id:
            place |= {name: form for name, form in refused.items() if form}
        places.append(place)
    parked = CarrierEvent.objects.parked().filter(campaign=campaign)
    new_account = new_account or _new_account(request)
    context = {
        "accounts": places,
        "new_account": new_account,
        "kinds": [
            {"label": label, "url": f"?kind={kind}#new-account", "current": kind == new_account.instance.kind}
            for kind, label in CarrierAccount.Kind.choices
        ],
        "parked": list(parked.order_by("-parked_at", "-id")[:SHOWN_EVENTS]),
        "parked_count": parked.count(),
    }
    was_refused = any(form is not None and form.is_bound for form in (account, number, area, new_account))
    return render(request, "carriers/carrier_accounts.html", context, status=422 if was_refused else 200)


def own_account(request: MemberRequest, account_id: int) -> CarrierAccount:
    account: CarrierAccount = get_object_or_404(CarrierAccount, pk=account_id, campaign=request.campaign)
    return account


def back(request: MemberRequest) -> HttpResponse:
    return redirect("carrier_accounts", campaign_slug=request.campaign.slug)


def replies_url(account: CarrierAccount) -> str:
    """Where the carrier sends what comes in."""
    return settings.WEBHOOK_URL + reverse("carrier_replies", args=[account.webhook_key])


def _place(account: CarrierAccount) -> dict[str, Any]:
    """An account with its forms, its numbers and its callback address."""
    campaign = account.campaign
    return {
        "account": account,
        "kind": KINDS[account.kind],
        "form": AccountForm(instance=account, campaign=campaign, auto_id=f"account-{account.id}-%s"),
        "numbers": sorted(account.phone_numbers.all(), key=lambda number: number.id),
        "number_form": NumberForm(campaign=campaign, auto_id=f"number-{account.id}-%s"),
        "area_form": AreaCodeForm(auto_id=f"area-{account.id}-%s") if sells_numbers(account) else None,
        "replies_url": replies_url(account),
    }


def _new_account(request: MemberRequest) -> AccountForm:
    kind = _kind(request.GET.get("kind", ""))
    usual = {"name": CarrierAccount.Kind(kind).label, "base_url": KINDS[kind].base_url}
    return AccountForm(campaign=request.campaign, kind=kind, initial=usual, auto_id="new-account-%s")


def _kind(asked: str) -> str:
    return asked if asked in KINDS else CarrierAccount.Kind.TWILIO
