"""The carrier page: login, numbers, callback address, and what waits for an admin."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.carriers.models import CarrierAccount, CarrierEvent, PhoneNumber
from textbank.conftest import Cast, Company

PAGE = "/c/green-valley/staff/carriers/"


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


def address(name: str, *ids: int) -> str:
    return reverse(name, args=["green-valley", *ids])


def parked(cast: Cast, company: Company, key: str) -> CarrierEvent:
    return CarrierEvent.objects.create(
        campaign=company.campaign,
        account=company.account,
        kind="reply",
        event_key=key,
        body="?",
        received_at=clock.now(),
        due_at=clock.now(),
        attempts=8,
        parked_at=clock.now(),
        problem="Malformed: no From",
    )


def test_the_page_gives_the_address_to_paste_at_the_carrier(cast: Cast, staff: Client, settings) -> None:
    settings.WEBHOOK_URL = "https://texting.example.org"
    page = staff.get(PAGE).content.decode()
    assert f"https://texting.example.org/webhooks/{cast.green.account.webhook_key}/replies" in page
    assert cast.river.account.webhook_key not in page


def test_the_secret_never_comes_back(cast: Cast, staff: Client) -> None:
    assert cast.green.account.secret not in staff.get(PAGE).content.decode()


def test_a_secret_left_empty_stays_and_a_new_one_replaces_it(cast: Cast, staff: Client) -> None:
    account = cast.green.account
    account.base_url = "https://api.twilio.com"
    account.save()
    typed = {
        "name": "Ours",
        "base_url": account.base_url,
        "account_id": account.account_id,
        "new_secret": "",
    }
    staff.post(address("carrier_account", account.id), typed)
    account.refresh_from_db()
    assert (account.name, account.secret) == ("Ours", "secret of green-valley")
    staff.post(address("carrier_account", account.id), typed | {"new_secret": "fresh"})
    account.refresh_from_db()
    assert account.secret == "fresh"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://169.254.169.254/latest?x=",
        "https://api.twilio.com.example.org",
        "http://api.twilio.com",
        "ftp://x",
    ],
)
def test_a_login_goes_only_where_the_operator_allows(cast: Cast, staff: Client, elsewhere: str) -> None:
    typed = {"name": "Ours", "base_url": elsewhere, "account_id": "AC9", "new_secret": "s"}
    assert staff.post(address("new_carrier_account"), typed).status_code == 422
    assert not CarrierAccount.objects.filter(account_id="AC9").exists()


def test_a_secret_does_not_follow_its_account_to_another_address(cast: Cast, staff: Client) -> None:
    account = cast.green.account
    typed = {
        "name": "Ours",
        "base_url": "https://api.twilio.com",
        "account_id": account.account_id,
        "new_secret": "",
    }
    assert staff.post(address("carrier_account", account.id), typed).status_code == 422
    account.refresh_from_db()
    assert account.base_url == "http://127.0.0.1:9"


def test_a_new_account_needs_its_secret(cast: Cast, staff: Client) -> None:
    typed = {"name": "Second", "base_url": "https://api.twilio.com", "account_id": "AC2", "new_secret": ""}
    assert staff.post(address("new_carrier_account"), typed).status_code == 422
    staff.post(address("new_carrier_account"), typed | {"new_secret": "s"})
    assert CarrierAccount.objects.get(account_id="AC2").campaign == cast.campaign


@pytest.mark.parametrize("kind", ["twilio", "telnyx", "bandwidth"])
def test_what_is_missing_is_to_be_copied_from_the_carrier_by_name(staff: Client, kind: str) -> None:
    page = staff.post(address("new_carrier_account"), {"kind": kind}).content.decode()
    assert f"Copy it from {kind.title()}&#x27;s own pages." in page
    assert "Give the account a name." in page
    assert "This field is required" not in page


def test_the_state_of_a_number_stands_beside_it_on_a_phone_too(cast: Cast, staff: Client) -> None:
    PhoneNumber.objects.filter(id=cast.green.number.id).update(is_active=False, released_at=clock.now())
    heads = re.findall(r'<th scope="row">(.*?)</th>', staff.get(PAGE).content.decode(), re.DOTALL)
    assert any(cast.green.number.number in head and "Given back" in head for head in heads)


def test_a_number_is_added_however_it_is_typed_and_only_once(cast: Cast, staff: Client) -> None:
    there = address("new_number", cast.green.account.id)
    staff.post(there, {"number": "(919) 555-0042"})
    assert PhoneNumber.objects.filter(campaign=cast.campaign, number="+19195550042").count() == 1
    assert staff.post(there, {"number": "+1 919 555 0042"}).status_code == 422
    assert staff.post(there, {"number": "123"}).status_code == 422


def test_a_number_is_switched_off_and_on(cast: Cast, staff: Client) -> None:
    there, number = address("number_activity", cast.green.number.id), cast.green.number
    staff.post(there, {"on": "no"})
    number.refresh_from_db()
    assert not number.is_active
    staff.post(there, {"on": "yes"})
    number.refresh_from_db()
    assert number.is_active


def test_parked_events_are_shown_and_tried_again_one_by_one(cast: Cast, staff: Client) -> None:
    one, other = parked(cast, cast.green, "one"), parked(cast, cast.green, "other")
    CarrierEvent.objects.filter(id=one.id).update(phone="+19195550199")
    page = staff.get(PAGE).content.decode()
    assert "Malformed: no From" in page
    assert "Incoming text from +19195550199" in page
    answer = staff.post(address("another_try"), {"event": one.id}, follow=True)
    assert "1 piece of news is tried again within seconds." in answer.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.parked_at, one.attempts, one.due_at) == (None, 0, clock.now())
    assert other.parked_at is not None


def test_all_are_tried_again_but_none_of_another_campaign(cast: Cast, staff: Client) -> None:
    ours, theirs = parked(cast, cast.green, "ours"), parked(cast, cast.river, "theirs")
    staff.post(address("another_try"), {"event": theirs.id})
    staff.post(address("another_try"))
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert ours.parked_at is None
    assert theirs.parked_at is not None


@pytest.mark.parametrize("page", ["carrier_account", "new_number"])
def test_accounts_of_another_campaign_are_not_there(cast: Cast, staff: Client, page: str) -> None:
    assert staff.post(address(page, cast.river.account.id)).status_code == 404
    assert staff.post(address("number_activity", cast.river.number.id)).status_code == 404
