"""The views of one subject: whom the campaign leaves alone, and why."""

from __future__ import annotations

from typing import Any

from textbank.campaigns.access import MemberRequest
from textbank.campaigns.navigation import address
from textbank.contacts.models import OptOut, WrongNumber


def ledger_tabs(request: MemberRequest) -> list[dict[str, Any]]:
    """The tabs of the opt-out pages, with what waits for a person. Some of them stand in a room above."""
    to_review = OptOut.objects.filter(campaign=request.campaign).to_review().count()
    wrong = WrongNumber.objects.live().filter(campaign=request.campaign).count()
    places = [
        ("All opt-outs", "opt_outs", ""),
        ("To look at", "opt_outs_to_review", to_review),
        ("Wrong numbers", "wrong_numbers", wrong),
    ]
    found = [(label, address(name, request.membership), count) for label, name, count in places]
    return [
        {"label": label, "url": url, "count": count, "current": url == request.path}
        for label, url, count in found
        if url
    ]
