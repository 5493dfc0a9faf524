"""Many people at once, from few processes: requests that lie ready, sent one after the other on kept connections.

Each connection is a lane. It follows a script, a generator that yields what to ask next and is sent what was
answered. The next question of a lane goes out only after the answer to the last (a closed loop). Written on
epoll and plain sockets, because the client shares the machine with what it measures.
"""

from __future__ import annotations

import heapq
import multiprocessing
import select
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import NamedTuple

PATIENCE = 30.0  # seconds that an answer may take before it counts as missing


class Ask(NamedTuple):
    """A request as it goes over the wire, `pause` seconds after the last answer, and what it counts as."""

    label: str
    request: bytes
    pause: float = 0.0


class Answered(NamedTuple):
    """What became of one request. `at`: when it left (monotonic seconds). `status` 0: no answer came."""

    label: str
    at: float
    seconds: float
    status: int
    is_good: bool


Script = Generator[Ask, bytes, None]
Judge = Callable[[int, bytes], bool]


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load: for each lane, its answers in the order of its requests."""

    lanes: list[list[Answered]]
    cpu_seconds: float
    first_problem: str

    @property
    def answers(self) -> Iterator[Answered]:
        return (answer for lane in self.lanes for answer in lane)


def straight(label: str, requests: Iterable[bytes]) -> Script:
    """The script of somebody who never pauses and does not read the answers."""
    for request in requests:
        yield Ask(label, request)


def run(
    port: int,
    scripts: Sequence[Script],
    is_good: Judge,
    seconds: float,
    processes: int = 2,
    meanwhile: Callable[[Callable[[], bool]], None] = lambda _goes_on: None,
) -> Load:
    """Follows all scripts at once until they end, or until `seconds` are over and the last answers are in.

    `meanwhile` runs in this process; it is given a function that says whether the load still goes on.
    """
    context = multiprocessing.get_context("fork")
    workers = []
    for number in range(min(processes, len(scripts))):
        ours, theirs = context.Pipe()
        own = scripts[number::processes]
        worker = context.Process(target=_work, args=(theirs, port, own, is_good, seconds), daemon=True)
        worker.start()
        theirs.close()
        workers.append((worker, ours))
    try:
        for _worker, pipe in workers:
            pipe.recv()  # connected
        for _worker, pipe in workers:
            pipe.send("go")
        meanwhile(lambda: not all(pipe.poll() for _worker, pipe in workers))
        parts = [pipe.recv() for _worker, pipe in workers]
    finally:
        for worker, _pipe in workers:
            worker.join(timeout=1)
            worker.kill()
            worker.join()
    lanes: list[list[Answered]] = [[] for _ in scripts]
    for number, (part, _cpu, _problem) in enumerate(parts):
        lanes[number::processes] = part
    problem = next((problem for _part, _cpu, problem in parts if problem), "")
    return Load(lanes, sum(cpu for _part, cpu, _problem in parts), problem)


def _work(pipe: Connection, port: int, scripts: Sequence[Script], is_good: Judge, seconds: float) -> None:
    client = _Client(port, scripts, is_good)
    pipe.send("ready")
    pipe.recv()
    before = time.process_time()
    client.run(seconds)
    cpu = time.process_time() - before
    pipe.send(([lane.answers for lane in client.lanes], cpu, client.first_problem))


class _Lane:
    __slots__ = ("answers", "asked", "at", "received", "script", "socket")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.socket: socket.socket | None = None
        self.answers: list[Answered] = []
        self.asked: Ask | None = None
        self.at = 0.0
        self.received = b""


class _Client:
    def __init__(self, port: int, scripts: Sequence[Script], is_good: Judge) -> None:
        self.address = ("127.0.0.1", port)
        self.is_good = is_good
        self.first_problem = ""
        self.poll = select.epoll()
        self.by_descriptor: dict[int, _Lane] = {}
        self.lanes = [_Lane(script) for script in scripts]
        self.later: list[tuple[float, int]] = []  # (when, number of the lane): those who pause
        self.busy = 0
        self.ends = 0.0
        for lane in self.lanes:
            self._connect(lane)

    def run(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        for number, lane in enumerate(self.lanes):
            self._next(number, lane, None)
        numbers = {id(lane): number for number, lane in enumerate(self.lanes)}
        while self.busy or self.later:
            now = time.monotonic()
            if now > self.ends:
                self.later.clear()
                if now > self.ends + PATIENCE:
                    break
            while self.later and self.later[0][0] <= now:
                self._ask(self.lanes[heapq.heappop(self.later)[1]])
            wait = min(max(self.later[0][0] - now, 0.0), 1.0) if self.later else 1.0
            for descriptor, _event in self.poll.poll(wait):
                lane = self.by_descriptor[descriptor]
                self._receive(numbers[id(lane)], lane)
        for lane in self.lanes:
            if lane.asked is not None and lane.at:
                self._note(lane, 0, b"no answer")

    def _connect(self, lane: _Lane) -> None:
        if lane.socket is not None:
            self.by_descriptor.pop(lane.socket.fileno())
            lane.socket.close()
        lane.socket = socket.create_connection(self.address, timeout=PATIENCE)
        lane.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.by_descriptor[lane.socket.fileno()] = lane
        self.poll.register(lane.socket.fileno(), select.EPOLLIN)

    def _next(self, number: int, lane: _Lane, answer: bytes | None) -> None:
        try:
            lane.asked = next(lane.script) if answer is None else lane.script.send(answer)
        except StopIteration:
            return
        if lane.asked.pause:
            heapq.heappush(self.later, (time.monotonic() + lane.asked.pause, number))
        elif time.monotonic() < self.ends:
            self._ask(lane)
        else:
            lane.asked = None

    def _ask(self, lane: _Lane) -> None:
        assert lane.socket is not None
        assert lane.asked is not None
        self.busy += 1
        lane.at = time.monotonic()
        try:
            lane.socket.sendall(lane.asked.request)
        except OSError:
            return  # it is closed: the next look at it says so

    def _receive(self, number: int, lane: _Lane) -> None:
        assert lane.socket is not None
        try:
            received = lane.socket.recv(1 << 18)
        except OSError:
            received = b""
        if not received:
            self._lost(number, lane)
            return
        lane.received += received
        answer = lane.received
        status = whole(answer)
        if status and lane.asked is not None:
            lane.received = b""
            self._note(lane, status, answer)
            self.busy -= 1
            self._next(number, lane, answer)

    def _lost(self, number: int, lane: _Lane) -> None:
        """The connection is gone, and with it the answer to what was asked."""
        was_asked = lane.asked is not None and lane.at
        lane.received = b""
        try:
            self._connect(lane)
        except OSError:
            self.ends = 0.0  # nobody listens any more
        if was_asked:
            self._note(lane, 0, b"connection closed")
            self.busy -= 1
            self._next(number, lane, b"")

    def _note(self, lane: _Lane, status: int, answer: bytes) -> None:
        assert lane.asked is not None
        is_good = self.is_good(status, answer)
        lane.answers.append(Answered(lane.asked.label, lane.at, time.monotonic() - lane.at, status, is_good))
        lane.asked, lane.at = None, 0.0
        if not is_good and not self.first_problem:
            self.first_problem = f"{status}: {answer[:300].decode('utf-8', 'replace')}"


def whole(answer: bytes) -> int:
    """The status of an HTTP answer that has arrived completely, else 0."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    status = int(answer[9:12])
    if status in (204, 304):
        return status
    head = answer[:end].lower()
    place = head.find(b"\r\ncontent-length:")
    if place >= 0:
        length = int(head[place + 17 :].split(b"\r\n", 1)[0])
        return status if len(answer) >= end + 4 + length else 0
    if b"\r\ntransfer-encoding: chunked" in head:
        return status if answer.endswith(b"0\r\n\r\n") else 0
    return status
