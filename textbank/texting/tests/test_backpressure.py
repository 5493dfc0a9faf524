"""A worker under load: what it takes in hand is bounded, whatever is slow."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from textbank.carriers.base import Accepted, Login, OutgoingText
from textbank.carriers.models import CarrierEvent
from textbank.texting import dispatching, receiving, recording, redrawing, settling
from textbank.texting.dispatching import Outbound
from textbank.texting.worker import CLAIMED_AT_ONCE, IDLE, Worker


class Claims:
    """An outbox that never ends, in the place of the database; `slow`: seconds that a claim takes."""

    def __init__(self, slow: float = 0.0, carriers: Mapping[int, str] = MappingProxyType({})) -> None:
        self.slow, self.carriers = slow, carriers
        self.sizes: list[int] = []

    def claim(self, campaign: Any, limit: int, _now: datetime) -> list[Outbound]:
        time.sleep(self.slow)
        self.sizes.append(limit)
        text = OutgoingText("+19195550001", "+19195550100", "Hi", "", timedelta(hours=1))
        return [
            Outbound(
                message_id=number,
                campaign_id=campaign.id,
                attempts=1,
                account_id=campaign.id,
                number_id=1,
                script_id=None,
                carrier=self.carriers.get(campaign.id, "one"),
                login=Login("", "", ""),
                text=text,
                segments=1,
            )
            for number in range(limit)
        ]


class TakesAll:
    """A carrier that takes every text at once."""

    def __init__(self) -> None:
        self.taken = 0

    async def send(self, _login: Login, _text: OutgoingText) -> Accepted:
        self.taken += 1
        return Accepted("SM1")


class Hangs(TakesAll):
    """A carrier that answers nothing until the end."""

    def __init__(self, end: threading.Event) -> None:
        super().__init__()
        self.end = end

    async def send(self, _login: Login, _text: OutgoingText) -> Accepted:
        self.taken += 1
        while not self.end.is_set():
            await asyncio.sleep(0.05)
        return Accepted("SM1")


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else for the worker to do."""
    monkeypatch.setattr(dispatching, "campaigns_waiting", lambda _now: [SimpleNamespace(id=1)])
    monkeypatch.setattr(receiving, "take_in", lambda _kind, _now, _limit: 0)
    monkeypatch.setattr(redrawing, "redraw", lambda _now: None)
    monkeypatch.setattr(settling, "overdue", lambda _now: 0)
    monkeypatch.setattr(settling, "give_up", lambda _now: 0)
    monkeypatch.setattr(settling, "unsettled", lambda _now, _limit: [])
    monkeypatch.setattr(settling, "settle", lambda _asked, _now: None)


def run_for(seconds: float, worker: Worker, over: threading.Event) -> None:
    ends = time.monotonic() + seconds
    run_until(lambda: time.monotonic() > ends, worker, over)


def run_until(happened: Callable[[], bool], worker: Worker, over: threading.Event) -> None:
    """Runs the worker until something has happened, and half a second more, in which nothing else should."""

    async def work() -> None:
        running = asyncio.create_task(worker.run())
        for _ in range(600):
            if happened():
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        over.set()
        worker.stopping.set()
        await running

    asyncio.run(work())


def test_a_worker_claims_no_more_than_it_can_write_down(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    claims, database_is_back = Claims(), threading.Event()
    monkeypatch.setattr(dispatching, "claim_outbox", claims.claim)
    meanwhile: list[int] = []

    def record(_results: object, _now: datetime) -> None:
        database_is_back.wait(60)
        meanwhile.append(sum(claims.sizes))

    monkeypatch.setattr(recording, "record_results", record)

    run_until(lambda: sum(claims.sizes) >= 150, Worker({"one": TakesAll()}, in_flight=300), database_is_back)

    assert meanwhile[0] == 150  # what one campaign may have in hand


@pytest.mark.parametrize("hanging", [1, 2])
def test_a_carrier_that_hangs_leaves_room_for_the_texts_of_others(
    quiet: None, monkeypatch: pytest.MonkeyPatch, hanging: int
) -> None:
    over = threading.Event()
    claims = Claims(carriers={1: "hangs", 2: "hangs too" if hanging == 2 else "one", 3: "one"})
    monkeypatch.setattr(
        dispatching, "campaigns_waiting", lambda _now: [SimpleNamespace(id=number) for number in (1, 2, 3)]
    )
    monkeypatch.setattr(dispatching, "claim_outbox", claims.claim)
    monkeypatch.setattr(recording, "record_results", lambda _results, _now: None)
    carriers = {"hangs": Hangs(over), "hangs too": Hangs(over), "one": TakesAll()}

    run_for(2.0, Worker(carriers, in_flight=40), over)

    assert carriers["hangs"].taken <= 20
    assert carriers["hangs"].taken + carriers["hangs too"].taken <= 30
    assert carriers["one"].taken > 100


def test_a_campaign_whose_texts_are_answered_does_not_wait_for_the_next_look(
    quiet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its part of the room is full again and again."""
    monkeypatch.setattr(dispatching, "claim_outbox", Claims().claim)
    monkeypatch.setattr(recording, "record_results", lambda _results, _now: None)
    carrier = TakesAll()

    run_for(1.0, Worker({"one": carrier}, in_flight=10), threading.Event())

    assert carrier.taken > 5 / IDLE * 2


def test_a_worker_looks_for_limits_that_have_grown(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[datetime] = []
    monkeypatch.setattr(dispatching, "campaigns_waiting", lambda _now: [])
    monkeypatch.setattr(redrawing, "redraw", looks.append)

    run_for(0.3, Worker({}), threading.Event())

    assert looks


def test_after_a_slow_claim_the_next_is_smaller(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    claims, over = Claims(slow=0.6), threading.Event()
    monkeypatch.setattr(dispatching, "claim_outbox", claims.claim)
    monkeypatch.setattr(recording, "record_results", lambda _results, _now: None)

    run_until(lambda: len(claims.sizes) >= 3, Worker({"one": TakesAll()}, in_flight=1_000), over)

    assert claims.sizes[:3] == [CLAIMED_AT_ONCE, CLAIMED_AT_ONCE // 2, CLAIMED_AT_ONCE // 4]


def test_a_flood_of_receipts_keeps_no_reply_waiting(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, heard, waited = threading.Event(), threading.Event(), threading.Event()

    def take_in(kind: CarrierEvent.Kind, _now: datetime, _limit: int) -> int:
        if kind == CarrierEvent.Kind.RECEIPT:
            begun.set()
            if not heard.wait(3):
                waited.set()
        elif begun.is_set():
            heard.set()
        return 0

    monkeypatch.setattr(dispatching, "campaigns_waiting", lambda _now: [])
    monkeypatch.setattr(receiving, "take_in", take_in)
    run_until(lambda: heard.is_set() or waited.is_set(), Worker({}), threading.Event())
    assert heard.is_set()
    assert not waited.is_set()
