"""The programs that measure still run, from the filling of the database to the proof."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench.shape import BUCKET
from bench.stage import ROOT
from bench.tests.miniature import TINY


def _left_of(folder: Path) -> list[str]:
    """The command lines of what still runs for a measurement in this folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            what = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if process.name.isdecimal() and int(process.name) != os.getpid() and str(folder).encode() in what:
            found.append((process / "cmdline").read_bytes().decode())
    return found


@pytest.fixture(scope="module")
def lines(folder: Path) -> dict[str, dict[str, Any]]:
    """The line of each bench, by its name."""
    command = [sys.executable, "-m", "bench.tests.miniature", str(folder / "bench")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert run.returncode == 0, run.stderr
    return {line["bench"]: line for line in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("name", ["claim", "send", "reply", "webhooks", "dispatch", "inbox", "import"])
def test_a_bench_does_its_work_and_finds_it_in_the_database(
    lines: dict[str, dict[str, Any]], name: str
) -> None:
    line = lines[name]
    assert line["count"] > 0
    assert (line["errors"], line["lost"], line["doubled"], line.get("first_problem", "")) == (0, 0, 0, "")
    assert line["rate"] == pytest.approx(line["count"] / line["seconds"], rel=0.05)
    assert set(line["cpu_seconds"]) >= {"database", "worker" if name in ("dispatch", "import") else "web"}


def test_the_work_is_all_that_was_prepared(lines: dict[str, dict[str, Any]]) -> None:
    claimed_before = TINY.contacts // 5  # by those who come one after the other
    assert lines["claim"]["count"] == TINY.contacts - claimed_before == lines["claim"]["claims"] * BUCKET
    assert lines["send"]["count"] == lines["reply"]["count"] == lines["webhooks"]["count"] == TINY.count
    assert lines["dispatch"]["count"] == lines["dispatch"]["queued"] == TINY.count
    assert lines["import"]["count"] == TINY.rows


def test_the_ceiling_stands_beside_what_is_held_against_it(lines: dict[str, dict[str, Any]]) -> None:
    line = lines["dispatch"]
    assert line["ceiling"] > 0
    assert line["ratio"] == pytest.approx(line["rate"] / line["ceiling"], abs=0.001)


def test_nothing_is_left_running(lines: dict[str, dict[str, Any]], folder: Path) -> None:
    assert _left_of(folder) == []


def test_nothing_is_left_running_when_it_is_interrupted(
    lines: dict[str, dict[str, Any]], folder: Path
) -> None:
    command = [sys.executable, "-m", "bench.tests.miniature", str(folder / "bench")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while not any("textbank web" in what.replace("\0", " ") for what in _left_of(folder)):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    for _ in range(600):
        if not _left_of(folder):
            return
        time.sleep(0.1)
    assert _left_of(folder) == []
