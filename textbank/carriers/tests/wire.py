"""A carrier on a port of its own, as well or as badly behaved as a test needs."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire. Header names are in lower case; `query` keeps its order."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str] = field(hash=False)
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)

    @property
    def json(self) -> object:
        return json.loads(self.body)


async def read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
    method, target, _version = head[0].split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    query = tuple(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    return Request(method, urlsplit(target).path, query, headers, body)


def answering(status: str, body: str = "", *headers: str) -> Handler:
    """Reads the request, gives this answer and closes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
        writer.write("\r\n".join([*lines, "", body]).encode())
        await writer.drain()

    return handle


class Desk:
    """Answers each request as its `"METHOD /path"` is listed, else with 404, and remembers it.

    An answer is a status line and what is sent as JSON. Of several the next is given each time, the last for ever.
    """

    def __init__(self, answers: Mapping[str, list[tuple[str, object]]]) -> None:
        self.answers = {name: list(listed) for name, listed in answers.items()}
        self.requests: list[Request] = []

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.requests]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read(reader)
        self.requests.append(request)
        listed = self.answers.get(f"{request.method} {request.path}", [("404 Not Found", {})])
        status, content = listed.pop(0) if len(listed) > 1 else listed[0]
        body = b"" if status.startswith("204") else json.dumps(content).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(
            f"{head}Date: Tue, 13 Oct 2026 18:30:00 GMT\r\nConnection: close\r\n\r\n".encode() + body
        )
        await writer.drain()


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read(reader)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def closes_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def keeps_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)


async def breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read(reader)
    writer.write(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid": "SM')
    await writer.drain()


async def talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read(reader)
    writer.write(b"220 mail.example.org ESMTP\r\n")
    await writer.drain()


@asynccontextmanager
async def listening(handle: Handler) -> AsyncIterator[str]:
    """The address of a server that treats every connection so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextmanager
def beside_us(handle: Handler) -> Iterator[str]:
    """The address of such a server in a thread of its own, for callers that are not asynchronous."""
    loop, started, found = asyncio.new_event_loop(), threading.Event(), []
    stopping = asyncio.Event()

    async def serve() -> None:
        async with listening(handle) as url:
            found.append(url)
            started.set()
            await stopping.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    started.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()
