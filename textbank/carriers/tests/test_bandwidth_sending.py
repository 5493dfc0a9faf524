"""What leaves for Bandwidth, and what becomes of each way in which it may answer, on real connections."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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

ACCOUNT, USER, SECRET, APPLICATION = "5500001", "a user", "s: 1 %", "93de2206-9669-4e07-948d-329f4b722ee2"
NOW = datetime(2026, 10, 13, 18, 30, tzinfo=UTC)
TEXT = OutgoingText(
    from_number="+19195550001",
    to_number="+19195550142",
    text="Hola María: ¿votas? 50% + 1 = you & me 😀",
    callback_url="https://example.org/webhooks/k/receipts/1",
    valid_for=timedelta(minutes=90),
    key="0b5e7f5c-2b1d-4f7e-9a44-0d6f7c1f2a3b",
)
TAKEN = json.dumps({"id": "m1", "segmentCount": 1, "direction": "out"})
TOKEN_PATH = "/api/v1/oauth2/token"


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def answering(status: str, body: str = "", *headers: str) -> Handler:
    """Gives this answer and closes."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
        writer.write("\r\n".join([*lines, "", body]).encode())
        await writer.drain()

    return handle


async def resets(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def keeps_silent(_request: Request, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1)


async def talks_nonsense(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.org ESMTP\r\n")
    await writer.drain()


BY_NAME = answering("401 Unauthorized", '{"error": "invalid_client"}')


def token(value: str = "t1", seconds: object = 3600) -> Handler:
    return answering("200 OK", json.dumps({"access_token": value, "expires_in": seconds}))


class Server:
    """A Bandwidth that remembers every request. Each answer is used once, and the last one for ever."""

    def __init__(self, *answers: Handler, tokens: Sequence[Handler] = (BY_NAME,)) -> None:
        self.answers, self.tokens = list(answers), list(tokens)
        self.requests: list[Request] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
            method, path, _version = head[0].split(" ")
            request = Request(method, path, headers, body)
            self.requests.append(request)
            answers = self.tokens if path == TOKEN_PATH else self.answers
            await (answers.pop(0) if len(answers) > 1 else answers[0])(request, writer)
        finally:
            writer.close()

    @property
    def asked(self) -> list[str]:
        """Each request's method and path, with t for the token."""
        return ["t" if one.path == TOKEN_PATH else f"{one.method} {one.path}" for one in self.requests]


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


@asynccontextmanager
async def bandwidth_at(server: Server, port: int = 0) -> AsyncIterator[tuple[Bandwidth, Login]]:
    listening = await asyncio.start_server(server, "127.0.0.1", port)
    async with listening, Connections(read=0.3) as connections:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        login = Login(url, ACCOUNT, SECRET, user=USER, application=APPLICATION)
        yield Bandwidth(connections, clock=lambda: NOW, waits=(0, 0, 0)), login


async def sent(handle: Handler, text: OutgoingText = TEXT) -> Accepted:
    async with bandwidth_at(Server(handle)) as (ours, login):
        return await ours.send(login, text)


def refusal(kind: str, description: str = "No.", **errors: str) -> str:
    fields = [{"fieldName": name, "description": reason} for name, reason in errors.items()]
    return json.dumps({"type": kind, "description": description, "fieldErrors": fields})


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


# --- Signing in


def test_a_token_is_fetched_once_for_all_texts_that_wait_and_used_until_it_ends() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token("t1"), token("t2")])
    moment = [NOW]

    async def many() -> None:
        async with bandwidth_at(server) as (ours, login):
            ours.clock = lambda: moment[0]
            await asyncio.gather(*(ours.send(login, TEXT) for _ in range(20)))
            moment[0] = NOW + timedelta(minutes=58)
            await ours.send(login, TEXT)
            assert server.asked.count("t") == 1
            moment[0] = NOW + timedelta(minutes=59)
            await ours.send(login, TEXT)

    asyncio.run(many())
    assert server.asked.count("t") == 2
    used = [one.headers["authorization"] for one in server.requests if one.path != TOKEN_PATH]
    assert used == ["Bearer t1"] * 21 + ["Bearer t2"]


def test_two_logins_never_share_a_token() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token(f"t{n}") for n in range(1, 5)])

    async def both() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)
            await ours.send(replace(login, secret="another"), TEXT)
            await ours.send(replace(login, user="another"), TEXT)
            await ours.send(replace(login, base_url=login.base_url.rstrip("/")), TEXT)

    asyncio.run(both())
    used = [one.headers["authorization"] for one in server.requests[1::2]]
    assert used == ["Bearer t1", "Bearer t2", "Bearer t3", "Bearer t4"]


@pytest.mark.parametrize(
    ("handle", "lasts"),
    [
        (token(), timedelta(minutes=59)),
        (token(seconds=10**30), timedelta(hours=23, minutes=59)),
        (token(seconds=None), timedelta(minutes=4)),
        (BY_NAME, timedelta(minutes=5)),
    ],
    ids=range(4),
)
def test_what_signs_in_is_asked_for_anew_when_it_ends(handle: Handler, lasts: timedelta) -> None:
    server, moment = Server(answering("202 Accepted", TAKEN), tokens=[handle]), [NOW]

    async def at_each_moment() -> list[int]:
        asked = []
        async with bandwidth_at(server) as (ours, login):
            ours.clock = lambda: moment[0]
            for moment[0] in (NOW, NOW + lasts - timedelta(seconds=1), NOW + lasts):
                await ours.send(login, TEXT)
                asked.append(server.asked.count("t"))
        return asked

    assert asyncio.run(at_each_moment()) == [1, 1, 2]


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"])
def test_a_login_that_gets_no_token_signs_in_by_name(status: str) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[answering(status)])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    asyncio.run(once())
    assert server.requests[-1].headers["authorization"] == basic(USER, SECRET)


def test_a_name_that_is_refused_is_not_tried_again() -> None:
    server = Server(answering("401 Unauthorized", refusal("unauthorized")))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(AccountRefused):
        asyncio.run(once())
    assert server.asked == ["t", f"POST /api/v2/users/{ACCOUNT}/messages"]


def test_a_token_that_died_before_its_time_is_replaced_and_the_text_goes() -> None:
    stale = answering("401 Unauthorized", refusal("unauthorized"))
    server = Server(stale, answering("202 Accepted", TAKEN), tokens=[token("t1"), token("t2")])

    async def twice() -> None:
        async with bandwidth_at(server) as (ours, login):
            assert await ours.send(login, TEXT) == Accepted("m1")
            assert await ours.send(login, TEXT) == Accepted("m1")

    asyncio.run(twice())
    send = f"POST /api/v2/users/{ACCOUNT}/messages"
    assert server.asked == ["t", send, "t", send, send]


def test_two_texts_that_meet_with_a_dead_token_fetch_one_new_token() -> None:
    async def stale(request: Request, writer: asyncio.StreamWriter) -> None:
        """The second is told so when the first has gone with the new token already."""
        is_second = len(server.requests) == 4
        while is_second and len(server.requests) < 6:
            await asyncio.sleep(0.001)
        await answering("401 Unauthorized", refusal("unauthorized"))(request, writer)

    taken = answering("202 Accepted", TAKEN)
    server = Server(taken, stale, stale, taken, tokens=[token("t1"), token("t2"), token("t3")])

    async def two_at_once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)
            await asyncio.gather(ours.send(login, TEXT), ours.send(login, TEXT))

    asyncio.run(two_at_once())
    assert server.asked.count("t") == 2


async def asks_for_a_token(ours: Bandwidth, login: Login, server: Server) -> asyncio.Task[Accepted]:
    """A text on its way, which waits for a token."""
    text = asyncio.create_task(ours.send(login, TEXT))
    while not server.requests:
        await asyncio.sleep(0.001)
    return text


def test_whoever_gives_up_waiting_for_a_token_takes_it_from_nobody_else() -> None:
    is_over = asyncio.Event()

    async def slowly(request: Request, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()
        await token()(request, writer)

    server = Server(answering("202 Accepted", TAKEN), tokens=[slowly])

    async def two() -> None:
        async with bandwidth_at(server) as (ours, login):
            gives_up = await asks_for_a_token(ours, login, server)
            waits = asyncio.create_task(ours.send(login, TEXT))
            await asyncio.sleep(0)
            gives_up.cancel()
            await asyncio.sleep(0)
            is_over.set()
            assert await waits == Accepted("m1")

    asyncio.run(two())
    assert server.asked.count("t") == 1


def test_a_token_whose_fetching_was_cut_off_is_fetched_anew() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token()])

    async def once() -> Accepted:
        async with bandwidth_at(server) as (ours, login):
            await asks_for_a_token(ours, login, server)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()  # as when an event loop ends
            await asyncio.sleep(0.01)
            return await ours.send(login, TEXT)

    assert asyncio.run(once()) == Accepted("m1")


def test_two_event_loops_at_once_do_not_wait_for_each_others_token() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token()])

    async def elsewhere(ours: Bandwidth, login: Login) -> Accepted:
        async with Connections() as ours.connections:
            return await ours.send(login, TEXT)

    async def both() -> None:
        async with bandwidth_at(server) as (ours, login):
            waits = await asks_for_a_token(ours, login, server)
            assert await asyncio.to_thread(asyncio.run, elsewhere(ours, login)) == Accepted("m1")
            waits.cancel()

    asyncio.run(both())


def test_a_login_whose_new_token_is_refused_too_is_the_accounts_trouble() -> None:
    server = Server(answering("401 Unauthorized", refusal("unauthorized")), tokens=[token()])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(AccountRefused):
        asyncio.run(once())
    assert len(server.requests) == 4


def test_a_token_outlives_the_event_loop_that_fetched_it() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token("t1"), token("t2")])
    ours, port = Bandwidth(clock=lambda: NOW), free_port()

    async def once(patience: float = 5) -> None:
        async with bandwidth_at(server, port) as (here, login):
            ours.connections = here.connections
            await asyncio.wait_for(ours.send(login, TEXT), patience)

    with pytest.raises(TimeoutError):
        asyncio.run(once(0.1))  # and what this loop was waiting for dies with it
    asyncio.run(once())
    asyncio.run(once())
    assert [one.headers["authorization"] for one in server.requests[2:]] == ["Bearer t1"] * 2


@pytest.mark.parametrize("seconds", [-(10**30), 0, 10**30, None, "3600", True])
def test_a_token_with_a_strange_end_still_signs_in(seconds: object) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token("t1", seconds)])

    async def once() -> Accepted:
        async with bandwidth_at(server) as (ours, login):
            return await ours.send(login, TEXT)

    assert asyncio.run(once()) == Accepted("m1")


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        keeps_silent,
        talks_nonsense,
        answering("500 Internal Server Error", ""),
        answering("429 Too Many Requests", "", "Retry-After: 7"),
        answering("302 Found", "", "Location: https://elsewhere.example.org/"),
        answering("200 OK", "<html>welcome</html>"),
        answering("200 OK", "[1]"),
        answering("200 OK", "[" * 100_000),
        answering("200 OK", '{"access_token": null}'),
        answering("200 OK", '{"access_token": "a\\r\\nX-Evil: 1", "expires_in": 60}'),
        answering("200 OK", '{"access_token": "\\u00e9", "expires_in": 60}'),
    ],
    ids=range(12),
)
def test_without_a_token_nothing_was_sent_and_the_text_may_be_tried_again(handle: Handler) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[handle])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(Unavailable) as caught:
        asyncio.run(once())
    assert not isinstance(caught.value, AccountRefused)
    assert set(server.asked) == {"t"}


def test_a_token_that_cannot_be_given_yet_says_when() -> None:
    slow = answering("429 Too Many Requests", "", "Retry-After: 7")
    server = Server(answering("202 Accepted", TAKEN), tokens=[slow])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(Unavailable) as caught:
        asyncio.run(once())
    assert caught.value.retry_after == timedelta(seconds=7)


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
