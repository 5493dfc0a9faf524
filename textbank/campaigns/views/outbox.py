"""The outbox of a demonstration: see `campaigns/outbox.py` for where it exists."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from textbank.campaigns import outbox as story
from textbank.campaigns.access import for_everyone


@require_safe
@never_cache
@for_everyone
def outbox(request: HttpRequest) -> HttpResponse:
    if not story.is_open():
        raise Http404
    return render(request, "campaigns/outbox.html", {"letters": story.letters(settings.OUTBOX)})
