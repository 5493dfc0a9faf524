"""Bandwidth at our door: it calls without its password, and comes back with it when it is asked."""

from __future__ import annotations

import json
import uuid

import pytest
from django.http import HttpResponse
from django.test import Client

from textbank.carriers.connections import basic
from textbank.carriers.models import CarrierAccount, CarrierEvent
from textbank.conftest import Cast
from textbank.texting.tests.taking_in import process_events

VOTER = "+19195550142"


@pytest.fixture
def account(cast: Cast) -> CarrierAccount:
    """The green campaign has moved to Bandwidth."""
    cast.green.account.kind = CarrierAccount.Kind.BANDWIDTH
    cast.green.account.proof = "callbacks:a password"
    cast.green.account.save()
    return cast.green.account


def call(account: CarrierAccount, *news: object, password: str = "a password") -> HttpResponse:
    """What Bandwidth does: calls without credentials, and answers a challenge with them."""
    caller, path = Client(enforce_csrf_checks=True), f"/webhooks/{account.webhook_key}/replies"
    answer = caller.post(path, json.dumps(news), "application/json")
    if answer.status_code != 401 or not answer["WWW-Authenticate"].startswith("Basic realm="):
        return answer
    assert not CarrierEvent.objects.exists()
    authorization = {"Authorization": basic("callbacks", password)}
    return caller.post(path, json.dumps(news), "application/json", headers=authorization)


def incoming(cast: Cast, text: str) -> dict[str, object]:
    message = {"id": "m1", "from": VOTER, "to": [cast.green.number.number], "text": text}
    return {"type": "message-received", "to": cast.green.number.number, "message": message}


def test_a_reply_comes_in_once_bandwidth_was_asked_for_its_password(
    cast: Cast, account: CarrierAccount
) -> None:
    assert call(account, incoming(cast, "Sí, cuenta conmigo 🎉")).status_code == 200
    event = CarrierEvent.objects.get()
    assert (event.campaign, event.kind, event.event_key, event.phone) == (cast.campaign, "reply", "m1", VOTER)


def test_a_receipt_comes_to_the_same_address_and_names_our_message(
    cast: Cast, account: CarrierAccount
) -> None:
    key = str(uuid.uuid4())
    news = {"type": "message-delivered", "to": VOTER, "message": {"id": "m2", "tag": key}}
    assert call(account, news).status_code == 200
    event = CarrierEvent.objects.get()
    assert (event.kind, event.event_key, event.message_key) == ("receipt", "m2 delivered", key)


def test_a_wrong_password_is_forged_and_leaves_nothing(cast: Cast, account: CarrierAccount) -> None:
    assert call(account, incoming(cast, "hi"), password="a guess").status_code == 403
    assert not CarrierEvent.objects.exists()


def test_halves_of_letters_and_zeros_are_stored_and_read(cast: Cast, account: CarrierAccount) -> None:
    assert call(account, incoming(cast, "hi\0 there \ud83d")).status_code == 200
    process_events(CarrierEvent.objects.get().received_at)
    event = CarrierEvent.objects.get()
    assert (event.processed_at is not None, event.problem) == (True, "")
