"""The programs of a demonstration, each in a session of its own with a log, and their end.

Whatever happens to the process that started them, they end: an undertaker waits beside it, holding the other
end of a pipe, and when that pipe closes it stops what is left, PostgreSQL too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

PATIENCE = 60.0  # seconds that a program may take to answer
SECONDS_TO_FINISH = 25.0


class Failed(Exception):
    """The demonstration cannot go on; the message is one sentence for a person."""


@dataclass(frozen=True)
class Program:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


class Programs:
    """What has been started, watched and ended together."""

    def __init__(self, folder: Path, postgres: Path, lock: IO[str]) -> None:
        self._folder = folder
        self._running: list[Program] = []
        self._undertaker = subprocess.Popen(
            [sys.executable, "-m", "demo.undertaker", str(postgres)],
            stdin=subprocess.PIPE,
            pass_fds=[lock.fileno()],  # until it is done, no other demonstration starts here
            start_new_session=True,
            text=True,
        )

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> Program:
        log = self._folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        program = Program(name, process, log)
        self._running.append(program)
        print(process.pid, file=self._undertaker.stdin, flush=True)
        return program

    def wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        """Returns when the program answers; raises `Failed` when it ends or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not answers():
            self.check()
            if time.monotonic() > deadline:
                raise Failed(f"The {name} does not answer; its log is {self._folder / name}.log.")
            time.sleep(0.1)

    def check(self) -> None:
        """Raises `Failed` when one of them has ended."""
        for program in self._running:
            if not program.is_running:
                raise Failed(
                    f"The {program.name} has stopped by itself (exit code {program.process.returncode}); "
                    f"its log is {program.log}."
                )
        if self._undertaker.poll() is not None:
            raise Failed("The process that would clear up has stopped by itself.")

    def end_one(self, program: Program) -> None:
        """Ends one of them and returns when it is gone; the others go on."""
        self._running.remove(program)
        end_all([program.process.pid], lambda: bool(program.process.poll()))

    def end(self) -> None:
        """Ends them all and returns when they are gone."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of them
        end_all([program.process.pid for program in self._running], self._reap)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._undertaker.stdin is not None:
            self._undertaker.stdin.close()
        self._undertaker.wait()

    def _reap(self) -> None:
        for program in self._running:
            program.process.poll()


def end_all(sessions: Iterable[int], reap: Callable[[], object] = lambda: None) -> None:
    """Asks every process of these sessions to end, and insists when they take too long."""
    left = _signal(sessions, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_FINISH
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        reap()
        left = _signal(left, 0)
    _signal(left, signal.SIGKILL)
    reap()


def _signal(sessions: Iterable[int], number: int) -> list[int]:
    """Sends the signal; returns the sessions that still have processes."""
    left = []
    for session in sessions:
        try:
            os.killpg(session, number)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of one that has just ended
            continue
        left.append(session)
    return left
