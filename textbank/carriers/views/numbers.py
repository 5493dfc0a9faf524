"""The numbers of an account: entered by hand, bought from the carrier, switched off and on, given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.carriers import numbering
from textbank.carriers.base import AccountRefused, Rejected, Unavailable, Unknown
from textbank.carriers.forms import AreaCodeForm, NumberForm, PurchaseForm
from textbank.carriers.models import PhoneNumber
from textbank.carriers.views.accounts import accounts_page, back, own_account, replies_url


@require_POST
@for_admins
def new_number(request: MemberRequest, account_id: int) -> HttpResponse:
    account = own_account(request, account_id)
    form = NumberForm(request.POST, campaign=request.campaign, auto_id=f"number-{account.id}-%s")
    if not form.is_valid():
        return accounts_page(request, number=form, account_id=account.id)
    number = numbering.take_in(account, form.cleaned_data["number"])
    messages.success(request, f"{number} is added, and texts go out from it.")
    return back(request)


@require_POST
@for_admins
def number_activity(request: MemberRequest, number_id: int) -> HttpResponse:
    """Switches a number on or off. Contacts who know it get another of ours while it is off."""
    number = _own_number(request, number_id)
    number.switch(on=request.POST.get("on") == "yes")
    messages.success(request, f"{number} is {'on' if number.is_active else 'off'}.")
    return back(request)


@require_safe
@for_admins
def offered_numbers(request: MemberRequest, account_id: int) -> HttpResponse:
    """What the carrier offers in one area code, each to be bought with a press."""
    account = own_account(request, account_id)
    form = AreaCodeForm(request.GET, auto_id=f"area-{account.id}-%s")
    if not form.is_valid() or not numbering.sells_numbers(account):
        return accounts_page(request, area=form, account_id=account.id)
    area_code = form.cleaned_data["area_code"]
    context = {"account": account, "area_code": area_code, "form": form, "offers": [], "problem": ""}
    try:
        context["offers"] = numbering.search(account, area_code)
    except (Rejected, Unavailable) as problem:
        context["problem"] = _in_words(problem)
    return render(request, "carriers/offered_numbers.html", context)


@require_POST
@for_admins
def number_purchase(request: MemberRequest, account_id: int) -> HttpResponse:
    account = own_account(request, account_id)
    form = PurchaseForm(request.POST)
    if not form.is_valid() or not numbering.sells_numbers(account):
        messages.error(request, "That is no number to buy. Search again and choose one.")
        return back(request)
    wanted = form.cleaned_data["number"]
    if PhoneNumber.objects.filter(campaign=request.campaign, number=wanted, released_at=None).exists():
        messages.info(request, f"{wanted} is here already.")
        return back(request)
    try:
        number = numbering.buy(account, wanted, replies_url(account))
    except Unknown:
        messages.error(
            request,
            f"The carrier did not say whether you have {wanted} now. Look in its console, and if the number is "
            "there, add it here by hand.",
        )
    except (Rejected, Unavailable) as problem:
        messages.error(request, f"{wanted} was not bought. {_in_words(problem)}")
    else:
        messages.success(request, f"{number} is yours, and texts go out from it.")
    return back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def number_release(request: MemberRequest, number_id: int) -> HttpResponse:
    """Asks first, and says what it means; then gives the number back."""
    number = _own_number(request, number_id)
    if not numbering.sells_numbers(number.account):
        return back(request)
    if request.method != "POST":
        return render(request, "carriers/number_release.html", {"number": number})
    try:
        numbering.release(number, clock.now())
    except (Rejected, Unavailable) as problem:
        messages.error(request, f"{number} is off now, but it is still yours. {_in_words(problem)}")
    else:
        messages.success(request, f"{number} is given back.")
    return back(request)


def _own_number(request: MemberRequest, number_id: int) -> PhoneNumber:
    """A number that has not been given back."""
    ours = PhoneNumber.objects.select_related("account", "campaign")
    number: PhoneNumber = get_object_or_404(ours, pk=number_id, campaign=request.campaign, released_at=None)
    return number


def _in_words(problem: Rejected | Unavailable) -> str:
    """What went wrong and what to do, for a person."""
    if isinstance(problem, AccountRefused):
        return f"The carrier does not accept this login: {problem}. Check it under “Change the login”."
    if isinstance(problem, Rejected):
        return f"The carrier says no: {problem.detail or problem.code}."
    return "The carrier cannot be reached just now. Wait a minute and try again."
