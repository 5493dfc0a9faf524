"""The program as it is started from a shell: one address, and a quiet end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from simulator.tests.conftest import ACCOUNT, OURS, TOKEN, eventually, phone_of


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    port = free_port()
    command = [sys.executable, "-X", "dev", "-m", "simulator", "--port", str(port)]
    command += ["--account", ACCOUNT, "--token", TOKEN, *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=(ACCOUNT, TOKEN), trust_env=False)
    try:
        eventually(lambda: is_up(client), 60)
        yield process, client
    finally:
        client.close()
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


def is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/simulator/").is_success
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_quietly_with_texts_under_way_and_callers_waiting(sent: signal.Signals) -> None:
    with program("--number", OURS, "--speed", "0.01", "--voters", "lively") as (process, client):
        url = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = {"To": phone_of("yes"), "From": OURS, "Body": "Hi", "StatusCallback": "http://127.0.0.1:9/r"}
        assert client.post(url, data=form).status_code == 201
        client.post("/simulator/settings", json={"fail": "hang"})
        waiting = threading.Thread(target=lambda: is_up_or_gone(client, url))
        waiting.start()
        process.send_signal(sent)
        assert process.wait(30) == 0
        waiting.join()
        assert process.stderr
        assert process.stderr.read() == ""


def is_up_or_gone(client: httpx.Client, url: str) -> None:
    try:
        client.get(url, timeout=60)
    except httpx.HTTPError:
        return


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account", "AC1"], "--token"),
        (["--account", "AC1", "--token", "t", "--speed", "0"], "--speed"),
        (["--account", "AC1", "--token", "t", "--voters", "loud"], "realistic"),
        (["--account", "AC1", "--token", "t", "--set", "busy=2"], "busy must be a share from 0 to 1."),
        (["--account", "AC1", "--token", "t", "--set", "rain=0.5"], "There is no setting 'rain'."),
        (["--account", "AC1", "--token", "t", "--set", "late_by"], "late_by must be seconds"),
    ],
)
def test_what_it_cannot_be_started_with_is_said(arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "simulator", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr


def test_it_misbehaves_from_the_start_as_its_options_and_its_environment_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SIMULATOR_SET", "all=0.05 latency_ms=100 fail=busy")
    options = ["--set", "latency_ms=5", "--set", "hold=yes", "--set", "fail=", "--set", "busy=0.01"]
    with program(*options, "--keep", "9", "--retries", "2", "--retired", OURS) as (_, client):
        settings = client.get("/simulator/settings").json()
    assert (settings["latency_ms"], settings["hold"], settings["fail"]) == (5, True, "")
    assert (settings["busy"], settings["error_after"], settings["receipt_lost"]) == (0.01, 0.05, 0.05)
