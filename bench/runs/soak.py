"""`soak`: so many texts through five per cent of every fault at once, and then both books side by side.

Fifty volunteers press over HTTP, some of them twice; the phone network shows every fault it knows; workers, web
processes and the database are killed in between. When all is settled the network replays every webhook it ever sent,
as on the next day, which must change nothing.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench import books, line
from bench.load import Ask, Script
from bench.options import Options
from bench.shape import ACCOUNT, CURRENT, OUR_NUMBERS, TOKEN, VOLUNTEERS_AT_ONCE, WEBHOOK_KEY, Shape
from bench.stage import Stage, rows
from bench.visitors import CAMPAIGN, Visitor, arrive
from demo.programs import Failed

SHARE = 0.05  # of every fault
PRESSED_TWICE = 0.05
POISON = 20  # events that nobody can read
EVERY, KILLINGS = 5.0, 8  # seconds between two killings, and how many there are at least
ROUND = timedelta(minutes=6)  # how far the clock is moved when it is time to ask after what is unknown
MOST_ROUNDS = 40
PATIENCE = 180.0  # seconds for one round, or for the last of the retries of a webhook
UNSETTLED = "SELECT count(*) FROM texting_message WHERE status IN ('queued', 'sending', 'unknown')"
UNREAD = "SELECT count(*) FROM carriers_carrierevent WHERE processed_at IS NULL AND parked_at IS NULL"
BUSY = """
    SELECT count(*) FROM texting_message
    WHERE status = 'queued' AND due_at < %s OR status = 'sending' AND sending_at > %s
       OR status = 'unknown' AND sending_at < %s
"""
SOON = timedelta(seconds=10)
ASKED_AFTER = timedelta(minutes=5)
PARKED = "SELECT count(*) FROM carriers_carrierevent WHERE parked_at IS NOT NULL"
STANDING = """
    SELECT (SELECT count(*) FROM carriers_carrierevent), (SELECT count(*) FROM contacts_optout),
           (SELECT count(*) FROM contacts_contact), (SELECT count(*) FROM texting_conversation WHERE needs_attention),
           (SELECT json_object_agg(status, texts)::text
            FROM (SELECT status, count(*) AS texts FROM texting_message GROUP BY status ORDER BY status) AS s)
"""


def shape(options: Options) -> Shape:
    return Shape(options.count or 20_000)


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    soak = _Soak(stage)
    began = time.monotonic()
    soak.start()
    presses = soak.presses(shape(options).contacts)
    found = stage.put_under(presses, _is_good, 600, soak.break_things)
    pressed = time.monotonic()
    rounds = soak.settle()
    settled = time.monotonic()
    ledger = soak.ledger()
    discrepancies = books.compare(ledger)
    before = rows(STANDING)
    soak.replay()
    if rows(STANDING) != before:
        discrepancies.note("a replay changed something", (before, rows(STANDING)))
    if (parked := rows(PARKED)[0][0]) != POISON:
        discrepancies.note("the parked events are not the poisoned ones", parked)
    return {
        **line.timed(list(found.load.answers)),
        "pressing_seconds": round(pressed - began, 1),
        "settling_seconds": round(settled - pressed, 1),
        "rounds": rounds,
        "killed": soak.killed,
        "network": soak.ask("/simulator/ledger/summary"),
        "statuses": json.loads(before[0][4]),
        "lost": sum(discrepancies.found.values()),
        "discrepancies": dict(discrepancies.found),
        "examples": dict(discrepancies.examples),
    }


class _Soak:
    """What is started, and broken, during a run."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.killed: dict[str, int] = {"worker": 0, "web": 0, "database": 0}
        self.shift = _to_noon()
        self.dice = random.Random(7)  # noqa: S311 - no secret

    def start(self) -> None:
        address = f"http://127.0.0.1:{self.stage.port}"
        options = ["--account", ACCOUNT, "--token", TOKEN]
        options += ["--incoming-url", f"{address}/webhooks/{WEBHOOK_KEY}/replies", "--retries", "8"]
        options += [word for number in OUR_NUMBERS for word in ("--number", number)]
        options += ["--retired", OUR_NUMBERS[0], "--voters", "lively", "--answer-after", "3"]
        wishes = {"all": SHARE, "refuse": SHARE / 5, "late_by": 3, "slow_by": 0.5}
        options += [word for name, value in wishes.items() for word in ("--set", f"{name}={value}")]
        os.environ["TEXTBANK_CARRIER_PATIENCE"] = "2"
        self._move_clock()
        self.stage.start_simulator(options)
        self.stage.start_web(2)
        self._start_workers()
        _poison()

    def presses(self, texts: int) -> list[Script]:
        each = -(-texts // VOLUNTEERS_AT_ONCE)
        rows("UPDATE campaigns_campaign SET bucket_size = %s", [min(each, 1000)])
        return [
            _press_all(self._cards(arrive(self.stage.port, number)), random.Random(number))  # noqa: S311
            for number in range(VOLUNTEERS_AT_ONCE)
        ]

    def break_things(self, goes_on: Callable[[], bool]) -> None:
        """Kills something every few seconds, while an admin mends what the faults have switched off."""
        turns = 0
        due = time.monotonic() + EVERY
        while goes_on() or turns < KILLINGS:
            time.sleep(0.3)
            _mend()
            if time.monotonic() < due:
                continue
            self._kill(("worker", "web", "worker_2", "database")[turns % 4])
            turns, due = turns + 1, time.monotonic() + EVERY

    def settle(self) -> int:
        """Moves the clock on until the fate of every text is known; returns how often that was needed."""
        for number in range(1, MOST_ROUNDS + 1):
            print(
                f"Round {number}: {rows(UNSETTLED)[0][0]} texts are not settled", file=sys.stderr, flush=True
            )
            self.shift += ROUND
            self._move_clock()
            self._restart_everything()
            self._wait(lambda: not self._is_busy())
            if not rows(UNSETTLED)[0][0]:
                return number
        return MOST_ROUNDS

    def ledger(self) -> list[dict[str, Any]]:
        self._wait(lambda: not self.ask("/simulator/ledger/summary")["under_way"])
        self._wait(lambda: not rows(UNREAD)[0][0])
        with self._open("/simulator/ledger") as answer:
            return [json.loads(row) for row in answer]

    def replay(self) -> None:
        self._open("/simulator/replay", b"").close()
        self._wait(lambda: not self.ask("/simulator/ledger/summary")["under_way"])
        self._wait(lambda: not rows(UNREAD)[0][0])

    def ask(self, path: str) -> dict[str, Any]:
        with self._open(path) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def _open(self, path: str, body: bytes | None = None) -> Any:
        address = f"http://127.0.0.1:{self.stage.gateway_port}{path}"
        for _ in range(20):
            try:
                return urllib.request.urlopen(address, data=body, timeout=60)
            except OSError:  # it hangs up on whoever calls, now and then
                time.sleep(0.1)
        raise Failed("The simulator does not answer.")

    def _cards(self, visitor: Visitor) -> list[bytes]:
        from textbank import clock
        from textbank.campaigns.models import Membership
        from textbank.texting import cards, claiming
        from textbank.texting.models import TextingAction

        member = Membership.objects.select_related("user", "campaign").get(id=visitor.member_id)
        action = TextingAction.objects.select_related("campaign").get(id=CURRENT)
        claiming.claim(action, [member], clock.now())
        return [
            visitor.post(
                f"{CAMPAIGN}/assignments/{card.assignment.id}/initial-message",
                {"card": card.signed},
                "application/json",
            )
            for card in cards.deal(action, member, clock.now(), limit=1000)
        ]

    def _is_busy(self) -> bool:
        """Whether texts still leave, are asked after, or news comes in: all but what waits for a later round."""
        now = datetime.now(UTC) + self.shift
        return bool(rows(UNREAD)[0][0] or rows(BUSY, [now + SOON, now - SOON, now - ASKED_AFTER])[0][0])

    def _wait(self, is_over: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_over() and time.monotonic() < deadline:
            _mend()
            time.sleep(0.5)

    def _kill(self, what: str) -> None:
        self.killed[what.removesuffix("_2")] += 1
        if what == "database":
            self.stage.restart_database()
            return
        if what == "web":
            os.kill(_a_child_of(self.stage.groups["web"]), signal.SIGKILL)
            return
        self.stage.kill(what)
        self.stage.start_another_worker(what)

    def _restart_everything(self) -> None:
        for name in ("worker", "worker_2", "web"):
            self.stage.end(name)
        self.stage.start_web(2)
        self._start_workers()

    def _start_workers(self) -> None:
        for name in ("worker", "worker_2"):
            self.stage.start_another_worker(name)

    def _move_clock(self) -> None:
        from django.conf import settings

        seconds = int(self.shift.total_seconds())
        os.environ["TEXTBANK_CLOCK_SHIFT_SECONDS"] = str(seconds)
        settings.CLOCK_SHIFT_SECONDS = seconds


def _press_all(requests: list[bytes], dice: random.Random) -> Script:
    """Every card until it is answered, as the page does; some of them twice."""
    for request in requests:
        pause = 0.0
        for _ in range(50):
            answer = yield Ask("press", request, pause)
            if answer and _is_good(200, answer):
                break
            pause = 0.3
        if dice.random() < PRESSED_TWICE:
            yield Ask("again", request)


def _is_good(status: int, answer: bytes) -> bool:
    return status == 200 and (b'"queued"' in answer or b'"held back"' in answer)


def _poison() -> None:
    """Events that always raise: they must be parked, and the rest flow on."""
    rows(
        """
        INSERT INTO carriers_carrierevent (
            campaign_id, account_id, kind, event_key, message_key, phone, body, received_at, due_at, attempts,
            problem)
        SELECT 1, (SELECT min(id) FROM carriers_carrieraccount), CASE WHEN n %% 2 = 0 THEN 'reply' ELSE 'receipt' END,
               'poison ' || n, '', '', 'poison=' || n, %s, %s, 0, ''
        FROM generate_series(1, %s) AS n
        """,
        [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), POISON],
    )


def _mend() -> None:
    """What an admin does when carriers have had enough: numbers on again, scripts and days open again."""
    for statement in (
        "UPDATE carriers_phonenumber SET is_active = true, off_because = '' WHERE NOT is_active",
        "UPDATE texting_script SET paused_at = NULL, paused_because = '' WHERE paused_at IS NOT NULL",
        "UPDATE carriers_tmobileday SET is_closed = false WHERE is_closed",
        "UPDATE carriers_allowance SET closed_until = NULL WHERE closed_until IS NOT NULL",
        "UPDATE carriers_carrieraccount SET trouble = '', trouble_at = NULL WHERE trouble <> ''",
    ):
        rows(statement)


def _to_noon() -> timedelta:
    """The last noon in New York: there is time for many rounds before the day ends anywhere in the country."""
    now = datetime.now(UTC)
    noon = now.astimezone(ZoneInfo("America/New_York")).replace(hour=13, minute=0, second=0, microsecond=0)
    return (noon if noon <= now else noon - timedelta(days=1)) - now


def _a_child_of(process: int) -> int:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    children = [int(line) for line in found.stdout.split()]
    if not children:
        raise Failed("The web has no processes of its own.")
    return children[-1]
