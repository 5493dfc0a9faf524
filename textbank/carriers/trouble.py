"""What staff read above every page while a carrier refuses an account of theirs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from textbank.carriers.models import CarrierAccount


def troubles(request: HttpRequest) -> dict[str, Any]:
    """Context for the pages of staff; asked only by templates that show it."""
    membership = getattr(request, "membership", None)
    if membership is None or not membership.is_staff_member:
        return {}
    refused = CarrierAccount.objects.filter(campaign=membership.campaign_id, trouble_at__isnull=False)
    return {"troubled_accounts": lambda: list(refused.order_by("id"))}
