"""What can be chosen of a run."""

from __future__ import annotations

from dataclasses import dataclass

from bench.shape import VOLUNTEERS_AT_ONCE, Shape


@dataclass(frozen=True, slots=True)
class Options:
    contacts: int = 1_000_000
    messages: int = 5_000_000
    seconds: float = 10.0  # how long the load goes on, at most
    count: int = 0  # how many requests lie ready; 0: as many as the fastest we hope for takes in that time
    web: int = 2  # processes of `textbank web`
    threads: int = 16  # of each of them
    connections: int = VOLUNTEERS_AT_ONCE
    shut: float = 0.0  # claim: the share of contacts who are out of hours
    left: float = 1.0  # claim: the share that is left in the pool
    volunteers: int = 1000  # inbox: how many have it open
    every: float = 5.0  # inbox: seconds between two looks at what is new, as the page has it
    answer_ms: int = 100  # dispatch: how long the phone network takes
    rows: int = 1_000_000  # import: of the file

    def shape(self) -> Shape:
        return Shape(self.contacts, self.messages)

    def ready(self, rate: int, at_most: int = 10**9) -> int:
        """How many requests to prepare for a bench of which nobody hopes for more than `rate` a second."""
        return min(self.count or round(rate * self.seconds), at_most)
