from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from textbank import clock
from textbank.campaigns import joining
from textbank.campaigns.models import Campaign, Membership, Role, User
from textbank.campaigns.tests import letters
from textbank.conftest import Cast

CODE = "/sign-in/code/"
NINA = {"first_name": "Nina", "last_name": "Newcomer", "email": "nina@example.org"}


def link_of(campaign: Campaign) -> str:
    return f"/join/{campaign.join_token}/"


def places_of(email: str) -> set[str]:
    return set(Membership.objects.filter(user__email=email).values_list("campaign__slug", flat=True))


def test_a_newcomer_joins_as_a_volunteer_once_the_code_is_proven(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA)
    assert places_of("nina@example.org") == set()
    client.post(CODE, {"code": letters.code()})
    assert places_of("nina@example.org") == {"green-valley"}
    member = Membership.objects.get(user__email="nina@example.org")
    assert (member.role, member.user.name) == (Role.VOLUNTEER, "Nina Newcomer")


def test_a_newcomer_who_never_types_the_code_is_no_member(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA)
    for _ in range(3):
        answer = client.post(CODE, {"code": letters.wrong_code()})
    assert answer["Location"] == link_of(cast.campaign)
    assert places_of("nina@example.org") == set()


def test_a_newcomer_can_join_by_the_link_of_the_letter_on_another_device(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA)
    phone = Client()
    assert "Join Green Valley Votes" in phone.get(letters.link()).content.decode()
    assert places_of("nina@example.org") == set()
    phone.post(letters.link())
    assert places_of("nina@example.org") == {"green-valley"}


def test_who_leaves_a_box_empty_is_asked_for_it_by_name(client: Client, cast: Cast) -> None:
    page = client.post(link_of(cast.campaign), {}).content.decode()
    assert "Write your first name." in page
    assert "Write your e-mail address." in page
    assert "Type the code first." in client.post("/join/", {"code": ""}).content.decode()
    client.post(link_of(cast.campaign), NINA)
    assert "Type the code of the letter." in client.post(CODE, {"code": ""}).content.decode()


def test_the_join_page_and_the_letter_name_the_campaign(client: Client, cast: Cast) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(name="O'Hara & Friends")
    assert "O&#x27;Hara &amp; Friends" in client.get(link_of(cast.campaign)).content.decode()
    client.post(link_of(cast.campaign), NINA)
    assert letters.latest().subject == f"{letters.code()} is your code to join O'Hara & Friends"
    assert "thank you for joining O'Hara & Friends." in str(letters.latest().body)


def test_the_link_of_the_letter_joins_even_where_somebody_else_is_signed_in(
    client: Client, sign_in: Callable[..., Client], cast: Cast
) -> None:
    Client().post(link_of(cast.campaign), NINA)
    sign_in(cast.rosa).post(letters.link())
    assert places_of("nina@example.org") == {"green-valley"}
    assert places_of("rosa@example.org") == {"river-city"}


def test_a_person_switched_off_gets_no_code_and_no_place(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ravi.user.pk).update(is_active=False)
    assert client.post(link_of(cast.campaign), NINA | {"email": "ravi@example.org"})["Location"] == CODE
    assert "/sign-in/link/" not in str(letters.latest().body)
    assert places_of("ravi@example.org") == {"river-city"}


def test_a_newcomer_lands_on_the_action_they_came_for(client: Client, cast: Cast, settings: Settings) -> None:
    settings.ROOT_URLCONF = "textbank.campaigns.tests.test_navigation"
    action = cast.draft([cast.contact()])
    type(action).objects.update(status="published", published_at=clock.now())
    client.post(f"{link_of(cast.campaign)}?action={action.pk}", NINA)
    answer = client.post(CODE, {"code": letters.code()})
    assert answer["Location"] == f"/c/green-valley/actions/{action.pk}/"


def test_a_known_person_joins_by_code_and_keeps_their_name(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA | {"email": "Ravi@example.org "})
    client.post(CODE, {"code": letters.code()})
    assert places_of("ravi@example.org") == {"river-city", "green-valley"}
    assert User.objects.get(email="ravi@example.org").name == "Ravi"


def test_the_answer_does_not_tell_whether_the_address_was_known(cast: Cast) -> None:
    answers, pages = [], []
    for email in ("ravi@example.org", "nina@example.org"):
        visitor = Client()
        answers.append(visitor.post(link_of(cast.campaign), NINA | {"email": email}))
        pages.append(visitor.get(CODE).content.decode().count(email))
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, CODE)] * 2
    assert pages[0] == pages[1]
    bodies = [str(letter.body).splitlines()[:4] for letter in mail.outbox]
    assert bodies[0] == bodies[1]


def test_nobody_can_rename_a_person_who_has_a_place_or_has_signed_in(client: Client, cast: Cast) -> None:
    User.objects.create_user("early@example.org", "Early")
    client.post(link_of(cast.campaign), NINA | {"email": "vera@example.org", "first_name": "Mallory"})
    assert User.objects.get(email="vera@example.org").first_name == "Vera"
    client.post(link_of(cast.campaign), NINA | {"email": "early@example.org"})
    assert User.objects.get(email="early@example.org").first_name == "Nina"


def test_the_name_somebody_types_for_another_persons_address_is_not_mailed_to_it(
    client: Client, cast: Cast
) -> None:
    client.post(link_of(cast.campaign), NINA | {"first_name": "Win a prize http://evil.example"})
    assert "evil.example" not in letters.latest().subject + str(letters.latest().body)


def test_somebody_signed_in_joins_with_one_press(sign_in: Callable[..., Client], cast: Cast) -> None:
    client = sign_in(cast.ravi)
    page = client.get(link_of(cast.campaign)).content.decode()
    assert 'name="email"' not in page
    assert places_of("ravi@example.org") == {"river-city"}
    client.post(link_of(cast.campaign))
    assert places_of("ravi@example.org") == {"river-city", "green-valley"}


def test_a_member_who_opens_the_link_again_is_simply_let_in(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    answer = sign_in(cast.olivia).get(link_of(cast.campaign))
    assert answer.status_code == 302
    assert Membership.objects.get(pk=cast.olivia.pk).role == Role.OWNER


def test_a_suspended_member_stays_suspended(client: Client, cast: Cast) -> None:
    Membership.objects.filter(pk=cast.vera.pk).update(suspended_at=clock.now())
    client.post(link_of(cast.campaign), NINA | {"email": "vera@example.org"})
    answer = client.post(CODE, {"code": letters.code()}, follow=True)
    assert Membership.objects.get(pk=cast.vera.pk).suspended_at is not None
    assert "on hold" in answer.content.decode()
    assert client.get("/c/green-valley/people/").status_code == 404


def test_the_wish_to_join_does_not_outlive_a_plain_sign_in(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA | {"email": "ravi@example.org"})
    client.post("/sign-in/", {"email": "ravi@example.org"})
    client.post(CODE, {"code": letters.code()})
    assert places_of("ravi@example.org") == {"river-city"}


def test_a_link_rotated_meanwhile_joins_nobody(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA)
    Campaign.objects.filter(pk=cast.campaign.pk).update(join_token="another")
    answer = client.post(CODE, {"code": letters.code()}, follow=True)
    assert places_of("nina@example.org") == set()
    assert "no longer valid" in answer.content.decode()


def test_the_other_campaigns_link_leads_only_there(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.river.campaign), NINA)
    client.post(CODE, {"code": letters.code()})
    assert places_of("nina@example.org") == {"river-city"}


def test_an_unknown_join_link_says_what_to_do(client: Client, cast: Cast) -> None:
    answer = client.get("/join/no-such-token/")
    assert answer.status_code == 404
    assert "Ask your organizer" in answer.content.decode()


def test_the_join_code_leads_to_the_campaign(client: Client, cast: Cast) -> None:
    code = cast.campaign.join_code
    for typed in (code, f" {code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        assert client.post("/join/", {"code": typed})["Location"] == link_of(cast.campaign)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\0", "1" * 5000])
def test_a_join_code_that_is_none_is_refused_in_words(client: Client, cast: Cast, code: str) -> None:
    answer = client.post("/join/", {"code": code})
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()


def test_join_codes_cannot_be_walked_from_one_network_address(client: Client, cast: Cast) -> None:
    for number in range(30):
        client.post("/join/", {"code": f"{number:06d}"})
    answer = client.post("/join/", {"code": cast.campaign.join_code})
    assert "Too many codes were tried" in answer.content.decode()


def test_join_codes_cannot_be_walked_from_many_network_addresses(client: Client, cast: Cast) -> None:
    for number in range(300):
        client.post("/join/", {"code": f"{number:06d}"}, REMOTE_ADDR=f"10.0.{number // 20}.1")
    answer = client.post("/join/", {"code": cast.campaign.join_code}, REMOTE_ADDR="10.9.9.9")
    assert "Too many codes were tried" in answer.content.decode()


def test_right_join_codes_are_not_counted_so_that_a_whole_room_can_join(client: Client, cast: Cast) -> None:
    for _ in range(40):
        assert client.post("/join/", {"code": cast.campaign.join_code}).status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"first_name": ""},
        {"first_name": "N" * 61},
        {"last_name": "N" * 61},
        {"first_name": "Ni\0na"},
        {"email": "nina"},
        {"email": "n" * 250 + "@example.org"},
    ],
)
def test_a_form_that_cannot_be_right_makes_nobody(client: Client, cast: Cast, typed: dict[str, str]) -> None:
    before = User.objects.count()
    answer = client.post(link_of(cast.campaign), NINA | typed)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert (User.objects.count(), mail.outbox) == (before, [])


def test_html_in_a_name_is_shown_as_it_was_typed(
    client: Client, sign_in: Callable[..., Client], cast: Cast
) -> None:
    Client().post(link_of(cast.campaign), NINA | {"first_name": "<script>alert(1)</script>"})
    joining.join(cast.campaign, User.objects.get(email="nina@example.org"))
    page = sign_in(cast.olivia).get("/c/green-valley/people/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_the_last_name_may_stay_empty_and_stray_spaces_go(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign), NINA | {"first_name": "  Ni \n na ", "last_name": ""})
    assert User.objects.get(email="nina@example.org").name == "Ni na"


def test_the_next_page_cannot_keep_a_newcomer_from_their_campaign(client: Client, cast: Cast) -> None:
    client.post(link_of(cast.campaign) + "?next=/campaigns/", NINA)
    client.post(CODE + "?next=/campaigns/", {"code": letters.code()})
    assert places_of("nina@example.org") == {"green-valley"}


def test_joining_twice_makes_one_place(client: Client, cast: Cast) -> None:
    nina = User.objects.create_user("nina@example.org", "Nina")
    assert joining.join(cast.campaign, nina) == joining.join(cast.campaign, nina)


def test_the_action_of_the_link_is_kept_through_the_letter(client: Client, cast: Cast) -> None:
    action = cast.draft([cast.contact()])
    client.post(f"{link_of(cast.campaign)}?action={action.pk}", NINA)
    assert f"action={action.pk}" in letters.link()
    assert client.session["joining"] == {"join": cast.campaign.join_token, "action": str(action.pk)}


@pytest.mark.parametrize("action", ["", "x", "-1", "1 OR 1=1", "9" * 40, "//evil.example"])
def test_an_action_that_is_none_is_forgotten(client: Client, cast: Cast, action: str) -> None:
    client.post(link_of(cast.campaign), NINA | {"action": action}, query_params={"action": action})
    assert client.session["joining"]["action"] == ""
    client.post(CODE, {"code": letters.code()})
    assert places_of("nina@example.org") == {"green-valley"}


def test_in_a_demonstration_the_entry_pages_point_at_the_outbox(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "textbank.campaigns.tests.demonstration_urls"
    settings.EMAIL_URL = ""
    words = "This is a demonstration"
    assert words not in client.get("/sign-in/").content.decode()
    settings.DEMO = True
    assert words in client.get("/sign-in/").content.decode()
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert words not in client.get("/sign-in/").content.decode()
