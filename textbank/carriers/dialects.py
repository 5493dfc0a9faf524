"""Which file speaks with which carrier."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from textbank.carriers.bandwidth import Bandwidth
from textbank.carriers.base import Carrier, NumberShop
from textbank.carriers.connections import Connections
from textbank.carriers.models import CarrierAccount
from textbank.carriers.telnyx import Telnyx
from textbank.carriers.twilio import Twilio

CARRIERS: Mapping[str, Carrier] = {
    CarrierAccount.Kind.TWILIO: Twilio(Connections(settings.CARRIER_PATIENCE)),
    CarrierAccount.Kind.TELNYX: Telnyx(Connections(settings.CARRIER_PATIENCE)),
    CarrierAccount.Kind.BANDWIDTH: Bandwidth(Connections(settings.CARRIER_PATIENCE)),
}
# Where numbers can be had, over the connections of one visit.
SHOPS: Mapping[str, Callable[[Connections], NumberShop]] = {
    CarrierAccount.Kind.TWILIO: Twilio,
    CarrierAccount.Kind.TELNYX: Telnyx,
    CarrierAccount.Kind.BANDWIDTH: Bandwidth,
}
