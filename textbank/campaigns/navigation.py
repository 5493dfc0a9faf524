"""What stands around every page: the campaign, the way to others, the menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Context for the base templates. Outside a campaign there is none."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    return {"membership": membership, "campaign": membership.campaign}
