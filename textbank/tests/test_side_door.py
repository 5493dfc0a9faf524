"""The side door answers what is plainly in order, just as the front door would; everything else goes to the front."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core import signals
from django.db import close_old_connections
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership, Role
from textbank.conftest import Cast
from textbank.side_door import SideDoor
from textbank.texting import cards
from textbank.texting.claiming import claim
from textbank.texting.models import Message

SignIn = Callable[..., Client]


class Doors:
    """The side door, with a front door that only notes who was sent there and with what."""

    def __init__(self) -> None:
        self.sent_to_front: list[bytes] = []
        self.application = SideDoor(self._front)

    def _front(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.sent_to_front.append(environ["wsgi.input"].read())
        start_response("418 I am the front door", [])
        return [b""]

    def post(self, path: str, fields: dict[str, str], **extra: Any) -> tuple[int, dict[str, str], bytes]:
        body = urlencode(fields).encode()
        environ = RequestFactory().post(path, body, "application/x-www-form-urlencoded", **extra).environ
        environ["wsgi.input"] = BytesIO(body)
        started: list[Any] = []
        answer = self.application(environ, lambda *words: started.append(words))
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return int(started[0][0].split()[0]), dict(started[0][1]), content


@pytest.fixture
def doors() -> Iterator[Doors]:
    # As Django's own test client does: the test's transaction stays open from one request to the next.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield Doors()
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


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
        "HTTP_ACCEPT": "application/json",
        "HTTP_X_CSRFTOKEN": secret,
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }


def test_a_press_in_order_is_answered_at_the_side(doors: Doors, press: dict[str, Any]) -> None:
    status, headers, content = doors.post(**press)
    assert status == 200
    assert json.loads(content)["verdict"] == "queued"
    assert Message.objects.filter(kind="initial", status="queued").count() == 1
    assert doors.sent_to_front == []
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


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
    assert headers["Set-Cookie"].startswith(f"bucket-{action.id}=3;")
    assert cast.vera.assignments.filter(action=action).count() == 3


@pytest.mark.parametrize(
    "change",
    [
        {"HTTP_COOKIE": ""},
        {"HTTP_COOKIE": "sessionid=abc; csrftoken=abc"},
        {"HTTP_X_CSRFTOKEN": "x" * 64},
        {"HTTP_X_CSRFTOKEN": ""},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_HOST": "evil.example"},
        {"fields": {"card": "forged"}, "path": "/c/green-valley/assignments/99999/initial-message"},
        {"path": "/c/river/assignments/1/initial-message"},
        {"path": "/c/nowhere/assignments/1/initial-message"},
        {"CONTENT_LENGTH": "100001"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "-1"},
    ],
    ids=str,
)
def test_whatever_is_not_in_order_goes_to_the_front_door_whole(
    doors: Doors, press: dict[str, Any], change: dict[str, Any]
) -> None:
    status, _headers, _content = doors.post(**press | change)
    assert status == 418
    assert doors.sent_to_front == [urlencode((press | change)["fields"]).encode()]
    assert not Message.objects.filter(kind="initial").exists()


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


def test_a_session_made_before_the_users_secret_changed_is_out(
    cast: Cast, doors: Doors, press: dict[str, Any]
) -> None:
    assert doors.post(**press)[0] == 200
    cast.vera.user.set_password("another")
    cast.vera.user.save()
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

    monkeypatch.setattr("textbank.texting.sending.send_initial", fault)
    assert doors.post(**press)[0] == 418
