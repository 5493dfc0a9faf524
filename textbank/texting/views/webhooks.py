"""Where carriers call back: proved, stored, answered. What it means is worked out afterwards (`receiving.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from textbank.querying import rows
from textbank.shared_views import Answer, Asked, shared
from textbank.texting.storing import Delivery, store_all

# Twilio reads TwiML here, others only the status. An empty document says: nothing to answer.
THANKS = Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', headers=(("Content-Type", "text/xml"),))


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request of a carrier. `message_key`: our own key of the text that its address names."""

    account_key: str
    request: WebhookRequest
    message_key: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a webhook: it is stored, unless there is a problem with it."""

    problem: Exception | None = None


def _webhook(asked: Asked) -> Webhook:
    request = WebhookRequest(
        url=settings.WEBHOOK_URL + asked.address,
        body=asked.body,
        headers=asked.headers,
        received_at=timezone.now(),  # carriers sign by the real clock, which a demonstration's may run ahead of
    )
    return Webhook(asked.names["webhook_key"], request, str(asked.names.get("message_key", "")))


def keep(webhooks: Sequence[Webhook]) -> list[Kept]:
    """Checks the signatures, then stores; nothing is kept of a forged or unreadable webhook, and it is told why."""
    accounts = _accounts([webhook.account_key for webhook in webhooks])
    now = clock.now()
    found = []
    deliveries = []
    for webhook, account in zip(webhooks, accounts, strict=True):
        try:
            deliveries.append(_delivery(webhook, account, now))
            found.append(Kept())
        except (Forged, Malformed, UnicodeDecodeError, Http404) as problem:
            found.append(Kept(problem))
    if deliveries:
        store_all(deliveries)
    return found


def _delivery(webhook: Webhook, account: CarrierAccount | None, now: datetime) -> Delivery:
    if account is None:
        raise Http404
    carrier = CARRIERS[account.kind]
    carrier.prove(account.login, webhook.request)
    return Delivery(account, carrier.events(webhook.request), now, webhook.message_key)


def _thanks(_asked: Asked, kept: Kept) -> Answer | None:
    return None if kept.problem else THANKS


_kept = shared(read=_webhook, story=keep, quick=_thanks)


@csrf_exempt
@require_POST
@for_carriers
@_kept
def replies(_request: HttpRequest, kept: Kept, **_names: object) -> HttpResponse:
    """An incoming text; from carriers that have one address for everything, news about ours too."""
    return _refusal(kept.problem)


@csrf_exempt
@require_POST
@for_carriers
@_kept
def receipts(_request: HttpRequest, kept: Kept, **_names: object) -> HttpResponse:
    """News about a text of ours; the address names the message."""
    return _refusal(kept.problem)


def _refusal(problem: Exception | None) -> HttpResponse:
    if challenge := getattr(problem, "challenge", ""):
        # Bandwidth comes without its password first, and never again unless it is asked for it.
        return HttpResponse(status=401, headers={"WWW-Authenticate": challenge})
    if isinstance(problem, Forged):
        raise PermissionDenied("The signature does not match.") from problem
    if isinstance(problem, Http404):
        raise problem
    raise SuspiciousOperation("This webhook cannot be read.") from problem


_ACCOUNTS = """
    SELECT webhook_key, id, xmin::text || ctid::text AS version
    FROM carriers_carrieraccount WHERE webhook_key = ANY(%(keys)s)
"""


def _accounts(keys: Sequence[str]) -> list[CarrierAccount | None]:
    found = {row["webhook_key"]: row for row in rows(_ACCOUNTS, keys=list(set(keys)))}
    return [_account(found[key]["id"], found[key]["version"]) if key in found else None for key in keys]


@lru_cache(maxsize=10_000)
def _account(account_id: int, _version: str) -> CarrierAccount | None:
    """An account as that version of its row has it."""
    return CarrierAccount.objects.filter(id=account_id).first()
