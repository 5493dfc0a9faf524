"""`inbox`: 1,000 volunteers have a conversation open, which asks for news as the page does, and now and then open
another one.

The page asks for its list and its thread every 5 seconds each (`--every`), and a conversation is looked at for 12
such rounds. The load comes up evenly over `WARMING` a volunteer;
the figures are of the time behind it. `rate` and the waiting times are of all requests; each kind has its own below.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import line
from bench.load import Answered, Ask, Script
from bench.options import Options
from bench.shape import Shape
from bench.stage import Stage
from bench.usage import Meter
from bench.visitors import CAMPAIGN, Visitor, arrive, others

ROUNDS = 12  # of asking for news, until the next conversation is opened
WARMING = 0.08  # seconds

_POLL = {
    "poll the list": re.compile(rb'id="inbox-rows"[^>]*hx-get="([^"]+)"'),
    "poll the thread": re.compile(rb'class="bubbles"[^>]*hx-get="([^"]+)"'),
}


def shape(options: Options) -> Shape:
    return options.shape()


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    stage.start_web(options.web, options.threads)
    has, warming = shape(options), WARMING * options.volunteers
    visitors = others(arrive(stage.port, 0), range(min(options.volunteers, has.assignees)))
    people = [visitors[number % len(visitors)] for number in range(options.volunteers)]
    scripts = [
        _looks(visitor, list(has.conversations_of(visitor.number)), place, options.every)
        for place, visitor in enumerate(people)
    ]
    meters: list[Meter] = []
    found = stage.put_under(
        scripts, _is_good, warming + options.seconds, lambda goes_on: _wait(goes_on, warming, stage, meters)
    )
    first = min(answer.at for answer in found.load.answers)
    answers = [answer for answer in found.load.answers if answer.at >= first + warming]
    cpu = meters[0].seconds() if meters else {}
    return {
        **line.timed(answers),
        "lost": 0,
        "doubled": 0,
        "kinds": {kind: _figures(answers, kind) for kind in ("open", *_POLL)},
        "first_problem": found.load.first_problem,
        **line.cpu(cpu or found.cpu, found.load, sum(len(lane) for lane in found.load.lanes)),
    }


def _figures(answers: Sequence[Answered], kind: str) -> dict[str, Any]:
    return line.timed([answer for answer in answers if answer.label == kind])


def _wait(goes_on: Callable[[], bool], warming: float, stage: Stage, meters: list[Meter]) -> None:
    """Begins to count CPU seconds when everybody is there."""
    until = time.monotonic() + warming
    while goes_on() and time.monotonic() < until:
        time.sleep(0.05)
    meters.append(stage.meter())


def _looks(visitor: Visitor, conversations: Sequence[int], place: int, every: float) -> Script:
    """One volunteer: opens a conversation, asks for news of both halves of the page for a while, opens the next.

    They come in one after the other, each at another point of that.
    """
    deal = random.Random(place)  # noqa: S311
    pause, turn = 0.001 + place * WARMING, place % ROUNDS
    while True:
        page = yield Ask(
            "open", visitor.get(f"{CAMPAIGN}/conversations/{deal.choice(conversations)}/"), pause
        )
        polls = {kind: _address(pattern, page) for kind, pattern in _POLL.items()}
        for _ in range(turn, ROUNDS):
            for kind, wait in zip(_POLL, (every, 0.001), strict=True):
                answer = yield Ask(kind, visitor.get(polls[kind], as_fragment=True), wait)
                polls[kind] = _address(_POLL[kind], answer) or polls[kind]
        pause, turn = every, 0


def _address(pattern: re.Pattern[bytes], page: bytes) -> str:
    found = pattern.search(page)
    return found[1].decode().replace("&amp;", "&") if found else ""


def _is_good(status: int, answer: bytes) -> bool:
    return status == 204 or (status == 200 and b"HX-Redirect" not in answer[:1000])
