from __future__ import annotations

import pytest
from django.test import Client

from textbank.conftest import Cast


def post(client: Client, path: str, announced: str) -> int:
    return client.generic("POST", path, b"x", CONTENT_LENGTH=announced).status_code


@pytest.mark.parametrize("announced", ["3000001", "99999999999999999999", "-1", "many"])
def test_a_request_that_announces_too_much_is_not_read(cast: Cast, client: Client, announced: str) -> None:
    assert post(client, "/sign-in/", announced) == 413


def test_a_contact_file_may_be_large(cast: Cast, client: Client) -> None:
    path = "/c/green-valley/staff/contacts/imports/new/"
    assert post(client, path, "300000000") != 413
    assert post(client, path, "301000001") == 413


def test_a_strangers_contact_file_is_turned_away_before_it_is_read(cast: Cast, client: Client) -> None:
    answer = client.post("/c/green-valley/staff/contacts/imports/new/", {"file": b"x"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/%00/replies",
        "/join/%00/",
        "/sign-in/link/1/%00/",
        "/c/green-valley/inbox/?current=" + "9" * 5000,
    ],
)
def test_odd_addresses_are_no_fault_of_ours(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.vera.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(path).status_code < 500
    assert client.post(path).status_code < 500
