"""Each carrier's login is asked for in its own words, and its secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from textbank.campaigns.models import Membership
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.kinds import KINDS
from textbank.carriers.models import CarrierAccount
from textbank.conftest import Cast

PAGE = "/c/green-valley/staff/carriers/"
PUBLIC_KEY = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
TELNYX = {
    "kind": "telnyx",
    "name": "Telnyx",
    "base_url": "https://api.telnyx.com",
    "account_id": "16fd2706-8baf-433b-82eb-8c7fada847da",
    "new_secret": "KEY0123",
    "proof": PUBLIC_KEY,
}
BANDWIDTH = {
    "kind": "bandwidth",
    "name": "Bandwidth",
    "base_url": "https://messaging.bandwidth.com",
    "account_id": "9900000",
    "user": "api-user",
    "new_secret": "secret 4713",
    "application": "93de2206-9669-4e07-948d-329f4b722ee2",
    "new_proof": "textbank:a long password",
}
TWILIO = {
    "kind": "twilio",
    "name": "Twilio",
    "base_url": "https://api.twilio.com",
    "account_id": "AC2",
    "user": "SK1",
    "new_secret": "of the key 4714",
    "new_second_secret": "the token 4711",
    "application": "MG1",
    "new_proof": "shared 4712",
}


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


def add(staff: Client, typed: dict[str, str]) -> int:
    return staff.post(reverse("new_carrier_account", args=["green-valley"]), typed).status_code


def save(staff: Client, account: CarrierAccount, **typed: str) -> int:
    plain = {
        "name": account.name,
        "base_url": account.base_url,
        "account_id": account.account_id,
        "user": account.user,
        "application": account.application,
        "proof": account.proof,
    }
    return staff.post(
        reverse("carrier_account", args=["green-valley", account.pk]), plain | typed
    ).status_code


def added(cast: Cast, kind: str) -> CarrierAccount:
    return CarrierAccount.objects.exclude(pk=cast.green.account.pk).get(campaign=cast.campaign, kind=kind)


def test_every_carrier_that_we_speak_with_can_be_filled_in() -> None:
    assert CARRIERS.keys() <= KINDS.keys() == set(CarrierAccount.Kind.values)


def test_the_usual_addresses_of_the_carriers_are_allowed(settings) -> None:
    assert [kind.base_url for kind in KINDS.values()] == settings.CARRIERS


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("twilio", ["Account SID", "Auth token", "Messaging service SID", "Shared key", "api.twilio.com"]),
        ("telnyx", ["Messaging profile ID", "API key", "Public key", "api.telnyx.com"]),
        ("bandwidth", ["API user", "API secret", "Application ID", "messaging.bandwidth.com"]),
        ("another", ["Account SID"]),
    ],
)
def test_each_carrier_is_asked_for_in_its_own_words(staff: Client, kind: str, labels: list[str]) -> None:
    page = staff.get(PAGE, {"kind": kind}).content.decode()
    form = page[page.index('id="new-account"') :]
    assert [label for label in labels if label not in form] == []


def test_a_telnyx_account_is_its_messaging_profile(cast: Cast, staff: Client) -> None:
    assert add(staff, TELNYX) == 302
    login = added(cast, "telnyx").login
    assert (login.secret, login.proof) == ("KEY0123", PUBLIC_KEY)
    assert login.account_id == login.application == TELNYX["account_id"]


def test_a_bandwidth_account_has_an_application_and_a_password_of_callbacks(
    cast: Cast, staff: Client
) -> None:
    assert add(staff, BANDWIDTH) == 302
    login = added(cast, "bandwidth").login
    assert (login.user, login.secret, login.proof) == ("api-user", "secret 4713", "textbank:a long password")
    assert (login.account_id, login.application) == ("9900000", BANDWIDTH["application"])


def test_a_twilio_account_may_have_a_key_a_service_and_two_tokens(cast: Cast, staff: Client) -> None:
    assert add(staff, TWILIO) == 302
    login = added(cast, "twilio").login
    assert (login.user, login.secret, login.second_secret) == ("SK1", "of the key 4714", "the token 4711")
    assert (login.application, login.proof) == ("MG1", "shared 4712")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (TELNYX | {"proof": "MIIB not a key"}, "44 characters"),
        (TELNYX | {"account_id": ""}, "required"),
        (TELNYX | {"new_secret": ""}, "required"),
        (BANDWIDTH | {"new_proof": "no colon"}, "a colon"),
        (BANDWIDTH | {"new_proof": "short:one"}, "at least 8"),
        (TWILIO | {"new_second_secret": ""}, "never with an API key"),
        (TELNYX | {"base_url": "https://api.telnyx.example.org"}, "allows only"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_kept(
    cast: Cast, staff: Client, typed: dict[str, str], wrong: str
) -> None:
    answer = staff.post(reverse("new_carrier_account", args=["green-valley"]), typed)
    assert answer.status_code == 422
    assert wrong in answer.content.decode()
    assert CarrierAccount.objects.filter(campaign=cast.campaign).count() == 1


@pytest.mark.parametrize("typed", [TELNYX, BANDWIDTH, TWILIO], ids=lambda typed: typed["kind"])
def test_no_secret_is_ever_shown_again(cast: Cast, staff: Client, typed: dict[str, str]) -> None:
    add(staff, typed)
    refused = staff.post(
        reverse("carrier_account", args=["green-valley", added(cast, typed["kind"]).pk]), {"name": ""}
    )
    for page in (staff.get(PAGE), refused):
        shown = page.content.decode()
        assert [name for name in typed if name.startswith("new_") and typed[name] in shown] == []


def test_secrets_that_are_not_written_again_stay(cast: Cast, staff: Client) -> None:
    add(staff, TWILIO)
    account = added(cast, "twilio")
    assert save(staff, account, name="Ours", proof="") == 302
    again = CarrierAccount.objects.get(pk=account.pk)
    assert (again.name, again.login) == ("Ours", account.login)


def test_the_old_token_is_forgotten_when_its_time_is_over(cast: Cast, staff: Client) -> None:
    add(staff, TWILIO | {"user": ""})
    account = added(cast, "twilio")
    assert save(staff, account, forget_second_secret="on", forget_proof="on") == 302
    account.refresh_from_db()
    assert (account.secret, account.second_secret, account.proof) == ("of the key 4714", "", "")


def test_an_api_keys_account_cannot_forget_its_auth_token(cast: Cast, staff: Client) -> None:
    add(staff, TWILIO)
    account = added(cast, "twilio")
    assert save(staff, account, forget_second_secret="on") == 422
    account.refresh_from_db()
    assert account.second_secret == "the token 4711"


def test_another_user_needs_its_own_secret(cast: Cast, staff: Client) -> None:
    add(staff, BANDWIDTH)
    account = added(cast, "bandwidth")
    assert save(staff, account, user="somebody else") == 422
    assert save(staff, account, user="somebody else", new_secret="theirs") == 302
    account.refresh_from_db()
    assert (account.user, account.secret, account.proof) == (
        "somebody else",
        "theirs",
        BANDWIDTH["new_proof"],
    )


def test_a_carriers_kind_does_not_change(cast: Cast, staff: Client) -> None:
    save(staff, cast.green.account, kind="telnyx", base_url="https://api.twilio.com", new_secret="s")
    cast.green.account.refresh_from_db()
    assert (cast.green.account.kind, cast.green.account.secret) == ("twilio", "s")


def test_who_answers_stop_can_be_said_and_is_as_usual_until_then(cast: Cast, staff: Client) -> None:
    add(staff, TELNYX)
    account = added(cast, "telnyx")
    assert account.answers_keywords == "usual"
    save(staff, account, answers_keywords="us")
    account.refresh_from_db()
    assert account.answers_keywords == "us"
