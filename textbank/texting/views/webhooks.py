"""Where carriers call back: proved, stored, answered. What it means is worked out afterwards (`receiving.py`)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from textbank import clock
from textbank.campaigns.access import for_carriers
from textbank.carriers.base import Forged, Malformed, WebhookRequest
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount
from textbank.gathering import Gathering
from textbank.querying import rows
from textbank.texting import storing

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
    account = _accounts(None, webhook_key)
    if account is None:
        raise Http404
    carrier = CARRIERS[account.kind]
    webhook = WebhookRequest(
        url=settings.WEBHOOK_URL + request.get_full_path(),
        body=request.body,
        headers={name.lower(): value for name, value in request.headers.items()},
        received_at=timezone.now(),  # carriers sign by the real clock, which a demonstration's may run ahead of
    )
    try:
        carrier.prove(account.login, webhook)
        events = carrier.events(webhook)
    except Forged as problem:
        if challenge := getattr(problem, "challenge", ""):
            # Bandwidth comes without its password first, and never again unless it is asked for it.
            return HttpResponse(status=401, headers={"WWW-Authenticate": challenge})
        raise PermissionDenied("The signature does not match.") from problem
    except (Malformed, UnicodeDecodeError) as problem:
        raise SuspiciousOperation("This webhook cannot be read.") from problem
    storing.store(account, events, clock.now(), message_key)
    return HttpResponse(THANKS, content_type="text/xml")


_ACCOUNTS = """
    SELECT webhook_key, id, xmin::text || ctid::text AS version
    FROM carriers_carrieraccount WHERE webhook_key = ANY(%(keys)s)
"""


def _find_accounts(keys: Sequence[str]) -> list[CarrierAccount | None]:
    found = {row["webhook_key"]: row for row in rows(_ACCOUNTS, keys=list(keys))}
    return [_account(found[key]["id"], found[key]["version"]) if key in found else None for key in keys]


@lru_cache(maxsize=10_000)
def _account(account_id: int, _version: str) -> CarrierAccount | None:
    """An account as that version of its row has it."""
    return CarrierAccount.objects.filter(id=account_id).first()


_accounts = Gathering(_find_accounts)
