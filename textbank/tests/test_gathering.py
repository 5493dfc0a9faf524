"""Calls that wait together run together, and each gets what is its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from textbank import gathering as gathering_module
from textbank.gathering import REUNION, Gathering


class Story:
    """Doubles numbers. The first run waits until it is let go; `poison` makes any run that holds it fail."""

    def __init__(self, poison: int | None = None) -> None:
        self.runs: list[list[int]] = []
        self.poison = poison
        self.started, self.let_go = threading.Event(), threading.Event()

    def __call__(self, calls: Sequence[int]) -> list[int]:
        self.runs.append(list(calls))
        if len(self.runs) == 1:
            self.started.set()
            assert self.let_go.wait(5)
        if self.poison in calls:
            raise ValueError(f"{self.poison} is poison")
        return [2 * call for call in calls]


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


async def ahead(story: Story, gathering: Gathering[int, int], call: int) -> asyncio.Future[int]:
    """Sends one call, and returns when it is at work."""
    first = asyncio.ensure_future(gathering("green", call))
    while not story.started.is_set():
        await asyncio.sleep(0.001)
    return first


def together(
    story: Story, threads: ThreadPoolExecutor, calls: Sequence[int], most: int = 200
) -> list[int | BaseException]:
    """Sends the first call ahead, and the others while it is at work."""

    async def all_of_them() -> list[int | BaseException]:
        gathering = Gathering(story, threads, most)
        first = await ahead(story, gathering, calls[0])
        others = [asyncio.ensure_future(gathering("green", call)) for call in calls[1:]]
        await asyncio.sleep(0.01)  # they are waiting
        story.let_go.set()
        found = await asyncio.gather(first, *others, return_exceptions=True)
        await asyncio.sleep(3 * REUNION)
        assert gathering._waiting == {}
        return found

    return asyncio.run(all_of_them())


def test_whoever_comes_alone_goes_alone_at_once(threads: ThreadPoolExecutor) -> None:
    story = Story()
    story.let_go.set()

    async def alone() -> int:
        return await Gathering(story, threads)("green", 4)

    assert asyncio.run(alone()) == 8
    assert story.runs == [[4]]


def test_calls_that_wait_together_share_one_run_and_each_gets_its_own_outcome(
    threads: ThreadPoolExecutor,
) -> None:
    story = Story()
    assert together(story, threads, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert story.runs == [[1], [2, 3, 4]]


def test_whoever_was_answered_together_shares_the_next_run_too(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering_module, "REUNION", 0.3)  # a busy machine is slow
    story = Story()
    story.let_go.set()

    async def twice(gathering: Gathering[int, int], call: int) -> None:
        await gathering("green", call)
        await asyncio.sleep(call / 200)  # each has its own way to us and back
        await gathering("green", call)

    async def all_of_them() -> None:
        gathering = Gathering(story, threads)
        await asyncio.gather(*(twice(gathering, call) for call in range(8)))

    asyncio.run(all_of_them())
    assert [sorted(run) for run in story.runs] == [list(range(8))] * 2


def test_one_bad_call_fails_alone(threads: ThreadPoolExecutor) -> None:
    answers = together(Story(poison=3), threads, [1, 2, 3, 4])
    assert [answers[place] for place in (0, 1, 3)] == [2, 4, 8]
    assert isinstance(answers[2], ValueError)


def test_a_run_takes_no_more_than_its_bound_and_nobody_is_left_behind(threads: ThreadPoolExecutor) -> None:
    story = Story()
    assert together(story, threads, [1, 2, 3, 4, 5, 6], most=2) == [2, 4, 6, 8, 10, 12]
    assert max(map(len, story.runs)) == 2


def test_calls_of_different_campaigns_never_share_a_run(threads: ThreadPoolExecutor) -> None:
    story = Story()

    async def two_campaigns() -> tuple[int, int]:
        gathering = Gathering(story, threads)
        green = await ahead(story, gathering, 1)
        river = await asyncio.wait_for(gathering("river", 2), 5)  # while the other campaign's still runs
        story.let_go.set()
        return await green, river

    assert asyncio.run(two_campaigns()) == (2, 4)


def test_whoever_has_hung_up_leaves_the_others_their_outcomes(threads: ThreadPoolExecutor) -> None:
    story = Story()

    async def one_hangs_up() -> int:
        gathering = Gathering(story, threads)
        first = await ahead(story, gathering, 1)
        gone, other = (asyncio.ensure_future(gathering("green", call)) for call in (2, 3))
        await asyncio.sleep(0.01)
        gone.cancel()
        first.cancel()
        story.let_go.set()
        return await asyncio.wait_for(other, 5)

    assert asyncio.run(one_hangs_up()) == 6


def test_after_a_failure_the_next_call_runs(threads: ThreadPoolExecutor) -> None:
    story = Story(poison=1)
    story.let_go.set()

    async def twice() -> int:
        gathering = Gathering(story, threads)
        with pytest.raises(ValueError, match="poison"):
            await gathering("green", 1)
        return await gathering("green", 2)

    assert asyncio.run(twice()) == 4


@pytest.mark.django_db
def test_a_database_in_trouble_is_not_asked_again_for_each(threads: ThreadPoolExecutor) -> None:
    tries = []

    def story(calls: Sequence[int]) -> list[int]:
        tries.append(calls)
        raise OperationalError("gone")

    found = Gathering[int, int](story, threads).run(list(range(5)))
    assert len(tries) == 2  # together, and the first alone
    assert len(found) == 5
    assert all(isinstance(one, OperationalError) for one in found)


def test_a_fault_around_the_story_leaves_nobody_waiting_for_ever(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault() -> None:
        raise OSError("the connection cannot even be closed")

    monkeypatch.setattr("textbank.gathering.close_old_connections", fault)

    async def twice() -> None:
        gathering = Gathering[int, int](lambda calls: [2 * call for call in calls], threads)
        for _ in range(2):
            with pytest.raises(OSError, match="closed"):
                await asyncio.wait_for(gathering("green", 1), 5)

    asyncio.run(twice())
