"""The side door with nobody behind it, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from textbank.side_door import FORMS, Receive, Scope, Send, SideDoor


class Here(ThreadPoolExecutor):
    """Leaves its work to the thread of the test, whose transaction no other thread sees."""

    work: Queue[Callable[[], None] | None]

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()

        def work() -> None:
            try:
                done.set_result(call(*args, **kwargs))
            except Exception as problem:
                done.set_exception(problem)

        self.work.put(work)
        return done


class Doors:
    """The side door, with a front door that only notes who was sent there and with what."""

    def __init__(self) -> None:
        self.sent_to_front: list[bytes] = []
        self.front_says = 418
        self.application = SideDoor(self._front)

    async def _front(self, _scope: Scope, receive: Receive, send: Send) -> None:
        parts = [await receive()]
        while parts[-1].get("more_body"):
            parts.append(await receive())
        self.sent_to_front.append(b"".join(part["body"] for part in parts))
        await send({"type": "http.response.start", "status": self.front_says, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], bytes]:
        body = urlencode(fields).encode()
        headers = {"content_length": str(len(body)), "content_type": FORMS[0], "host": "testserver"} | headers
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "query_string": b"",
            "headers": [
                (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()
            ],
        }
        return self._ask(
            scope,
            {"type": "http.request", "body": body[:10], "more_body": True},
            {"type": "http.request", "body": body[10:]},
        )

    def get(self, address: str, browser: Client, **headers: str) -> int:
        """As an open page asks for news; returns the status of the answer."""
        return self.read(address, browser, **headers)[0]

    def read(self, address: str, browser: Client, **headers: str) -> tuple[int, str]:
        """The same, with what it says."""
        path, _, query = address.partition("?")
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        headers = {"host": "testserver", "hx_request": "true", "cookie": cookie} | headers
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        status, _headers, content = self._ask(scope, {"type": "http.request", "body": b""})
        return status, content.decode()

    def _ask(self, scope: Scope, *coming_in: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        coming = list(coming_in)
        said: list[Any] = []

        async def receive() -> Any:
            return coming.pop(0)

        async def send(event: Any) -> None:
            said.append(event)

        def serve() -> None:
            asyncio.run(self.application(scope, receive, send))
            Here.work.put(None)

        Here.work = Queue()
        loop = Thread(target=serve)
        loop.start()
        while work := Here.work.get(timeout=10):
            work()
        loop.join()
        start, *parts = said
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], found, b"".join(part["body"] for part in parts)
