"""Numbers of Bandwidth: searched, bought and released over its XML, on real connections."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from textbank.carriers.base import (
    AccountRefused,
    BoughtNumber,
    OfferedNumber,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.tests.bandwidth_server import (
    ACCOUNT,
    APPLICATION,
    Handler,
    Server,
    answering,
    bandwidth_at,
    keeps_silent,
    resets,
    talks_nonsense,
    token,
)

NUMBER, DIGITS = "+19195550001", "9195550001"
BOUGHT = BoughtNumber(NUMBER, DIGITS)
REPLIES = "https://example.org/webhooks/k/replies"
AT = f"/api/v1/accounts/{ACCOUNT}"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


def xml(body: str, status: str = "200 OK") -> Handler:
    return answering(status, PROLOGUE + body)


def error(code: int, description: str = "No.") -> str:
    return (
        f"<ErrorList><Error><Code>{code}</Code><Description>{description}</Description></Error></ErrorList>"
    )


def order(status: str, errors: str = "") -> Handler:
    return xml(
        f"<OrderResponse>{errors}<Order><id>o-1</id></Order><OrderStatus>{status}</OrderStatus></OrderResponse>"
    )


def application(replies_url: str = REPLIES) -> Handler:
    return xml(f"<R><Application><InboundCallbackUrl>{replies_url}</InboundCallbackUrl></Application></R>")


PLACE = xml(
    "<R><AssociatedSipPeer><SiteId>461</SiteId><PeerId>500709</PeerId></AssociatedSipPeer>"
    "<AssociatedSipPeer><SiteId>462</SiteId><PeerId>500710</PeerId></AssociatedSipPeer></R>"
)
ORDERED = xml("<OrderResponse><Order><id>o-1</id></Order></OrderResponse>", "201 Created")
RELEASING = xml("<D><orderRequest><id>d-1</id></orderRequest></D>", "201 Created")
IN_SERVICE, NOT_IN_SERVICE = xml("<R/>"), answering("404 Not Found", "")


async def search(server: Server, area_code: str, limit: int = 20) -> list[OfferedNumber]:
    async with bandwidth_at(server) as (ours, login):
        return await ours.search_numbers(login, area_code, limit)


async def buy(server: Server, number: str = NUMBER, replies_url: str = REPLIES) -> BoughtNumber:
    async with bandwidth_at(server) as (ours, login):
        return await ours.buy_number(login, number, replies_url)


async def release(server: Server, bought: BoughtNumber = BOUGHT) -> None:
    async with bandwidth_at(server) as (ours, login):
        await ours.release_number(login, bought)


# --- Searching


def test_numbers_of_an_area_code_are_offered_with_their_place() -> None:
    server = Server(
        xml(
            "<SearchResult><ResultCount>3</ResultCount><TelephoneNumberDetailList>"
            "<TelephoneNumberDetail><City>CHAPEL HILL</City><State>NC</State><FullNumber>9195550001</FullNumber>"
            "</TelephoneNumberDetail><TelephoneNumberDetail><FullNumber>9195550002</FullNumber>"
            "</TelephoneNumberDetail><TelephoneNumberDetail><FullNumber>9845550003</FullNumber>"
            "</TelephoneNumberDetail></TelephoneNumberDetailList></SearchResult>"
        )
    )
    assert asyncio.run(search(server, "919")) == [
        OfferedNumber("+19195550001", "Chapel Hill, NC"),
        OfferedNumber("+19195550002"),
    ]
    assert server.asked[1:] == [f"GET {AT}/availableNumbers?areaCode=919&enableTNDetail=true&quantity=20"]


def test_toll_free_numbers_are_searched_by_pattern_and_no_more_come_than_asked_for() -> None:
    listed = "".join(f"<TelephoneNumber>83355500{n:02}</TelephoneNumber>" for n in range(9))
    server = Server(xml(f"<R><TelephoneNumberList>{listed}<TelephoneNumber/></TelephoneNumberList></R>"))
    assert asyncio.run(search(server, "833", 2)) == [
        OfferedNumber("+18335550000"),
        OfferedNumber("+18335550001"),
    ]
    assert server.asked[1:] == [f"GET {AT}/availableNumbers?tollFreeWildCardPattern=83%2A&quantity=2"]


def test_an_area_code_without_numbers_offers_none() -> None:
    assert asyncio.run(search(Server(xml("<SearchResult/>")), "919")) == []


def test_a_refused_search_says_why() -> None:
    with pytest.raises(Rejected) as caught:
        asyncio.run(search(Server(xml(f"<R>{error(4000, 'Bad area code')}</R>", "400 Bad Request")), "000"))
    assert (caught.value.code, caught.value.detail) == ("4000", "Bad area code")
    with pytest.raises(Rejected) as caught:
        asyncio.run(search(Server(xml(f"<R>{error(10**20, 'No ' * 200)}</R>", "400 Bad Request")), "000"))
    assert (caught.value.code, caught.value.detail) == ("1" + "0" * 11, ("No " * 200)[:300])


def bomb(growth: int) -> str:
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, growth))
    last = f"&e{growth - 1};"
    return (
        f'<!DOCTYPE b [<!ENTITY e0 "{"x" * 1000}">{layers}]><R><TelephoneNumber>{last}</TelephoneNumber></R>'
    )


HOSTILE = [
    bomb(9),
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><R><TelephoneNumber>&x;</TelephoneNumber></R>',
    '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd"><R/>',
    '<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><R/>',
    "<R>&undeclared;</R>",
    "<R>",
    "<R/><R/>",
    "<R>\0</R>",
    "",
    "{}",
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_xml_is_not_read(body: str) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable):
        asyncio.run(search(Server(answering("200 OK", body)), "919"))
    assert time.monotonic() - started < 5


def test_a_bomb_in_another_encoding_is_not_read_either() -> None:
    async def hidden(_request: object, writer: asyncio.StreamWriter) -> None:
        body = f'<?xml version="1.0" encoding="UTF-16"?>{bomb(9)}'.encode("utf-16")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    with pytest.raises(Unavailable):
        asyncio.run(search(Server(hidden), "919"))


def test_endless_nesting_is_only_xml_without_numbers() -> None:
    assert asyncio.run(search(Server(xml("<a>" * 50_000 + "</a>" * 50_000)), "919")) == []


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        keeps_silent,
        talks_nonsense,
        answering("500 Oh", ""),
        answering("302 Found"),
        answering("429 Slow"),
    ],
    ids=range(6),
)
def test_a_search_that_is_not_answered_may_be_tried_again(handle: Handler) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(search(Server(handle), "919"))


def test_a_login_without_a_right_to_numbers_is_the_accounts_trouble() -> None:
    for status in ("401 Unauthorized", "403 Forbidden"):
        with pytest.raises(AccountRefused):
            asyncio.run(search(Server(answering(status)), "919"))


# --- Buying


def test_a_number_is_ordered_into_the_place_that_the_application_serves() -> None:
    server = Server(
        application(REPLIES + "/"), PLACE, ORDERED, order("RECEIVED"), order("COMPLETE"), tokens=[token()]
    )
    assert asyncio.run(buy(server)) == BOUGHT
    assert server.asked == [
        "t",
        f"GET {AT}/applications/{APPLICATION}",
        f"GET {AT}/applications/{APPLICATION}/associatedsippeers",
        f"POST {AT}/orders",
        f"GET {AT}/orders/o-1",
        f"GET {AT}/orders/o-1",
    ]
    bought = server.requests[3]
    assert bought.headers["content-type"] == "application/xml"
    assert bought.headers["authorization"] == "Bearer t1"
    assert bought.body == (
        "<Order><ExistingTelephoneNumberOrderType><TelephoneNumberList><TelephoneNumber>9195550001"
        "</TelephoneNumber></TelephoneNumberList></ExistingTelephoneNumberOrderType>"
        "<SiteId>461</SiteId><PeerId>500709</PeerId></Order>"
    )


def test_a_number_whose_replies_would_go_elsewhere_is_not_bought() -> None:
    server = Server(application("https://elsewhere.example.org/"), PLACE, ORDERED)
    with pytest.raises(Rejected, match="elsewhere"):
        asyncio.run(buy(server))
    assert not any(asked.startswith("POST") for asked in server.asked)


@pytest.mark.parametrize(
    "place",
    [xml("<R/>"), xml("<R><SiteId>1</SiteId></R>"), xml("<R><SiteId>1&lt;/</SiteId><PeerId>2</PeerId></R>")],
    ids=range(3),
)
def test_an_application_without_a_place_buys_nothing(place: Handler) -> None:
    server = Server(application(), place, ORDERED)
    with pytest.raises(Rejected, match="location"):
        asyncio.run(buy(server))
    assert not any(asked.startswith("POST") for asked in server.asked)


@pytest.mark.parametrize(
    "number", ["", "9195550001", "+1919555000", "+4419195550001", "+1919555000</a>", "+1９195550001"]
)
def test_only_us_numbers_are_bought_or_released(number: str) -> None:
    server = Server(application(), PLACE, ORDERED)
    with pytest.raises(Rejected, match="US number"):
        asyncio.run(buy(server, number))
    with pytest.raises(Rejected, match="US number"):
        asyncio.run(release(server, BoughtNumber(number, "")))
    assert server.requests == []


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([xml(f"<OrderResponse>{error(5005)}</OrderResponse>", "400 Bad Request")], "5005"),
        ([xml("<R><ErrorCode>12</ErrorCode></R>", "400 Bad Request")], "12"),
        ([answering("400 Bad Request", "nonsense")], "400"),
        ([ORDERED, order("FAILED", error(5005))], "5005"),
        ([ORDERED, order("FAILED")], "FAILED"),
    ],
    ids=range(5),
)
def test_a_number_that_is_gone_is_rejected(answers: list[Handler], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        asyncio.run(buy(Server(application(), PLACE, *answers)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "answers",
    [
        [resets],
        [keeps_silent],
        [answering("500 Oh")],
        [answering("201 Created", "nonsense")],
        [answering("201 Created", bomb(9))],
        [xml("<OrderResponse/>", "201 Created")],
        [ORDERED, order("RECEIVED")],
        [ORDERED, order("BACKORDERED")],
        [ORDERED, answering("500 Oh")],
        [ORDERED, answering("404 Not Found")],
    ],
    ids=range(10),
)
def test_a_number_that_may_be_ours_now_is_unknown_and_ordered_once(answers: list[Handler]) -> None:
    server = Server(application(), PLACE, *answers)
    with pytest.raises(Unknown):
        asyncio.run(buy(server))
    assert server.asked.count(f"POST {AT}/orders") == 1


def test_an_order_that_was_not_taken_may_be_tried_again() -> None:
    with pytest.raises(Unavailable) as caught:
        asyncio.run(buy(Server(application(), PLACE, answering("429 Slow", "", "Retry-After: 7"))))
    assert caught.value.retry_after == timedelta(seconds=7)
    with pytest.raises(AccountRefused):
        asyncio.run(buy(Server(application(), PLACE, answering("403 Forbidden"))))


def test_account_application_and_order_are_one_piece_of_the_address_each() -> None:
    ordered = xml("<OrderResponse><Order><id>\n../o?1 </id></Order></OrderResponse>", "201 Created")
    server = Server(application(), PLACE, ordered, order("COMPLETE"))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.buy_number(replace(login, account_id="5/7", application="../a?1"), NUMBER, REPLIES)

    asyncio.run(once())
    assert server.asked[1] == "GET /api/v1/accounts/5%2F7/applications/..%2Fa%3F1"
    assert server.asked[-1] == "GET /api/v1/accounts/5%2F7/orders/..%2Fo%3F1"


def test_a_look_at_an_order_that_fails_is_made_again() -> None:
    assert asyncio.run(buy(Server(application(), PLACE, ORDERED, resets, order("COMPLETE")))) == BOUGHT


# --- Releasing


def test_a_number_is_released_by_an_order() -> None:
    server = Server(RELEASING, order("RECEIVED"), order("COMPLETE"))
    asyncio.run(release(server))
    assert server.asked[1:] == [
        f"POST {AT}/disconnects",
        f"GET {AT}/disconnects/d-1",
        f"GET {AT}/disconnects/d-1",
    ]
    assert f"<TelephoneNumber>{DIGITS}</TelephoneNumber>" in server.requests[1].body


@pytest.mark.parametrize(
    "answers",
    [
        [RELEASING, order("FAILED", error(5006))],
        [xml(f"<R>{error(5076)}</R>", "400 Bad Request")],
        [RELEASING, order("RECEIVED"), order("RECEIVED"), order("RECEIVED")],
    ],
    ids=range(3),
)
def test_a_number_that_is_not_in_service_any_more_counts_as_released(answers: list[Handler]) -> None:
    server = Server(*answers, NOT_IN_SERVICE)
    asyncio.run(release(server))
    assert server.asked[-1] == f"GET {AT}/inserviceNumbers/{DIGITS}"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([RELEASING, order("FAILED", error(5085)), IN_SERVICE], Rejected),
        ([xml(f"<R>{error(5002)}</R>", "400 Bad Request"), IN_SERVICE], Rejected),
        ([RELEASING, order("RECEIVED"), order("RECEIVED"), order("RECEIVED"), IN_SERVICE], Unavailable),
        ([RELEASING, order("FAILED"), answering("500 Oh")], Unavailable),
        ([answering("500 Oh")], Unavailable),
        ([resets], Unavailable),
        ([answering("201 Created", "nonsense")], Unavailable),
        ([answering("429 Slow")], Unavailable),
        ([answering("403 Forbidden")], AccountRefused),
    ],
    ids=range(9),
)
def test_a_number_that_is_still_ours_is_not_released(
    answers: list[Handler], expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        asyncio.run(release(Server(*answers)))
