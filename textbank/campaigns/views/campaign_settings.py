"""The campaign's settings, which all its actions obey."""

from collections.abc import Set

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from textbank import clock
from textbank.campaigns.access import MemberRequest, for_admins
from textbank.campaigns.forms import SettingsForm
from textbank.campaigns.models import Campaign
from textbank.campaigns.registering import registration_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def settings(request: MemberRequest, known_area_codes: Set[str]) -> HttpResponse:
    """`known_area_codes`: those of the United States, from the address plan: the room of phones is above this one."""
    # A row of its own: a refused form leaves its values in it, and the menu shows the campaign's real name.
    campaign = Campaign.objects.get(pk=request.campaign.pk)
    form = SettingsForm(request.POST or None, instance=campaign, known_area_codes=known_area_codes)
    if form.is_valid():
        form.keep()
        messages.success(request, "Settings saved.")
        return redirect("settings", campaign_slug=campaign.slug)
    status = 422 if form.is_bound else 200
    registration = registration_of(request.campaign)
    has_ended = registration.has_expired(clock.now().astimezone(request.campaign.zone).date())
    context = {"form": form, "registration": registration, "has_ended": has_ended}
    return render(request, "campaigns/settings.html", context, status=status)
