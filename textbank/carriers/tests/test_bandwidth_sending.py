"""What leaves for Bandwidth, and what becomes of each way in which it may answer, on real connections."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import bandwidth
import pytest

from textbank.carriers.bandwidth import Bandwidth
from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    Login,
    Meaning,
    OutgoingText,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.connections import Connections, basic
from textbank.carriers.tests.bandwidth_server import (
    ACCOUNT,
    APPLICATION,
    BY_NAME,
    NOW,
    SECRET,
    TAKEN,
    TEXT,
    TOKEN_PATH,
    USER,
    Handler,
    Request,
    Server,
    answering,
    bandwidth_at,
    free_port,
    keeps_silent,
    refusal,
    resets,
    sent,
    talks_nonsense,
    token,
)


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


# --- What leaves


class Redirected(bandwidth.ApiClient):
    """Bandwidth's own client, calling here: its hosts are written into every operation."""

    def __init__(self, configuration: bandwidth.Configuration, base_url: str) -> None:
        super().__init__(configuration)
        self.base_url = base_url

    def param_serialize(self, *args: Any, **fields: Any) -> Any:
        return super().param_serialize(*args, **{**fields, "_host": f"{self.base_url}api/v2"})


def their_send(configuration: bandwidth.Configuration, base_url: str, text: OutgoingText) -> None:
    wanted = bandwidth.MessageRequest(
        application_id=APPLICATION,
        to=[text.to_number],
        var_from=text.from_number,
        text=text.text,
        media=list(text.media) or None,
        tag=text.key,
        expiration=NOW + text.valid_for,
    )
    with Redirected(configuration, base_url) as client:
        bandwidth.MessagesApi(client).create_message(ACCOUNT, wanted)


def compared(request: Request) -> Any:
    """What has to be alike: method, address, login, kind and content."""
    path, _, query = request.path.partition("?")
    kind = request.headers["content-type"] if request.body else ""
    body: Any = request.body
    if kind == "application/json":
        body = json.loads(body)
        body["expiration"] = datetime.fromisoformat(body["expiration"])
    return request.method, path, parse_qs(query), request.headers["authorization"], kind, body


@pytest.mark.parametrize(
    "text", [TEXT, replace(TEXT, media=("https://m/0?a=b&c", "https://m/1"))], ids=["sms", "mms"]
)
@pytest.mark.parametrize("is_by_name", [True, False])
def test_our_request_is_the_one_that_bandwidths_own_client_makes(
    text: OutgoingText, is_by_name: bool
) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[BY_NAME if is_by_name else token()])

    async def both() -> int:
        async with bandwidth_at(server) as (ours, login):
            assert await ours.send(login, text) == Accepted("m1")
            mine = len(server.requests)
            credentials = {"client_id": USER, "client_secret": SECRET}
            if is_by_name:
                credentials = {"username": USER, "password": SECRET}
            else:
                credentials["access_token_url"] = login.base_url.rstrip("/") + TOKEN_PATH
            await asyncio.to_thread(
                their_send, bandwidth.Configuration(retries=False, **credentials), login.base_url, text
            )
            return mine

    mine = asyncio.run(both())
    our_requests = [compared(one) for one in server.requests[:mine]]
    their_requests = [compared(one) for one in server.requests[mine:]]
    if is_by_name:
        our_requests.pop(0)  # ours first finds out that there is no token for this login
        assert our_requests[0][3] == "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert our_requests == their_requests
    assert our_requests[-1][5]["to"] == [TEXT.to_number]
    assert our_requests[-1][5]["tag"] == TEXT.key


def test_our_question_is_the_one_that_bandwidths_own_client_asks() -> None:
    server = Server(answering("200 OK", json.dumps({"totalCount": 0, "messages": []})))

    async def both() -> None:
        async with bandwidth_at(server) as (ours, login):
            assert await ours.find(login, TEXT) == []
            await asyncio.to_thread(theirs, login)

    def theirs(login: Login) -> None:
        configuration = bandwidth.Configuration(username=USER, password=SECRET, retries=False)
        with Redirected(configuration, login.base_url) as client:
            bandwidth.MessagesApi(client).list_messages(
                ACCOUNT,
                source_tn=TEXT.from_number,
                destination_tn=TEXT.to_number,
                from_date_time="2026-10-12T18:30:00.000Z",
                limit=1000,
            )

    asyncio.run(both())
    _no_token, our_request, their_request = map(compared, server.requests)
    assert our_request == their_request
    assert our_request[2]["sourceTn"] == [TEXT.from_number]


def test_an_account_is_one_piece_of_the_address_whatever_is_typed() -> None:
    server = Server(answering("202 Accepted", TAKEN))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(replace(login, account_id="55/../66?7"), TEXT)

    asyncio.run(once())
    assert server.asked[-1] == "POST /api/v2/users/55%2F..%2F66%3F7/messages"


@pytest.mark.parametrize(
    ("valid_for", "expiration"),
    [
        (timedelta(minutes=90, milliseconds=900), "2026-10-13T20:00:00+00:00"),
        (timedelta(0), "2026-10-13T18:30:02+00:00"),
        (timedelta(minutes=-5), "2026-10-13T18:30:02+00:00"),
    ],
)
def test_a_text_expires_at_a_whole_second_that_is_still_to_come(
    valid_for: timedelta, expiration: str
) -> None:
    server = Server(answering("202 Accepted", TAKEN))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, replace(TEXT, valid_for=valid_for))

    asyncio.run(once())
    assert json.loads(server.requests[-1].body)["expiration"] == expiration


def test_an_account_without_a_user_signs_in_by_its_own_name() -> None:
    server = Server(answering("202 Accepted", TAKEN))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(replace(login, user=""), TEXT)

    asyncio.run(once())
    assert {one.headers["authorization"] for one in server.requests} == {basic(ACCOUNT, SECRET)}


# --- Answers


@pytest.mark.parametrize(
    ("body", "meaning", "detail"),
    [
        (refusal("request-validation", "Refused."), Meaning.OTHER, "Refused."),
        (refusal("request-validation", "No.", to="invalid"), Meaning.DEAD_NUMBER, "No. invalid"),
        (refusal("request-validation", **{"to[0]": "invalid"}), Meaning.DEAD_NUMBER, "No. invalid"),
        (refusal("request-validation", **{"from": "not yours"}), Meaning.NUMBER_OFF, "No. not yours"),
        (refusal("x", "", to="invalid", **{"from": "off"}), Meaning.NUMBER_OFF, "invalid off"),
        (refusal("request-validation", media="too long"), Meaning.BAD_MEDIA, "No. too long"),
        (refusal("request-validation", expiration="is past"), Meaning.TOO_LATE, "No. is past"),
        (refusal("request-validation", text="too long\0\ud800"), Meaning.OTHER, "No. too long?"),
        (json.dumps({"type": "x", "fieldErrors": ["to", 7, None]}), Meaning.OTHER, ""),
        (json.dumps({"type": "x", "fieldErrors": {"fieldName": "to"}}), Meaning.OTHER, ""),
        (refusal("unsupported-content-type", "x" * 999), Meaning.OTHER, "x" * 300),
    ],
    ids=range(11),
)
def test_a_refusal_in_bandwidths_words_is_for_good(body: str, meaning: Meaning, detail: str) -> None:
    with pytest.raises(Rejected) as caught:
        asyncio.run(sent(answering("400 Bad Request", body)))
    assert (caught.value.code, caught.value.detail, caught.value.meaning) == ("400", detail, meaning)


@pytest.mark.parametrize(
    ("handle", "wait"),
    [
        (answering("429 Too Many Requests", refusal("max-message-queue-size-exceeded"), "Retry-After: 7"), 7),
        (answering("429 Too Many Requests", refusal("max-message-queue-size-exceeded")), None),
        (answering("429 Too Many Requests", "slow down", "Retry-After: 999999"), 3600),
        (answering("400 Bad Request", "<html>a firewall</html>"), None),
        (answering("413 Content Too Large", "{}"), None),
        (answering("408 Request Timeout", "", "Retry-After: 7"), 7),
    ],
    ids=range(6),
)
def test_what_was_surely_not_taken_may_be_tried_again(handle: Handler, wait: int | None) -> None:
    with pytest.raises(Unavailable) as caught:
        asyncio.run(sent(handle))
    assert not isinstance(caught.value, AccountRefused)
    assert caught.value.retry_after == (timedelta(seconds=wait) if wait else None)


@pytest.mark.parametrize(
    "handle",
    [
        answering("401 Unauthorized", refusal("unauthorized", "Authentication Failed\0")),
        answering("401 Unauthorized", "who?"),
        answering("403 Forbidden", refusal("forbidden", "Access Denied")),
        answering("404 Not Found", json.dumps({"status": 404, "error": "Not Found"})),
        answering("404 Not Found", refusal("resource-not-found")),
        answering("400 Bad Request", refusal("request-validation", to="no", applicationId="unknown")),
    ],
    ids=range(6),
)
def test_a_login_that_is_not_accepted_is_told_apart(handle: Handler) -> None:
    with pytest.raises(AccountRefused) as caught:
        asyncio.run(sent(handle))
    assert "\0" not in str(caught.value)


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        keeps_silent,
        talks_nonsense,
        answering("500 Internal Server Error", refusal("internal")),
        answering("503 Service Unavailable", "<html>a proxy</html>"),
        answering("302 Found", "", "Location: https://elsewhere.example.org/"),
        answering("202 Accepted", "<html>welcome</html>"),
        answering("202 Accepted", "[1]"),
        answering("202 Accepted", "[" * 100_000),
        answering("202 Accepted", '{"id": null}'),
        answering("202 Accepted", '{"id": "a\\u0000b"}'),
        answering("202 Accepted", '{"id": "a\\ud800b"}'),
        answering("202 Accepted", json.dumps({"id": "m" * 65})),
    ],
    ids=range(13),
)
def test_what_may_have_been_taken_is_unknown(handle: Handler) -> None:
    with pytest.raises(Unknown):
        asyncio.run(sent(handle))


def test_a_bandwidth_that_is_not_there_took_nothing() -> None:
    async def once() -> None:
        async with Connections() as connections:
            nowhere = f"http://127.0.0.1:{free_port()}"
            await Bandwidth(connections).send(Login(nowhere, ACCOUNT, SECRET), TEXT)

    with pytest.raises(Unavailable):
        asyncio.run(once())


@pytest.mark.parametrize("address", ["", "gopher://example.org", "http://exa mple.org:port", "http://["])
def test_an_address_that_cannot_be_called_is_the_accounts_trouble(address: str) -> None:
    async def once() -> None:
        async with Connections() as connections:
            await Bandwidth(connections).send(Login(address, ACCOUNT, SECRET), TEXT)

    with pytest.raises(AccountRefused):
        asyncio.run(once())


# --- Asking after a text


def listing(*messages: object, **more: object) -> Handler:
    return answering("200 OK", json.dumps({"totalCount": len(messages), "messages": messages, **more}))


async def found(handle: Handler) -> list[str]:
    async with bandwidth_at(Server(handle)) as (ours, login):
        return await ours.find(login, TEXT)


def test_whatever_went_between_the_two_phones_may_be_the_text() -> None:
    listed = [
        {"messageId": "m1", "messageStatus": "DELIVERED", "messageDirection": "OUTBOUND", "messageLength": 3},
        {"messageId": "m2", "messageStatus": "FAILED", "messageDirection": "OUTBOUND", "errorCode": 4720},
        {"messageId": "m3", "messageStatus": "RECEIVED", "messageDirection": "INBOUND"},
        {"messageId": "m4"},
    ]
    assert asyncio.run(found(listing(*listed))) == ["m1", "m2", "m4"]
    assert asyncio.run(found(listing())) == []


@pytest.mark.parametrize(
    "handle",
    [
        listing({"messageId": "m1"}, totalCount=2),
        listing(totalCount=1),
        answering("200 OK", json.dumps({"messages": [{"messageId": "m1"}]})),
        listing({"sid": "m1"}),
        listing({"messageId": "m" * 65}),
        listing("m1"),
        listing(messages={"messageId": "m1"}),
        answering("200 OK", "{}"),
        answering("200 OK", "[]"),
        answering("400 Bad Request", json.dumps({"messages": []})),
        answering("401 Unauthorized", refusal("unauthorized")),
        answering("404 Not Found", json.dumps({"messages": []})),
        answering("500 Internal Server Error", json.dumps({"messages": []})),
        resets,
        keeps_silent,
    ],
    ids=range(15),
)
def test_without_a_whole_list_nothing_is_concluded(handle: Handler) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(found(handle))


def test_a_question_is_given_up_after_a_while_however_its_answer_trickles_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("textbank.carriers.bandwidth_account.DEADLINE", 0.05)
    with pytest.raises(Unavailable) as caught:
        asyncio.run(found(keeps_silent))
    assert isinstance(caught.value.__cause__, TimeoutError)


def test_texts_and_numbers_have_their_own_hosts_at_bandwidth(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    async def call(_self: Connections, _method: str, url: str, **_wishes: object) -> None:
        called.append(f"{urlsplit(url).netloc}{urlsplit(url).path}")
        raise Unavailable

    monkeypatch.setattr(Connections, "call", call)
    login = Login("https://messaging.bandwidth.com/", ACCOUNT, SECRET)
    with pytest.raises(Unavailable):
        asyncio.run(Bandwidth().send(login, TEXT))
    assert called == [f"api.bandwidth.com{TOKEN_PATH}"]
