"""Calls that wait at the same moment share one run of a set-based story.

The few requests that come by the thousand (a press, a reply, a webhook) each need the same statements and the same
commit. One thread runs the story for everybody who is waiting, while those who come meanwhile wait for the next run.
Nothing waits for company: whoever comes alone goes alone, at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from django.db import OperationalError, connection

Call = TypeVar("Call")
Outcome = TypeVar("Outcome")


class _Waiting(Generic[Call, Outcome]):
    """One call and, in the end, its outcome or its problem. `turn` opens when there is something to do about it."""

    __slots__ = ("call", "leads", "outcome", "problem", "turn")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.leads = False
        self.outcome: Outcome | None = None
        self.problem: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Gathering(Generic[Call, Outcome]):
    """`story` takes many calls and returns their outcomes in the same order, in a transaction of its own.

    Calls with different keys (campaigns, mostly) never share a run. If a shared run fails, each call is run alone,
    so that one bad call cannot fail the others. `most` bounds a run.
    """

    def __init__(self, story: Callable[[Sequence[Call]], Sequence[Outcome]], most: int = 200) -> None:
        self.story, self.most = story, most
        self._door = threading.Lock()
        self._waiting: dict[Hashable, list[_Waiting[Call, Outcome]]] = {}

    def __call__(self, key: Hashable, call: Call) -> Outcome:
        """The outcome of one call; raises what the story raises for it alone."""
        mine = _Waiting[Call, Outcome](call)
        with self._door:
            others = self._waiting.get(key)
            if others is None:  # nobody runs for this key: we do
                self._waiting[key] = []
                mine.leads = True
            else:
                others.append(mine)
        if not mine.leads:
            mine.turn.acquire()
        if mine.leads:
            self._lead(key, mine)
        if mine.problem is not None:
            raise mine.problem
        return mine.outcome  # type: ignore[return-value]

    def _lead(self, key: Hashable, mine: _Waiting[Call, Outcome]) -> None:
        """Runs once, for oneself and whoever waits, and hands the lead to the next who has come meanwhile."""
        with self._door:
            waiting = self._waiting[key]
            run, self._waiting[key] = [mine, *waiting[: self.most - 1]], waiting[self.most - 1 :]
        try:
            self._run(run)
        finally:
            with self._door:
                waiting = self._waiting[key]
                heir = waiting.pop(0) if waiting else None
                if heir is None:
                    del self._waiting[key]
            if heir is not None:
                heir.leads = True
                heir.turn.release()
            for one in run[1:]:
                one.turn.release()

    def _run(self, run: list[_Waiting[Call, Outcome]]) -> None:
        try:
            outcomes = self.story([one.call for one in run])
            for one, outcome in zip(run, outcomes, strict=True):
                one.outcome = outcome
        except BaseException as problem:
            if len(run) == 1:
                run[0].problem = problem
                return
            self._run_each(run)

    def _run_each(self, run: list[_Waiting[Call, Outcome]]) -> None:
        connection.close_if_unusable_or_obsolete()
        for place, one in enumerate(run):
            self._run([one])
            if isinstance(one.problem, OperationalError):
                # The database is in trouble, not this call: the others need not wait to find that out one by one.
                for other in run[place + 1 :]:
                    other.problem = one.problem
                return
