from __future__ import annotations

import uuid
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from twilio.request_validator import RequestValidator

from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast, Company

FORM = "application/x-www-form-urlencoded"


def reply_path(company: Company) -> str:
    return f"/webhooks/{company.account.webhook_key}/replies"


def call(
    company: Company, path: str, form: dict[str, str], *, secret: str | None = None, tampered: str = ""
) -> HttpResponse:
    """What Twilio does: posts a form and signs it with the account's token."""
    validator = RequestValidator(secret or company.account.secret)
    signature = validator.compute_signature(settings.WEBHOOK_URL + path, form)
    body = urlencode(form) + tampered
    return Client(enforce_csrf_checks=True).post(path, body, FORM, headers={"X-Twilio-Signature": signature})


@pytest.fixture
def incoming(cast: Cast) -> dict[str, str]:
    return {
        "MessageSid": "SM1",
        "From": "+19195550100",
        "To": cast.green.number.number,
        "Body": "Sí, cuenta conmigo 🎉",
        "NumMedia": "0",
        "FromCity": "",
    }


def test_a_signed_reply_is_stored_as_it_came_and_answered(cast: Cast, incoming: dict[str, str]) -> None:
    answer = call(cast.green, reply_path(cast.green), incoming)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
    event = CarrierEvent.objects.get()
    assert event.body == urlencode(incoming)
    assert (event.campaign, event.kind, event.event_key) == (cast.campaign, "reply", "SM1")
    assert event.processed_at is None


def test_the_same_reply_again_is_stored_once(cast: Cast, incoming: dict[str, str]) -> None:
    for _ in range(3):
        assert call(cast.green, reply_path(cast.green), incoming).status_code == 200
    assert CarrierEvent.objects.count() == 1


def test_a_receipt_is_stored_under_our_key(cast: Cast) -> None:
    key = uuid.uuid4()
    path = f"/webhooks/{cast.green.account.webhook_key}/receipts/{key}"
    call(cast.green, path, {"MessageSid": "SM1", "MessageStatus": "delivered"})

    assert CarrierEvent.objects.get().message_key == str(key)


@pytest.mark.parametrize("tampered", ["&Body=STOP", "x"])
def test_an_altered_webhook_is_refused_and_nothing_is_kept(
    cast: Cast, incoming: dict[str, str], tampered: str
) -> None:
    assert call(cast.green, reply_path(cast.green), incoming, tampered=tampered).status_code == 403
    assert not CarrierEvent.objects.exists()


def test_a_webhook_signed_by_another_campaigns_account_is_refused(
    cast: Cast, incoming: dict[str, str]
) -> None:
    answer = call(cast.green, reply_path(cast.green), incoming, secret=cast.river.account.secret)
    assert answer.status_code == 403
    assert not CarrierEvent.objects.exists()


def test_a_webhook_without_a_signature_is_refused(
    cast: Cast, incoming: dict[str, str], client: Client
) -> None:
    assert client.post(reply_path(cast.green), incoming).status_code == 403
    assert not CarrierEvent.objects.exists()


def test_a_signature_for_another_address_is_refused(cast: Cast) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signed = f"/webhooks/{cast.green.account.webhook_key}/receipts/{uuid.uuid4()}"
    signature = RequestValidator(cast.green.account.secret).compute_signature(
        settings.WEBHOOK_URL + signed, form
    )
    elsewhere = f"/webhooks/{cast.green.account.webhook_key}/receipts/{uuid.uuid4()}"

    answer = Client().post(elsewhere, urlencode(form), FORM, headers={"X-Twilio-Signature": signature})

    assert answer.status_code == 403


def test_an_address_nobody_knows_is_not_found(cast: Cast, incoming: dict[str, str], client: Client) -> None:
    assert client.post("/webhooks/nobody/replies", incoming).status_code == 404


def test_a_browser_finds_nothing_there(cast: Cast, client: Client) -> None:
    assert client.get(reply_path(cast.green)).status_code == 405


def test_a_signed_webhook_that_says_nothing_is_400(cast: Cast) -> None:
    assert call(cast.green, reply_path(cast.green), {"Hello": "there"}).status_code == 400
    assert not CarrierEvent.objects.exists()


def test_a_webhook_of_three_megabytes_is_refused(cast: Cast, incoming: dict[str, str]) -> None:
    answer = call(cast.green, reply_path(cast.green), incoming | {"Body": "x" * 3_000_000})
    assert answer.status_code in (400, 413)
    assert not CarrierEvent.objects.exists()
