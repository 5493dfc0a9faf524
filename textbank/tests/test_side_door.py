"""The side door answers what is plainly in order, just as the front door would; everything else goes to the front."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import Http404
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse
from twilio.request_validator import RequestValidator

from textbank import clock
from textbank.campaigns import visitors
from textbank.campaigns.models import Membership, Role
from textbank.carriers.base import Forged, WebhookRequest
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast
from textbank.side_door import FORMS
from textbank.tests.doors import Doors
from textbank.texting import cards
from textbank.texting.models import Conversation, Message, Refusal, TextingAction
from textbank.texting.tests.hands import claim
from textbank.texting.tests.test_webhooks import reply_path
from textbank.texting.views.webhooks import THANKS, Webhook, keep

SignIn = Callable[..., Client]


@pytest.fixture
def press(cast: Cast, sign_in: SignIn) -> dict[str, Any]:
    """A press of Vera's, as her page sends it."""
    return press_of(cast, sign_in(cast.vera), cast.vera)


def press_of(cast: Cast, browser: Client, member: Membership) -> dict[str, Any]:
    action = cast.published(contacts=[cast.contact()])
    claim(action, member, clock.now())
    [card] = cards.deal(action, member, clock.now())
    request = RequestFactory().get("/")
    secret = get_token(request)
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return {
        "path": reverse("initial_message", args=[cast.campaign.slug, card.assignment.id]),
        "fields": {"card": card.signed},
        "accept": "application/json",
        "x_csrftoken": secret,
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }


def test_a_press_in_order_is_answered_at_the_side(doors: Doors, press: dict[str, Any]) -> None:
    status, headers, content = doors.post(**press)
    assert status == 200
    assert json.loads(content)["verdict"] == "queued"
    assert Message.objects.filter(kind="initial", status="queued").count() == 1
    assert doors.sent_to_front == []
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_bucket_is_claimed_at_the_side_and_its_size_is_left_with_the_browser(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    action = cast.published(contacts=[cast.contact() for _ in range(3)], title="Another")
    wish = press | {
        "path": reverse("bucket", args=[cast.campaign.slug, action.id]),
        "fields": {"again": "yes"},
    }

    status, headers, _content = doors.post(**wish)

    assert status == 302
    assert doors.sent_to_front == []
    assert headers["set-cookie"].startswith(f"bucket-{action.id}=3;")
    assert cast.vera.assignments.filter(action=action).count() == 3


@pytest.mark.parametrize(
    "change",
    [
        {"cookie": ""},
        {"cookie": "sessionid=abc; csrftoken=abc"},
        {"x_csrftoken": "x" * 64},
        {"x_csrftoken": ""},
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"fields": {"card": "forged"}, "path": "/c/green-valley/assignments/99999/initial-message"},
        {"path": "/c/river/assignments/1/initial-message"},
        {"path": "/c/nowhere/assignments/1/initial-message"},
        {"content_length": "100001"},
        {"content_length": ""},
        {"content_length": "-1"},
        {"path": f"/c/green-valley/assignments/{'9' * 5_000}/initial-message"},
    ],
    ids=lambda change: str(change)[:60],
)
def test_whatever_is_not_in_order_goes_to_the_front_door_whole(
    doors: Doors, press: dict[str, Any], change: dict[str, Any]
) -> None:
    status, _headers, _content = doors.post(**press | change)
    assert status == 418
    assert doors.sent_to_front == [urlencode((press | change)["fields"]).encode()]
    assert not Message.objects.filter(kind="initial").exists()


def test_headers_too_long_to_be_remembered_go_to_the_front(doors: Doors, press: dict[str, Any]) -> None:
    assert doors.post(**press | {"cookie": press["cookie"] + "; x=" + "y" * 5_000})[0] == 418
    assert doors.post(**press)[0] == 200


def test_a_suspended_member_is_out_from_the_next_press_on(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    assert doors.post(**press)[0] == 200
    cast.vera.suspended_at = clock.now()
    cast.vera.save()
    assert doors.post(**press)[0] == 418


def test_a_session_that_was_ended_is_out_from_the_next_press_on(
    cast: Cast, sign_in: SignIn, doors: Doors
) -> None:
    browser = sign_in(cast.vera)
    press = press_of(cast, browser, cast.vera)
    assert doors.post(**press)[0] == 200
    browser.logout()
    assert doors.post(**press)[0] == 418


def test_a_cookie_that_no_session_can_have_is_nobodys_and_harms_nobody(cast: Cast, sign_in: SignIn) -> None:
    vera = sign_in(cast.vera).session.session_key or ""
    slug = cast.campaign.slug
    assert visitors.find([("\0", slug), (vera, slug), ("", slug)]) == [None, cast.vera, None]


def test_a_session_that_is_over_is_out(doors: Doors, press: dict[str, Any]) -> None:
    assert doors.post(**press)[0] == 200
    Session.objects.update(expire_date=clock.now() - timedelta(days=400))
    assert doors.post(**press)[0] == 418


def test_a_session_made_before_the_users_secret_changed_is_out(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    assert doors.post(**press)[0] == 200
    cast.vera.user.set_password("another")
    cast.vera.user.save()
    assert doors.post(**press)[0] == 418


def test_a_session_of_another_way_to_sign_in_is_out(cast: Cast, sign_in: SignIn, doors: Doors) -> None:
    browser = sign_in(cast.vera)
    press = press_of(cast, browser, cast.vera)
    session = browser.session
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    assert doors.post(**press)[0] == 418


def test_a_change_of_the_campaign_counts_from_the_next_press_on(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    assert doors.post(**press)[0] == 200
    cast.campaign.slug = "another"
    cast.campaign.save()
    assert doors.post(**press)[0] == 418


def test_a_member_of_another_campaign_does_not_come_in(cast: Cast, sign_in: SignIn, doors: Doors) -> None:
    press = press_of(cast, sign_in(cast.river.owner), cast.vera)
    assert doors.post(**press)[0] == 418


def test_a_role_that_may_not_enter_is_sent_to_the_front(
    cast: Cast, doors: Doors, press: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textbank.campaigns.access.ROLES", {"volunteers": {Role.OWNER}})
    assert doors.post(**press)[0] == 418


def test_a_fault_behind_the_side_door_is_told_by_the_front(
    doors: Doors, press: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_args: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("textbank.texting.sending.send_initials", fault)
    assert doors.post(**press)[0] == 418


def test_a_plain_form_goes_to_the_front_which_can_leave_a_word_for_the_next_page(
    doors: Doors, press: dict[str, Any]
) -> None:
    assert doors.post(**press | {"accept": "text/html"})[0] == 418
    assert not Message.objects.filter(kind="initial").exists()


def test_a_press_that_is_refused_is_answered_at_the_side_and_counted_once(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    TextingAction.objects.update(paused_at=clock.now())
    status, _headers, content = doors.post(**press)
    assert status == 200
    assert json.loads(content)["verdict"] == "not now"
    assert json.loads(content)["card"]
    assert [tally.times for tally in Refusal.objects.all()] == [1]
    assert doors.sent_to_front == []


def test_a_stale_card_is_answered_at_the_side_with_a_fresh_one(doors: Doors, press: dict[str, Any]) -> None:
    _status, _headers, content = doors.post(**press | {"fields": {"card": "older"}})
    answer = json.loads(content)
    assert answer["verdict"] == "stale"
    assert "data-card" in answer["card"]
    assert doors.sent_to_front == []


def test_a_reply_is_sent_at_the_side_and_one_that_cannot_go_is_explained(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    doors.post(**press)
    conversation = Conversation.objects.get()
    wish = press | {
        "path": reverse("reply", args=[cast.campaign.slug, conversation.id]),
        "hx_request": "true",
    }
    wish |= {"accept": "*/*", "fields": {"text": "See you there", "token": str(uuid.uuid4())}}

    status, headers, content = doors.post(**wish)
    assert (status, headers["hx-trigger"], content) == (204, "replied", b"")
    assert Message.objects.filter(kind="reply", status="queued", text="See you there").count() == 1

    status, _headers, content = doors.post(**wish | {"fields": {"text": " ", "token": str(uuid.uuid4())}})
    assert status == 200
    assert b"Write a text first." in content
    assert doors.sent_to_front == []


def webhook_of(cast: Cast, **form: str) -> dict[str, Any]:
    path, fields = reply_path(cast.green), {"From": "+19195550100", "To": cast.green.number.number} | form
    signature = RequestValidator(cast.green.account.secret).compute_signature(
        settings.WEBHOOK_URL + path, fields
    )
    return {"path": path, "fields": fields, "x_twilio_signature": signature}


def test_a_webhook_is_kept_at_the_side_and_a_forged_one_goes_to_the_front(cast: Cast, doors: Doors) -> None:
    status, headers, content = doors.post(**webhook_of(cast, MessageSid="SM1", Body="Yes"))
    assert (status, headers["content-type"]) == (200, "text/xml")
    assert content == THANKS.body
    forged = webhook_of(cast, MessageSid="SM2", Body="Yes") | {"x_twilio_signature": "forged"}
    assert doors.post(**forged)[0] == 418
    assert [event.event_key for event in CarrierEvent.objects.all()] == ["SM1"]


def test_replies_and_receipts_that_come_together_share_a_run(doors: Doors) -> None:
    ways = {way.view.__name__: way.gathering for way in doors.application.ways["POST"]}
    assert ways["replies"] is ways["receipts"]
    assert len(set(ways.values())) == len(ways) - 1  # nobody else does


def test_of_webhooks_that_come_together_the_good_ones_are_kept(cast: Cast, doors: Doors) -> None:
    account = cast.green.account
    requests = [
        Webhook(
            account.webhook_key,
            WebhookRequest(
                settings.WEBHOOK_URL + wish["path"],
                urlencode(wish["fields"]).encode(),
                {"x-twilio-signature": wish["x_twilio_signature"], "content-type": FORMS[0]},
            ),
        )
        for wish in (
            webhook_of(cast, MessageSid="SM1", Body="Yes"),
            webhook_of(cast, MessageSid="SM3", Body="No"),
        )
    ]
    forged = replace(requests[0], request=replace(requests[0].request, body=b"MessageSid=SM2"))
    foreign = replace(requests[0], account_key="nobody")
    kept = keep([requests[0], forged, foreign, requests[1]])
    assert [type(one.problem) for one in kept] == [type(None), Forged, Http404, type(None)]
    assert {event.event_key for event in CarrierEvent.objects.all()} == {"SM1", "SM3"}
