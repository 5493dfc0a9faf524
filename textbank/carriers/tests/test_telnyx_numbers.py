"""Numbers are searched, bought and released at Telnyx as its own client does it."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from textbank.carriers import telnyx
from textbank.carriers.base import (
    AccountRefused,
    BoughtNumber,
    Login,
    OfferedNumber,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.telnyx import Telnyx
from textbank.carriers.tests.test_telnyx_sending import PROFILE, asked, bare, refusal, theirs
from textbank.carriers.tests.wire import Desk, answering, closes_at_once, keeps_silent

NUMBER, REPLIES = "+19195550007", "https://example.org/webhooks/k/replies"
ORDERS, OWNED, OFFERS = "/v2/number_orders", "/v2/phone_numbers", "/v2/available_phone_numbers"
POINTED = {f"PATCH /v2/messaging_profiles/{PROFILE}": [("200 OK", {"data": {"id": PROFILE}})]}
DONE = {"data": {"id": "order", "status": "success"}}
PENDING = {"data": {"id": "order", "status": "pending"}}


@pytest.fixture(autouse=True)
def noon_on_a_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time runs here: these tests wait for connections, but not for orders."""
    monkeypatch.setattr(telnyx, "PAUSE", 0.0)


def search(ours: Telnyx, login: Login) -> Awaitable[object]:
    return ours.search_numbers(login, "919", 3)


def buy(ours: Telnyx, login: Login) -> Awaitable[object]:
    return ours.buy_number(login, NUMBER, REPLIES)


def release(ours: Telnyx, login: Login) -> Awaitable[object]:
    return ours.release_number(login, BoughtNumber(NUMBER, NUMBER))


@pytest.mark.parametrize(("area_code", "kind"), [("919", "local"), ("855", "toll_free")])
def test_numbers_are_searched_as_telnyxs_own_client_does(area_code: str, kind: str) -> None:
    desk = Desk({f"GET {OFFERS}": [("200 OK", {"data": []})]})
    asked(desk, lambda ours, login: ours.search_numbers(login, area_code, 3))
    wanted = {
        "country_code": "US",
        "phone_number_type": kind,
        "national_destination_code": area_code,
        "limit": 3,
    }
    # Their client repeats `filter[features][]`; Telnyx's page lists the features with a comma between.
    theirs(desk, lambda client: client.available_phone_numbers.list(filter=wanted))
    our_request, their_request = desk.requests
    assert dict(our_request.query) == dict(their_request.query) | {"filter[features]": "sms,mms"}
    assert our_request.path == their_request.path


def test_offered_numbers_say_where_they_are_at_home() -> None:
    durham = [
        {"region_type": "country_code", "region_name": "US"},
        {"region_type": "rate_center", "region_name": "DURHAM"},
        {"region_type": "state", "region_name": "NC"},
    ]
    offers = [
        {"phone_number": NUMBER, "region_information": durham},
        {"phone_number": "+19195550008", "region_information": None},
        {"region_information": durham},
        {"phone_number": 7, "region_information": durham},
        7,
    ]
    desk = Desk({f"GET {OFFERS}": [("200 OK", {"data": offers})]})
    assert asked(desk, search) == [OfferedNumber(NUMBER, "Durham, NC"), OfferedNumber("+19195550008")]


def test_a_number_is_bought_as_telnyxs_own_client_does() -> None:
    desk = Desk(POINTED | {f"POST {ORDERS}": [("200 OK", DONE)]})
    assert asked(desk, buy).number == NUMBER
    theirs(
        desk,
        lambda client: (
            client.messaging_profiles.update(PROFILE, webhook_url=REPLIES, webhook_api_version="2"),
            client.number_orders.create(
                phone_numbers=[{"phone_number": NUMBER}], messaging_profile_id=PROFILE
            ),
        ),
    )
    assert [bare(request) for request in desk.requests[:2]] == [bare(one) for one in desk.requests[2:]]


def test_an_order_is_waited_for() -> None:
    desk = Desk(
        POINTED
        | {
            f"POST {ORDERS}": [("200 OK", PENDING)],
            f"GET {ORDERS}/order": [("200 OK", PENDING), ("200 OK", DONE)],
        }
    )
    assert asked(desk, buy).number == NUMBER
    assert desk.asked[2:] == [f"GET {ORDERS}/order"] * 2


@pytest.mark.parametrize(
    ("order", "looks", "expected"),
    [
        (("200 OK", {"data": {"id": "order", "status": "failure"}}), ("200 OK", DONE), Rejected),
        (("200 OK", PENDING), ("200 OK", PENDING), Unknown),
        (("200 OK", PENDING), ("500 Internal Server Error", {}), Unknown),
        (("200 OK", PENDING), ("404 Not Found", {"errors": [{"code": "10005"}]}), Unknown),
        (("200 OK", {}), ("200 OK", DONE), Unknown),
        (("500 Internal Server Error", {}), ("200 OK", DONE), Unknown),
        (("422 Unprocessable Entity", {"errors": [{"code": "10015"}]}), ("200 OK", DONE), Rejected),
        (("401 Unauthorized", {}), ("200 OK", DONE), AccountRefused),
    ],
)
def test_an_order_that_does_not_end_well_is_told_in_the_three_ways(order, looks, expected) -> None:
    desk = Desk(POINTED | {f"POST {ORDERS}": [order], f"GET {ORDERS}/order": [looks]})
    with pytest.raises((Rejected, Unavailable, Unknown)) as caught:
        asked(desk, buy)
    assert type(caught.value) is expected


def test_nothing_is_ordered_before_replies_have_a_place_to_go() -> None:
    desk = Desk({f"POST {ORDERS}": [("200 OK", DONE)]})
    with pytest.raises(Unavailable):
        asked(desk, buy)
    with pytest.raises(AccountRefused):
        asked(desk, buy, application="")
    assert f"POST {ORDERS}" not in desk.asked


def test_a_number_is_released_as_telnyxs_own_client_does_and_no_other() -> None:
    owned = {"data": [{"id": "1", "phone_number": NUMBER}, {"id": "2", "phone_number": NUMBER + "1"}, 7]}
    desk = Desk({f"GET {OWNED}": [("200 OK", owned)], f"DELETE {OWNED}/1": [("200 OK", {"data": {}})]})
    asked(desk, release)
    theirs(
        desk,
        lambda client: (
            client.phone_numbers.list(filter={"phone_number": NUMBER}),
            client.phone_numbers.delete("1"),
        ),
    )
    assert [bare(request) for request in desk.requests[:2]] == [bare(one) for one in desk.requests[2:]]


@pytest.mark.parametrize("owned", [[], [{"id": "1", "phone_number": NUMBER}]])
def test_a_number_that_is_not_ours_any_more_counts_as_released(owned: list[object]) -> None:
    desk = Desk({f"GET {OWNED}": [("200 OK", {"data": owned})]})  # and 404 for a DELETE
    asked(desk, release)


@pytest.mark.parametrize(
    ("question", "handle", "expected"),
    [
        (buy, keeps_silent, Unavailable),  # while the profile is pointed here, so nothing is bought
        (search, answering("500 Internal Server Error"), Unavailable),
        (search, answering("400 Bad Request", refusal("10031")), Rejected),
        (search, keeps_silent, Unavailable),
        (release, answering("500 Internal Server Error"), Unavailable),
        (release, answering("401 Unauthorized", refusal("10009")), AccountRefused),
        (release, closes_at_once, Unavailable),
    ],
)
def test_what_goes_wrong_with_a_number_is_told_in_the_three_ways(question, handle, expected) -> None:
    with pytest.raises((Rejected, Unavailable, Unknown)) as caught:
        asked(handle, question)
    assert type(caught.value) is expected
