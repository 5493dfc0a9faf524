"""A started simulator, a customer who hears its webhooks, and Twilio's own client pointed at it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from simulator import Settings, build_app
from simulator.network import Network
from simulator.server import Server, configuration
from simulator.voters import character_of

ACCOUNT, TOKEN = "AC" + "7" * 32, "the token of the tests"
OURS, OTHER_OF_OURS = "+19195550001", "+12165550001"


def eventually(is_true: Callable[[], object], seconds: float = 20.0) -> None:
    """Waits until something is true; fails when it does not come true."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "It never came true."
        time.sleep(0.01)


def phone_of(character: str, mix: str = "realistic", skip: int = 0) -> str:
    """A phone whose owner has this character with the seed of the tests."""
    phones = (f"+1919555{n:04}" for n in range(100, 10_000))
    matching = (phone for phone in phones if character_of(phone, 7, mix) == character)
    for _ in range(skip):
        next(matching)
    return next(matching)


@dataclass
class Heard:
    """One webhook as the customer got it."""

    path: str
    url: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Customer:
    """Where webhooks go. `answers` are the next statuses; after them, 200."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slowness: float = 0.0  # seconds, before it answers

    def at(self, path: str) -> list[Heard]:
        return [webhook for webhook in self.heard if webhook.path == path]


@contextmanager
def heard_at(port: int = 0) -> Iterator[Customer]:
    known = Customer()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.heard.append(Heard(urlsplit(self.path).path, known.url + self.path, form, headers))
            time.sleep(known.slowness)
            with suppress(ConnectionError):
                self.send_response(known.answers.pop(0) if known.answers else 200)
                self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def customer() -> Iterator[Customer]:
    with heard_at() as known:
        yield known


class Redirected(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, calling the simulator instead of api.twilio.com."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.host = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        here = urlsplit(url)._replace(scheme=self.host.scheme, netloc=self.host.netloc)
        return super().request(method, here.geturl(), *args, **kwargs)


class Prompt(Server):
    """Looks a hundred times a second whether it is to stop, not ten: there are many tests."""

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            await asyncio.sleep(0.01)


class Running:
    """A simulator on a port of its own, and the ways to it: its control door, plain HTTP signed in to the API, and
    Twilio's own client."""

    def __init__(self, server: uvicorn.Server, app: Starlette) -> None:
        self.server, self.app = server, app
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        account = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}"
        self.door = httpx.Client(base_url=f"{self.url}/simulator", verify=False)
        self.api = httpx.Client(base_url=account, auth=(ACCOUNT, TOKEN), verify=False, timeout=1)
        self.sessions: list[Any] = [self.door, self.api]
        self.twilio = self.twilio_as(ACCOUNT, TOKEN)

    def twilio_as(self, *login: str) -> Client:
        redirected = Redirected(self.url)
        self.sessions.append(redirected.session)
        return Client(*login, http_client=redirected)

    @property
    def network(self) -> Network:
        network: Network = self.app.state.network
        return network

    def close(self) -> None:
        for session in self.sessions:
            session.close()
        self.server.should_exit = True

    def told(self, **wishes: object) -> None:
        """The network is told how to behave."""
        self.door.post("/settings", json=wishes).raise_for_status()

    def rows(self, kind: str = "accepted,refused,reply,receipt") -> list[dict[str, Any]]:
        """The ledger's rows of this kind, or of these."""
        lines = self.door.get("/ledger", params={"rows": kind}).raise_for_status().text
        return [json.loads(line) for line in lines.splitlines()]

    def is_at_rest(self) -> bool:
        return bool(self.door.get("/ledger/summary").json()["under_way"] == 0)

    def said(self, sender: str, body: str, to: str = OURS) -> dict[str, Any]:
        answer = self.door.post("/replies", json={"from": sender, "to": to, "body": body})
        content: dict[str, Any] = answer.raise_for_status().json()
        return content


@contextmanager
def started(**changes: Any) -> Iterator[Running]:
    """A simulator 200 times as fast as life, with these changes to its settings."""
    settings = replace(Settings(ACCOUNT, TOKEN, numbers=(OURS, OTHER_OF_OURS), speed=200), **changes)
    app = build_app(settings)
    server = Prompt(configuration(app, port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started, 60)
    simulator = Running(server, app)
    yield simulator
    simulator.close()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def start(customer: Customer) -> Iterator[Callable[..., Running]]:
    """Starts simulators whose webhooks the customer hears; `start(voters="silent")` changes their settings."""
    with ExitStack() as stack:
        told = f"{customer.url}/replies?key=a%20b#rc=3&rp=all"
        yield lambda **changes: stack.enter_context(started(**{"incoming_url": told} | changes))


@pytest.fixture
def simulator(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """One simulator for the tests of a module that leave it as they found it."""
    with started() as simulator:
        yield simulator
