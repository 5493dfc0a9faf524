"""What leaves for Twilio, and what becomes of each way in which it may answer, on real connections."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

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
from textbank.carriers.connections import Connections
from textbank.carriers.tests.wire import (
    Desk,
    Handler,
    Request,
    answering,
    breaks_off,
    closes_at_once,
    keeps_silent,
    listening,
    read,
    resets,
    talks_nonsense,
)
from textbank.carriers.twilio import Twilio

ACCOUNT, TOKEN = "AC" + "1" * 32, "a token"
TEXT = OutgoingText(
    from_number="+19195550001",
    to_number="+19195550142",
    text="Hola María: ¿votas? 50% + 1 = you & me 😀",
    callback_url="https://example.org/webhooks/k/receipts/1?a=b&c=d",
    valid_for=timedelta(minutes=90),
)
CREATED = json.dumps({"sid": "SM1", "status": "queued"})
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
NUMBERS = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
OFFERS = f"/2010-04-01/Accounts/{ACCOUNT}/AvailablePhoneNumbers/US"


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


@asynccontextmanager
async def carrier_at(handle: Handler) -> AsyncIterator[Login]:
    async with listening(handle) as url:
        yield Login(f"{url}/", ACCOUNT, TOKEN)


async def sent(handle: Handler, text: OutgoingText = TEXT) -> Accepted:
    async with carrier_at(handle) as login, Connections(read=0.3) as connections:
        return await Twilio(connections).send(login, text)


async def once(login: Login) -> Accepted:
    async with Connections() as connections:
        return await Twilio(connections).send(login, TEXT)


def refusal(code: int | None, message: str = "No.") -> str:
    return json.dumps({"code": code, "message": message, "more_info": "https://…", "status": 400})


class Redirected(TwilioHttpClient):
    """Twilio's own client, calling here instead of api.twilio.com."""

    def __init__(self, base_url: str) -> None:
        super().__init__(pool_connections=False)
        self.host = urlsplit(base_url)

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        here = urlsplit(url)._replace(scheme=self.host.scheme, netloc=self.host.netloc)
        return super().request(method, here.geturl(), *args, **kwargs)


def taking() -> Desk:
    return Desk({f"POST {MESSAGES}": [("201 Created", {"sid": "SM1", "status": "queued"})]})


Ours = Callable[[Twilio, Login], Awaitable[object]]


def both(desk: Desk, ours: Ours, theirs: Callable[[Client], object], **login: str) -> list[Request]:
    """What our adapter and Twilio's own client put on the wire: the same number of requests each."""

    async def one_after_the_other() -> None:
        async with carrier_at(desk) as ours_login, Connections(read=1) as connections:
            await ours(Twilio(connections), replace(ours_login, **login))
            user, secret = login.get("user", ACCOUNT), login.get("secret", TOKEN)
            client = Client(user, secret, ACCOUNT, http_client=Redirected(ours_login.base_url))
            await asyncio.to_thread(theirs, client)

    asyncio.run(one_after_the_other())
    return desk.requests


def bare(request: Request) -> tuple[object, ...]:
    """What must be the same: names and values, whatever their order, but a name's own values in theirs."""
    form = request.form if request.body else []
    return (
        request.method,
        request.path,
        sorted(request.query, key=lambda pair: pair[0]),
        request.headers["authorization"],
        sorted(form, key=lambda pair: pair[0]),
    )


@pytest.mark.parametrize(
    ("login", "text", "theirs"),
    [
        ({}, {}, {}),
        (
            {},
            {"media": ("https://example.org/a?b=c&d", "https://example.org/b.png"), "text": ""},
            {"media_url": ["https://example.org/a?b=c&d", "https://example.org/b.png"], "body": ""},
        ),
        ({"application": "MG1"}, {}, {"messaging_service_sid": "MG1"}),
        ({"user": "SK1", "secret": "of the key", "second_secret": TOKEN}, {}, {}),
    ],
    ids=["sms", "mms", "service", "api key"],
)
def test_our_request_is_the_one_that_twilios_own_client_makes(login, text, theirs) -> None:
    wanted = {
        "to": TEXT.to_number,
        "from_": TEXT.from_number,
        "body": TEXT.text,
        "status_callback": TEXT.callback_url,
        "validity_period": 5400,
    }
    our_request, their_request = both(
        taking(),
        lambda twilio, at: twilio.send(at, replace(TEXT, **text)),
        lambda client: client.messages.create(**wanted | theirs),
        **login,
    )
    assert bare(our_request) == bare(their_request)


def test_we_sign_in_with_the_account_or_with_an_api_key() -> None:
    for login, user in (({}, f"{ACCOUNT}:{TOKEN}"), ({"user": "SK1", "secret": "s"}, "SK1:s")):
        desk = taking()
        both(desk, lambda twilio, at: twilio.send(at, TEXT), lambda client: None, **login)
        assert (
            desk.requests[0].headers["authorization"] == "Basic " + base64.b64encode(user.encode()).decode()
        )


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [
        (timedelta(seconds=59, milliseconds=900), "59"),
        (timedelta(days=2), "36000"),
        (timedelta(0), "1"),
        (timedelta(minutes=-5), "1"),
    ],
)
def test_a_text_is_valid_for_whole_seconds_within_twilios_bounds(valid_for: timedelta, seconds: str) -> None:
    desk = taking()
    asyncio.run(sent(desk, replace(TEXT, valid_for=valid_for)))
    assert dict(desk.requests[0].form)["ValidityPeriod"] == seconds


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (21610, Meaning.OPTED_OUT),
        (21614, Meaning.LANDLINE),
        (21211, Meaning.DEAD_NUMBER),
        (21408, Meaning.NOT_ALLOWED),
        (21606, Meaning.NUMBER_OFF),
        (21612, Meaning.NOT_ALLOWED),
        (21635, Meaning.LANDLINE),
        (21617, Meaning.OTHER),
    ],
)
def test_a_refusal_with_a_code_is_for_good(code: int, meaning: Meaning) -> None:
    with pytest.raises(Rejected) as caught:
        asyncio.run(sent(answering("400 Bad Request", refusal(code, "Because."))))
    assert (caught.value.code, caught.value.detail, caught.value.meaning) == (str(code), "Because.", meaning)


@pytest.mark.parametrize(
    ("handle", "wait"),
    [
        (answering("429 Too Many Requests", refusal(20429), "Retry-After: 7"), 7),
        (answering("429 Too Many Requests", "slow down", "Retry-After: 999999"), 3600),
        (answering("429 Too Many Requests", "", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (answering("400 Bad Request", refusal(21611)), None),
        (answering("503 Service Unavailable", refusal(20503)), None),
        (answering("413 Content Too Large", "<html>a firewall</html>"), None),
        (answering("400 Bad Request", refusal(None)), None),
    ],
)
def test_what_was_surely_not_taken_may_be_tried_again(handle: Handler, wait: int | None) -> None:
    with pytest.raises(Unavailable) as caught:
        asyncio.run(sent(handle))
    assert not isinstance(caught.value, AccountRefused)
    assert caught.value.retry_after == (timedelta(seconds=wait) if wait else None)


@pytest.mark.parametrize(
    "handle",
    [
        answering("401 Unauthorized", refusal(20003, "Authenticate")),
        answering("401 Unauthorized", "who?"),
        answering("403 Forbidden", refusal(20403)),
        answering("404 Not Found", refusal(20404)),
        answering("400 Bad Request", refusal(10001)),
        answering("400 Bad Request", refusal(21703)),
        answering("400 Bad Request", refusal(21704)),
        answering("400 Bad Request", refusal(30037)),
    ],
)
def test_a_login_that_is_not_accepted_is_told_apart(handle: Handler) -> None:
    with pytest.raises(AccountRefused):
        asyncio.run(sent(handle))


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        closes_at_once,
        keeps_silent,
        breaks_off,
        talks_nonsense,
        answering("500 Internal Server Error", refusal(20500)),
        answering("503 Service Unavailable", "<html>a proxy</html>"),
        answering("302 Found", "", "Location: https://elsewhere.example.org/"),
        answering("201 Created", "<html>welcome</html>"),
        answering("201 Created", "[1]"),
        answering("201 Created", '{"sid": null}'),
        answering("201 Created", CREATED, "Content-Encoding: gzip"),
    ],
    ids=range(12),
)
def test_what_may_have_been_taken_is_unknown(handle: Handler) -> None:
    with pytest.raises(Unknown):
        asyncio.run(sent(handle))


def test_a_carrier_that_is_not_there_took_nothing() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = Login(f"http://127.0.0.1:{closed.getsockname()[1]}", ACCOUNT, TOKEN)
        with pytest.raises(Unavailable):
            asyncio.run(once(nowhere))


def test_a_carrier_that_cannot_be_reached_in_time_took_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hopeless(*_args: object, **_wishes: object) -> None:
        raise aiohttp.ConnectionTimeoutError

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", hopeless)
    with pytest.raises(Unavailable):
        asyncio.run(sent(answering("201 Created", CREATED)))


def test_an_answer_without_end_leaves_the_text_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textbank.carriers.connections.LONGEST_ANSWER", 100)
    with pytest.raises(Unknown):
        asyncio.run(sent(answering("201 Created", CREATED + " " * 200)))


@pytest.mark.parametrize("address", ["", "gopher://example.org", "http://exa mple.org:port"])
def test_an_address_that_cannot_be_called_is_the_accounts_trouble(address: str) -> None:
    with pytest.raises(AccountRefused):
        asyncio.run(once(Login(address, ACCOUNT, TOKEN)))


def listing(*messages: dict[str, object]) -> Handler:
    body = json.dumps({"messages": list(messages)})
    return answering("200 OK", body, "Date: Tue, 13 Oct 2026 18:30:00 GMT")


async def found(handle: Handler) -> list[str]:
    async with carrier_at(handle) as login, Connections(read=1) as connections:
        return await Twilio(connections).find(login, TEXT)


def test_a_text_is_found_by_its_words_among_those_of_the_last_day() -> None:
    today, last_week = "Tue, 13 Oct 2026 18:28:00 +0000", "Tue, 06 Oct 2026 18:28:00 +0000"
    altered = "Hola Maria: votas? 50% + 1 = you & me"
    messages = [
        {"sid": "SM1", "body": TEXT.text, "date_created": today},
        {"sid": "SM2", "body": "Another text", "date_created": today},
        {"sid": "SM3", "body": TEXT.text, "date_created": last_week},
        {"sid": "SM4", "body": altered, "date_created": today},
        {"sid": "SM5", "body": "", "date_created": today},
    ]
    assert asyncio.run(found(listing(*messages))) == ["SM1", "SM4", "SM5"]


@pytest.mark.parametrize(
    "handle",
    [
        listing({"sid": "SM1"}),
        answering("200 OK", "[]"),
        answering("500 Internal Server Error", ""),
        answering("401 Unauthorized", refusal(20003)),
        resets,
    ],
    ids=range(5),
)
def test_without_a_clear_list_nothing_is_concluded(handle: Handler) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(found(handle))


def test_two_hundred_texts_are_in_flight_at_once() -> None:
    waiting: list[asyncio.Event] = []

    async def together(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine = asyncio.Event()
        await read(reader)
        waiting.append(mine)
        if len(waiting) == 200:
            for event in waiting:
                event.set()
        await mine.wait()
        writer.write(f"HTTP/1.1 201 Created\r\nContent-Length: {len(CREATED)}\r\n\r\n{CREATED}".encode())
        await writer.drain()

    async def all_at_once() -> list[Accepted]:
        twilio = Twilio()
        async with carrier_at(together) as login:
            try:
                return await asyncio.gather(*(twilio.send(login, TEXT) for _ in range(200)))
            finally:
                await twilio.connections.aclose()

    assert asyncio.run(all_at_once()) == [Accepted("SM1")] * 200
