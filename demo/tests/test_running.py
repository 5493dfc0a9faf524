"""`bin/demo` from its first start to its last, as far as Python can see of it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from demo.__main__ import ROOT, SIMULATOR_IS_AT

READY = "Ctrl-C stops everything"


class Demo:
    """One started demonstration over a folder."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder = folder / "demo"
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo", "--port", str(port), *options],
                cwd=ROOT,
                env=os.environ | {"TEXTBANK_DATA": str(folder)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while READY not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def processes(self) -> dict[str, int]:
        """What runs for it: the programs by the name of their log, and PostgreSQL."""
        found = {}
        for line in subprocess.check_output(["ps", "-ww", "-eo", "pid,args"], text=True).splitlines():
            pid, _, command = line.strip().partition(" ")
            if "bin/postgres" in command and str(self.folder) in command:
                found["postgres"] = int(pid)
            elif (name := re.search(r"-m (?:textbank )?(\w+)", command)) and self._is_ours(int(pid)):
                found[name[1]] = int(pid)
        return found

    def _is_ours(self, pid: int) -> bool:
        with suppress(OSError):
            return str(self.folder.parent).encode() in Path(f"/proc/{pid}/environ").read_bytes()
        return False

    def leaves_nothing(self) -> bool:
        for _ in range(600):
            if not self.processes():
                return True
            time.sleep(0.1)
        return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not among pytest's folders, which every run of pytest closes to PostgreSQL's user anew."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def port() -> int:
    """A free port whose neighbour, the simulator's, is free too."""
    for number in range(8200, 9000):
        with suppress(OSError):
            for each in (number, number + SIMULATOR_IS_AT):
                socket.create_server(("127.0.0.1", each)).close()
            return number
    raise AssertionError("No port is free.")


@pytest.fixture
def start(folder: Path, port: int) -> Iterator[object]:
    demos = []

    def begin(*options: str) -> Demo:
        demos.append(Demo(folder, port, *options))
        return demos[-1]

    yield begin
    for demo in demos:
        if demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()
        assert demo.leaves_nothing()


def _sign_in_page(demo: Demo) -> str:
    """What the owner's sign-in link leads to: a button, until it has been pressed."""
    link = re.search(r"owner +(\S+)", demo.said)
    assert link, demo.said
    with urllib.request.urlopen(link[1], timeout=30) as answer:
        return str(answer.read(), "utf-8")


def test_it_starts_from_nothing_and_leaves_no_process_when_killed(start, folder: Path) -> None:
    demo = start()
    demo.wait_until_ready(120)
    assert "2,000    new contacts" in demo.said
    assert "csrfmiddlewaretoken" in _sign_in_page(demo)
    running = demo.processes()
    assert {"postgres", "web", "worker", "simulator", "demo"} <= set(running)
    assert (demo.folder / "secret_key").stat().st_mode & 0o077 == 0
    demo.process.kill()
    demo.process.wait()
    assert demo.leaves_nothing()


def test_the_second_start_keeps_what_is_there_and_a_dead_program_is_named(start) -> None:
    demo = start()
    demo.wait_until_ready(120)  # on a quiet machine it takes 5
    assert "Loading" not in demo.said
    second = subprocess.run(
        [sys.executable, "-m", "demo", "--port", "9300"],
        cwd=ROOT,
        env=os.environ | {"TEXTBANK_DATA": str(demo.folder.parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert "already running" in second.stderr
    os.kill(demo.processes()["worker"], signal.SIGKILL)
    assert demo.process.wait(60) == 1
    assert "The worker has stopped by itself" in demo.said
    assert str(demo.folder / "worker.log") in demo.said
    assert demo.leaves_nothing()


def test_ctrl_c_leaves_no_process(start) -> None:
    demo = start()
    demo.wait_until_ready(120)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert demo.processes() == {}


def test_a_taken_port_is_said_in_one_sentence(start, port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", port + SIMULATOR_IS_AT))):
        demo = start()
        assert demo.process.wait(60) == 1
    assert re.fullmatch(rf"Port {port + SIMULATOR_IS_AT} cannot be used .*--port.*\n", demo.said)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "file").chmod(0o400)
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"TEXTBANK_DATA": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"Textbank cannot write to .*\n", done.stderr)
