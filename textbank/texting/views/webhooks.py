"""Where carriers call back: proved, stored, answered. What it means is worked out afterwards (`receiving.py`)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import for_carriers
from textbank.carriers.base import Forged, Malformed, WebhookRequest
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount
from textbank.texting import receiving

# Twilio reads TwiML here, others only the status. An empty document says: nothing to answer.
THANKS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@require_POST
@for_carriers
def replies(request: HttpRequest, webhook_key: str) -> HttpResponse:
    """An incoming text; from carriers that have one address for everything, news about ours too."""
    return _keep(request, webhook_key)


@csrf_exempt
@require_POST
@for_carriers
def receipts(request: HttpRequest, webhook_key: str, message_key: uuid.UUID) -> HttpResponse:
    """News about a text of ours; the address names the message."""
    return _keep(request, webhook_key, str(message_key))


def _keep(request: HttpRequest, webhook_key: str, message_key: str = "") -> HttpResponse:
    """Checks the signature, then stores; nothing is kept of a forged or unreadable webhook."""
    account = get_object_or_404(CarrierAccount, webhook_key=webhook_key)
    carrier = CARRIERS[account.kind]
    webhook = WebhookRequest(
        url=settings.WEBHOOK_URL + request.get_full_path(),
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
    )
    try:
        carrier.prove(account.login, webhook)
        events = carrier.events(webhook)
    except Forged as problem:
        raise PermissionDenied("The signature does not match.") from problem
    except (Malformed, UnicodeDecodeError) as problem:
        raise SuspiciousOperation("This webhook cannot be read.") from problem
    receiving.store(account, events, clock.now(), message_key)
    return HttpResponse(THANKS, content_type="text/xml")
