"""How much goes over the network: what its limits refuse, and the peaks by which a customer's governor is judged."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.settings import Behavior

PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(slots=True)
class Window:
    """Events of the last `seconds`, and the most there ever were in any such stretch."""

    seconds: float
    times: deque[float] = field(default_factory=deque)
    peak: int = 0

    def count(self, now: float) -> int:
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        return len(self.times)

    def add(self, now: float) -> None:
        self.times.append(now)
        self.peak = max(self.peak, self.count(now))


@dataclass(slots=True)
class Flow:
    """What one number sent, or all of them. Segments are by day, Pacific time, as T-Mobile counts."""

    second: Window = field(default_factory=lambda: Window(1.0))
    minute: Window = field(default_factory=lambda: Window(60.0))
    texts: int = 0
    refused: int = 0
    segments: Counter[str] = field(default_factory=Counter)

    def add(self, segments: int, now: float) -> None:
        self.second.add(now)
        self.minute.add(now)
        self.texts += 1
        self.segments[pacific_day(now)] += segments

    def facts(self) -> dict[str, object]:
        return {
            "texts": self.texts,
            "refused": self.refused,
            "peak_second": self.second.peak,
            "peak_minute": self.minute.peak,
            "segments": dict(self.segments),
        }


class Traffic:
    """Counts texts that were taken. Only the limits' own refusals count as refused."""

    def __init__(self, behavior: Behavior) -> None:
        self._behavior = behavior
        self.network, self.numbers = Flow(), defaultdict[str, Flow](Flow)

    def limit_reached(self, number: str, now: float) -> str:
        """The name of the limit that another text would exceed, or ""."""
        behavior = self._behavior
        flow = self.numbers[number]
        for name, window, most in (
            ("number_per_second", flow.second, behavior.number_per_second),
            ("number_per_minute", flow.minute, behavior.number_per_minute),
            ("network_per_second", self.network.second, behavior.network_per_second),
            ("network_per_minute", self.network.minute, behavior.network_per_minute),
        ):
            if most and window.count(now) >= most:
                flow.refused += 1
                self.network.refused += 1
                return name
        return ""

    def add(self, number: str, segments: int, now: float) -> bool:
        """Counts a text; whether it still fits into the day."""
        self.numbers[number].add(segments, now)
        self.network.add(segments, now)
        most = self._behavior.segments_per_day
        return not most or self.network.segments[pacific_day(now)] <= most

    def facts(self) -> dict[str, object]:
        numbers = {number: flow.facts() for number, flow in self.numbers.items()}
        return {"network": self.network.facts(), "numbers": numbers}


def pacific_day(now: float) -> str:
    """2026-11-25. Days begin at a quarter of an hour everywhere, so asking once for each is enough."""
    return _day_of_quarter(int(now // 900))


@functools.lru_cache(maxsize=100)
def _day_of_quarter(quarter: int) -> str:
    return datetime.fromtimestamp(quarter * 900, PACIFIC).date().isoformat()
