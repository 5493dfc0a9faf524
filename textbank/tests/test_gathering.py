"""Calls that wait together run together, and each gets what is its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from textbank.gathering import Gathering, _Waiting


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


def together(story: Story, calls: Sequence[int], most: int = 200) -> list[int | BaseException]:
    """Sends the first call ahead, and the others while it is at work."""
    gathering = Gathering(story, most)

    def one(call: int) -> int | BaseException:
        try:
            return gathering("green", call)
        except ValueError as problem:
            return problem

    with ThreadPoolExecutor(len(calls)) as threads:
        first = threads.submit(one, calls[0])
        assert story.started.wait(5)
        others = [threads.submit(one, call) for call in calls[1:]]
        while len(gathering._waiting["green"]) < len(others):
            threading.Event().wait(0.001)
        story.let_go.set()
        return [future.result(5) for future in (first, *others)]


def test_whoever_comes_alone_goes_alone_at_once() -> None:
    story = Story()
    story.let_go.set()
    assert Gathering(story)("green", 4) == 8
    assert story.runs == [[4]]


def test_calls_that_wait_together_share_one_run_and_each_gets_its_own_outcome() -> None:
    story = Story()
    assert together(story, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert len(story.runs) == 2
    assert sorted(story.runs[1]) == [2, 3, 4]


def test_one_bad_call_fails_alone() -> None:
    answers = together(Story(poison=3), [1, 2, 3, 4])
    assert [answers[place] for place in (0, 1, 3)] == [2, 4, 8]
    assert isinstance(answers[2], ValueError)


def test_a_run_takes_no_more_than_its_bound_and_nobody_is_left_behind() -> None:
    story = Story()
    assert together(story, [1, 2, 3, 4, 5, 6], most=2) == [2, 4, 6, 8, 10, 12]
    assert max(map(len, story.runs)) == 2


def test_calls_of_different_campaigns_never_share_a_run() -> None:
    story = Story()
    gathering = Gathering(story)
    with ThreadPoolExecutor(2) as threads:
        green = threads.submit(gathering, "green", 1)
        assert story.started.wait(5)
        assert threads.submit(gathering, "river", 2).result(5) == 4  # while the other campaign's still runs
        story.let_go.set()
        assert green.result(5) == 2


def test_nothing_is_kept_when_all_have_gone_even_after_a_failure() -> None:
    story = Story(poison=1)
    story.let_go.set()
    gathering = Gathering(story)
    with pytest.raises(ValueError, match="poison"):
        gathering("green", 1)
    assert gathering._waiting == {}
    assert gathering("green", 2) == 4


def test_a_database_in_trouble_is_not_asked_again_for_each() -> None:
    tries = []

    def story(calls: Sequence[int]) -> list[int]:
        tries.append(calls)
        raise OperationalError("gone")

    run = [_Waiting[int, int](call) for call in range(5)]
    Gathering(story)._run(run)
    assert len(tries) == 2  # together, and the first alone
    assert all(isinstance(one.problem, OperationalError) for one in run)
