"""The campaign's settings, which all its actions obey."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from textbank.campaigns.access import MemberRequest, for_admins
from textbank.campaigns.forms import SettingsForm
from textbank.campaigns.models import Campaign


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def settings(request: MemberRequest) -> HttpResponse:
    # A row of its own: a refused form leaves its values in it, and the menu shows the campaign's real name.
    campaign = Campaign.objects.get(pk=request.campaign.pk)
    form = SettingsForm(request.POST or None, instance=campaign)
    if form.is_valid():
        form.keep()
        messages.success(request, "Settings saved.")
        return redirect("settings", campaign_slug=campaign.slug)
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/settings.html", {"form": form}, status=status)
