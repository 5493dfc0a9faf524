"""The way into a campaign: its link, or its code from the whiteboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from textbank.campaigns import joining
from textbank.campaigns.access import for_everyone
from textbank.campaigns.forms import JoinCodeForm, JoinForm
from textbank.campaigns.models import Campaign
from textbank.campaigns.views.signing_in import AskForCode


class JoinPage(AskForCode):
    """Asks for a name and an address, and sends a letter to it. The answer is the same for a known one."""

    template_name = "campaigns/join.html"
    campaign: Campaign | None = None

    def get_form_class(self) -> type[JoinForm]:
        return JoinForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "campaign": self.campaign}

    def form_valid(self, form: Any) -> HttpResponse:
        typed = form.cleaned_data
        form._user = joining.newcomer(typed["email"], typed["first_name"], typed["last_name"])
        return super().form_valid(form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_everyone
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The join link. `?action=` names the texting action to land on."""
    campaign = Campaign.objects.filter(join_token=token).first()
    if campaign is None:
        return render(request, "campaigns/join_link_is_old.html", status=404)
    intent = joining.Intent(join=token, action=joining.action_in(request.GET))
    if request.user.is_authenticated:
        return _join_signed_in(request, campaign, intent["action"])
    response: HttpResponse = JoinPage.as_view(campaign=campaign, intent=intent)(request)
    return response


def _join_signed_in(request: HttpRequest, campaign: Campaign, action: str) -> HttpResponse:
    """One button for somebody we know; none at all for a member."""
    assert request.user.is_authenticated
    member = request.user.memberships.filter(campaign=campaign).select_related("campaign").first()
    if member is None and request.method != "POST":
        return render(request, "campaigns/join_signed_in.html", {"campaign": campaign})
    member = member or joining.join(campaign, request.user)
    return redirect(joining.welcome(request, member, action) or "home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def join_by_code(request: HttpRequest) -> HttpResponse:
    """Six digits lead to the page of the join link."""
    form = JoinCodeForm(request.POST or None, request=request)
    if form.is_valid():
        return redirect("join", token=form.campaign.join_token)
    return render(request, "campaigns/join_by_code.html", {"form": form})
