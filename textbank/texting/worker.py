"""Everything that goes on without anybody pressing: texts leave, replies and receipts are taken in.

Several loops side by side on one event loop. Rows are read and written by threads, in batches; only the carrier's
answers are waited for asynchronously, many at a time. Any number of workers can run; the rows decide who does what.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connections

from textbank import clock
from textbank.campaigns.models import Campaign
from textbank.carriers.base import Carrier, Rejected, Unavailable, Unknown
from textbank.carriers.models import CarrierEvent
from textbank.texting import dispatching, receiving, recording, redrawing, settling
from textbank.texting.dispatching import Outbound
from textbank.texting.recording import Result

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

ROOM = 0.02  # seconds to wait for room when many texts are in flight
IDLE = 0.2  # seconds between looks when there is nothing to do
ASKING = 15.0  # seconds between rounds of asking after texts whose fate is unknown
REDRAWN = 5.0  # seconds between looks for limits that have grown
ASKED_AFTER, ASKED_AT_ONCE = 200, 20  # so many of a campaign in a round; so many calls at a time
AFTER_A_FAULT = 2.0  # seconds to leave a database in trouble alone
# Seconds from the last look at the safeguards to the call. A text for which that is over is looked at again, so that
# a pause, a stop or a closing hour takes effect within two seconds, however slowly things go.
STILL_TRUE = 1.5
HELD_UP = timedelta(seconds=1)
CLAIMED_AT_ONCE, SLOW_CLAIM = 200, 0.5  # texts; seconds
TAKEN_AT_ONCE = 500  # events


class Worker:
    """One running worker. `in_flight`: how many texts the carriers may be thinking about at once."""

    def __init__(self, carriers: Mapping[str, Carrier], in_flight: int = 1000) -> None:
        self.carriers = carriers
        self.in_flight = in_flight
        self.stopping = asyncio.Event()
        self._results: asyncio.Queue[Result] = asyncio.Queue()
        self._going: set[asyncio.Task[None]] = set()
        # Texts that are claimed, and whose answer is not written down yet, by campaign.
        self._in_hand: Counter[int] = Counter()
        self._freed = asyncio.Event()
        self._handful = CLAIMED_AT_ONCE
        self._served: dict[int, int] = {}  # campaign → the turn in which it was served last
        self._turn = 0
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)
        self._clockwork = settling.Clockwork()
        self._threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="rows")

    async def run(self) -> None:
        """Works until `stopping` is set, then finishes what is in the carriers' hands."""
        recorder = asyncio.create_task(self._record())
        await asyncio.gather(
            *(
                self._again(step)
                for step in (
                    self._dispatch,
                    self._take_in_replies,
                    self._take_in_receipts,
                    self._redraw,
                    self._ask_after,
                )
            )
        )
        if self._going:
            await asyncio.wait(self._going, timeout=30)
        await self._results.join()
        recorder.cancel()
        self._threads.shutdown()

    async def _again(self, step: Callable[[], object]) -> None:
        """Repeats a step until told to stop. A fault (the database restarting, say) is logged and outlived."""
        while not self.stopping.is_set():
            try:
                busy = await step()  # type: ignore[misc]
            except Exception:
                log.exception("The worker stumbled and goes on")
                busy = False
                await self._rest(AFTER_A_FAULT)
            if not busy:
                await self._rest(IDLE)

    async def _dispatch(self) -> bool:
        """One turn over the campaigns that have texts waiting, as soon as there is room for a good handful."""
        sent, is_full = 0, False
        if self._free < self.in_flight // 4:
            await asyncio.sleep(ROOM)
        self._freed.clear()
        waiting = await self._rows(dispatching.campaigns_waiting, clock.now())
        # Whoever was served last comes last, and nobody takes all the room.
        waiting.sort(key=lambda campaign: self._served.get(campaign.id, 0))
        for place, campaign in enumerate(waiting):
            room = self._room_for(campaign, len(waiting) - place)
            is_full = is_full or room <= 0
            if self.stopping.is_set():
                break
            if room > 0:
                sent += await self._serve(campaign, room)
        if is_full and not sent:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), IDLE)
        return sent > 0 or is_full

    @property
    def _free(self) -> int:
        return self.in_flight - self._in_hand.total()

    def _room_for(self, campaign: Campaign, still_to_serve: int) -> int:
        """How many texts of a campaign may be claimed. It has in hand no more than it leaves free: a carrier that
        hangs holds half of our room at most, a second one half of the rest, and the others' texts flow on."""
        own = self._in_hand[campaign.id]
        most = (self._free + own + 1) // 2 - own
        share = max(1, min(self._free, self._handful) // still_to_serve)
        return min(share, most)

    async def _serve(self, campaign: Campaign, room: int) -> int:
        """Claims and begins to hand over; returns how many texts."""
        self._turn += 1
        self._served[campaign.id] = self._turn
        asked_at = asyncio.get_running_loop().time()
        claimed = await self._claim(campaign, room)
        self._in_hand[campaign.id] += len(claimed)
        self._weigh(asyncio.get_running_loop().time() - asked_at)
        for outbound in claimed:
            task = asyncio.create_task(self._hand_over(outbound, asked_at))
            self._going.add(task)
            task.add_done_callback(self._going.discard)
        return len(claimed)

    def _weigh(self, seconds: float) -> None:
        """After a slow claim the next one is smaller: its texts shall go before they must be looked at again."""
        self._handful = max(10, self._handful // 2) if seconds > SLOW_CLAIM else CLAIMED_AT_ONCE

    async def _claim(self, campaign: Campaign, room: int) -> list[Outbound]:
        """One campaign in trouble does not keep the others waiting."""
        try:
            return await self._rows(dispatching.claim_outbox, campaign, room, clock.now())
        except Exception:
            log.exception("The texts of campaign %s cannot be claimed", campaign.id)
            return []

    async def _hand_over(self, outbound: Outbound, asked_at: float) -> None:
        """Calls the carrier, unless the safeguards were asked too long ago (by the clock of the event loop)."""
        carrier = self.carriers[outbound.carrier]
        try:
            if asyncio.get_running_loop().time() - asked_at > STILL_TRUE:
                raise Unavailable("Held up on our side", HELD_UP)
            result = Result(outbound, await carrier.send(outbound.login, outbound.text))
        except (Rejected, Unavailable, Unknown) as answer:
            result = Result(outbound, answer)
        except Exception as fault:
            # A fault of ours in mid-call: the text may have gone, so it counts as unknown.
            log.exception("Message %s met a fault on its way", outbound.message_id)
            result = Result(outbound, Unknown(str(fault)))
        self._results.put_nowait(result)

    async def _record(self) -> None:
        while True:
            batch = [await self._results.get()]
            while not self._results.empty() and len(batch) < 500:
                batch.append(self._results.get_nowait())
            await self._record_surely(batch)
            self._in_hand -= Counter(result.outbound.campaign_id for result in batch)
            self._freed.set()
            for _ in batch:
                self._results.task_done()

    async def _record_surely(self, batch: list[Result]) -> None:
        """What the carrier said must be written down: try until the database takes it.

        Whoever is told to stop meanwhile goes all the same. The texts count as unknown then, and are asked after.
        """
        for _ in range(30):
            try:
                await self._rows(recording.record_results, batch, clock.now())
            except Exception:
                log.exception("%s answers of carriers wait to be written down", len(batch))
                if self.stopping.is_set():
                    return
                await self._rest(AFTER_A_FAULT)
            else:
                return

    async def _take_in_replies(self) -> bool:
        return await self._take_in(CarrierEvent.Kind.REPLY)

    async def _take_in_receipts(self) -> bool:
        """Beside the replies, so that a flood of receipts keeps no STOP waiting."""
        return await self._take_in(CarrierEvent.Kind.RECEIPT)

    async def _take_in(self, kind: CarrierEvent.Kind) -> bool:
        """Whether there is more. Without a rest behind a batch that was not full, a steady stream would be taken in
        by many small ones, each as dear as a large one."""
        return await self._rows(receiving.take_in, kind, clock.now(), TAKEN_AT_ONCE) == TAKEN_AT_ONCE

    async def _redraw(self) -> bool:
        await self._rows(redrawing.redraw, clock.now())
        await self._rest(REDRAWN)
        return True

    async def _ask_after(self) -> bool:
        """Texts that a dead worker or a silent carrier left behind: did they go?"""
        now = clock.now()
        if not self._clockwork.is_even(now, asyncio.get_running_loop().time()):
            await self._rest(ASKING)
            return True
        await self._rows(settling.overdue, now)
        await self._rows(settling.give_up, now)
        unsettled = await self._rows(settling.unsettled, now, ASKED_AFTER)
        answers = [found for found in await asyncio.gather(*map(self._ask, unsettled)) if found]
        await self._rows(settling.settle, answers, clock.now())
        if len(answers) < ASKED_AFTER:
            await self._rest(ASKING)
        return True

    async def _ask(self, outbound: Outbound) -> tuple[Outbound, list[str]] | None:
        """The carrier's names for texts like this one; None when there is no answer."""
        async with self._asking:
            try:
                return outbound, await self.carriers[outbound.carrier].find(outbound.login, outbound.text)
            except Unavailable:
                return None
            except Exception:
                log.exception("The fate of message %s stays unknown", outbound.message_id)
                return None

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def _rows(self, story: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a story in a thread, and gives its connection back to the pool."""

        def work() -> T:
            try:
                return story(*args, **kwargs)
            finally:
                connections.close_all()

        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work))
