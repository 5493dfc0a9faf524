"""Django's own handler for pages: every middleware, and a thread for each page while it is made.

Views are synchronous and talk to the database. Django's asynchronous handler would take in the whole body first, a
stranger's 300 MB too, and hand a page from thread to thread; this one reads a large body as the view asks for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any

from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import set_script_prefix

AT_ONCE = 1_000_000  # bytes of a body, or of an answer, that are taken in one piece
PIECE = 64 * 1024

Event = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class FrontDoor(ASGIHandler):
    """An ASGI application. `threads`: how many pages are made at a time."""

    def __init__(self, threads: int) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        loop = asyncio.get_running_loop()
        line = _Line(loop, receive, send)
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        body: Any = BytesIO()
        if not announced.isdigit() or len(announced) > 12 or int(announced) > AT_ONCE:
            body = BufferedReader(line, PIECE)  # the view reads it, or does not
        elif int(announced):
            content = await read(receive, int(announced))
            if content is None:
                return  # they have hung up in the middle of a form: half a form is none
            body = BytesIO(content)
        last = await loop.run_in_executor(self.threads, self._make, scope, body, line)
        for event in last:
            await send(event)

    def _make(self, scope: Scope, body: Any, line: _Line) -> list[Event]:
        """Makes the page; returns what of it is still to be sent."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        try:
            ready = [_start(response)]
            for part, is_last in _parts(response):
                ready.append({"type": "http.response.body", "body": part, "more_body": not is_last})
                if not is_last:
                    for event in ready:
                        line.send(event)
                    ready = []
            return ready
        finally:
            response.close()


class _Line(RawIOBase):
    """The connection as a thread sees it: a body to read piece by piece, and somewhere to send to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send) -> None:
        self.loop, self._receive, self._send = loop, receive, send
        self._is_over = False
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes, or none at the end. Raises `OSError` when they have hung up."""
        while not self._is_over and not self._left:
            event = self._wait_for(self._receive)
            if event["type"] != "http.request":
                raise OSError("They have hung up.")
            self._is_over = not event.get("more_body", False)
            self._left = event.get("body", b"")
        found, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(found)] = found
        return len(found)

    def send(self, event: Event) -> None:
        self._wait_for(self._send, event)

    def _wait_for(self, what: Callable[..., Awaitable[Any]], *values: Event) -> Any:
        async def wait() -> Any:
            return await what(*values)

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result()


async def read(receive: Receive, most: int) -> bytes | None:
    """A body of up to `most` bytes; None when it is longer, or does not come any more."""
    body: bytes = b""
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return None
        body += event.get("body", b"")
        if len(body) > most:
            return None
        if not event.get("more_body", False):
            return body


def _start(response: HttpResponseBase) -> Event:
    cookies = (("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values())
    headers = [
        (name.encode("ascii"), value.encode("latin-1")) for name, value in (*response.items(), *cookies)
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def _parts(response: HttpResponseBase) -> Iterator[tuple[bytes, bool]]:
    """What it says, in pieces worth sending, and whether each is the last. The last may be empty."""
    waiting = BytesIO()
    for chunk in response:
        waiting.write(chunk)
        if waiting.tell() >= AT_ONCE:
            yield waiting.getvalue(), False
            waiting = BytesIO()
    yield waiting.getvalue(), True


async def _live(receive: Receive, send: Send) -> None:
    for moment in ("startup", "shutdown"):
        while (await receive())["type"] != f"lifespan.{moment}":
            pass
        await send({"type": f"lifespan.{moment}.complete"})
