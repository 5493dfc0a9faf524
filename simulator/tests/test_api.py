"""The REST door, held against Twilio's own client."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from simulator.tests.conftest import (
    ACCOUNT,
    OTHER_OF_OURS,
    OURS,
    TOKEN,
    Running,
    eventually,
    phone_of,
)

VOTER = "+19195550142"


def test_twilios_own_client_sends_a_text_and_reads_it_back(simulator: Running) -> None:
    to = phone_of("silent")
    sent = simulator.twilio.messages.create(to=to, from_=OURS, body="Hola 😀, vote? Reply STOP to end")
    assert re.fullmatch(r"SM[0-9a-f]{32}", str(sent.sid))
    assert (sent.to, sent.from_, sent.body) == (to, OURS, "Hola 😀, vote? Reply STOP to end")
    assert (sent.status, sent.direction, sent.num_segments, sent.num_media) == (
        "queued",
        "outbound-api",
        "1",
        "0",
    )
    assert (sent.account_sid, sent.api_version, sent.error_code) == (ACCOUNT, "2010-04-01", None)
    assert sent.date_created is not None
    assert abs(datetime.now(UTC) - sent.date_created) < timedelta(seconds=5)
    eventually(lambda: simulator.twilio.messages(str(sent.sid)).fetch().status == "delivered")
    assert simulator.twilio.messages(str(sent.sid)).fetch().date_sent is not None


def test_texts_are_listed_newest_first_by_phone_and_day_and_in_pages(simulator: Running) -> None:
    messages = simulator.twilio.messages
    sids = [messages.create(to=VOTER, from_=OURS, body=f"Text {n}").sid for n in range(5)]
    messages.create(to="+19195550143", from_=OURS, body="Another phone")
    messages.create(to=VOTER, from_=OTHER_OF_OURS, body="Another number")
    assert [m.sid for m in messages.list(to=VOTER, from_=OURS)] == sids[::-1]
    assert [m.sid for m in messages.list(to=VOTER, from_=OURS, page_size=2)] == sids[::-1]
    eventually(simulator.is_at_rest)
    now = datetime.now(UTC)
    assert len(messages.list(date_sent=now)) == 7
    assert len(messages.list(date_sent_after=now - timedelta(minutes=1), date_sent_before=now)) == 7
    assert messages.list(date_sent_before=now - timedelta(days=1)) == []
    assert messages.list(date_sent_after=now + timedelta(minutes=1)) == []
    assert simulator.api.get("/Messages.json?DateSent=yesterday").status_code == 400


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"from_": "+19195550199"}, 21606),
        ({"from_": "abc"}, 21212),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"to": "9195550142"}, 21211),
        ({"to": "+1919555014"}, 21211),
        ({"to": "+10195550142"}, 21211),
        ({"to": OURS}, 21266),
        ({"body": "a" * 1601}, 21617),
        ({"body": ""}, 21602),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"status_callback": "example.org/x"}, 21609),
    ],
)
def test_texts_are_refused_with_twilios_codes(shared: Running, change: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as caught:
        shared.twilio.messages.create(**{"to": VOTER, "from_": OURS, "body": "Hi"} | change)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert shared.door.get("/messages").json()["count"] == 0


def test_the_magic_sender_and_the_longest_text_pass(simulator: Running) -> None:
    simulator.twilio.messages.create(to=VOTER, from_="+15005550006", body="a" * 1600)


def test_without_numbers_any_sender_will_do(start: Callable[..., Running]) -> None:
    start(numbers=()).twilio.messages.create(to=VOTER, from_="+13035550177", body="Hi")


def test_only_the_account_may_call(shared: Running) -> None:
    for login in (ACCOUNT, "wrong"), ("AC" + "8" * 32, TOKEN):
        with pytest.raises(TwilioRestException) as caught:
            shared.twilio_as(*login).messages("SM0").fetch()
        assert (caught.value.code, caught.value.status) == (20003, 401)
    assert httpx.get(shared.url + f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json").status_code == 401
    elsewhere = shared.twilio_as(ACCOUNT, TOKEN, "AC" + "8" * 32)
    with pytest.raises(TwilioRestException) as caught:
        elsewhere.messages.create(to=VOTER, from_=OURS, body="Hi")
    assert (caught.value.code, caught.value.status) == (20404, 404)


def test_what_is_not_there_is_said_in_twilios_words(shared: Running) -> None:
    for path in ("/Messages/SM0.json", "/Calls.json", "/IncomingPhoneNumbers/PN0.json"):
        answer = shared.api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_numbers_are_found_bought_changed_and_given_back(simulator: Running) -> None:
    twilio = simulator.twilio
    free = twilio.available_phone_numbers("US").local.list(area_code=415, sms_enabled=True, limit=3)
    assert [number.phone_number for number in free] == ["+14155550100", "+14155550101", "+14155550102"]
    assert (free[0].region, free[0].friendly_name) == ("CA", "(415) 555-0100")
    bought = twilio.incoming_phone_numbers.create(phone_number="+14155550100", sms_url="http://127.0.0.1/a")
    assert (bought.phone_number, bought.sms_url) == ("+14155550100", "http://127.0.0.1/a")
    by_area = twilio.incoming_phone_numbers.create(area_code="415")
    assert by_area.phone_number == "+14155550101"
    changed = twilio.incoming_phone_numbers(str(bought.sid)).update(sms_url="http://127.0.0.1/b")
    assert changed.sms_url == "http://127.0.0.1/b"
    owned = [number.phone_number for number in twilio.incoming_phone_numbers.list()]
    assert owned == [OURS, OTHER_OF_OURS, "+14155550100", "+14155550101"]
    assert len(twilio.incoming_phone_numbers.list(phone_number="+14155550100")) == 1
    assert twilio.incoming_phone_numbers(str(bought.sid)).delete()
    assert "+14155550100" not in simulator.network.numbers


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"phone_number": "+15005550000"}, 21422),
        ({"phone_number": "+15005550001"}, 21421),
        ({"phone_number": OURS}, 21422),
        ({"phone_number": "1234"}, 21421),
        ({"area_code": "533"}, 21452),
        ({"area_code": "1x"}, 21452),
    ],
)
def test_purchases_are_refused_with_twilios_codes(shared: Running, wanted: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as caught:
        shared.twilio.incoming_phone_numbers.create(**wanted)
    assert caught.value.code == code


def test_memory_is_bounded(start: Callable[..., Running]) -> None:
    simulator = start(keep=3, voters="silent")
    sids = [
        simulator.twilio.messages.create(to=f"+1919555010{n}", from_=OURS, body="Hi").sid for n in range(6)
    ]
    assert [m.sid for m in simulator.twilio.messages.list()] == sids[:2:-1]
    eventually(lambda: not simulator.network._under_way)
    assert len(simulator.network.phones) == 3


def test_too_many_texts_under_way_are_refused_as_twilio_does(start: Callable[..., Running]) -> None:
    simulator = start(busy_at=1, speed=0.01)
    simulator.twilio.messages.create(to=VOTER, from_=OURS, body="Hi")
    with pytest.raises(TwilioRestException) as caught:
        simulator.twilio.messages.create(to=VOTER, from_=OURS, body="Hi")
    assert (caught.value.code, caught.value.status) == (20429, 429)
