from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from textbank import clock
from textbank.campaigns import managing_people
from textbank.campaigns.managing_people import NotAllowed
from textbank.campaigns.models import Campaign, Membership, Role, User
from textbank.conftest import Cast

PEOPLE = "/c/green-valley/people/"


def role_of(member: Membership) -> str:
    return Membership.objects.get(pk=member.pk).role


def is_suspended(member: Membership) -> bool:
    return Membership.objects.get(pk=member.pk).suspended_at is not None


def test_the_table_shows_the_members_of_this_campaign_only(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    page = sign_in(cast.adam).get(PEOPLE).content.decode()
    for email in ("olivia", "adam", "vera", "victor"):
        assert f"{email}@example.org" in page
    for email in ("rosa", "ravi", "sam"):
        assert f"{email}@example.org" not in page


def test_the_day_on_which_somebody_joined_is_that_of_the_campaign(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    late_in_new_york = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
    Membership.objects.filter(pk=cast.vera.pk).update(joined_at=late_in_new_york)
    browser = sign_in(cast.adam)
    assert "Oct 13, 2026" in browser.get("/c/green-valley/people/").content.decode()
    assert (
        "Joined on October 13, 2026."
        in browser.get(f"/c/green-valley/people/{cast.vera.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("role=volunteer", {"vera", "victor"}),
        ("role=owner", {"olivia"}),
        ("role=suspended", {"victor"}),
        ("q=VERA", {"vera"}),
        ("q=owner+olivia@", {"olivia"}),
        ("q=v&role=admin", set()),
        ("q=%25", set()),
        ("q=", {"olivia", "adam", "vera", "victor"}),
        ("role=nonsense", {"olivia", "adam", "vera", "victor"}),
        ("page=99999", {"olivia", "adam", "vera", "victor"}),
        ("q=a%00b", {"olivia", "adam", "vera", "victor"}),
    ],
)
def test_the_table_is_filtered_by_its_address(
    sign_in: Callable[..., Client], cast: Cast, query: str, shown: set[str]
) -> None:
    managing_people.suspend(cast.olivia, cast.victor)
    page = sign_in(cast.olivia).get(f"{PEOPLE}?{query}").content.decode()
    table = page.split("<tbody>")[-1] if "<tbody>" in page else ""
    assert {name for name in ("olivia", "adam", "vera", "victor") if f"{name}@example.org" in table} == shown


def test_people_takes_few_queries_however_many_members(
    sign_in: Callable[..., Client], cast: Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(60):
        cast.join(cast.green, f"Volunteer{number}")
    client = sign_in(cast.olivia)
    with django_assert_max_num_queries(8):
        client.get(PEOPLE)


def test_an_admin_makes_a_volunteer_an_admin_and_back(sign_in: Callable[..., Client], cast: Cast) -> None:
    client = sign_in(cast.adam)
    for _ in range(2):  # once more changes nothing, and says what is so
        answer = client.post(f"{PEOPLE}{cast.vera.pk}/role/", {"role": "admin"}, follow=True)
        assert role_of(cast.vera) == Role.ADMIN
        assert "The role of Vera is admin now." in answer.content.decode()
    client.post(f"{PEOPLE}{cast.vera.pk}/role/", {"role": "volunteer"})
    assert role_of(cast.vera) == Role.VOLUNTEER


def test_an_admin_cannot_make_an_owner_nor_raise_themselves(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    client = sign_in(cast.adam)
    for member in (cast.vera, cast.adam):
        answer = client.post(f"{PEOPLE}{member.pk}/role/", {"role": "owner"}, follow=True)
        assert "Only an owner can make somebody an owner" in answer.content.decode()
        assert role_of(member) != Role.OWNER


def test_an_admin_cannot_change_suspend_or_bring_back_an_owner(cast: Cast) -> None:
    second = cast.join(cast.green, "Oscar", Role.OWNER)
    with pytest.raises(NotAllowed):
        managing_people.change_role(cast.adam, second, Role.VOLUNTEER)
    with pytest.raises(NotAllowed):
        managing_people.suspend(cast.adam, second)
    managing_people.suspend(cast.olivia, second)
    with pytest.raises(NotAllowed):
        managing_people.let_back_in(cast.adam, second)
    assert (role_of(second), is_suspended(second)) == (Role.OWNER, True)


def test_an_owner_makes_a_second_owner_and_then_may_step_down(cast: Cast) -> None:
    managing_people.change_role(cast.olivia, cast.adam, Role.OWNER)
    managing_people.change_role(cast.olivia, cast.olivia, Role.VOLUNTEER)
    assert (role_of(cast.adam), role_of(cast.olivia)) == (Role.OWNER, Role.VOLUNTEER)


def test_the_last_owner_cannot_be_demoted(sign_in: Callable[..., Client], cast: Cast) -> None:
    answer = sign_in(cast.olivia).post(f"{PEOPLE}{cast.olivia.pk}/role/", {"role": "admin"}, follow=True)
    assert "last owner" in answer.content.decode()
    assert role_of(cast.olivia) == Role.OWNER


def test_an_owner_of_another_campaign_or_a_suspended_one_does_not_count_as_the_other_owner(
    cast: Cast,
) -> None:
    second = cast.join(cast.green, "Oscar", Role.OWNER)
    managing_people.suspend(cast.olivia, second)
    with pytest.raises(NotAllowed, match="last owner"):
        managing_people.change_role(cast.olivia, cast.olivia, Role.ADMIN)


def test_an_owner_who_is_switched_off_does_not_count_either(cast: Cast) -> None:
    second = cast.join(cast.green, "Oscar", Role.OWNER)
    User.objects.filter(pk=second.user.pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="last owner"):
        managing_people.change_role(cast.olivia, cast.olivia, Role.ADMIN)


def test_nobody_suspends_themselves(cast: Cast) -> None:
    cast.join(cast.green, "Oscar", Role.OWNER)
    for member in (cast.olivia, cast.adam):
        with pytest.raises(NotAllowed):
            managing_people.suspend(member, member)
        assert not is_suspended(member)


def test_a_suspended_member_is_out_at_once_and_can_be_let_back_in(cast: Cast) -> None:
    owner, adam = Client(), Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    owner.force_login(cast.olivia.user, backend=backend)
    adam.force_login(cast.adam.user, backend=backend)
    assert adam.get(PEOPLE).status_code == 200
    owner.post(f"{PEOPLE}{cast.adam.pk}/suspension/")
    assert adam.get(PEOPLE).status_code == 404
    owner.post(f"{PEOPLE}{cast.adam.pk}/readmission/")
    assert adam.get(PEOPLE).status_code == 200


def test_suspending_twice_keeps_the_first_moment(cast: Cast, noon_on_a_tuesday: object) -> None:
    managing_people.suspend(cast.olivia, cast.vera)
    first = Membership.objects.get(pk=cast.vera.pk).suspended_at
    noon_on_a_tuesday.shift(60)
    managing_people.suspend(cast.olivia, cast.vera)
    assert Membership.objects.get(pk=cast.vera.pk).suspended_at == first
    assert first is not None
    assert first < clock.now()


def test_a_suspension_here_is_none_in_another_campaign(cast: Cast) -> None:
    both = Membership.objects.create(campaign=cast.river.campaign, user=cast.vera.user)
    managing_people.suspend(cast.olivia, cast.vera)
    assert not is_suspended(both)


def test_a_role_that_is_none_changes_nothing(sign_in: Callable[..., Client], cast: Cast) -> None:
    for role in ("", "king", "OWNER", "owner\0"):
        answer = sign_in(cast.olivia).post(f"{PEOPLE}{cast.vera.pk}/role/", {"role": role})
        assert answer.status_code == 422
    assert role_of(cast.vera) == Role.VOLUNTEER


def test_an_owner_rotates_the_join_link_and_the_join_code(sign_in: Callable[..., Client], cast: Cast) -> None:
    before = Campaign.objects.get(pk=cast.campaign.pk)
    other = Campaign.objects.get(pk=cast.river.campaign.pk)
    client = sign_in(cast.olivia)
    client.post(f"{PEOPLE}new-join-link/")
    client.post(f"{PEOPLE}new-join-code/")
    after = Campaign.objects.get(pk=cast.campaign.pk)
    assert after.join_token != before.join_token
    assert after.join_code != before.join_code
    assert client.get(f"/join/{before.join_token}/").status_code == 404
    again = Campaign.objects.get(pk=other.pk)
    assert (again.join_token, again.join_code) == (other.join_token, other.join_code)


def test_an_admin_cannot_rotate_the_join_link_or_code(sign_in: Callable[..., Client], cast: Cast) -> None:
    client = sign_in(cast.adam)
    for way in ("new-join-link", "new-join-code"):
        assert client.post(f"{PEOPLE}{way}/").status_code == 403
    assert Campaign.objects.get(pk=cast.campaign.pk).join_token == cast.campaign.join_token


def test_a_new_join_code_is_never_another_campaigns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = cast.river.campaign.join_code
    drawn = iter([taken, taken, "000042"])
    monkeypatch.setattr(managing_people, "new_join_code", lambda: next(drawn))
    managing_people.rotate_join_code(cast.campaign)
    assert Campaign.objects.get(pk=cast.campaign.pk).join_code == "000042"


def test_only_owners_see_the_buttons_for_a_new_link(sign_in: Callable[..., Client], cast: Cast) -> None:
    page = sign_in(cast.olivia).get(PEOPLE).content.decode()
    assert "new-join-link" in page
    assert ">Make a new link</button>" in page
    assert "new-join-link" not in sign_in(cast.adam).get(PEOPLE).content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one() -> None:
    cast = Cast()
    oscar = cast.join(cast.green, "Oscar", Role.OWNER)

    def demote(pair: tuple[Membership, Membership]) -> None:
        try:
            managing_people.change_role(pair[0], pair[1], Role.VOLUNTEER)
        except NotAllowed:
            pass
        finally:
            connection.close()

    for _ in range(10):
        Membership.objects.filter(pk__in=[cast.olivia.pk, oscar.pk]).update(role=Role.OWNER)
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(demote, [(cast.olivia, oscar), (oscar, cast.olivia)]))
        assert cast.campaign.memberships.filter(role=Role.OWNER).count() == 1
