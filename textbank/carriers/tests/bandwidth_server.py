"""A Bandwidth on a real connection, for tests."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from textbank.carriers.bandwidth import Bandwidth
from textbank.carriers.base import (
    Accepted,
    Login,
    OutgoingText,
)
from textbank.carriers.connections import Connections

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
