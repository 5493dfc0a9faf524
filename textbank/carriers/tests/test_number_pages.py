"""Numbers are searched, bought and given back on the carrier page, and what goes wrong is said in plain words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from textbank.campaigns.models import Membership
from textbank.carriers import numbering, telnyx
from textbank.carriers.base import (
    AccountRefused,
    BoughtNumber,
    Login,
    OfferedNumber,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.carriers.tests.wire import Desk, beside_us, keeps_silent
from textbank.conftest import Cast

PAGE = "/c/green-valley/staff/carriers/"
NUMBER = "+19195550007"


class Shop:
    """A carrier that sells what it is told to, or raises `problem`."""

    def __init__(self) -> None:
        self.problem: Exception | None = None
        self.asked: list[tuple[object, ...]] = []

    async def search_numbers(self, login: Login, area_code: str, limit: int = 20) -> list[OfferedNumber]:
        self._ask("search", login.account_id, area_code)
        return [OfferedNumber(NUMBER, "Durham, NC")] if area_code == "919" else []

    async def buy_number(self, login: Login, number: str, replies_url: str) -> BoughtNumber:
        self._ask("buy", login.account_id, number, replies_url)
        return BoughtNumber(number, "PN7")

    async def release_number(self, login: Login, bought: BoughtNumber) -> None:
        active = PhoneNumber.objects.filter(number=bought.number, is_active=True)
        self._ask("release", login.account_id, bought, await active.aexists())

    def _ask(self, *question: object) -> None:
        self.asked.append(question)
        if self.problem:
            raise self.problem


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop()
    monkeypatch.setitem(numbering.SHOPS, "twilio", lambda connections: shop)
    return shop


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


def address(name: str, row: object) -> str:
    return reverse(name, args=["green-valley", row.pk])


def said(answer: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def search(cast: Cast, staff: Client, area_code: str = "919") -> HttpResponse:
    return staff.get(address("offered_numbers", cast.green.account), {"area_code": area_code})


def buy(cast: Cast, staff: Client, number: str = NUMBER) -> HttpResponse:
    return staff.post(address("number_purchase", cast.green.account), {"number": number})


def owned(cast: Cast, number: str = NUMBER) -> PhoneNumber | None:
    return PhoneNumber.objects.filter(campaign=cast.campaign, number=number).first()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Write an area code first."), ("12", "An area code has three digits, like 919.")],
)
def test_an_area_code_that_cannot_be_is_asked_for_again(
    cast: Cast, staff: Client, typed: str, words: str
) -> None:
    assert words in search(cast, staff, typed).content.decode()


def test_numbers_of_an_area_code_are_offered(cast: Cast, staff: Client, shop: Shop) -> None:
    page = search(cast, staff).content.decode()
    assert NUMBER in page
    assert "Durham, NC" in page
    assert shop.asked == [("search", cast.green.account.account_id, "919")]
    assert "no number in 212" in search(cast, staff, "212").content.decode()


def test_a_purchase_is_asked_about_before_it_is_made(cast: Cast, staff: Client, shop: Shop) -> None:
    page = search(cast, staff).content.decode()
    assert f'<button class="button" type="button" data-dialog="buy-{NUMBER}"' in page
    [dialog] = re.findall(rf'<dialog class="dialog" id="buy-\{NUMBER}".*?</dialog>', page, re.DOTALL)
    assert f'name="number" value="{NUMBER}">Buy it</button>' in dialog
    assert "every month" in dialog


@pytest.mark.parametrize("area_code", ["", "91", "9190", "119", "abc", "٩١٩"])
def test_what_is_no_area_code_is_not_searched_for(
    cast: Cast, staff: Client, shop: Shop, area_code: str
) -> None:
    assert search(cast, staff, area_code).status_code == 422
    assert shop.asked == []


def test_a_bought_number_is_ours_and_its_replies_come_to_us(
    cast: Cast, staff: Client, shop: Shop, settings
) -> None:
    settings.WEBHOOK_URL = "https://texting.example.org"
    account = cast.green.account
    assert "texts go out from it" in said(buy(cast, staff))
    number = owned(cast)
    assert (number.account, number.carrier_id, number.is_active) == (account, "PN7", True)
    replies = f"https://texting.example.org/webhooks/{account.webhook_key}/replies"
    assert shop.asked == [("buy", account.account_id, NUMBER, replies)]


def test_a_number_that_is_here_is_not_bought_twice(cast: Cast, staff: Client, shop: Shop) -> None:
    buy(cast, staff)
    assert "here already" in said(buy(cast, staff))
    assert len(shop.asked) == 1


@pytest.mark.parametrize("number", ["", "+4479460000", "919", "+19195550007; x"])
def test_what_is_no_number_is_not_bought(cast: Cast, staff: Client, shop: Shop, number: str) -> None:
    buy(cast, staff, number)
    assert shop.asked == []


PROBLEMS = [
    (Rejected("21422", "The number is gone"), "The carrier says no: The number is gone."),
    (Rejected("21422"), "The carrier says no: 21422."),
    (Unavailable("HTTP 503"), "cannot be reached just now"),
    (AccountRefused("Authenticate"), "does not accept this login: Authenticate"),
]


@pytest.mark.parametrize(
    ("problem", "words"), [*PROBLEMS, (Unknown("silence"), "did not say whether you have +19195550007")]
)
def test_a_purchase_that_fails_is_told_in_plain_words(
    cast: Cast, staff: Client, shop: Shop, problem: Exception, words: str
) -> None:
    shop.problem = problem
    assert words in said(buy(cast, staff))
    assert owned(cast) is None


@pytest.mark.parametrize(
    ("problem", "words"), [*PROBLEMS, (Unknown("silence"), "cannot be reached just now")]
)
def test_a_search_that_fails_is_told_in_plain_words(
    cast: Cast, staff: Client, shop: Shop, problem: Exception, words: str
) -> None:
    shop.problem = problem
    answer = search(cast, staff)
    assert (answer.status_code, words in answer.content.decode()) == (200, True)


def test_before_a_number_is_given_back_the_page_says_what_it_means(
    cast: Cast, staff: Client, shop: Shop
) -> None:
    page = staff.get(address("number_release", cast.green.number)).content.decode()
    assert "may give it to somebody else" in page
    cast.green.number.refresh_from_db()
    assert (shop.asked, cast.green.number.is_active) == ([], True)


def test_a_number_is_off_before_it_is_given_back_and_its_row_stays(
    cast: Cast, staff: Client, shop: Shop
) -> None:
    number = cast.green.number
    PhoneNumber.objects.filter(pk=number.pk).update(carrier_id="PN1")
    assert "is given back" in said(staff.post(address("number_release", number)))
    was_active = False
    bought = BoughtNumber(number.number, "PN1")
    assert shop.asked == [("release", cast.green.account.account_id, bought, was_active)]
    number.refresh_from_db()
    assert (number.is_active, number.released_at is None, number.carrier_id) == (False, False, "")


@pytest.mark.parametrize(
    ("problem", "words"), [*PROBLEMS, (Unknown("silence"), "cannot be reached just now")]
)
def test_a_number_that_is_not_taken_back_is_still_ours_but_off(
    cast: Cast, staff: Client, shop: Shop, problem: Exception, words: str
) -> None:
    shop.problem, number = problem, cast.green.number
    assert words in said(staff.post(address("number_release", number)))
    number.refresh_from_db()
    assert (number.is_active, number.released_at) == (False, None)


def test_a_number_that_was_given_back_cannot_be_switched_on(cast: Cast, staff: Client, shop: Shop) -> None:
    number = cast.green.number
    staff.post(address("number_release", number))
    assert staff.post(address("number_activity", number), {"on": "yes"}).status_code == 404
    assert staff.post(address("number_release", number)).status_code == 404
    page = staff.get(PAGE).content.decode()
    assert "Given back" in page
    assert address("number_activity", number) not in page


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_number_that_is_ours_again_takes_up_its_old_place(
    cast: Cast, staff: Client, shop: Shop, by_hand: bool
) -> None:
    number = cast.green.number
    staff.post(address("number_release", number))
    if by_hand:
        staff.post(address("new_number", cast.green.account), {"number": number.number})
    else:
        buy(cast, staff, number.number)
    again = PhoneNumber.objects.get(campaign=cast.campaign, number=number.number)
    assert (again.pk, again.is_active, again.released_at) == (number.pk, True, None)


def test_numbers_of_another_campaign_are_not_there(cast: Cast, staff: Client, shop: Shop) -> None:
    assert staff.post(address("number_release", cast.river.number)).status_code == 404
    assert staff.post(address("number_purchase", cast.river.account), {"number": NUMBER}).status_code == 404
    assert staff.get(address("offered_numbers", cast.river.account), {"area_code": "919"}).status_code == 404
    assert shop.asked == []


def test_a_carrier_that_sells_nothing_has_no_such_buttons(
    cast: Cast, staff: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(numbering.SHOPS, "twilio")
    page = staff.get(PAGE).content.decode()
    assert "Search numbers" not in page
    assert "Give back" not in page
    assert search(cast, staff).status_code == 422
    buy(cast, staff)
    staff.post(address("number_release", cast.green.number))
    cast.green.number.refresh_from_db()
    assert (shop.asked, cast.green.number.is_active) == ([], True)


# Through the wire


def at(cast: Cast, url: str, kind: str) -> CarrierAccount:
    account = cast.green.account
    CarrierAccount.objects.filter(pk=account.pk).update(base_url=url, kind=kind, application="profile")
    return account


def test_a_number_is_searched_bought_and_given_back_at_twilio(cast: Cast, staff: Client) -> None:
    place = f"/2010-04-01/Accounts/{cast.green.account.account_id}"
    desk = Desk(
        {
            f"GET {place}/AvailablePhoneNumbers/US/Local.json": [
                ("200 OK", {"available_phone_numbers": [{"phone_number": NUMBER}]})
            ],
            f"POST {place}/IncomingPhoneNumbers.json": [("201 Created", {"sid": "PN7"})],
            f"DELETE {place}/IncomingPhoneNumbers/PN7.json": [("204 No Content", None)],
        }
    )
    with beside_us(desk) as url:
        at(cast, url, "twilio")
        assert NUMBER in search(cast, staff).content.decode()
        buy(cast, staff)
        staff.post(address("number_release", owned(cast)))
    assert (desk.asked, owned(cast).released_at is None) == (list(desk.answers), False)


def test_a_number_is_searched_bought_and_given_back_at_telnyx(
    cast: Cast, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telnyx, "PAUSE", 0.0)
    owns = {"data": [{"id": "1", "phone_number": NUMBER}]}
    desk = Desk(
        {
            "GET /v2/available_phone_numbers": [("200 OK", {"data": [{"phone_number": NUMBER}]})],
            "PATCH /v2/messaging_profiles/profile": [("200 OK", {})],
            "POST /v2/number_orders": [("200 OK", {"data": {"id": "order", "status": "pending"}})],
            "GET /v2/number_orders/order": [("200 OK", {"data": {"id": "order", "status": "success"}})],
            "GET /v2/phone_numbers": [("200 OK", owns)],
            "DELETE /v2/phone_numbers/1": [("200 OK", {})],
        }
    )
    with beside_us(desk) as url:
        at(cast, url, "telnyx")
        assert NUMBER in search(cast, staff).content.decode()
        buy(cast, staff)
        staff.post(address("number_release", owned(cast)))
    assert (desk.asked, owned(cast).released_at is None) == (list(desk.answers), False)


def test_a_carrier_that_keeps_silent_does_not_keep_the_page(
    cast: Cast, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "PATIENCE", 0.2)
    began = time.monotonic()
    with beside_us(keeps_silent) as url:
        at(cast, url, "twilio")
        assert "cannot be reached just now" in search(cast, staff).content.decode()
        assert "did not say whether" in said(buy(cast, staff))
    assert time.monotonic() - began < numbering.READ
