"""HTTP calls of which only the status matters, made by thousands a second.

Written by hand on asyncio because every library that was measured took most of the processor's time in a soak test,
where the product and its database need it.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import time
from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

# How a call may fail without an answer: nobody was there, or nothing readable came in time.
NOT_CONNECTED, NOT_READ = "ct", "rt"
MOST_AT_ONCE = 100
LONGEST_IDLE = 2.0  # seconds; customers close idle connections after five or more
LARGEST_HEAD = 64_000

# Reading the certificates takes a while, and few customers of a simulator have any.
_tls = functools.cache(ssl.create_default_context)
Place = tuple[str, str, int]


class Connection(asyncio.Protocol):
    """One line to a customer: one call at a time, used again when it was told where the answer ends."""

    def __init__(self) -> None:
        self.is_open = False
        self.idle_since = 0.0
        self._heard, self._status, self._missing = b"", 0, -1
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.is_open = transport, True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio gives it
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("No answer came."))

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """The status of the answer; raises ConnectionError when there is none."""
        assert self._transport is not None
        self._heard, self._missing = b"", -1
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._heard += data
            head, end, data = self._heard.partition(b"\r\n\r\n")
            if not end:
                if len(head) > LARGEST_HEAD:
                    self.close()
                return
            if not self._reads(head):
                self.close()
                return
        self._missing -= len(data)
        if self._missing <= 0 and self._answer is not None and not self._answer.done():
            self._answer.set_result(self._status)

    def _reads(self, head: bytes) -> bool:
        """What has no length is not waited for: its end is the end of the line. False: this is no answer."""
        first, *fields = head.lower().split(b"\r\n")
        words = first.split(b" ", 2)
        if len(words) < 2 or not first.startswith(b"http/1.") or not words[1].isdigit():
            return False
        self._status, self._missing = int(words[1]), 0
        pairs = dict(field.partition(b":")[::2] for field in fields)
        length = pairs.get(b"content-length", b"").strip()
        if self._status in (204, 304):
            return True
        if length.isdigit():
            self._missing = int(length)
        if not length.isdigit() or first.startswith(b"http/1.0") or b"close" in pairs.get(b"connection", b""):
            self.is_open = False
        return True

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()


class Calls:
    """Made inside the event loop that runs it."""

    def __init__(self) -> None:
        self._idle: defaultdict[Place, list[Connection]] = defaultdict(list)
        self._busy: set[Connection] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, connect: float, read: float
    ) -> int | str:
        """The answer's status, or how it failed. `connect` and `read` in seconds."""
        try:
            parts = urlsplit(url)
            default = {"http": 80, "https": 443}[parts.scheme]
            place = (parts.scheme, parts.hostname or "", parts.port or default)
        except (ValueError, KeyError):
            return NOT_CONNECTED
        request = _request(parts, headers, body)
        async with self._room:
            try:
                connection = self._one_of(place)
                if connection is None:
                    connection = await asyncio.wait_for(_opened(place), connect)
            except (OSError, TimeoutError):
                return NOT_CONNECTED
            return await self._asked(place, connection, request, read)

    async def _asked(self, place: Place, connection: Connection, request: bytes, read: float) -> int | str:
        self._busy.add(connection)
        too_late = asyncio.get_running_loop().call_later(read, connection.close)
        try:
            status = await connection.ask(request)
        except ConnectionError:
            return NOT_READ
        except asyncio.CancelledError:
            connection.close()  # what it would still hear is nobody's answer
            raise
        finally:
            too_late.cancel()
            self._busy.discard(connection)
        if connection.is_open:
            connection.idle_since = time.monotonic()
            self._idle[place].append(connection)
        else:
            connection.close()
        return status

    def _one_of(self, place: Place) -> Connection | None:
        """A line that is open still, the one used last."""
        idle = self._idle[place]
        while idle:
            connection = idle.pop()
            if connection.is_open and time.monotonic() - connection.idle_since < LONGEST_IDLE:
                return connection
            connection.close()
        return None

    def close(self) -> None:
        for connection in [*self._busy, *(each for idle in self._idle.values() for each in idle)]:
            connection.close()


async def _opened(place: Place) -> Connection:
    scheme, host, port = place
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        Connection, host, port, ssl=_tls() if scheme == "https" else None
    )
    return connection


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
