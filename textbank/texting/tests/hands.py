"""Contacts in hands, for tests."""

from __future__ import annotations

from datetime import datetime

from textbank.campaigns.models import Membership
from textbank.texting import claiming
from textbank.texting.models import TextingAction


def claim(action: TextingAction, member: Membership, now: datetime) -> int:
    """A bucket for one volunteer; how many they hold then."""
    return claiming.claim(action, [member], now)[member.id]
