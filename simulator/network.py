"""The network itself: texts on their way, phones, voters, and who has opted out."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from simulator.numbers import Number, place_of
from simulator.settings import Behavior, Settings
from simulator.texts import API_VERSION, Text, segment_count
from simulator.voters import CHARACTERS, character_of, is_opening, words
from simulator.webhooks import Webhooks

log = logging.getLogger("simulator")
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "UNSTOP"}
START_AGAIN_WORDS = START_WORDS | {"YES"}
HELP_WORDS = {"HELP", "INFO"}
GOODBYE = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
WELCOME_BACK = (
    "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe."
)
LONGEST_THREAD = 100
K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Phone:
    """A phone out there: what it has shown, who texts it, and how far its owner's part has gone."""

    lines: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=LONGEST_THREAD))
    senders: list[str] = field(default_factory=list)
    turn: int = 0
    is_played: bool = False  # by a person, so nobody answers by itself
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def show(self, who: str, text: str, sender: str) -> None:
        """`who`: in (to the phone), out (from it) or network (the carrier's own words)."""
        self.lines.append((who, text))
        self.changed_at = datetime.now(UTC)
        if sender not in self.senders:
            self.senders = [*self.senders[-9:], sender]


class Network:
    """Made inside the event loop that runs it. All state is here and is bounded by `settings.keep`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.behavior = Behavior()
        self.stopping = asyncio.Event()
        self.texts: OrderedDict[str, Text] = OrderedDict()
        self.phones: OrderedDict[str, Phone] = OrderedDict()
        self.opted_out: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.numbers = {number: Number(settings.account, number) for number in settings.numbers}
        self._webhooks = Webhooks(settings.token, self._pause)
        self._random = random.Random(settings.seed)  # noqa: S311 - delays, not secrets
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        return len(self._under_way) >= self.settings.busy_at

    def take(self, from_number: str, to_number: str, body: str, callback_url: str = "") -> Text:
        """Takes a text that has passed every check; the rest of its life goes on by itself."""
        text = Text(
            self.settings.account, from_number, to_number, body, "outbound-api", "queued", callback_url
        )
        self._remember(text)
        self._begin(self._carry(text))
        return text

    async def say(self, from_number: str, to_number: str, body: str) -> tuple[Text, int | None]:
        """A phone texts one of the numbers. Returns the text and how the customer's webhook answered."""
        text = Text(self.settings.account, from_number, to_number, body, "inbound", "received")
        self._remember(text)
        self.phone(from_number).show("out", body, to_number)
        extra = self._heed_keywords(text)
        number = self.numbers.get(to_number)
        url = (number and number.sms_url) or self.settings.incoming_url
        return text, await self._webhooks.post(url, _incoming_form(text) | extra) if url else None

    def phone(self, number: str) -> Phone:
        """The phone with this number; the one used longest ago is forgotten when there are too many."""
        phone = self.phones.setdefault(number, Phone())
        self.phones.move_to_end(number)
        _bound(self.phones, self.settings.keep)
        return phone

    def character(self, number: str) -> str:
        return character_of(number, self.settings.seed, self.settings.voters)

    def stop(self) -> None:
        """Lets go of whoever is kept waiting, so that the server can stop."""
        self.stopping.set()

    async def aclose(self) -> None:
        self.stop()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._webhooks.aclose()

    async def _carry(self, text: Text) -> None:
        """The life of one text: receipts, the phone, perhaps an answer."""
        character = CHARACTERS[self.character(text.to_number)]
        await self._pause(self._random.uniform(0.2, 1.2))
        news: list[dict[str, str]] = []
        if character.status != "failed":
            text.become("sent")
            news.append(_receipt_form(text))
            if self.behavior.receipts != "reversed":
                await self._report(text, news)
        await self._pause(self._random.uniform(0.3, 2.0))
        text.become(character.status, character.error_code)
        news.append(_receipt_form(text))
        if text.status == "delivered":
            self.phone(text.to_number).show("in", text.body, text.from_number)
        await self._report(text, news)
        if text.status == "delivered":
            await self._answer(text)

    async def _report(self, text: Text, news: list[dict[str, str]]) -> None:
        """Tells what is new about a text, the newest last unless told otherwise, and leaves nothing to tell."""
        forms = news[::-1] if self.behavior.receipts == "reversed" else news[:]
        news.clear()
        for form in forms * (2 if self.behavior.receipts == "doubled" else 1):
            if text.callback_url:
                await self._webhooks.post(text.callback_url, form)

    async def _answer(self, text: Text) -> None:
        """The voter reads and may write back."""
        phone = self.phone(text.to_number)
        if is_opening(text.body):
            phone.turn = 0
        turn, phone.turn = phone.turn, phone.turn + 1
        says = words(self.character(text.to_number), turn, text.to_number, self.settings.seed)
        if says is None:
            return
        await self._pause(self._random.expovariate(1 / self.settings.answer_after))
        if not (self.behavior.silent or phone.is_played):
            await self.say(text.to_number, text.from_number, says)

    def _heed_keywords(self, text: Text) -> dict[str, str]:
        """Twilio acts on a stop or start word when it is the whole text, answers it, and tells so."""
        word, pair = text.body.strip().upper(), (text.to_number, text.from_number)
        phone = self.phone(text.from_number)
        if word in STOP_WORDS:
            if pair not in self.opted_out:
                phone.show("network", GOODBYE, text.to_number)
            self.opted_out[pair] = None
            _bound(self.opted_out, self.settings.keep)
            return {"OptOutType": "STOP"}
        # A yes is an answer, unless it comes from someone who had stopped.
        if word in START_WORDS or (word in START_AGAIN_WORDS and pair in self.opted_out):
            if pair in self.opted_out:
                phone.show("network", WELCOME_BACK, text.to_number)
            self.opted_out.pop(pair, None)
            return {"OptOutType": "START"}
        return {"OptOutType": "HELP"} if word in HELP_WORDS else {}

    def _remember(self, text: Text) -> None:
        self.texts[text.sid] = text
        _bound(self.texts, self.settings.keep)

    def _begin(self, life: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(life)
        self._under_way.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("A text was lost on its way", exc_info=fault)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.settings.speed)


def _bound(things: OrderedDict[K, V], most: int) -> None:
    while len(things) > most:
        things.popitem(last=False)


def _receipt_form(text: Text) -> dict[str, str]:
    form = {
        "AccountSid": text.account,
        "ApiVersion": API_VERSION,
        "From": text.from_number,
        "To": text.to_number,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
    }
    if text.error_code:
        form["ErrorCode"] = str(text.error_code)
    if text.status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = text.updated_at.strftime("%y%m%d%H%M")
    return form


def _incoming_form(text: Text) -> dict[str, str]:
    return {
        "AccountSid": text.account,
        "ApiVersion": API_VERSION,
        "Body": text.body,
        "From": text.from_number,
        **place_of("From", text.from_number),
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": str(segment_count(text.body)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.to_number,
        **place_of("To", text.to_number),
    }
