"""Calls to the customer: forms, signed as Twilio signs them, tried again when they fail."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import logging
import uuid
from collections.abc import Awaitable, Callable
from urllib.parse import urldefrag

import httpx

log = logging.getLogger("simulator")
# As with `#rc=3&rp=all` behind the address: every failure is tried again, up to three times.
RETRIES = 3
FIRST_WAIT = 0.5  # seconds, doubled each time
Pause = Callable[[float], Awaitable[None]]


def signature(token: str, url: str, form: dict[str, str]) -> str:
    """`X-Twilio-Signature`: the address, then every name and value in the order of names."""
    content = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), content.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


# Reading the certificates takes a while.
_tls = functools.cache(httpx.create_ssl_context)


class Webhooks:
    """Posts forms. `pause` waits between tries."""

    def __init__(self, token: str, pause: Pause) -> None:
        self._token, self._pause = token, pause
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(15.0, connect=5.0, pool=60.0),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=100),
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
            verify=_tls(),
            trust_env=False,
        )

    async def post(self, address: str, form: dict[str, str]) -> int | None:
        """The last answer's status; None when there was none. What is after a `#` is not called or signed."""
        url = urldefrag(address).url
        headers = {
            "X-Twilio-Signature": signature(self._token, url, form),
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        }
        for attempt in range(RETRIES + 1):
            if attempt:
                await self._pause(FIRST_WAIT * 2 ** (attempt - 1))
            status = await self._try(url, form, headers)
            if status is not None and status < 300:
                return status
            log.warning("A webhook to %s failed with %s (try %s)", url, status or "no answer", attempt + 1)
        return status

    async def _try(self, url: str, form: dict[str, str], headers: dict[str, str]) -> int | None:
        try:
            return (await self._client.post(url, data=form, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return None

    async def aclose(self) -> None:
        await self._client.aclose()
