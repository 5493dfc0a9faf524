"""Numbers are searched, bought and released at Twilio as its own client does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from textbank.carriers.base import (
    AccountRefused,
    BoughtNumber,
    Login,
    OfferedNumber,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.connections import Connections
from textbank.carriers.tests.test_twilio_sending import ACCOUNT, bare, both, carrier_at, refusal
from textbank.carriers.tests.wire import Desk, Handler, answering, closes_at_once, keeps_silent
from textbank.carriers.twilio import Twilio

NUMBERS = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
OFFERS = f"/2010-04-01/Accounts/{ACCOUNT}/AvailablePhoneNumbers/US"
REPLIES = "https://example.org/webhooks/k/replies"
NUMBER = "+19195550007"
PN = "PN" + "7" * 32
OFFERED = {
    "available_phone_numbers": [
        {"phone_number": NUMBER, "locality": "Durham", "region": "NC"},
        {"phone_number": "+19195550008", "locality": None, "region": "NC"},
        {"phone_number": "+19195550009", "locality": None, "region": None},
    ]
}
OWNED = {
    "incoming_phone_numbers": [{"sid": PN, "phone_number": NUMBER}, {"sid": "PN1", "phone_number": "+1"}]
}


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


def asked(handle: Handler, question: Callable[[Twilio, Login], Awaitable[object]]) -> object:
    async def once() -> object:
        async with carrier_at(handle) as login, Connections(read=0.3) as connections:
            return await question(Twilio(connections), login)

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("area_code", "kind", "theirs"),
    [
        ("919", "Local", lambda country: country.local),
        ("855", "TollFree", lambda country: country.toll_free),
    ],
)
def test_numbers_are_searched_as_twilios_own_client_does(area_code, kind, theirs) -> None:
    desk = Desk({f"GET {OFFERS}/{kind}.json": [("200 OK", OFFERED)]})
    able = {"area_code": int(area_code), "sms_enabled": True, "mms_enabled": True, "page_size": 3}
    our_request, their_request = both(
        desk,
        lambda twilio, login: twilio.search_numbers(login, area_code, 3),
        lambda client: theirs(client.available_phone_numbers("US")).list(limit=3, **able),
    )
    assert bare(our_request) == bare(their_request)


def test_offered_numbers_say_where_they_are_at_home() -> None:
    desk = Desk({f"GET {OFFERS}/Local.json": [("200 OK", OFFERED)]})
    assert asked(desk, lambda twilio, login: twilio.search_numbers(login, "919", 3)) == [
        OfferedNumber(NUMBER, "Durham, NC"),
        OfferedNumber("+19195550008", "NC"),
        OfferedNumber("+19195550009"),
    ]
    assert len(asked(desk, lambda twilio, login: twilio.search_numbers(login, "919", 2))) == 2


def test_a_number_is_bought_as_twilios_own_client_does() -> None:
    desk = Desk({f"POST {NUMBERS}.json": [("201 Created", {"sid": PN, "phone_number": NUMBER})]})
    our_request, their_request = both(
        desk,
        lambda twilio, login: twilio.buy_number(login, NUMBER, REPLIES),
        lambda client: client.incoming_phone_numbers.create(
            phone_number=NUMBER, sms_url=REPLIES, sms_method="POST"
        ),
    )
    assert bare(our_request) == bare(their_request)
    bought = asked(desk, lambda twilio, login: twilio.buy_number(login, NUMBER, REPLIES))
    assert bought == BoughtNumber(NUMBER, PN)


def test_a_number_is_released_as_twilios_own_client_does() -> None:
    desk = Desk({f"DELETE {NUMBERS}/{PN}.json": [("204 No Content", None)]})
    our_request, their_request = both(
        desk,
        lambda twilio, login: twilio.release_number(login, BoughtNumber(NUMBER, PN)),
        lambda client: client.incoming_phone_numbers(PN).delete(),
    )
    assert bare(our_request) == bare(their_request)


def test_a_number_that_was_entered_by_hand_is_looked_up_and_no_other_is_released() -> None:
    desk = Desk(
        {
            f"GET {NUMBERS}.json": [("200 OK", OWNED)],
            f"DELETE {NUMBERS}/{PN}.json": [("204 No Content", None)],
        }
    )
    asked(desk, lambda twilio, login: twilio.release_number(login, BoughtNumber(NUMBER, "")))
    assert desk.asked == [f"GET {NUMBERS}.json", f"DELETE {NUMBERS}/{PN}.json"]
    assert desk.requests[0].query == (("PhoneNumber", NUMBER),)


@pytest.mark.parametrize("carrier_id", [PN, ""])
def test_a_number_that_is_not_ours_any_more_counts_as_released(carrier_id: str) -> None:
    gone = answering("404 Not Found", refusal(20404))
    desk = Desk({f"GET {NUMBERS}.json": [("200 OK", {"incoming_phone_numbers": []})]})
    asked(
        gone if carrier_id else desk,
        lambda t, login: t.release_number(login, BoughtNumber(NUMBER, carrier_id)),
    )


async def search(twilio: Twilio, login: Login) -> object:
    return await twilio.search_numbers(login, "919")


async def buy(twilio: Twilio, login: Login) -> object:
    return await twilio.buy_number(login, NUMBER, REPLIES)


async def release(twilio: Twilio, login: Login) -> None:
    await twilio.release_number(login, BoughtNumber(NUMBER, PN))


@pytest.mark.parametrize(
    ("question", "handle", "expected"),
    [
        (buy, answering("400 Bad Request", refusal(21422)), Rejected),  # somebody else has it
        (buy, answering("429 Too Many Requests", refusal(20429)), Unavailable),
        (buy, answering("401 Unauthorized", refusal(20003)), AccountRefused),
        (buy, answering("500 Internal Server Error"), Unknown),
        (buy, answering("201 Created", "{}"), Unknown),
        (buy, closes_at_once, Unknown),
        (buy, keeps_silent, Unknown),
        (search, answering("200 OK", "[]"), Unavailable),
        (search, answering("200 OK", '{"available_phone_numbers": [1]}'), Unavailable),
        (search, answering("500 Internal Server Error"), Unavailable),
        (search, answering("400 Bad Request", refusal(21450)), Rejected),
        (search, keeps_silent, Unavailable),
        (release, answering("500 Internal Server Error"), Unavailable),
        (release, answering("401 Unauthorized", refusal(20003)), AccountRefused),
        (release, answering("400 Bad Request", refusal(21479)), Rejected),
        (release, keeps_silent, Unavailable),
    ],
)
def test_what_goes_wrong_with_a_number_is_told_in_the_three_ways(question, handle, expected) -> None:
    with pytest.raises((Rejected, Unavailable, Unknown)) as caught:
        asked(handle, question)
    assert type(caught.value) is expected
