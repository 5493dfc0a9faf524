"""Where everybody comes in: the start page, and the choice among one's campaigns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from textbank.campaigns import navigation
from textbank.campaigns.access import SignedInRequest, for_everyone, for_the_signed_in
from textbank.campaigns.forms import JoinCodeForm


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: sign in or join. Signed in: straight to the only campaign, or the choice."""
    if not request.user.is_authenticated:
        return render(request, "campaigns/home.html", {"form": JoinCodeForm(request=request)})
    mine = list(request.user.memberships.live().select_related("campaign")[:2])
    return redirect(navigation.home(mine[0]) if len(mine) == 1 else "campaigns")


@require_safe
@for_the_signed_in
def campaigns(request: SignedInRequest) -> HttpResponse:
    """The campaigns of whoever is signed in."""
    mine = request.user.memberships.live().select_related("campaign").order_by("campaign__name")
    places = [{"membership": membership, "url": navigation.home(membership)} for membership in mine]
    return render(request, "campaigns/campaigns.html", {"places": places})
