"""Calls that wait at the same moment share one run of a set-based story.

The few requests that come by the thousand (a press, a reply, a webhook) each need the same statements and the same
commit. One thread runs the story for everybody who is waiting, while those who come meanwhile wait for the next run.
Whoever comes alone goes alone, at once. Only behind a run of several the next one waits for those who were answered,
a few milliseconds at most: they come back together, and two runs of ten cost a quarter more than one of twenty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Generic, TypeVar

from django.db import OperationalError, close_old_connections, connection

COMPANY = 3  # calls in a run, from which on the next run waits for those who were answered
REUNION = 0.005  # seconds at most

Call = TypeVar("Call")
Outcome = TypeVar("Outcome")


class Gathering(Generic[Call, Outcome]):
    """`story` takes many calls and returns their outcomes in the same order, in a transaction of its own.

    It runs in one of the `threads`. Calls with different keys (campaigns, mostly) never share a run, and a key has
    one run at a time. If a shared run fails, each call is run alone, so that one bad call cannot fail the others.
    `most` bounds a run.
    """

    def __init__(
        self, story: Callable[[Sequence[Call]], Sequence[Outcome]], threads: Executor, most: int = 200
    ) -> None:
        self.story, self.threads, self.most = story, threads, most
        self._waiting: dict[Hashable, list[tuple[Call, asyncio.Future[Outcome]]]] = {}
        self._leads: set[asyncio.Task[None]] = set()
        self._reunions: dict[Hashable, tuple[int, asyncio.Event]] = {}

    async def __call__(self, key: Hashable, call: Call) -> Outcome:
        """The outcome of one call; raises what the story raises for it alone."""
        mine: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append((call, mine))
            if key in self._reunions and len(self._waiting[key]) >= self._reunions[key][0]:
                self._reunions[key][1].set()
        else:
            self._waiting[key] = [(call, mine)]
            lead = asyncio.create_task(self._lead(key))
            self._leads.add(lead)  # the loop itself would forget it
            lead.add_done_callback(self._leads.discard)
        return await mine

    async def _lead(self, key: Hashable) -> None:
        """Runs for whoever waits, until nobody does."""
        loop = asyncio.get_running_loop()
        while waiting := self._waiting[key]:
            run, self._waiting[key] = waiting[: self.most], waiting[self.most :]
            calls = [call for call, _future in run]
            try:
                found = await loop.run_in_executor(self.threads, self.run, calls)
            except Exception as problem:  # whatever it is, nobody may wait for ever
                found = [problem] * len(calls)
            for (_call, future), outcome in zip(run, found, strict=True):
                if future.done():
                    continue  # whoever asked has hung up
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)
            if COMPANY <= len(run) < self.most:
                await self._reunite(key, len(self._waiting[key]) + len(run))
        del self._waiting[key]

    async def _reunite(self, key: Hashable, everybody: int) -> None:
        """Until so many wait, or it has taken too long."""
        all_are_back = asyncio.Event()
        self._reunions[key] = min(everybody, self.most), all_are_back
        with suppress(TimeoutError):
            await asyncio.wait_for(all_are_back.wait(), REUNION)
        del self._reunions[key]

    def run(self, calls: Sequence[Call]) -> list[Outcome | Exception]:
        """The outcome of each call, or its problem. The database connection is given back at the end."""
        try:
            return self._run(calls)
        finally:
            close_old_connections()

    def _run(self, calls: Sequence[Call]) -> list[Outcome | Exception]:
        try:
            return [outcome for _call, outcome in zip(calls, self.story(calls), strict=True)]
        except Exception as problem:
            if len(calls) == 1:
                return [problem]
        connection.close_if_unusable_or_obsolete()
        found: list[Outcome | Exception] = []
        for call in calls:
            found += self._run([call])
            if isinstance(found[-1], OperationalError):
                # The database is in trouble, not this call: the others need not wait to find that out one by one.
                found += [found[-1]] * (len(calls) - len(found))
                break
        return found
