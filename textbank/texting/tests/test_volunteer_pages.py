from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from textbank.campaigns.models import Membership
from textbank.conftest import Cast

SignIn = Callable[[Membership], Client]


def page(name: str, *ids: int) -> str:
    return reverse(name, args=["green-valley", *ids])


def test_pages_open(cast: Cast, sign_in: SignIn) -> None:
    action = cast.published([cast.contact(first_name=f"Ana{n}") for n in range(30)])
    browser = sign_in(cast.vera)
    for name, ids in (("feed", ()), ("action", (action.id,)), ("inbox", ())):
        assert browser.get(page(name, *ids)).status_code == 200
    browser.post(page("bucket", action.id))
    assert browser.get(page("texting", action.id)).status_code == 200
