import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django import Settings

from textbank.campaigns import signing_in
from textbank.campaigns.models import User
from textbank.campaigns.tests import letters
from textbank.conftest import Cast

SIGN_IN = "/sign-in/"
CODE = "/sign-in/code/"
Traveller = time_machine.Traveller


def ask(client: Client, email: str = "vera@example.org", where: str = SIGN_IN) -> None:
    answer = client.post(where, {"email": email})
    assert answer.status_code == 302, answer.content.decode()


def signed_in_as(client: Client) -> User | None:
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id) if user_id else None


def test_the_code_of_the_letter_signs_in(client: Client, cast: Cast) -> None:
    ask(client)
    assert client.post(CODE, {"code": letters.code()}).status_code == 302
    assert signed_in_as(client) == cast.vera.user


def test_the_address_may_have_upper_case_and_spaces(client: Client, cast: Cast) -> None:
    ask(client, "  Vera@Example.ORG ")
    assert letters.latest().to == ["vera@example.org"]
    client.post(CODE, {"code": letters.code()})
    assert signed_in_as(client) == cast.vera.user


def test_the_code_may_be_typed_with_spaces(client: Client, cast: Cast) -> None:
    ask(client)
    code = letters.code()
    client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    assert signed_in_as(client) == cast.vera.user


def test_an_unknown_address_gets_the_same_page_and_no_account(client: Client, cast: Cast) -> None:
    known, unknown = Client(), Client()
    ask(known, "vera@example.org")
    ask(unknown, "nobody@example.org")
    pages = [_without_tokens(each.get(CODE).content.decode()) for each in (known, unknown)]
    assert pages[0].replace("vera@", "nobody@") == pages[1]
    assert not User.objects.filter(email="nobody@example.org").exists()


def test_an_unknown_address_gets_a_letter_too_so_that_the_answer_takes_as_long(
    client: Client, cast: Cast
) -> None:
    ask(client, "nobody@example.org")
    assert letters.latest().to == ["nobody@example.org"]
    assert "/sign-in/link/" not in str(letters.latest().body)


def test_no_code_signs_in_an_unknown_address(client: Client, cast: Cast) -> None:
    ask(client, "nobody@example.org")
    for code in ("", "000000", "123456"):
        client.post(CODE, {"code": code})
    assert signed_in_as(client) is None


def test_a_person_switched_off_gets_no_code(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.vera.user.pk).update(is_active=False)
    ask(client)
    assert "/sign-in/link/" not in str(letters.latest().body)


def test_the_code_works_for_thirty_minutes_and_no_longer(
    client: Client, cast: Cast, noon_on_a_tuesday: Traveller
) -> None:
    ask(client)
    noon_on_a_tuesday.shift(29 * 60)
    assert client.get(CODE).status_code == 200
    noon_on_a_tuesday.shift(2 * 60)
    answer = client.post(CODE, {"code": letters.code()}, follow=True)
    assert signed_in_as(client) is None
    assert "That code can no longer be used" in answer.content.decode()


def test_the_code_still_signs_in_after_twenty_nine_minutes(
    client: Client, cast: Cast, noon_on_a_tuesday: Traveller
) -> None:
    ask(client)
    noon_on_a_tuesday.shift(29 * 60)
    client.post(CODE, {"code": letters.code()})
    assert signed_in_as(client) == cast.vera.user


def test_three_wrong_codes_end_the_attempt(client: Client, cast: Cast) -> None:
    ask(client)
    for _ in range(3):
        answer = client.post(CODE, {"code": letters.wrong_code()})
    assert answer["Location"] == SIGN_IN
    client.post(CODE, {"code": letters.code()})
    assert signed_in_as(client) is None


def test_wrong_codes_of_many_browsers_count_against_the_account(cast: Cast) -> None:
    for _ in range(10):
        guesser = _waiting_for_a_code(cast)
        guesser.post(CODE, {"code": letters.wrong_code()})
    last = _waiting_for_a_code(cast)
    answer = last.post(CODE, {"code": letters.code()})
    assert "tried too often" in answer.content.decode()
    assert signed_in_as(last) is None


def test_the_link_still_works_for_an_account_whose_codes_were_tried_too_often(
    client: Client, cast: Cast
) -> None:
    test_wrong_codes_of_many_browsers_count_against_the_account(cast)
    client.post(letters.link())
    assert signed_in_as(client) == cast.vera.user


def test_wrong_codes_from_one_network_address_are_counted_over_all_accounts(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"sign_in_code": "2/h/ip"}
    for email in ("vera@example.org", "victor@example.org"):
        guesser = Client()
        ask(guesser, email)
        guesser.post(CODE, {"code": letters.wrong_code()})
    ask(client, "adam@example.org")
    client.post(CODE, {"code": letters.code()})
    assert signed_in_as(client) is None


def test_letters_to_one_address_are_limited_whether_it_is_known_or_not(client: Client, cast: Cast) -> None:
    for email in ("vera@example.org", "nobody@example.org"):
        for _ in range(3):
            ask(client, email)
        answer = client.post(SIGN_IN, {"email": email.upper()})
        assert "tried too often" in answer.content.decode()
    assert len(mail.outbox) == 6


def test_the_limits_are_kept_in_the_database_where_every_web_process_sees_them(
    client: Client, cast: Cast
) -> None:
    ask(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE %s", ["%request_login_code%"])
        assert cursor.fetchone()[0] > 0


def test_a_code_works_only_in_the_browser_that_asked_for_it(client: Client, cast: Cast) -> None:
    ask(client)
    other = Client()
    answer = other.post(CODE, {"code": letters.code()})
    assert answer["Location"] == SIGN_IN
    ask(other, "victor@example.org")
    other.post(CODE, {"code": _code_to("vera@example.org")})
    assert signed_in_as(other) is None


def test_a_person_can_go_back_and_correct_the_address(client: Client, cast: Cast) -> None:
    ask(client, "verra@example.org")
    assert client.get(SIGN_IN).status_code == 200
    ask(client, "vera@example.org")
    client.post(CODE, {"code": letters.code()})
    assert signed_in_as(client) == cast.vera.user


def test_looking_at_the_link_signs_nobody_in_and_does_not_spend_it(client: Client, cast: Cast) -> None:
    ask(client)
    scanner = Client()
    for _ in range(3):
        assert scanner.get(letters.link()).status_code == 200
        assert scanner.head(letters.link()).status_code == 200
    assert signed_in_as(scanner) is None
    client.post(letters.link())
    assert signed_in_as(client) == cast.vera.user


def test_the_link_signs_in_on_another_device(client: Client, cast: Cast) -> None:
    ask(client)
    phone = Client()
    phone.post(letters.link())
    assert signed_in_as(phone) == cast.vera.user


def test_the_link_works_once(client: Client, cast: Cast) -> None:
    ask(client)
    client.post(letters.link())
    thief = Client()
    assert thief.get(letters.link()).status_code == 410
    assert thief.post(letters.link()).status_code == 410
    assert signed_in_as(thief) is None


def test_a_second_press_of_the_link_by_the_same_person_is_no_error(client: Client, cast: Cast) -> None:
    ask(client)
    client.post(letters.link())
    assert client.post(letters.link()).status_code == 302


def test_the_link_works_for_thirty_minutes_and_no_longer(
    client: Client, cast: Cast, noon_on_a_tuesday: Traveller
) -> None:
    ask(client)
    noon_on_a_tuesday.shift(30 * 60)
    assert client.get(letters.link()).status_code == 200
    noon_on_a_tuesday.shift(1)
    assert client.get(letters.link()).status_code == 410
    assert client.post(letters.link()).status_code == 410
    assert signed_in_as(client) is None


def test_signing_in_by_the_code_spends_the_link_of_the_letter(client: Client, cast: Cast) -> None:
    ask(client)
    client.post(CODE, {"code": letters.code()})
    assert Client().get(letters.link()).status_code == 410


@pytest.mark.parametrize("token", ["x", "-", "cbd-", "zzzzzz-" + "0" * 32, "a-b-c"])
def test_a_forged_link_is_refused(client: Client, cast: Cast, token: str) -> None:
    for user_id in (cast.vera.user.pk, 999_999_999):
        assert client.get(f"/sign-in/link/{user_id}/{token}/").status_code == 410
        assert client.post(f"/sign-in/link/{user_id}/{token}/").status_code == 410
    assert signed_in_as(client) is None


def test_a_link_is_nobody_elses(client: Client, cast: Cast) -> None:
    token = signing_in.tokens.make_token(cast.vera.user)
    assert client.post(f"/sign-in/link/{cast.rosa.user.pk}/{token}/").status_code == 410


def test_the_link_signs_out_whoever_sat_here_before(sign_in: Callable[..., Client], cast: Cast) -> None:
    client = sign_in(cast.rosa)
    client.post(signing_in.link_for(cast.vera.user).removeprefix("http://127.0.0.1:8000"))
    assert signed_in_as(client) == cast.vera.user


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
def test_next_never_leads_to_another_site(client: Client, cast: Cast, elsewhere: str) -> None:
    client.post(f"{SIGN_IN}?next={elsewhere}", {"email": "vera@example.org", "next": elsewhere})
    answer = client.post(f"{CODE}?next={elsewhere}", {"code": letters.code(), "next": elsewhere})
    assert signed_in_as(client) == cast.vera.user
    assert answer["Location"] == "/"


def test_next_leads_back_to_the_page_that_was_asked_for(client: Client, cast: Cast) -> None:
    answer = client.get("/c/green-valley/people/")
    answer = client.post(answer["Location"], {"email": "olivia@example.org"})
    answer = client.post(answer["Location"], {"code": letters.code()})
    assert answer["Location"] == "/c/green-valley/people/"


def test_an_address_that_is_none_or_too_long_is_refused_in_words(client: Client, cast: Cast) -> None:
    for email in ("", "vera", "vera@", "a" * 250 + "@example.org", "vera\0@example.org"):
        answer = client.post(SIGN_IN, {"email": email})
        assert answer.status_code == 200
        assert "field-error" in answer.content.decode()
    assert mail.outbox == []


def test_sign_in_needs_the_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in (SIGN_IN, "/join/", f"/join/{cast.campaign.join_token}/", "/sign-out/"):
        assert client.post(address, {"email": "vera@example.org"}).status_code == 403
    link = signing_in.link_for(cast.vera.user).removeprefix("http://127.0.0.1:8000")
    assert client.post(link).status_code == 403
    assert mail.outbox == []


def test_signing_out_takes_a_press(sign_in: Callable[..., Client], cast: Cast) -> None:
    client = sign_in(cast.vera)
    assert client.get("/sign-out/").status_code == 405
    assert signed_in_as(client) == cast.vera.user
    client.post("/sign-out/")
    assert signed_in_as(client) is None


def test_a_mail_server_that_is_down_is_said(client: Client, cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9
    answer = client.post(SIGN_IN, {"email": "vera@example.org"}, follow=True)
    assert answer.status_code == 200
    assert "could not be sent" in answer.content.decode()


def test_pages_of_allauth_that_we_do_not_use_are_not_there(client: Client, cast: Cast) -> None:
    for address in ("password/reset/", "password/change/", "signup/", "email/", "login/", "reauthenticate/"):
        for root in ("/", "/accounts/", "/sign-in/"):
            assert client.get(root + address).status_code == 404


def _waiting_for_a_code(cast: Cast) -> Client:
    """A browser that waits for Vera's code, past the limit of letters (which has its own test)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE cache_key LIKE %s", ["%request_login_code%"])
    client = Client()
    ask(client)
    return client


def _code_to(email: str) -> str:
    letter = next(each for each in mail.outbox if each.to == [email])
    return str(letter.body).split("    ")[1][:6]


def _without_tokens(page: str) -> str:
    return re.sub(r'(csrftoken": "|csrfmiddlewaretoken" value=")[^"]+', "", page)


def test_the_letter_says_how_long_it_works(client: Client, cast: Cast) -> None:
    ask(client)
    assert "30 minutes" in str(letters.latest().body)
    assert letters.latest().subject == f"{letters.code()} is your sign-in code"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_in_five_browsers_at_once_signs_in_one() -> None:
    cast = Cast()
    link = signing_in.link_for(cast.vera.user).removeprefix("http://127.0.0.1:8000")

    def press(_: int) -> int:
        try:
            return Client().post(link).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(press, range(5))) == [302, 410, 410, 410, 410]
