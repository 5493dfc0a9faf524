"""Which file speaks with which carrier."""

from __future__ import annotations

from collections.abc import Mapping

from textbank.carriers.bandwidth import Bandwidth
from textbank.carriers.base import Carrier
from textbank.carriers.models import CarrierAccount
from textbank.carriers.twilio import Twilio

CARRIERS: Mapping[str, Carrier] = {
    CarrierAccount.Kind.TWILIO: Twilio(),
    CarrierAccount.Kind.BANDWIDTH: Bandwidth(),
}
