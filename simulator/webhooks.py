"""Calls to the customer: forms, signed as Twilio signs them, tried again when they fail."""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import hmac
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urlencode

from simulator.calls import NOT_CONNECTED, Calls
from simulator.chaos import Dice
from simulator.ledger import Webhook

log = logging.getLogger("simulator")
FIRST_WAIT = 0.5  # seconds, doubled each time
MOST_RETRIES = 5  # of those that an address may ask for
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "TwilioProxy/1.1",
    "Accept": "*/*",
}
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """What is tried again (of ct, rt, 4xx, 5xx, all), how often, and how long each step may take, in seconds."""

    retries: int
    failures: frozenset[str] = frozenset({"all"})
    connect: float = 5.0
    read: float = 15.0

    def tries_again_after(self, answer: int | str) -> bool:
        kind = answer if isinstance(answer, str) else f"{answer // 100}xx"
        return "all" in self.failures or kind in self.failures


@functools.lru_cache(maxsize=1000)
def patience_of(fragment: str, retries: int) -> Patience:
    """From `#rc=5&rp=all&ct=2000&rt=5000&tt=9000` behind an address, in milliseconds. Without it, every failure is
    tried again `retries` times, which is kinder than Twilio (once, and only when it could not connect)."""
    wishes = dict(parse_qsl(fragment))
    if not wishes:
        return Patience(retries)
    times = {
        name: int(wishes[name]) / 1000 for name in ("ct", "rt", "tt") if wishes.get(name, "").isdecimal()
    }
    count = wishes.get("rc", "1")
    return Patience(
        retries=min(int(count), MOST_RETRIES) if count.isdecimal() else 1,
        failures=frozenset(wishes.get("rp", "ct").split(",")),
        connect=times.get("ct", 5.0),
        read=min(times.get("rt", 15.0), times.get("tt", 15.0)),
    )


def signature(token: str, url: str, form: dict[str, str]) -> str:
    """`X-Twilio-Signature`: the address, then every name and value in the order of names."""
    content = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), content.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Webhooks:
    """Posts news. `pause` waits between tries; `may_go` is closed while the network is told to hold webhooks back."""

    def __init__(self, token: str, pause: Pause, dice: Dice, retries: int) -> None:
        self._token, self._pause, self._dice, self._retries = token, pause, dice, retries
        self.may_go = asyncio.Event()
        self.may_go.set()
        self._calls = Calls()

    async def post(self, webhook: Webhook, copy: int = 0) -> int | None:
        """The last answer's status; None when there was none. What is after a `#` is not called or signed."""
        url, fragment = urldefrag(webhook.url)
        patience = patience_of(fragment, self._retries)
        answer: int | str = NOT_CONNECTED
        for attempt in range(patience.retries + 1):
            if attempt:
                await self._pause(FIRST_WAIT * 2 ** (attempt - 1))
            await self.may_go.wait()
            answer = await self._try(webhook, url, patience)
            is_lost = self._dice.falls("webhook_unanswered", webhook.text.key, webhook.status, copy, attempt)
            if isinstance(answer, int) and answer < 300 and not is_lost:
                break
            log.warning("A webhook to %s failed with %s (try %s)", url, answer, attempt + 1)
            if not (is_lost or patience.tries_again_after(answer)):
                break
        return answer if isinstance(answer, int) else None

    async def replay(self, webhook: Webhook) -> None:
        """The same once more, as it was signed before; not tried again."""
        url, fragment = urldefrag(webhook.url)
        await self.may_go.wait()
        webhook.replays += 1
        await self._try(webhook, url, patience_of(fragment, self._retries))

    async def _try(self, webhook: Webhook, url: str, patience: Patience) -> int | str:
        form = webhook.form()
        webhook.token = webhook.token or str(uuid.uuid4())
        headers = {
            "X-Twilio-Signature": signature(self._token, url, form),
            "I-Twilio-Idempotency-Token": webhook.token,
        }
        webhook.tries += 1
        body = urlencode(form).encode()
        answer = await self._calls.post(url, HEADERS | headers, body, patience.connect, patience.read)
        webhook.answer = answer if isinstance(answer, int) else None
        webhook.answered += isinstance(answer, int) and answer < 300
        return answer

    def close(self) -> None:
        self._calls.close()
