"""The worker as a process of its own, against a carrier that keeps its books, killed and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo

from textbank import clock
from textbank.campaigns.models import Campaign
from textbank.carriers.base import Accepted, Unavailable
from textbank.conftest import Cast
from textbank.texting.dispatching import claim_outbox
from textbank.texting.models import Assignment, Message
from textbank.texting.pausing import pause_campaign, resume_campaign
from textbank.texting.sending import Press, send_initials
from textbank.texting.settling import SETTLE_AFTER
from textbank.texting.tests.hands import claim
from textbank.texting.worker import AFTER_A_FAULT, Worker

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


class KeepsBooks(ThreadingHTTPServer):
    """A carrier that writes down every text it accepts, before it answers."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.accepted: list[dict[str, str]] = []
        self.moments: list[float] = []  # when each was accepted, in real seconds
        self.thinks_for = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: KeepsBooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        text = {name: values[0] for name, values in parse_qs(body).items()}
        sid = f"SM{uuid.uuid4().hex}"
        now = self.date_time_string()
        self.server.accepted.append({"sid": sid, "to": text["To"], "body": text["Body"], "date_created": now})
        self.server.moments.append(real_seconds())
        time.sleep(self.server.thinks_for)
        self._answer(201, {"sid": sid})

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        found = [text for text in self.server.accepted if text["to"] == asked["To"][0]]
        self._answer(200, {"messages": found})

    def _answer(self, status: int, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def carrier() -> Iterator[KeepsBooks]:
    server = KeepsBooks()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def real_seconds() -> float:
    """The tests' own clock stands still."""
    return float(time_machine.escape_hatch.time.time())


@contextmanager
def worker(at: datetime, in_flight: int = 500) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the tests' database, whose clock starts at the moment given."""
    shift = at.timestamp() - time_machine.escape_hatch.time.time()
    environment = os.environ | {
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]),
        "TEXTBANK_DEMO": "yes",
        "TEXTBANK_CLOCK_SHIFT_SECONDS": str(int(shift)),
    }
    command = [sys.executable, "-m", "textbank", "worker", "--in-flight", str(in_flight)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    for _ in range(int(seconds * 20)):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError(f"It did not happen in time: {statuses()}")


@pytest.fixture
def sixty_texts(transactional_db: None, carrier: KeepsBooks) -> Cast:
    """Sixty first texts, pressed and waiting, for the carrier of the test."""
    cast = Cast()
    cast.green.account.base_url = carrier.url
    cast.green.account.save()
    action = cast.published([cast.contact() for _ in range(60)])
    claim(action, cast.vera, clock.now())
    script = action.scripts.get()
    presses = [
        Press(one.id, script.id, script.version, f"Hi {one.id}", uuid.uuid4(), cast.vera.id)
        for one in Assignment.objects.filter(holder=cast.vera)
    ]
    send_initials(cast.campaign, presses, clock.now())
    return cast


def statuses() -> Counter[str]:
    return Counter(Message.objects.values_list("status", flat=True))


def soon() -> datetime:
    return clock.now() + timedelta(seconds=6)


def test_a_worker_sends_what_waits_and_stops_when_told(sixty_texts: Cast, carrier: KeepsBooks) -> None:
    with worker(soon()) as process:
        wait_until(lambda: statuses() == {"sent": 60})
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert len(carrier.accepted) == 60


def test_a_worker_whose_answers_cannot_be_kept_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tried, tries = threading.Event(), Counter[str]()

    def fails(*_values: object) -> None:
        tries["to record"] += 1
        tried.set()
        raise OperationalError("The database is gone")

    monkeypatch.setattr("textbank.texting.recording.record_results", fails)

    async def told_to_stop() -> float:
        one = Worker({})
        recording = asyncio.create_task(one._record_surely([]))
        await asyncio.to_thread(tried.wait, 10)
        began = asyncio.get_running_loop().time()
        one.stopping.set()
        await recording
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(told_to_stop()) < AFTER_A_FAULT
    assert tries["to record"] <= 2


def test_two_workers_share_the_texts_and_send_none_twice(sixty_texts: Cast, carrier: KeepsBooks) -> None:
    with worker(soon()), worker(soon()):
        wait_until(lambda: statuses() == {"sent": 60})
    assert len({text["to"] for text in carrier.accepted}) == len(carrier.accepted) == 60


def test_a_worker_killed_in_the_middle_of_sending_loses_nothing_and_doubles_nothing(
    sixty_texts: Cast, carrier: KeepsBooks
) -> None:
    carrier.thinks_for = 0.5
    with worker(soon()) as process:
        wait_until(lambda: len(carrier.accepted) >= 10)
        process.kill()
        process.wait()
    assert statuses()["sending"] > 0

    carrier.thinks_for = 0.0
    with worker(soon() + SETTLE_AFTER + timedelta(minutes=1)):
        wait_until(lambda: statuses() == {"sent": 60})

    assert Counter(text["to"] for text in carrier.accepted).most_common(1)[0][1] == 1
    assert len(carrier.accepted) == 60


def test_a_campaign_in_trouble_does_not_keep_the_others_waiting(
    sixty_texts: Cast, carrier: KeepsBooks
) -> None:
    river = sixty_texts.river
    river.account.base_url = carrier.url
    river.account.save()
    action = sixty_texts.published([sixty_texts.contact(river.campaign)], "Clinic")
    claim(action, sixty_texts.ravi, clock.now())
    [assignment], script = Assignment.objects.filter(holder=sixty_texts.ravi), action.scripts.get()
    press = Press(assignment.id, script.id, script.version, "Hi", uuid.uuid4(), sixty_texts.ravi.id)
    send_initials(river.campaign, [press], clock.now())
    Campaign.objects.filter(id=sixty_texts.campaign.id).update(time_zone="Nowhere/Land")

    with worker(soon()):
        wait_until(lambda: statuses()["sent"] == 1)

    assert Message.objects.get(status="sent").campaign == river.campaign


def test_a_pause_takes_effect_within_two_seconds_and_says_how_many_had_gone(
    sixty_texts: Cast, carrier: KeepsBooks
) -> None:
    carrier.thinks_for = 0.5
    with worker(soon(), in_flight=4):
        wait_until(lambda: len(carrier.accepted) >= 8)
        paused_at = real_seconds()
        found = pause_campaign(sixty_texts.campaign, clock.now())
        wait_until(lambda: real_seconds() > paused_at + 4)
        wait_until(lambda: statuses()["sending"] == 0)
        went_late = [moment for moment in carrier.moments if moment > paused_at + 2]

        assert went_late == []
        assert found.gone + found.waiting == 60
        # What was claimed as the pause came may still have gone.
        assert found.gone <= len(carrier.accepted) <= found.gone + 4
        assert statuses()["queued"] == 60 - len(carrier.accepted) > 0

        resume_campaign(sixty_texts.campaign)
        wait_until(lambda: statuses() == {"sent": 60})
    assert len({text["to"] for text in carrier.accepted}) == len(carrier.accepted) == 60


def test_a_text_that_was_held_up_after_its_claim_is_looked_at_again(sixty_texts: Cast) -> None:
    [outbound] = claim_outbox(sixty_texts.campaign, 1, soon())
    called = []

    class Carrier:
        async def send(self, *text: object) -> Accepted:
            called.append(text)
            return Accepted("SM1")

    async def hand_over(asked: float) -> object:
        runner = Worker({"twilio": Carrier()})
        await runner._hand_over(outbound, asyncio.get_running_loop().time() - asked)
        return runner._results.get_nowait().answer

    assert isinstance(asyncio.run(hand_over(1.6)), Unavailable)
    assert called == []
    assert isinstance(asyncio.run(hand_over(0.5)), Accepted)


def test_while_the_carrier_is_down_texts_wait_and_then_go_once(
    sixty_texts: Cast, carrier: KeepsBooks
) -> None:
    account = sixty_texts.green.account
    account.base_url = "http://127.0.0.1:1"  # nothing listens there
    account.save()
    with worker(soon()):
        wait_until(lambda: Message.objects.filter(attempts__gte=1, status="queued").count() == 60)
        account.base_url = carrier.url
        account.save()
        wait_until(lambda: statuses() == {"sent": 60})
    assert len(carrier.accepted) == 60
