"""A whole Textbank, started as people start it, and a browser to walk through it.

Web, worker and simulator run as processes on a database of their own; the pages are driven in the system's
Chromium. Nothing is reached into: what a journey knows, it read on a page.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from psycopg import sql

from textbank.conftest import TUESDAY_NOON
from textbank.tests.database import address_of, migrated

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 60_000  # milliseconds for a page to show what it should
NUMBER = "+19195550001"
ACCOUNT, TOKEN = "AC" + "0" * 32, "a token for the journeys"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last, and in the order in which they stand: each goes on where the one before it ended."""
    here = str(Path(__file__).parent)
    items.sort(key=lambda item: str(item.path).startswith(here))


@dataclass
class Running:
    """A started Textbank: where its pages and its simulator are, and how to run one of its commands."""

    url: str
    simulator: str
    outbox: Path
    environment: dict[str, str]
    cookies: dict[str, Any] = field(default_factory=dict)  # of who has signed in, by address

    def command(self, *words: str) -> str:
        """Runs `textbank …` beside it and returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "textbank", *words], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def letter_to(self, address: str) -> str:
        """The newest letter to an address, once it is there."""
        for _ in range(600):
            letters = [path.read_text(encoding="utf-8") for path in sorted(self.outbox.glob("*.log"))]
            found = [letter for letter in letters if f"To: {address}" in letter]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"No letter came to {address}.")

    def link_for(self, address: str) -> str:
        found = re.search(r"http://\S+/sign-in/link/\S+", self.letter_to(address))
        assert found
        return found.group(0)

    def code_for(self, address: str) -> str:
        found = re.search(r"\b(\d{6})\b", self.letter_to(address).split("\n\n", 1)[1])
        assert found
        return found.group(1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _fresh_database() -> str:
    """A database for the journeys alone, on the server that the tests use."""
    create = sql.SQL("CREATE DATABASE textbank_journeys TEMPLATE {}").format(sql.Identifier(migrated()))
    with psycopg.connect(address_of("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS textbank_journeys WITH (FORCE)")
        connection.execute(create)
    return address_of("textbank_journeys")


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(address, timeout=2).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer.")


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Here time goes on; it is the started Textbank whose clock says that it is a Tuesday, half past two."""


@pytest.fixture(scope="module")
def textbank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("journeys")
    web, simulator = free_port(), free_port()
    shift = int(TUESDAY_NOON.timestamp() - time.time())
    environment = os.environ | {
        "DATABASE_URL": _fresh_database(),
        "TEXTBANK_DEMO": "yes",
        "TEXTBANK_DEBUG": "yes",
        "TEXTBANK_CLOCK_SHIFT_SECONDS": str(shift),
        "TEXTBANK_PUBLIC_URL": f"http://127.0.0.1:{web}",
        "TEXTBANK_OUTBOX": str(folder / "outbox"),
        "TEXTBANK_CARRIERS": f"http://127.0.0.1:{simulator}",
        "TEXTBANK_DATABASE_CONNECTIONS": "8",
    }
    running = Running(
        f"http://127.0.0.1:{web}", f"http://127.0.0.1:{simulator}", folder / "outbox", environment
    )
    commands = [
        [sys.executable, "-m", "textbank", "web", "--port", str(web)],
        [sys.executable, "-m", "textbank", "worker"],
        [
            *(sys.executable, "-m", "simulator", "--port", str(simulator), "--account", ACCOUNT),
            *("--token", TOKEN, "--number", NUMBER, "--speed", "20", "--seed", "7"),
        ],
    ]
    logs = [(folder / f"{name}.log").open("w") for name in ("web", "worker", "simulator")]
    processes = [
        subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        for command, log in zip(commands, logs, strict=True)
    ]
    try:
        _wait_for(f"{running.url}/sign-in/")
        _wait_for(f"{running.simulator}/simulator/messages")
        yield running
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process, log in zip(processes, logs, strict=True):
            process.wait(timeout=60)
            log.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ended with the journeys: while it is there, Django takes everything for asynchronous."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TEXTBANK_CHROMIUM", "/usr/bin/chromium"), args=list(CHROMIUM)
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, textbank: Running) -> Iterator[Callable[..., Page]]:
    """`open_page(PHONE)` is a browser of its own, signed out, on a screen of that size."""
    contexts: list[BrowserContext] = []
    expect.set_options(timeout=PATIENCE)

    def new(size: dict[str, int], **options: object) -> Page:
        context = chromium.new_context(viewport=size, base_url=textbank.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
