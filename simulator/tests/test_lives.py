"""What may go wrong after a text was taken: receipts and replies, each fault on and off."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from simulator.chaos import FAILURES, RECEIPT_CHANCES, REPLY_CHANCES
from simulator.lives import FAR_AWAY, NOBODYS, ONE_MORE_THING, another_name
from simulator.tests.conftest import OTHER_OF_OURS, OURS, Customer, Heard, Running, eventually, phone_of
from simulator.tests.test_webhooks import FIRST_TEXT, send
from simulator.voters import words

NAME = "5b0c2c52-9f0f-4a53-bb73-3a3f3f6a6a02"
SILENT, TALKER = phone_of("silent"), phone_of("yes")
SAYS = words("yes", 0, TALKER, 7)


def statuses(customer: Customer, path: str = "/r") -> list[str]:
    return [heard.form["MessageStatus"] for heard in customer.at(path)]


def replies(customer: Customer) -> list[Heard]:
    return customer.at("/replies")


def at_rest(simulator: Running) -> None:
    eventually(simulator.is_at_rest)


def test_without_faults_a_text_has_two_receipts_in_order_and_one_plain_reply(
    simulator: Running, customer: Customer
) -> None:
    simulator.told(**dict.fromkeys([*RECEIPT_CHANCES, *REPLY_CHANCES], 0))
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert [heard.form.get("MessageStatus", "reply") for heard in customer.heard] == [
        "sent",
        "delivered",
        "reply",
    ]
    [reply] = replies(customer)
    assert (reply.form["Body"], reply.form["NumMedia"], reply.form["To"]) == (SAYS, "0", OURS)
    assert all(row["faults"] == [] for row in simulator.rows("accepted,reply,receipt"))


def test_receipts_may_be_doubled(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_doubled=1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    assert statuses(customer) == ["sent", "sent", "delivered", "delivered"]
    assert {row["tries"] for row in simulator.rows("receipt")} == {2}


def test_receipts_may_be_reordered(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_reordered=1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    assert statuses(customer) == ["delivered", "sent"]


def test_a_receipt_may_come_before_the_answer_to_the_send(
    start: Callable[..., Running], customer: Customer
) -> None:
    simulator = start(speed=0.01)
    send(simulator, customer, SILENT)
    assert customer.heard == []
    simulator.told(receipt_early=1)
    sid = send(simulator, customer, SILENT)
    assert customer.heard[0].form["MessageSid"] == sid


def test_receipts_may_be_late(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_late=1, late_by=0.1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    assert sorted(statuses(customer)) == ["delivered", "sent"]
    simulator.told(late_by=60)
    send(simulator, customer, SILENT)
    eventually(lambda: simulator.door.get("/ledger/summary").json()["under_way"] == 2)
    assert [row["tries"] for row in simulator.rows("receipt")] == [1, 1, 0, 0]


def test_receipts_may_be_lost(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_lost=1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    assert customer.heard == []
    rows = simulator.rows("receipt")
    assert [(row["status"], row["tries"], row["faults"]) for row in rows] == [
        ("sent", 0, ["receipt_lost"]),
        ("delivered", 0, ["receipt_lost"]),
    ]


def test_texts_may_fail_for_many_reasons(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_failed=1)
    for n in range(60):
        send(simulator, customer, phone_of("silent", skip=n))
    at_rest(simulator)
    ends = Counter(
        (heard.form["ErrorCode"], heard.form["MessageStatus"])
        for heard in customer.heard
        if "ErrorCode" in heard.form
    )
    assert set(ends) == {(str(code), status) for code, status in FAILURES.items()}
    assert sum(ends.values()) == 60


def test_a_receipt_may_come_for_a_text_that_was_never_sent(simulator: Running, customer: Customer) -> None:
    simulator.told(receipt_stranger=1)
    sid = send(simulator, customer, SILENT, path=f"/r/{NAME}")
    at_rest(simulator)
    [stranger] = [heard for heard in customer.heard if heard.form["MessageSid"] != sid]
    assert stranger.path.startswith("/r/")
    assert stranger.path != f"/r/{NAME}"
    assert stranger.url.endswith("?key=a%20b&c=")
    assert simulator.api.get(f"/Messages/{stranger.form['MessageSid']}.json").status_code == 404
    assert [row["sid"] for row in simulator.rows("accepted")] == [sid]


@pytest.mark.parametrize(
    ("address", "is_another"),
    [
        (f"http://a/b/{NAME}", True),
        (f"http://a/{NAME}?c=d", True),
        ("http://a/b/7", False),
        ("http://a", False),
    ],
)
def test_a_strangers_address_has_another_name_at_its_end(address: str, is_another: bool) -> None:
    assert (another_name(address) != address) == is_another
    assert len(another_name(address)) == len(address)


def test_a_reply_may_be_doubled(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_doubled=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert [heard.form["Body"] for heard in replies(customer)] == [SAYS, SAYS]
    assert len({heard.form["MessageSid"] for heard in replies(customer)}) == 1
    assert [row["tries"] for row in simulator.rows("reply")] == [2]


def test_replies_may_be_reordered(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_reordered=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert [heard.form["Body"] for heard in replies(customer)] == [ONE_MORE_THING, SAYS]
    assert [row["body"] for row in simulator.rows("reply")] == [SAYS, ONE_MORE_THING]


def test_a_reply_may_come_before_the_receipts(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_early=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert [heard.path for heard in customer.heard] == ["/replies", "/r", "/r"]


def test_a_reply_may_be_late(start: Callable[..., Running], customer: Customer) -> None:
    simulator = start(answer_after=0.01)
    simulator.told(reply_late=1, late_by=0.1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert len(replies(customer)) == 1
    simulator.told(late_by=60)
    send(simulator, customer, phone_of("yes", skip=1))
    eventually(lambda: len(simulator.rows("reply")) == 2)
    time.sleep(0.3)
    assert [row["tries"] for row in simulator.rows("reply")] == [1, 0]


def test_a_reply_may_go_to_a_number_that_was_given_back(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_retired=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    assert replies(customer)[-1].form["To"] == NOBODYS
    [other] = simulator.twilio.incoming_phone_numbers.list(phone_number=OTHER_OF_OURS)
    simulator.twilio.incoming_phone_numbers(str(other.sid)).delete()
    send(simulator, customer, phone_of("yes", skip=1))
    at_rest(simulator)
    assert replies(customer)[-1].form["To"] == OTHER_OF_OURS


def test_somebody_who_never_got_a_text_may_write_too(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_stranger=1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    [reply] = replies(customer)
    assert reply.form["From"].startswith(FAR_AWAY)
    assert [row["to"] for row in simulator.rows("accepted")] == [SILENT]


def test_a_reply_may_have_several_pictures_which_can_be_fetched(
    simulator: Running, customer: Customer
) -> None:
    simulator.told(reply_media=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    [reply] = replies(customer)
    count = int(reply.form["NumMedia"])
    assert 2 <= count <= 3
    assert reply.form["Body"] == SAYS
    assert reply.form["MessageSid"].startswith("MM")
    for n in range(count):
        picture = httpx.get(reply.form[f"MediaUrl{n}"], verify=False)
        assert reply.form[f"MediaContentType{n}"] == picture.headers["Content-Type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
    assert f"MediaUrl{count}" not in reply.form


def test_a_reply_may_be_a_picture_without_words(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_blank=1)
    send(simulator, customer, TALKER)
    at_rest(simulator)
    [reply] = replies(customer)
    assert (reply.form["Body"], reply.form["NumMedia"]) == ("", "1")


def test_whoever_gets_the_text_may_answer_stop(simulator: Running, customer: Customer) -> None:
    simulator.told(reply_stop=1)
    send(simulator, customer, SILENT)
    at_rest(simulator)
    [reply] = replies(customer)
    assert (reply.form["Body"], reply.form["OptOutType"], reply.form["From"]) == ("STOP", "STOP", SILENT)
    assert [row["keyword"] for row in simulator.rows("reply")] == ["STOP"]
    again = simulator.api.post("/Messages.json", data={"To": SILENT, "From": OURS, "Body": FIRST_TEXT})
    assert again.json()["code"] == 21610


def test_a_landline_answers_nothing_whatever_may_go_wrong(simulator: Running, customer: Customer) -> None:
    simulator.told(**dict.fromkeys(REPLY_CHANCES, 1))
    send(simulator, customer, phone_of("landline"))
    at_rest(simulator)
    assert replies(customer) == []


def test_every_fault_of_receipts_and_replies_is_tried_above() -> None:
    tests = Path(__file__).read_text()
    for chance in (*RECEIPT_CHANCES, *REPLY_CHANCES):
        assert f"{chance}=1" in tests, chance
