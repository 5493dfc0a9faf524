"""A worker under load: what it takes in hand is bounded, whatever is slow."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from textbank.carriers.base import Accepted, Login, OutgoingText
from textbank.texting import dispatching, receiving, recording, redrawing, settling
from textbank.texting.dispatching import Outbound
from textbank.texting.worker import CLAIMED_AT_ONCE, Worker


class Claims:
    """An outbox that never ends, in the place of the database; `slow`: seconds that a claim takes."""

    def __init__(self, slow: float = 0.0) -> None:
        self.slow = slow
        self.sizes: list[int] = []

    def claim(self, _campaign: object, limit: int, _now: datetime) -> list[Outbound]:
        time.sleep(self.slow)
        self.sizes.append(limit)
        text = OutgoingText("+19195550001", "+19195550100", "Hi", "", timedelta(hours=1))
        return [
            Outbound(
                message_id=number,
                campaign_id=1,
                attempts=1,
                account_id=1,
                number_id=1,
                script_id=None,
                carrier="one",
                login=Login("", "", ""),
                text=text,
                segments=1,
            )
            for number in range(limit)
        ]


class TakesAll:
    async def send(self, _login: Login, _text: OutgoingText) -> Accepted:
        return Accepted("SM1")


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else for the worker to do."""
    monkeypatch.setattr(dispatching, "campaigns_waiting", lambda _now: [SimpleNamespace(id=1)])
    monkeypatch.setattr(receiving, "process_events", lambda _now: 0)
    monkeypatch.setattr(redrawing, "redraw", lambda _now: None)
    monkeypatch.setattr(settling, "overdue", lambda _now: 0)
    monkeypatch.setattr(settling, "give_up", lambda _now: 0)
    monkeypatch.setattr(settling, "unsettled", lambda _now, _limit: [])
    monkeypatch.setattr(settling, "settle", lambda _asked, _now: None)


def run_for(seconds: float, worker: Worker, until: threading.Event) -> None:
    async def work() -> None:
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(seconds)
        until.set()
        worker.stopping.set()
        await running

    asyncio.run(work())


def test_a_worker_claims_no_more_than_it_can_write_down(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    claims, database_is_back = Claims(), threading.Event()
    monkeypatch.setattr(dispatching, "claim_outbox", claims.claim)
    meanwhile: list[int] = []

    def record(_results: object, _now: datetime) -> None:
        database_is_back.wait(5)
        meanwhile.append(sum(claims.sizes))

    monkeypatch.setattr(recording, "record_results", record)

    run_for(1.0, Worker({"one": TakesAll()}, in_flight=300), database_is_back)

    assert meanwhile[0] == 300


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

    run_for(2.0, Worker({"one": TakesAll()}, in_flight=500), over)

    assert claims.sizes[:3] == [CLAIMED_AT_ONCE, CLAIMED_AT_ONCE // 2, CLAIMED_AT_ONCE // 4]
