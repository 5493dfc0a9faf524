"""The network's own book, and the limits by which a governor is judged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from simulator.ledger import Ledger, Webhook
from simulator.settings import Behavior
from simulator.tests.conftest import ACCOUNT, OTHER_OF_OURS, OURS, Customer, Running, eventually, phone_of
from simulator.tests.test_webhooks import FIRST_TEXT, send
from simulator.texts import Text
from simulator.traffic import Traffic, pacific_day

VOTER = "+19195550142"
FORM = {"From": OURS, "To": VOTER, "Body": "Hi. Reply STOP to end"}


def test_the_book_has_a_row_for_everything_that_happened(simulator: Running, customer: Customer) -> None:
    sid = send(simulator, customer, phone_of("landline"), "Hi ñ 😀", path="/r")
    simulator.api.post("/Messages.json", data=FORM | {"To": "12", "StatusCallback": "http://127.0.0.1/x"})
    eventually(simulator.is_at_rest)
    customer.answers = [500]
    reply = simulator.said(VOTER, "STOP")["sid"]
    eventually(simulator.is_at_rest)
    [accepted], [refused] = simulator.rows("accepted"), simulator.rows("refused")
    at = datetime.fromisoformat(accepted.pop("at"))
    assert abs(at.timestamp() - time.time()) < 10
    assert accepted == {
        "row": "accepted",
        "sid": sid,
        "from": OURS,
        "to": phone_of("landline"),
        "body": "Hi ñ 😀",
        "media": [],
        "callback_url": f"{customer.url}/r?key=a%20b&c=#rc=5",
        "valid_for": "",
        "segments": 1,
        "answer": "works",
        "status": "undelivered",
        "error_code": 30006,
        "faults": [],
    }
    refused.pop("at")
    assert refused == {
        "row": "refused",
        "from": OURS,
        "to": "12",
        "body": FORM["Body"],
        "callback_url": "http://127.0.0.1/x",
        "reason": "rule",
        "http_status": 400,
        "code": 21211,
    }
    [told] = simulator.rows("reply")
    told.pop("at")
    assert told == {
        "row": "reply",
        "sid": reply,
        "from": VOTER,
        "to": OURS,
        "body": "STOP",
        "media": [],
        "keyword": "STOP",
        "url": f"{customer.url}/replies?key=a%20b#rc=3&rp=all",
        "tries": 2,
        "answered": 1,
        "replays": 0,
        "answer": 200,
        "faults": [],
    }
    receipts = [
        (row["sid"], row["status"], row["error_code"], row["answered"]) for row in simulator.rows("receipt")
    ]
    assert receipts == [(sid, "sent", None, 1), (sid, "undelivered", 30006, 1)]
    assert simulator.door.get("/ledger/summary").json() == {
        "accepted": 1,
        "refused": 1,
        "reply": 1,
        "receipt": 2,
        "unanswered": 0,
        "forgotten": 0,
        "under_way": 0,
    }


def test_whoever_does_not_know_the_login_leaves_no_row(simulator: Running) -> None:
    url = f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert httpx.post(url, data=FORM, auth=(ACCOUNT, "wrong"), verify=False).status_code == 401
    assert simulator.rows() == []


def test_only_the_rows_that_are_asked_for_are_shown(simulator: Running) -> None:
    simulator.said(VOTER, "Hi")
    assert [row["row"] for row in simulator.rows()] == ["reply"]
    assert simulator.rows("accepted,receipt") == []
    assert simulator.door.get("/ledger?rows=texts").status_code == 400


def test_what_was_never_answered_is_counted(simulator: Running, customer: Customer) -> None:
    customer.answers = [500] * 4
    simulator.said(VOTER, "Hi")
    simulator.said(VOTER, "Hi again")
    assert [row["answered"] for row in simulator.rows("reply")] == [0, 1]
    assert simulator.door.get("/ledger/summary").json()["unanswered"] == 1


def test_under_every_fault_at_once_the_book_agrees_with_the_callers_and_the_customer_to_the_row(
    start: Callable[..., Running], customer: Customer
) -> None:
    simulator = start(voters="lively")
    simulator.told(all=0.05, late_by=0.1, slow_by=0.1)
    phones = [f"+191955{n:05}" for n in range(40_000, 40_300)]

    def one(phone: str) -> tuple[str, int, str]:
        form = FORM | {"To": phone, "StatusCallback": f"{customer.url}/r"}
        try:
            answer = simulator.api.post("/Messages.json", data=form, timeout=1.5)
        except httpx.HTTPError:
            return phone, 0, ""
        try:
            return phone, answer.status_code, str(answer.json().get("sid", ""))
        except ValueError:
            return phone, answer.status_code, ""

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(one, phones))
    eventually(simulator.is_at_rest, 60)
    accepted = {row["to"]: row for row in simulator.rows("accepted")}
    refused = {row["to"]: row for row in simulator.rows("refused")}
    assert accepted.keys() | refused.keys() == set(phones)
    assert not accepted.keys() & refused.keys()
    for phone, status, sid in outcomes:
        if sid:
            assert accepted[phone]["sid"] == sid
        if status in (400, 401, 429, 503):
            assert refused[phone]["http_status"] == status
    heard = Counter((webhook.form["MessageSid"], webhook.form["SmsStatus"]) for webhook in customer.heard)
    told = Counter[tuple[str, str]]()
    for row in simulator.rows("reply,receipt"):
        told[row["sid"], row.get("status", "received")] += row["tries"]
    assert heard == +told
    assert len({row["answer"] for row in accepted.values()}) > 6


def test_the_book_is_bounded_and_says_what_it_forgot(start: Callable[..., Running]) -> None:
    simulator = start(keep=3, voters="silent")
    for n in range(5):
        simulator.api.post("/Messages.json", data=FORM | {"To": f"+1919555010{n}"})
        simulator.api.post("/Messages.json", data=FORM | {"To": ""})
    assert [row["to"] for row in simulator.rows("accepted")] == [f"+1919555010{n}" for n in (2, 3, 4)]
    assert len(simulator.rows("refused")) == 3
    assert simulator.door.get("/ledger/summary").json()["forgotten"] == 4
    assert len(simulator.network.texts_to) == 3


def test_webhooks_are_bounded_too() -> None:
    ledger = Ledger(keep=2)
    text = Text("AC1", OURS, VOTER, "Hi", "inbound", "received")
    for _ in range(10):
        ledger.note(Webhook(text, "", "received", None, 0.0))
    assert (len(ledger.webhooks), ledger.forgotten) == (8, 2)


@pytest.mark.parametrize(
    ("limit", "senders", "taken"),
    [
        ("number_per_second", [OURS] * 3 + [OTHER_OF_OURS] * 3, 4),
        ("number_per_minute", [OURS] * 3 + [OTHER_OF_OURS] * 3, 4),
        ("network_per_second", [OURS] * 3 + [OTHER_OF_OURS] * 3, 2),
        ("network_per_minute", [OURS] * 3 + [OTHER_OF_OURS] * 3, 2),
    ],
)
def test_what_exceeds_a_limit_is_refused(
    simulator: Running, limit: str, senders: list[str], taken: int
) -> None:
    simulator.told(**{limit: 2})
    answers = [simulator.api.post("/Messages.json", data=FORM | {"From": sender}) for sender in senders]
    assert Counter(answer.status_code for answer in answers) == {201: taken, 429: 6 - taken}
    assert {row["reason"] for row in simulator.rows("refused")} == {limit}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)
    facts = simulator.door.get("/traffic").json()
    assert (facts["network"]["texts"], facts["network"]["refused"]) == (taken, 6 - taken)
    simulator.told(**{limit: 0})
    assert simulator.api.post("/Messages.json", data=FORM).status_code == 201


def test_segments_beyond_the_day_are_taken_and_fail(simulator: Running) -> None:
    simulator.told(segments_per_day=3)
    for body in ("a" * 170, "b", "c"):
        simulator.api.post("/Messages.json", data=FORM | {"To": phone_of("silent"), "Body": body})
    eventually(simulator.is_at_rest)
    ends = [(row["segments"], row["status"], row["error_code"]) for row in simulator.rows("accepted")]
    assert ends == [(2, "delivered", None), (1, "delivered", None), (1, "undelivered", 30027)]
    facts = simulator.door.get("/traffic").json()
    assert facts["numbers"][OURS]["segments"] == {pacific_day(time.time()): 4}


def test_peaks_are_those_of_any_second_and_any_minute() -> None:
    traffic = Traffic(Behavior())
    for moment in (100.0, 100.9, 101.2, 101.3, 101.8, 130.0, 161.5):
        traffic.add(OTHER_OF_OURS if moment == 101.3 else OURS, 1, moment)
    facts = traffic.numbers[OURS].facts()
    assert (facts["peak_second"], facts["peak_minute"], facts["texts"]) == (3, 5, 6)
    assert traffic.network.facts()["peak_second"] == 4


def test_a_limit_opens_again_when_the_time_is_over() -> None:
    behavior = Behavior(number_per_second=1, network_per_minute=2)
    traffic = Traffic(behavior)
    traffic.add(OURS, 1, 100.0)
    assert traffic.limit_reached(OURS, 100.9) == "number_per_second"
    assert traffic.limit_reached(OTHER_OF_OURS, 100.9) == ""
    assert traffic.limit_reached(OURS, 101.1) == ""
    traffic.add(OURS, 1, 101.1)
    assert traffic.limit_reached(OTHER_OF_OURS, 159.9) == "network_per_minute"
    assert traffic.limit_reached(OTHER_OF_OURS, 160.1) == ""


def test_the_day_begins_at_midnight_in_los_angeles() -> None:
    midnight = datetime.fromisoformat("2026-11-25T00:00:00-08:00").timestamp()
    assert (pacific_day(midnight - 1), pacific_day(midnight)) == ("2026-11-24", "2026-11-25")
    assert pacific_day(datetime.fromisoformat("2026-07-01T00:30:00-07:00").timestamp()) == "2026-07-01"


def test_first_texts_count_once_however_they_are_answered(simulator: Running) -> None:
    simulator.told(error_after=1)
    simulator.api.post("/Messages.json", data=FORM | {"Body": FIRST_TEXT})
    assert simulator.door.get("/traffic").json()["network"]["texts"] == 1
