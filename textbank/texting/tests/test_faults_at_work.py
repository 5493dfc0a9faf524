"""Faults that only running programs meet: a carrier that answers too late, and a database that crashes under all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg
import pytest

from textbank.conftest import TUESDAY_NOON, Cast
from textbank.embedded import EmbeddedPostgres
from textbank.tests.database import copy_to
from textbank.tests.test_web import port  # noqa: F401 (a fixture)
from textbank.texting.models import Message
from textbank.texting.settling import SETTLE_AFTER
from textbank.texting.tests.test_worker import (
    KeepsBooks,
    carrier,  # noqa: F401 (a fixture)
    real_seconds,
    sixty_texts,  # noqa: F401 (a fixture)
    soon,
    statuses,
    wait_until,
    worker,
)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_texts_that_the_carrier_took_without_answering_in_time_are_sent_once_by_two_workers(
    sixty_texts: Cast,  # noqa: F811
    carrier: KeepsBooks,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEXTBANK_CARRIER_PATIENCE", "1")
    carrier.thinks_for = 3.0
    with worker(soon()), worker(soon()):
        wait_until(lambda: statuses() == {"unknown": 60})
    assert len(carrier.accepted) == 60

    carrier.thinks_for = 0.0
    later = soon() + SETTLE_AFTER + timedelta(minutes=1)
    with worker(later), worker(later):
        wait_until(lambda: statuses() == {"sent": 60})
    assert len({text["to"] for text in carrier.accepted}) == len(carrier.accepted) == 60
    assert set(Message.objects.values_list("carrier_id", flat=True)) == {
        text["sid"] for text in carrier.accepted
    }


# A campaign in a database of its own: replies that are due, and cards in Vera's hands with what her browser sends.
SCENE = """
import json, sys, uuid
import django
django.setup()
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import reverse
from textbank import clock
from textbank.conftest import Cast
from textbank.texting import cards
from textbank.texting.tests.hands import claim
from textbank.texting.tests.test_governing import queue

cast, now = Cast(), clock.now()
cast.green.account.base_url = sys.argv[1]
cast.green.account.save()
queue(cast, 30, kind="reply")
action = cast.published([cast.contact() for _ in range(12)])
claim(action, cast.vera, now)
browser, request = Client(), RequestFactory().get("/")
browser.force_login(cast.vera.user, backend="allauth.account.auth_backends.AuthenticationBackend")
token = get_token(request)
cookies = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={request.META['CSRF_COOKIE']}"
print(json.dumps({
    "headers": {"Accept": "application/json", "X-CSRFToken": token, "Cookie": cookies},
    "cards": [[reverse("initial_message", args=[cast.campaign.slug, card.assignment.id]), card.signed]
              for card in cards.deal(action, cast.vera, now, 12)],
}))
"""


@dataclass
class Drive:
    """A text bank on a PostgreSQL of its own: its programs run, and Vera's cards are dealt."""

    database: EmbeddedPostgres
    port: int
    headers: dict[str, str]
    cards: list[tuple[str, str]]
    programs: list[subprocess.Popen[bytes]]

    def press(self, card: tuple[str, str]) -> bool:
        """One tap on Send; whether it is acknowledged."""
        path, signed = card
        body = urlencode({"card": signed}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bool(json.load(answer)["verdict"] == "queued")
        except OSError:  # the server is in trouble, or says so
            return False

    def press_surely(self, card: tuple[str, str]) -> bool:
        """As the page does it: the same press again, until somebody takes it."""
        return in_time(lambda: self.press(card))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url()) as connection:
            return connection.execute(query).fetchall()

    def processes(self) -> set[int]:
        """Every process of the programs."""
        return {one.pid for program in self.programs for one in family(program)}


def in_time(happened: Callable[[], bool]) -> bool:
    """Whether it happens within a minute."""
    for _ in range(1200):
        if happened():
            return True
        time.sleep(0.05)
    return False


def family(program: subprocess.Popen[bytes]) -> list[psutil.Process]:
    root = psutil.Process(program.pid)
    return [root, *root.children(recursive=True)]


@contextmanager
def program(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "textbank", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        relatives = family(process) if process.poll() is None else []
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            for one in relatives:
                one.kill()
            process.wait()


@pytest.fixture
def drive(port: int, carrier: KeepsBooks) -> Iterator[Drive]:  # noqa: F811
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        copy_to(database.url())
        environment = os.environ | {
            "DATABASE_URL": database.url(),
            "DJANGO_SETTINGS_MODULE": "textbank.settings",
            "TEXTBANK_DEMO": "yes",
            "TEXTBANK_CLOCK_SHIFT_SECONDS": str(int(TUESDAY_NOON.timestamp() - real_seconds())),
        }
        scene = [sys.executable, "-c", SCENE, carrier.url]
        told = json.loads(subprocess.run(scene, env=environment, check=True, capture_output=True).stdout)
        web = stack.enter_context(program(environment, "web", "--port", str(port), "--workers", "2"))
        sender = stack.enter_context(program(environment, "worker"))
        cards = [(path, signed) for path, signed in told["cards"]]
        yield Drive(database, port, told["headers"], cards, [web, sender])


def test_a_database_that_crashes_in_mid_flow_costs_no_press_and_doubles_no_text(
    drive: Drive,
    carrier: KeepsBooks,  # noqa: F811
) -> None:
    carrier.thinks_for = 0.5
    before, meanwhile, after = drive.cards[:4], drive.cards[4:8], drive.cards[8:]
    with ThreadPoolExecutor(12) as people:
        # Every card is pressed three times at once, and there are two web processes to take it.
        assert all(people.map(drive.press_surely, before * 3))
        assert in_time(lambda: len(carrier.accepted) >= 5)
        processes = drive.processes()
        pressed = [people.submit(drive.press_surely, card) for card in meanwhile * 3]
        drive.database.crash()
        acknowledged = drive.rows("SELECT count(*) FROM texting_message WHERE kind = 'initial'")[0][0]
        assert acknowledged >= len(before)
        assert all(people.map(drive.press_surely, after * 3))
        assert all(one.result() for one in pressed)

    by_status = "SELECT status, count(*) FROM texting_message GROUP BY status"
    assert in_time(lambda: drive.rows(by_status) == [("sent", 42)])
    assert Counter(text["to"] for text in carrier.accepted).most_common(1)[0][1] == 1
    assert len(carrier.accepted) == 42
    assert drive.processes() == processes
