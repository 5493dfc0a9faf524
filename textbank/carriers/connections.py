"""HTTP for hundreds of texts in flight at once. Shared by the dialects; plain Python.

What a broken line means is the same for every carrier, so it is said here: before a request has left, the text was
surely not taken; afterwards nobody can say.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from textbank.carriers.base import AccountRefused, Unavailable, Unknown

# Connecting is quick or hopeless. An answer may take its time: giving up on it makes an unknown text.
DEADLINE = 45.0  # seconds for a whole call, however slowly an answer trickles in
READ = 30.0  # seconds without a byte
# Idle connections are dropped soon (seconds): one that the other side closes just as we write makes an unknown text.
KEPT_IDLE = 4.0
LONGEST_ANSWER = 4_000_000  # bytes; a page of a list of messages is the longest


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json.loads(self.body)

    @property
    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is anything else."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def retry_after(self) -> timedelta | None:
        """How long it asks us to wait, an hour at most; None when it does not say."""
        seconds = self.headers.get("retry-after", "")
        return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else None


class Connections:
    """The connections of one event loop, opened at the first call. Follows no redirects and repeats nothing."""

    def __init__(self, read: float = READ) -> None:
        self.timeout = aiohttp.ClientTimeout(total=read + DEADLINE - READ, sock_connect=5.0, sock_read=read)
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One request. Raises `Unavailable` when nothing can have arrived, `Unknown` when it may have."""
        try:
            address = URL(url, encoded=True)
            address.port  # noqa: B018  (is read lazily, and may be nonsense)
        except ValueError as problem:
            raise AccountRefused(f"The carrier's address cannot be called: {problem}") from problem
        try:
            async with self._http().request(
                method, address, headers=headers, data=body, allow_redirects=False
            ) as answer:
                content = await _read(answer)
                return Answer(
                    answer.status, {name.lower(): value for name, value in answer.headers.items()}, content
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise Unavailable(f"No connection: {problem or type(problem).__name__}") from problem
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as problem:
            raise AccountRefused(f"The carrier's address cannot be called: {problem}") from problem
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            # A time-out, a reset or an answer that breaks off: the request was on its way and may have arrived.
            raise Unknown(f"{type(problem).__name__}: {problem}") from problem

    async def __aenter__(self) -> Connections:
        return self

    async def __aexit__(self, *_problem: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections; the next call opens new ones, in the event loop of that moment."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_IDLE),
                timeout=self.timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                trust_env=False,
            )
        return self._session


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body, unless it is longer than any that a carrier has reason to send."""
    content = await answer.content.read(LONGEST_ANSWER)
    while not answer.content.at_eof():
        if len(content) >= LONGEST_ANSWER:
            raise aiohttp.ClientPayloadError("The answer does not end")
        content += await answer.content.read(LONGEST_ANSWER - len(content))
    return content


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def form_body(fields: Mapping[str, str | tuple[str, ...]]) -> bytes:
    """A form's body; a tuple repeats its name."""
    return urlencode(fields, doseq=True).encode()


async def asked(connections: Connections, method: str, url: str, **wishes: Any) -> Answer:
    """A call that changes nothing: when it fails in whatever way, nothing was answered. Raises `Unavailable`."""
    try:
        async with asyncio.timeout(DEADLINE):
            return await connections.call(method, url, **wishes)
    except (Unknown, TimeoutError) as problem:
        raise Unavailable(str(problem)) from problem
