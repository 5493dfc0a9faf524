"""Sends as bytes on a connection: however they are cut into pieces, each is read once and answered in turn."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest

from simulator.tests.conftest import ACCOUNT, OURS, TOKEN, Running, eventually

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
LOGIN = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def send_of(body: str, *extra: str, path: str = PATH, length: int | None = None) -> bytes:
    form = urlencode({"To": "+19195550142", "From": OURS, "Body": body}).encode()
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"authorization: Basic {LOGIN}", *extra]
    head.append(f"Content-Length: {len(form) if length is None else length}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + form


@pytest.fixture
def line(simulator: Running) -> Iterator[socket.socket]:
    host, port = simulator.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), 5)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def answers(line: socket.socket, count: int) -> bytes:
    heard = b""
    while heard.count(b"HTTP/1.1 ") < count or heard.count(b'"uri":') < count:
        piece = line.recv(65_536)
        assert piece, heard
        heard += piece
    return heard


def bodies(simulator: Running) -> list[str]:
    return [row["body"] for row in simulator.rows("accepted")]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_send_may_come_in_pieces(simulator: Running, line: socket.socket, size: int) -> None:
    request = send_of("Hi ñ & co")
    for start in range(0, len(request), size):
        line.sendall(request[start : start + size])
        if start < 60:
            time.sleep(0.01)
    assert answers(line, 1).startswith(b"HTTP/1.1 201 Created\r\n")
    assert bodies(simulator) == ["Hi ñ & co"]


def test_sends_that_come_together_are_answered_in_turn(simulator: Running, line: socket.socket) -> None:
    simulator.told(latency_ms=100)
    line.sendall(send_of("one") + send_of("two")[:40])
    time.sleep(0.02)
    line.sendall(send_of("two")[40:] + send_of("three"))
    heard = answers(line, 3)
    assert heard.index(b'"body":"one"') < heard.index(b'"body":"two"') < heard.index(b'"body":"three"')
    assert bodies(simulator) == ["one", "two", "three"]


def test_other_requests_go_on_the_same_connection(simulator: Running, line: socket.socket) -> None:
    line.sendall(send_of("one"))
    answers(line, 1)
    buy = send_of("x", path=PATH.replace("Messages", "IncomingPhoneNumbers"))
    line.sendall(buy[:50])
    time.sleep(0.02)
    line.sendall(buy[50:])
    assert b"HTTP/1.1 400" in line.recv(65_536)
    line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {LOGIN}\r\n\r\n".encode())
    assert b'"body":"one"' in answers(line, 1)
    line.sendall(send_of("two"))
    assert b'"body":"two"' in answers(line, 1)
    assert bodies(simulator) == ["one", "two"]


def test_a_caller_who_wants_to_close_is_let_go(line: socket.socket) -> None:
    line.sendall(send_of("one", "Connection: close"))
    assert b"connection: close\r\n" in answers(line, 1)
    assert line.recv(100) == b""


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (send_of("one").replace(b"Content-Length", b"X"), b"411"),
        (send_of("one").replace(b"Content-Length: ", b"Content-Length: -"), b"411"),
        (send_of("one", length=100_001), b"413"),
        (f"POST {PATH} HTTP/1.1\r\n".encode() + b"a: " + b"b" * 70_000, b"400"),
        (f"POST {PATH}\r\n\r\n".encode(), b"400"),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_line_closed(
    simulator: Running, line: socket.socket, request_: bytes, status: bytes
) -> None:
    line.sendall(request_)
    heard = line.recv(65_536)
    assert heard.startswith(b"HTTP/1.1 " + status)
    while line.recv(65_536):
        pass
    assert simulator.rows() == []


def test_the_answer_comes_when_it_was_told_to(simulator: Running, line: socket.socket) -> None:
    simulator.told(latency_ms=250)
    before = time.monotonic()
    line.sendall(send_of("one"))
    answers(line, 1)
    assert 0.25 <= time.monotonic() - before < 1


def test_a_caller_who_left_has_texted_all_the_same(simulator: Running, line: socket.socket) -> None:
    simulator.told(latency_ms=150)
    line.sendall(send_of("one"))
    time.sleep(0.05)
    line.close()
    eventually(lambda: bodies(simulator) == ["one"])
