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
from textbank.carriers.forms import AccountForm, NumberForm
from textbank.carriers.models import CarrierAccount, CarrierEvent, PhoneNumber

TWILIO = "https://api.twilio.com"
SHOWN_EVENTS = 50


@require_safe
@for_admins
def carrier_accounts(request: MemberRequest) -> HttpResponse:
    return render(request, "carriers/carrier_accounts.html", _page(request))


@require_POST
@for_admins
def new_carrier_account(request: MemberRequest) -> HttpResponse:
    form = AccountForm(request.POST, campaign=request.campaign, auto_id="new-account-%s")
    if not form.is_valid():
        return render(request, "carriers/carrier_accounts.html", _page(request, new_account=form), status=422)
    account = form.keep()
    messages.success(request, f"{account} is added. Now give the carrier its callback address.")
    return _back(request)


@require_POST
@for_admins
def carrier_account(request: MemberRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)
    form = AccountForm(
        request.POST, instance=account, campaign=request.campaign, auto_id=f"account-{account.id}-%s"
    )
    if not form.is_valid():
        refused = {account.id: form}
        return render(request, "carriers/carrier_accounts.html", _page(request, forms=refused), status=422)
    form.keep()
    messages.success(request, f"{account} is saved.")
    return _back(request)


@require_POST
@for_admins
def new_number(request: MemberRequest, account_id: int) -> HttpResponse:
    account = _account(request, account_id)
    form = NumberForm(request.POST, campaign=request.campaign, auto_id=f"number-{account.id}-%s")
    if not form.is_valid():
        refused = {account.id: form}
        return render(request, "carriers/carrier_accounts.html", _page(request, numbers=refused), status=422)
    number = PhoneNumber.objects.create(
        campaign=request.campaign, account=account, number=form.cleaned_data["number"]
    )
    messages.success(request, f"{number} is added, and texts go out from it.")
    return _back(request)


@require_POST
@for_admins
def number_activity(request: MemberRequest, number_id: int) -> HttpResponse:
    """Switches a number on or off. Contacts who know it get another of ours while it is off."""
    number = get_object_or_404(PhoneNumber, pk=number_id, campaign=request.campaign)
    number.switch(on=request.POST.get("on") == "yes")
    messages.success(request, f"{number} is {'on' if number.is_active else 'off'}.")
    return _back(request)


@require_POST
@for_admins
def another_try(request: MemberRequest) -> HttpResponse:
    """Puts parked events, one or all, back in line."""
    parked = CarrierEvent.objects.parked().filter(campaign=request.campaign)
    if chosen := request.POST.get("event", ""):
        parked = parked.filter(pk=chosen) if chosen.isdecimal() and len(chosen) < 16 else parked.none()
    back = parked.try_again(clock.now())
    messages.success(request, f"{back:,} event{pluralize(back)} will be tried again within seconds.")
    return _back(request)


def _page(
    request: MemberRequest,
    forms: dict[int, AccountForm] | None = None,
    numbers: dict[int, NumberForm] | None = None,
    new_account: AccountForm | None = None,
) -> dict[str, Any]:
    """Each account with its form, its numbers and its callback address; refused forms in their places."""
    campaign = request.campaign
    found = CarrierAccount.objects.filter(campaign=campaign).prefetch_related("phone_numbers").order_by("id")
    parked = CarrierEvent.objects.parked().filter(campaign=campaign)
    return {
        "accounts": [
            {
                "account": account,
                "form": (forms or {}).get(account.id)
                or AccountForm(instance=account, campaign=campaign, auto_id=f"account-{account.id}-%s"),
                "numbers": sorted(account.phone_numbers.all(), key=lambda number: number.id),
                "number_form": (numbers or {}).get(account.id)
                or NumberForm(campaign=campaign, auto_id=f"number-{account.id}-%s"),
                "replies_url": settings.WEBHOOK_URL + reverse("carrier_replies", args=[account.webhook_key]),
            }
            for account in found
        ],
        "new_account": new_account
        or AccountForm(
            campaign=campaign, initial={"name": "Twilio", "base_url": TWILIO}, auto_id="new-account-%s"
        ),
        "parked": list(parked.order_by("-parked_at", "-id")[:SHOWN_EVENTS]),
        "parked_count": parked.count(),
    }


def _account(request: MemberRequest, account_id: int) -> CarrierAccount:
    account: CarrierAccount = get_object_or_404(CarrierAccount, pk=account_id, campaign=request.campaign)
    return account


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("carrier_accounts", campaign_slug=request.campaign.slug)
