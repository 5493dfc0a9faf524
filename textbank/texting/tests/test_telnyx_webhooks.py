"""What Telnyx posts comes in by the same door: proved by its key and its time, stored once, understood."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client

from textbank import clock
from textbank.carriers import numbering
from textbank.carriers.base import BoughtNumber, Login
from textbank.carriers.models import CarrierAccount, CarrierEvent
from textbank.conftest import TUESDAY_NOON, Cast
from textbank.texting.models import Conversation, Message
from textbank.texting.tests.taking_in import process_events

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VOTER = "+19195550100"


@pytest.fixture
def account(cast: Cast) -> CarrierAccount:
    """Green Valley texts through Telnyx."""
    account = cast.green.account
    account.kind = CarrierAccount.Kind.TELNYX
    public = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    account.proof = base64.b64encode(public).decode()
    account.save()
    return account


@pytest.fixture
def message(cast: Cast, account: CarrierAccount) -> Message:
    """A first text that the carrier has."""
    contact = cast.contact(phone=VOTER)
    return Message.objects.create(
        campaign=cast.campaign,
        conversation=Conversation.objects.create(
            campaign=cast.campaign, contact=contact, number=cast.green.number
        ),
        kind="reply",
        status="sent",
        text="Hi",
        key=uuid.uuid4(),
        carrier_id="out-1",
        sender=cast.vera,
        created_at=clock.now(),
    )


def news(kind: str, **payload: Any) -> dict[str, Any]:
    return {"data": {"event_type": f"message.{kind}", "id": str(uuid.uuid4()), "payload": payload}}


def reply(text: str, to: str = "+19195550001") -> dict[str, Any]:
    return news(
        "received",
        id="in-1",
        text=text,
        **{"from": {"phone_number": VOTER, "carrier": "Verizon"}, "to": [{"phone_number": to}]},
    )


def call(account: CarrierAccount, event: dict[str, Any], path: str = "replies", age: int = 0) -> HttpResponse:
    """What Telnyx does: posts JSON and signs it with its clock, `age` seconds ago."""
    body, stamp = json.dumps(event).encode(), str(int(TUESDAY_NOON.timestamp()) - age)
    signature = base64.b64encode(KEY.sign(stamp.encode() + b"|" + body)).decode()
    return Client(enforce_csrf_checks=True).post(
        f"/webhooks/{account.webhook_key}/{path}",
        body,
        "application/json",
        headers={"Telnyx-Signature-Ed25519": signature, "Telnyx-Timestamp": stamp},
    )


def test_a_signed_reply_is_stored_once_and_understood(cast: Cast, account: CarrierAccount) -> None:
    for _ in range(3):
        assert call(account, reply("Sí, cuenta conmigo 🎉")).status_code == 200
    assert process_events(clock.now()) == 1
    assert Message.objects.get(kind="incoming").text == "Sí, cuenta conmigo 🎉"


@pytest.mark.parametrize("age", [301, 86_400, -301])
def test_a_webhook_replayed_later_is_refused_and_nothing_is_kept(account: CarrierAccount, age: int) -> None:
    assert call(account, reply("Yes"), age=age).status_code == 403
    assert not CarrierEvent.objects.exists()


def test_a_webhook_signed_by_another_key_is_refused(account: CarrierAccount) -> None:
    CarrierAccount.objects.filter(pk=account.pk).update(proof=base64.b64encode(bytes(range(32))).decode())
    assert call(account, reply("Yes")).status_code == 403


@pytest.mark.parametrize("shift", [-7200, 7200])
def test_carriers_sign_by_the_real_clock_whatever_ours_says(
    account: CarrierAccount, settings, shift: int
) -> None:
    settings.CLOCK_SHIFT_SECONDS = shift
    assert call(account, reply("Yes")).status_code == 200


def finalized(message: Message, key: object) -> dict[str, Any]:
    return news(
        "finalized", id=message.carrier_id, to=[{"status": "delivered"}], tags=[str(key)], parts=1, errors=[]
    )


def test_a_receipt_finds_its_message_by_the_address(account: CarrierAccount, message: Message) -> None:
    call(account, finalized(message, "nothing of ours"), f"receipts/{message.key}")
    process_events(clock.now())
    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_receipt_at_the_profiles_address_finds_its_message_by_the_tag(
    account: CarrierAccount, message: Message
) -> None:
    Message.objects.filter(pk=message.pk).update(carrier_id="")
    call(account, finalized(message, message.key))
    process_events(clock.now())
    message.refresh_from_db()
    assert (message.status, message.carrier_id) == ("delivered", "out-1")


def test_a_signed_receipt_sent_to_another_texts_address_is_still_about_its_own(
    account: CarrierAccount, message: Message
) -> None:
    """Telnyx signs the body alone, so whoever sees one could post it again to any address of ours."""
    call(account, finalized(message, message.key), f"receipts/{uuid.uuid4()}")
    process_events(clock.now())
    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_stop_to_a_number_that_was_given_back_is_honoured(
    cast: Cast, account: CarrierAccount, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shop:
        async def release_number(self, login: Login, bought: BoughtNumber) -> None:
            pass

    monkeypatch.setitem(numbering.SHOPS, "telnyx", lambda connections: Shop())
    numbering.release(cast.green.number, clock.now() - timedelta(minutes=1))
    call(account, reply("STOP"))
    process_events(clock.now())
    assert Message.objects.get(kind="incoming").conversation == message.conversation
    assert cast.campaign.opt_outs.filter(phone=VOTER, undone_at=None).exists()
