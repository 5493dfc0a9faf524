"""The network itself: texts on their way, phones, numbers, and who has opted out."""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import random
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from simulator.chaos import Dice
from simulator.keywords import GOODBYE, WELCOME_BACK, meaning_of
from simulator.ledger import Ledger, Webhook
from simulator.lives import live
from simulator.numbers import Number
from simulator.settings import Behavior, Settings
from simulator.texts import Text, segment_count
from simulator.traffic import Traffic
from simulator.voters import character_of
from simulator.webhooks import Webhooks

log = logging.getLogger("simulator")
LONGEST_THREAD = 100
DAY_IS_FULL = 30027  # T-Mobile's daily cap
K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Phone:
    """A phone out there: what it has shown, who texts it, and how far its owner's part has gone."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    turn: int = 0
    is_played: bool = False  # by a person, so nobody answers by itself
    changed_at: float = field(default_factory=time.time)

    def show(self, who: str, text: str, sender: str) -> None:
        """`who`: in (to the phone), out (from it) or network (the carrier's own words)."""
        self.lines.append((who, text))
        del self.lines[:-LONGEST_THREAD]
        self.changed_at = time.time()
        if sender not in self.senders:
            self.senders = [*self.senders[-9:], sender]


class Network:
    """Made inside the event loop that runs it. All state is here and is bounded by `settings.keep`."""

    def __init__(self, settings: Settings, behavior: Behavior | None = None) -> None:
        self.settings = settings
        self.behavior = behavior or Behavior()
        self.dice = Dice(settings.seed, self.behavior.chances)
        self.stopping = asyncio.Event()
        self.texts: OrderedDict[str, Text] = OrderedDict()
        self.texts_to: defaultdict[str, list[Text]] = defaultdict(list)
        self.phones: OrderedDict[str, Phone] = OrderedDict()
        self.opted_out: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.numbers = {number: Number(settings.account, number) for number in settings.numbers}
        self.retired = list(settings.retired)
        self.ledger = Ledger(settings.keep)
        self.traffic = Traffic(self.behavior)
        self.webhooks = Webhooks(settings.token, self.pause, self.dice, settings.retries)
        self.login_refused_until = 0.0
        self.address = ""  # under which we were last called
        self._login = b"Basic " + base64.b64encode(f"{settings.account}:{settings.token}".encode())
        self._counts: Counter[tuple[str, str]] = Counter()
        self._random = random.Random(settings.seed)  # noqa: S311 - delays, not secrets
        self._under_way: set[asyncio.Task[None]] = set()
        self.heed_hold()

    @property
    def under_way(self) -> int:
        """Texts and webhooks that have not come to their end."""
        return len(self._under_way)

    @property
    def is_full(self) -> bool:
        return len(self._under_way) >= self.settings.busy_at

    def is_signed_in(self, authorization: bytes) -> bool:
        return hmac.compare_digest(self._login, authorization)

    def login_is_refused(self) -> bool:
        return self.behavior.fail == "login" or time.time() < self.login_refused_until

    def nth(self, kind: str, phone: str) -> int:
        """How many of this kind this phone has had before: with it, what happens next can be drawn again."""
        self._counts[kind, phone] += 1
        return self._counts[kind, phone]

    def heed_hold(self) -> None:
        """Called when the behavior has changed."""
        if self.behavior.hold:
            self.webhooks.may_go.clear()
        else:
            self.webhooks.may_go.set()

    def take(self, text: Text) -> None:
        """Takes a text that has passed every check; the rest of its life goes on by itself."""
        fits = self.traffic.add(text.from_number, segment_count(text.body), text.created_at)
        if self.dice.falls("receipt_early", text.key):
            text.early = asyncio.Event()
        self.remember(text)
        self.begin(live(self, text, 0 if fits else DAY_IS_FULL))

    async def say(
        self, from_number: str, to_number: str, body: str, media: tuple[str, ...] = ()
    ) -> tuple[Text, int | None]:
        """A phone texts one of the numbers. Returns the text and how the customer's webhook answered."""
        reply = self.speak(from_number, to_number, body, media)
        return reply.text, await self.webhooks.post(reply) if reply.url else None

    def speak(
        self,
        from_number: str,
        to_number: str,
        body: str,
        media: tuple[str, ...] = (),
        faults: tuple[str, ...] = (),
    ) -> Webhook:
        """The network hears a phone; the customer is not told yet."""
        text = Text(self.settings.account, from_number, to_number, body, "inbound", "received", media=media)
        text.nth, text.faults = self.nth("inbound", from_number), faults
        self.remember(text)
        self.phone(from_number).show("out", body or "(a picture)", to_number)
        number = self.numbers.get(to_number)
        url = (number and number.sms_url) or self.settings.incoming_url
        keyword = self._heed_keyword(text)
        return self.ledger.note(Webhook(text, url, "received", None, text.created_at, keyword, faults))

    def phone(self, number: str) -> Phone:
        """The phone with this number; the one used longest ago is forgotten when there are too many."""
        phone = self.phones.get(number)
        if phone is None:
            phone = self.phones[number] = Phone()
            _bound(self.phones, self.settings.keep)
        self.phones.move_to_end(number)
        return phone

    def character(self, number: str) -> str:
        return character_of(number, self.settings.seed, self.settings.voters)

    async def replay(self) -> None:
        """Every webhook that was ever sent is sent once more."""
        room = asyncio.Semaphore(100)

        async def again(webhook: Webhook) -> None:
            async with room:
                await self.webhooks.replay(webhook)

        await asyncio.gather(*[again(webhook) for webhook in self.ledger.webhooks if webhook.tries])

    def stop(self) -> None:
        """Lets go of whoever is kept waiting, so that the server can stop."""
        self.stopping.set()

    async def aclose(self) -> None:
        self.stop()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self.webhooks.close()

    def _heed_keyword(self, text: Text) -> str:
        """Twilio acts on a stop or start word, answers it, and tells so."""
        pair = (text.to_number, text.from_number)
        keyword = meaning_of(text.body, pair in self.opted_out)
        phone = self.phone(text.from_number)
        if keyword == "STOP":
            if pair not in self.opted_out:
                phone.show("network", GOODBYE, text.to_number)
            self.opted_out[pair] = None
            _bound(self.opted_out, self.settings.keep)
        if keyword == "START" and pair in self.opted_out:
            phone.show("network", WELCOME_BACK, text.to_number)
            del self.opted_out[pair]
        return keyword

    def remember(self, text: Text) -> None:
        self.texts[text.sid] = text
        self.texts_to[text.to_number].append(text)
        while len(self.texts) > self.settings.keep:
            _, old = self.texts.popitem(last=False)
            self.ledger.forgotten += old.direction == "outbound-api"
            alike = self.texts_to[old.to_number]
            alike.remove(old)
            if not alike:
                del self.texts_to[old.to_number]

    def begin(self, life: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self._under_way.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("A text was lost on its way", exc_info=fault)

    async def pause(self, seconds: float) -> None:
        """`seconds` of a life, which may go faster than ours."""
        await asyncio.sleep(seconds / self.settings.speed)

    def between(self, least: float, most: float) -> float:
        return self._random.uniform(least, most)

    def about(self, seconds: float) -> float:
        """A time that is short mostly, long sometimes, and this much on average."""
        return self._random.expovariate(1 / seconds) if seconds else 0.0


def _bound(things: OrderedDict[K, V], most: int) -> None:
    while len(things) > most:
        things.popitem(last=False)
