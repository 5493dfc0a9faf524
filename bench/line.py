"""The line of JSON that a run prints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from bench.load import Answered, Load


def timed(answers: Collection[Answered]) -> dict[str, Any]:
    """How many good answers came, in how long, how fast; the waiting times are those of all answers."""
    if not answers:
        return {"seconds": 0.0, "count": 0, "rate": 0.0, "errors": 0} | milliseconds([])
    began = min(answer.at for answer in answers)
    seconds = max(answer.at + answer.seconds for answer in answers) - began
    good = sum(answer.is_good for answer in answers)
    figures = {
        "seconds": round(seconds, 3),
        "count": good,
        "rate": round(good / seconds, 1),
        "errors": len(answers) - good,
    }
    return figures | milliseconds([answer.seconds for answer in answers])


def milliseconds(seconds: Iterable[float]) -> dict[str, float | None]:
    """The median, the slowest one in 20 and in 100, and the slowest, of waiting times in seconds."""
    ordered = sorted(seconds)
    places = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {
        name: round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2) if ordered else None
        for name, share in places.items()
    }


def cpu(seconds: Mapping[str, float], load: Load | None, count: int) -> dict[str, Any]:
    """CPU seconds of each group, and its share of all that this run used. The rest of the machine stands apart.

    `count` is what was done for them: requests, or texts.
    """
    used = {name: round(value, 2) for name, value in seconds.items() if name != "elsewhere"}
    elsewhere = seconds.get("elsewhere", 0.0)
    if load is not None:
        used["client"] = round(load.cpu_seconds, 2)
        elsewhere = max(0.0, elsewhere - load.cpu_seconds)
    total = sum(used.values()) or 1.0
    figures: dict[str, Any] = {
        "cpu_seconds": used,
        "cpu_share": {name: round(value / total, 3) for name, value in used.items()},
        "done_per_cpu_second": round(count / total, 1),
        "cpu_seconds_of_others": round(elsewhere, 2),
    }
    if load is not None and count:
        figures["client_us_per_request"] = round(1e6 * load.cpu_seconds / count, 1)
    return figures


def median_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The median of each figure of several runs; what is no figure stands as in the first."""
    return {name: _median([line.get(name) for line in lines]) for name in lines[0]} | {
        "median_of": len(lines)
    }


def _median(values: Sequence[Any]) -> Any:
    if all(isinstance(value, Mapping) for value in values):
        return {name: _median([value.get(name) for value in values]) for name in values[0]}
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return round(median(values), 3)
    return values[0]
