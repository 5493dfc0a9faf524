"""Receipts and replies, held against Twilio's own check of signatures."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from twilio.request_validator import RequestValidator

from simulator.tests.conftest import (
    ACCOUNT,
    OURS,
    TOKEN,
    Customer,
    Heard,
    Running,
    eventually,
    heard_at,
    phone_of,
)

FIRST_TEXT = "Hi María, can we count on you? Reply STOP to end"


def is_signed(heard: Heard, token: str = TOKEN, **changes: str) -> bool:
    validator = RequestValidator(token)
    return bool(validator.validate(heard.url, heard.form | changes, heard.headers["x-twilio-signature"]))


def send(simulator: Running, customer: Customer, to: str, text: str = FIRST_TEXT, path: str = "/r") -> str:
    callback = f"{customer.url}{path}?key=a%20b&c=#rc=5"
    return str(simulator.twilio.messages.create(to=to, from_=OURS, body=text, status_callback=callback).sid)


def test_twilios_own_check_accepts_the_webhooks_and_rejects_altered_ones(
    simulator: Running, customer: Customer
) -> None:
    send(simulator, customer, phone_of("silent"))
    simulator.said("+19195550142", "¿Dónde voto? 😀")
    eventually(lambda: len(customer.heard) == 3)
    for heard in customer.heard:
        assert is_signed(heard)
        assert not is_signed(heard, "another token")
        assert not is_signed(heard, From="+19195550199")
        assert not is_signed(heard, Extra="1")
        assert heard.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("character", "statuses", "code"),
    [
        ("silent", ["sent", "delivered"], None),
        ("landline", ["sent", "undelivered"], "30006"),
        ("unreachable", ["sent", "undelivered"], "30003"),
        ("filtered", ["sent", "undelivered"], "30007"),
        ("failed", ["failed"], "30008"),
    ],
)
def test_receipts_tell_what_became_of_a_text(
    simulator: Running, customer: Customer, character: str, statuses: list[str], code: str | None
) -> None:
    sid = send(simulator, customer, phone_of(character))
    eventually(lambda: len(customer.heard) == len(statuses))
    forms = [heard.form for heard in customer.heard]
    assert [form["MessageStatus"] for form in forms] == statuses
    assert forms[-1].get("ErrorCode") == code
    assert "ErrorCode" not in forms[0] or len(forms) == 1
    assert {form["MessageSid"] for form in forms} == {sid}
    assert {form["AccountSid"] for form in forms} == {ACCOUNT}
    fetched = simulator.twilio.messages(sid).fetch()
    assert (fetched.status, fetched.error_code) == (statuses[-1], int(code) if code else None)


@pytest.mark.parametrize(
    ("order", "statuses"),
    [
        ("reversed", ["delivered", "sent"]),
        ("doubled", ["sent", "sent", "delivered", "delivered"]),
    ],
)
def test_receipts_may_be_told_to_come_out_of_order_or_twice(
    simulator: Running, customer: Customer, order: str, statuses: list[str]
) -> None:
    simulator.door.post("/settings", json={"receipts": order}).raise_for_status()
    send(simulator, customer, phone_of("silent"))
    eventually(lambda: len(customer.heard) == len(statuses))
    assert [heard.form["MessageStatus"] for heard in customer.heard] == statuses


def test_a_reply_has_everything_that_twilio_tells(simulator: Running, customer: Customer) -> None:
    sid = simulator.said("+19195550142", "¿Dónde voto? 😀")["sid"]
    [heard] = customer.heard
    assert heard.form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "¿Dónde voto? 😀",
        "From": "+19195550142",
        "FromCity": "RALEIGH",
        "FromCountry": "US",
        "FromState": "NC",
        "FromZip": "27601",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": OURS,
        "ToCity": "RALEIGH",
        "ToCountry": "US",
        "ToState": "NC",
        "ToZip": "27601",
    }
    assert heard.url.endswith("/replies?key=a%20b")
    fetched = simulator.twilio.messages(sid).fetch()
    assert (fetched.direction, fetched.status) == ("inbound", "received")


def test_a_number_with_an_address_of_its_own_is_told_there(simulator: Running, customer: Customer) -> None:
    simulator.twilio.incoming_phone_numbers.create(
        phone_number="+14155550100", sms_url=f"{customer.url}/elsewhere"
    )
    simulator.said("+19195550142", "Hi", to="+14155550100")
    assert [heard.path for heard in customer.heard] == ["/elsewhere"]


def test_a_webhook_that_fails_is_tried_again_as_the_same(simulator: Running, customer: Customer) -> None:
    customer.answers = [500, 404]
    assert simulator.said("+19195550142", "Hi")["webhook_status"] == 200
    assert len(customer.heard) == 3
    assert len({heard.form["MessageSid"] for heard in customer.heard}) == 1
    assert len({heard.headers["i-twilio-idempotency-token"] for heard in customer.heard}) == 1
    simulator.said("+19195550142", "Hi again")
    assert len({heard.headers["i-twilio-idempotency-token"] for heard in customer.heard}) == 2


def test_a_webhook_that_goes_on_failing_is_given_up(simulator: Running, customer: Customer) -> None:
    customer.answers = [503] * 9
    assert simulator.said("+19195550142", "Hi")["webhook_status"] == 503
    assert len(customer.heard) == 4


def test_nobody_at_home_is_no_trouble(start: Callable[..., Running]) -> None:
    assert start(incoming_url="http://127.0.0.1:9/x").said("+19195550142", "Hi")["webhook_status"] is None
    assert start(incoming_url="").said("+19195550142", "Hi")["webhook_status"] is None


@pytest.mark.parametrize(
    ("fragment", "answers", "heard"),
    [
        ("", [500] * 9, 4),
        ("#rc=5&rp=all", [500] * 9, 6),
        ("#rc=9&rp=all", [500] * 9, 6),
        ("#rc=2&rp=5xx", [503] * 9, 3),
        ("#rc=2&rp=5xx", [503, 404, 200], 2),
        ("#rc=2&rp=4xx,5xx", [503, 404, 200], 3),
        ("#rc=2", [503] * 9, 1),
        ("#rp=all", [503] * 9, 2),
        ("#rc=0&rp=all", [503] * 9, 1),
    ],
)
def test_the_address_says_what_is_tried_again_and_how_often(
    start: Callable[..., Running], customer: Customer, fragment: str, answers: list[int], heard: int
) -> None:
    customer.answers = answers[:]
    start(incoming_url=f"{customer.url}/replies{fragment}").said("+19195550142", "Hi")
    assert len(customer.heard) == heard


def test_an_answer_that_takes_too_long_is_none(start: Callable[..., Running], customer: Customer) -> None:
    customer.slowness = 0.6
    simulator = start(incoming_url=f"{customer.url}/replies#rc=1&rp=rt&rt=200")
    assert simulator.said("+19195550142", "Hi")["webhook_status"] is None
    assert len(customer.heard) == 2
    customer.slowness = 0
    assert simulator.said("+19195550142", "Hi")["webhook_status"] == 200


def test_a_customer_who_was_away_is_told_when_back(start: Callable[..., Running]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    simulator = start(incoming_url=f"http://127.0.0.1:{port}/replies", speed=5, retries=8)
    with ThreadPoolExecutor() as pool:
        saying = pool.submit(simulator.said, "+19195550142", "Hi")
        eventually(lambda: simulator.rows("reply")[0]["tries"] > 0 if simulator.rows("reply") else False)
        with heard_at(port) as customer:
            assert saying.result(20)["webhook_status"] == 200
            assert len(customer.heard) == 1


def test_an_answer_may_be_lost_so_that_the_same_comes_again(simulator: Running, customer: Customer) -> None:
    simulator.told(webhook_unanswered=1)
    simulator.said("+19195550142", "Hi")
    assert len(customer.heard) == 4
    assert len({heard.headers["i-twilio-idempotency-token"] for heard in customer.heard}) == 1
    assert [(row["tries"], row["answered"]) for row in simulator.rows("reply")] == [(4, 4)]
    simulator.told(webhook_unanswered=0)
    simulator.said("+19195550142", "Hi")
    assert len(customer.heard) == 5


def test_webhooks_can_be_held_and_let_go(simulator: Running, customer: Customer) -> None:
    simulator.told(hold=True)
    sid = send(simulator, customer, phone_of("silent"))
    with ThreadPoolExecutor() as pool:
        saying = pool.submit(simulator.said, "+19195550142", "Hi")
        eventually(lambda: len(simulator.rows("reply,receipt")) == 2)
        assert customer.heard == []
        simulator.told(hold=False)
        assert saying.result(5)["webhook_status"] == 200
    eventually(lambda: len(customer.heard) == 3)
    assert {heard.form["MessageSid"] for heard in customer.heard} >= {sid}


def test_everything_can_be_replayed_as_it_was_to_the_byte(simulator: Running, customer: Customer) -> None:
    send(simulator, customer, phone_of("silent"))
    customer.answers = [500] * 4
    simulator.said("+19195550142", "¿Dónde voto? 😀")
    eventually(simulator.is_at_rest)
    simulator.told(receipt_lost=1)
    send(simulator, customer, phone_of("silent"))
    eventually(simulator.is_at_rest)

    def as_told(webhooks: list[Heard]) -> set[tuple[str, str, str, str]]:
        names = ("x-twilio-signature", "i-twilio-idempotency-token")
        return {
            (heard.url, str(heard.form), heard.headers[names[0]], heard.headers[names[1]])
            for heard in webhooks
        }

    before = as_told(customer.heard)
    count = len(customer.heard)
    assert simulator.door.post("/replay").json() == {"count": 3}
    eventually(lambda: len(customer.heard) == count + 3)
    eventually(simulator.is_at_rest)
    assert as_told(customer.heard[count:]) == before
    assert all(is_signed(heard) for heard in customer.heard)
    told = [row for row in simulator.rows("reply,receipt") if row["tries"]]
    assert {row["replays"] for row in told} == {1}
    assert len(told) == 3
