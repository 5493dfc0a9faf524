"""Our dialect and the simulator's, each written without the other, understand one another."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    Login,
    Meaning,
    OutgoingText,
    ReceiptStatus,
    Rejected,
    Unavailable,
    Unknown,
    WebhookRequest,
)
from textbank.carriers.connections import Connections
from textbank.carriers.twilio import Twilio

ACCOUNT, TOKEN = "AC" + "2" * 32, "a token"
OURS, VOTER = "+19195550001", "+19195550142"


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for another program."""


def eventually(is_true: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "It never came true."
        time.sleep(0.02)


@contextmanager
def our_door() -> Iterator[tuple[str, list[WebhookRequest]]]:
    """Where webhooks come in, as they came."""
    heard: list[WebhookRequest] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.append(WebhookRequest(f"http://{self.headers['Host']}{self.path}", body, headers))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Network:
    """A running simulator in which nobody answers by themselves."""

    def __init__(self, url: str, our_url: str, heard: list[WebhookRequest]) -> None:
        self.login, self.our_url, self.heard = Login(url, ACCOUNT, TOKEN), our_url, heard

    def ask(self, path: str, **wishes: object) -> httpx.Response:
        answer = httpx.post(f"{self.login.base_url}/simulator/{path}", json=wishes)
        return answer.raise_for_status()

    def send(self, to: str = VOTER, text: str = "Hola, can you vote? Reply STOP to end") -> Accepted:
        async def once() -> Accepted:
            async with Connections(read=1) as connections:
                return await Twilio(connections).send(self.login, self.text(to, text))

        return asyncio.run(once())

    def find(self, text: OutgoingText) -> list[str]:
        async def once() -> list[str]:
            async with Connections(read=1) as connections:
                return await Twilio(connections).find(self.login, text)

        return asyncio.run(once())

    def text(self, to: str, text: str) -> OutgoingText:
        return OutgoingText(OURS, to, text, f"{self.our_url}/receipts/1?a=b", timedelta(hours=1))


def is_up(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with our_door() as (our_url, heard):
        command = [sys.executable, "-m", "simulator", "--port", str(port), "--account", ACCOUNT]
        command += ["--token", TOKEN, "--number", OURS, "--voters", "silent", "--speed", "100"]
        process = subprocess.Popen([*command, "--incoming-url", f"{our_url}/replies"])
        try:
            eventually(lambda: is_up(f"http://127.0.0.1:{port}/simulator/"))
            yield Network(f"http://127.0.0.1:{port}", our_url, heard)
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def fresh(network: Network) -> Network:
    network.ask("settings", fail="", receipts="ordered")
    network.heard.clear()
    return network


def test_a_text_goes_and_its_receipts_are_proved_and_read(fresh: Network) -> None:
    sent = fresh.send()
    eventually(lambda: len(fresh.heard) == 2)
    receipts = []
    for webhook in fresh.heard:
        Twilio().prove(fresh.login, webhook)
        receipts.append(Twilio().read_receipt(webhook.body.decode()))
    assert [receipt and receipt.carrier_id for receipt in receipts] == [sent.carrier_id] * 2
    assert [receipt and receipt.status for receipt in receipts] == [
        ReceiptStatus.SENT,
        ReceiptStatus.DELIVERED,
    ]


def test_a_reply_is_proved_and_read_and_a_stop_blocks(fresh: Network) -> None:
    other = "+19195550177"
    fresh.ask("replies", **{"from": other, "to": OURS, "body": "¿Dónde voto? 😀"})
    fresh.ask("replies", **{"from": other, "to": OURS, "body": "Stop"})
    for webhook in fresh.heard:
        Twilio().prove(fresh.login, webhook)
    question, stop = [Twilio().read_reply(webhook.body.decode()) for webhook in fresh.heard]
    assert (question.from_number, question.to_number, question.text) == (other, OURS, "¿Dónde voto? 😀")
    assert (question.is_opt_out, stop.is_opt_out) == (False, True)
    with pytest.raises(Rejected) as caught:
        fresh.send(other)
    assert caught.value.meaning == Meaning.OPTED_OUT


@pytest.mark.parametrize(
    ("fail", "expected"),
    [
        ("busy", Unavailable),
        ("unavailable", Unavailable),
        ("login", AccountRefused),
        ("error", Unknown),
        ("error_after", Unknown),
        ("hang", Unknown),
        ("hang_after", Unknown),
        ("cut_after", Unknown),
        ("garbage_after", Unknown),
    ],
)
def test_when_the_network_misbehaves_asking_tells_what_went(
    fresh: Network, fail: str, expected: type[Exception]
) -> None:
    words = f"It’s time to vote, {fail}"
    fresh.ask("settings", fail=fail)
    with pytest.raises(expected):
        fresh.send(text=words)
    fresh.ask("settings", fail="")
    found = fresh.find(fresh.text(VOTER, words))
    assert len(found) == (1 if fail.endswith("_after") else 0)
    assert fresh.find(replace(fresh.text(VOTER, words), to_number="+19195550178")) == []
