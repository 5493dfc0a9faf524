"""Numbers come and go: searched for and bought at the carrier, entered by hand, given back.

The carrier is asked with no transaction open. A number given back stays here, switched off: what people still text
to it, and whom it was known to, must be understood for as long as there are contacts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from asgiref.sync import async_to_sync

from textbank.carriers.base import BoughtNumber, NumberShop, OfferedNumber, Unavailable, Unknown
from textbank.carriers.connections import Connections
from textbank.carriers.dialects import SHOPS
from textbank.carriers.models import CarrierAccount, PhoneNumber

T = TypeVar("T")
PATIENCE = 30.0  # seconds that somebody waits before the page
READ = 15.0


def sells_numbers(account: CarrierAccount) -> bool:
    return account.kind in SHOPS


def search(account: CarrierAccount, area_code: str) -> list[OfferedNumber]:
    """What the account's carrier offers. Raises `Unavailable` or `Rejected`."""
    try:
        return _ask(account, lambda shop: shop.search_numbers(account.login, area_code))
    except Unknown as problem:
        raise Unavailable(str(problem)) from problem


def buy(account: CarrierAccount, number: str, replies_url: str) -> PhoneNumber:
    """Buys an offered number, and texts go out from it. Raises `Rejected`, `Unavailable` or `Unknown`."""
    bought = _ask(account, lambda shop: shop.buy_number(account.login, number, replies_url))
    return take_in(account, bought.number, bought.carrier_id)


def take_in(account: CarrierAccount, number: str, carrier_id: str = "") -> PhoneNumber:
    """A number is ours to text from; one that was given back and is ours again takes up its old place."""
    ours, _is_new = PhoneNumber.objects.update_or_create(
        campaign=account.campaign,
        number=number,
        defaults={
            "account": account,
            "carrier_id": carrier_id,
            "is_active": True,
            "off_because": "",
            "released_at": None,
        },
    )
    return ours


def release(number: PhoneNumber, now: datetime) -> None:
    """Gives a number back for good. Raises `Rejected` or `Unavailable`; then it is still ours, but switched off.

    It is switched off first, so that nothing leaves from a number that is already somebody else's.
    """
    number.switch(on=False)
    bought = BoughtNumber(number.number, number.carrier_id)
    try:
        _ask(number.account, lambda shop: shop.release_number(number.account.login, bought))
    except Unknown as problem:
        raise Unavailable(str(problem)) from problem
    number.released_at, number.carrier_id = now, ""
    number.save(update_fields=["released_at", "carrier_id"])


def _ask(account: CarrierAccount, question: Callable[[NumberShop], Awaitable[T]]) -> T:
    """One question to the carrier, over connections that are opened for it and closed after it."""

    async def once() -> T:
        async with Connections(read=READ) as connections:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await question(SHOPS[account.kind](connections))
            except TimeoutError as problem:
                raise Unknown(f"No answer in {PATIENCE:.0f} seconds.") from problem

    return async_to_sync(once)()
