"""What may become of a send: each fault when it is told and when the dice say so, and none when they do not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from simulator.chaos import CHANCES, FAULTS, NOT_IN_ALL, REJECTIONS, SEND_CHANCES, Dice
from simulator.tests.conftest import ACCOUNT, OURS, Running, eventually

VOTER = "+19195550142"
FORM = {"From": OURS, "To": VOTER, "Body": "Hi. Reply STOP to end"}
LIKELY = 0.05

# The fault, the status or how the call fails, whether the text was taken, and with which code it was refused.
OUTCOMES: list[tuple[str, int | type[Exception], bool, int | None]] = [
    ("busy", 429, False, 20429),
    ("busy_bare", 429, False, 20429),
    ("unavailable", 503, False, 20503),
    ("error", 500, False, 20500),
    ("hang", httpx.ReadTimeout, False, None),
    ("reset", httpx.ReadError, False, None),
    ("login", 401, False, 20003),
    ("rejected", 400, False, None),
    ("error_after", 500, True, None),
    ("gateway_after", 502, True, None),
    ("garbage_after", 201, True, None),
    ("half_after", 201, True, None),
    ("cut_after", httpx.RemoteProtocolError, True, None),
    ("reset_after", httpx.ReadError, True, None),
    ("hang_after", httpx.ReadTimeout, True, None),
]


def send(simulator: Running, **changes: str) -> httpx.Response:
    return simulator.api.post("/Messages.json", data=FORM | changes)


@pytest.mark.parametrize("as_a_chance", [False, True])
@pytest.mark.parametrize(("fault", "outcome", "is_taken", "code"), OUTCOMES)
def test_each_fault_is_seen_when_it_is_on_and_not_when_it_is_off(
    start: Callable[..., Running],
    fault: str,
    outcome: int | type[Exception],
    is_taken: bool,
    code: int | None,
    as_a_chance: bool,
) -> None:
    simulator = start(voters="silent")
    simulator.told(**({fault: 1} if as_a_chance else {"fail": fault}))
    if isinstance(outcome, int):
        assert send(simulator).status_code == outcome
    else:
        with pytest.raises(outcome):
            send(simulator)
    accepted, refused = simulator.rows("accepted"), simulator.rows("refused")
    assert [row["answer"] for row in accepted] == [fault] * is_taken
    assert [row["reason"] for row in refused] == [fault] * (not is_taken)
    assert code in (None, *(row["code"] for row in refused))
    simulator.told(**{fault: 0, "fail": ""})
    assert send(simulator).json()["sid"] == simulator.rows("accepted")[-1]["sid"]
    assert simulator.rows("accepted")[-1]["answer"] == "works"


def test_every_fault_is_tried_above() -> None:
    assert ["", *(case[0] for case in OUTCOMES)] == list(FAULTS)


def test_a_429_says_when_to_come_again_or_does_not(simulator: Running) -> None:
    simulator.told(busy=1)
    assert send(simulator).headers["Retry-After"] == "1"
    simulator.told(busy=0, busy_bare=1)
    assert "Retry-After" not in send(simulator).headers


@pytest.mark.parametrize("fault", ["gateway_after", "garbage_after", "half_after"])
def test_what_is_no_document_cannot_be_read(simulator: Running, fault: str) -> None:
    simulator.told(**{fault: 1})
    with pytest.raises(json.JSONDecodeError):
        send(simulator).json()


def test_a_refused_login_stays_refused_for_a_while_at_every_address(simulator: Running) -> None:
    simulator.told(login=1, login_for=0.6)
    assert send(simulator).status_code == 401
    simulator.told(login=0)
    assert send(simulator).status_code == 401
    assert simulator.api.get("/Messages.json").status_code == 401
    eventually(lambda: simulator.api.get("/Messages.json").status_code == 200)
    assert send(simulator).status_code == 201


def test_refusals_for_good_have_many_reasons(simulator: Running) -> None:
    simulator.told(rejected=1)
    codes = Counter(send(simulator, To=f"+191955502{n:02}").json()["code"] for n in range(60))
    assert set(codes) == set(REJECTIONS)


def test_a_slow_answer_comes_after_the_text_was_taken(simulator: Running) -> None:
    simulator.told(slow=1, slow_by=3600)
    with pytest.raises(httpx.ReadTimeout):
        send(simulator)
    assert len(simulator.rows("accepted")) == 1
    simulator.told(slow=0)
    assert send(simulator).status_code == 201


def test_a_new_connection_may_be_hung_up_on(simulator: Running) -> None:
    simulator.told(refuse=1)
    with httpx.Client(verify=False) as fresh, pytest.raises(httpx.TransportError):
        fresh.get(f"{simulator.url}/simulator/messages")
    simulator.told(refuse=0)
    with httpx.Client(verify=False) as fresh:
        assert fresh.get(f"{simulator.url}/simulator/messages").status_code == 200


def test_the_network_may_be_out_of_order_for_a_while(simulator: Running) -> None:
    assert send(simulator).status_code == 201
    assert simulator.door.post("/outage", json={"seconds": 0.5}).status_code == 202
    eventually(lambda: isinstance(failure_of(simulator), httpx.ConnectError))
    eventually(lambda: failure_of(simulator) is None)
    assert send(simulator).status_code == 201
    for wrong in (0, -1, "a while", True, None, 4000):
        assert simulator.door.post("/outage", json={"seconds": wrong}).status_code == 400


def failure_of(simulator: Running) -> Exception | None:
    try:
        simulator.api.get("/Messages.json")
    except httpx.HTTPError as problem:
        return problem
    return None


def test_faults_have_exactly_their_shares_and_never_fall_together() -> None:
    dice = Dice(7, dict.fromkeys(CHANCES, 0.0) | dict.fromkeys(SEND_CHANCES, LIKELY))
    counts = Counter(dice.fault(f"+1919555{n:04}", 1) for n in range(20_000))
    for fault in SEND_CHANCES:
        assert abs(counts[fault] / 20_000 - LIKELY) < 0.006, fault
    assert abs(counts[""] / 20_000 - (1 - LIKELY * len(SEND_CHANCES))) < 0.015


def test_chances_of_one_text_do_not_hang_together() -> None:
    dice = Dice(7, dict.fromkeys(CHANCES, 0.5))
    both = sum(
        dice.falls("receipt_late", n) and dice.falls("receipt_lost", n) and dice.falls("reply_late", n)
        for n in range(4000)
    )
    assert abs(both / 4000 - 0.125) < 0.02


def test_a_run_can_be_repeated_in_whatever_order_the_texts_come(start: Callable[..., Running]) -> None:
    def outcomes(seed: int, backwards: bool) -> dict[str, list[str]]:
        simulator = start(seed=seed, voters="silent")
        simulator.told(busy=0.2, error_after=0.2, receipt_lost=0.3, rejected=0.2)
        phones = [f"+191955503{n:02}" for n in range(30)] * 2
        for phone in phones[::-1] if backwards else phones:
            send(simulator, To=phone)
        facts: dict[str, list[str]] = {}
        for row in simulator.rows("accepted,refused"):
            facts.setdefault(row["to"], []).append(row.get("reason") or f"{row['answer']} {row['faults']}")
        return facts

    first = outcomes(7, False)
    assert outcomes(7, True) == first
    assert outcomes(8, False) != first


def test_all_is_the_chance_of_everything_that_is_a_matter_of_one_text(simulator: Running) -> None:
    simulator.told(all=0.05, busy=0.01)
    settings = simulator.door.get("/settings").json()
    shares = {name: settings[name] for name in CHANCES}
    assert shares == dict.fromkeys(CHANCES, 0.05) | {"busy": 0.01} | dict.fromkeys(NOT_IN_ALL, 0)


@pytest.mark.parametrize(
    "wish",
    [
        {"busy": 1.5},
        {"busy": -0.1},
        {"busy": "often"},
        {"busy": True},
        {"busy": 0.6, "error": 0.6},
        {"all": 0.5},
        {"late_by": -1},
        {"late_by": 1e9},
        {"number_per_second": 0.5},
        {"hold": 1},
        {"busy": float("nan")},
    ],
)
def test_a_chance_that_makes_no_sense_changes_nothing(shared: Running, wish: dict[str, Any]) -> None:
    before = shared.door.get("/settings").json()
    content = str(wish).replace("'", '"').replace("True", "true").replace("nan", "NaN")
    answer = shared.door.post("/settings", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert shared.door.get("/settings").json() == before


def test_pictures_are_taken_along_and_may_stand_alone(simulator: Running) -> None:
    pictures = ["http://127.0.0.1/1.png", "http://127.0.0.1/2.png"]
    sent = simulator.twilio.messages.create(to=VOTER, from_=OURS, media_url=pictures, validity_period=60)
    assert (sent.num_media, str(sent.sid)[:2], sent.account_sid) == ("2", "MM", ACCOUNT)
    [row] = simulator.rows("accepted")
    assert (row["media"], row["valid_for"], row["body"]) == (pictures, "60", "")
