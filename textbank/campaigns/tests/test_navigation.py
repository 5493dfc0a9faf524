from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, include, path, reverse
from pytest_django import Settings

from textbank import clock, urls
from textbank.campaigns import navigation
from textbank.campaigns.models import Membership
from textbank.conftest import Cast


def page(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse()


def entry(address: str, name: str) -> URLPattern:
    return path(address, page, name=name)


volunteer_pages = [
    entry("", "feed"),
    entry("inbox/", "inbox"),
    entry("actions/<int:action_id>/", "action"),
]
staff_pages = [entry(f"staff/{name}/", name) for name in ("actions", "conversations", "contacts")]
urlpatterns = [
    *urls.entry_pages,
    path("c/<slug:campaign_slug>/", include([*urls.people_pages, *volunteer_pages, *staff_pages])),
]


@pytest.fixture
def whole_plan(settings: Settings) -> None:
    """The address plan with the pages that other rooms add."""
    settings.ROOT_URLCONF = __name__


def around(membership: Membership, address: str = "/c/green-valley/people/7/") -> dict[str, list[str]]:
    request = RequestFactory().get(address)
    request.membership = membership
    context = navigation.surroundings(request)
    return {
        side: [entry["label"] + ("*" if entry["current"] else "") for entry in context[f"{side}_navigation"]]
        for side in ("staff", "volunteer")
    }


def test_staff_see_their_places_and_the_way_to_the_volunteer_side(cast: Cast, whole_plan: None) -> None:
    assert around(cast.adam) == {
        "staff": ["Actions", "Conversations", "Contacts", "People*", "Settings", "Volunteer pages"],
        "volunteer": ["Texting*", "Inbox", "Staff pages"],
    }


def test_volunteers_see_no_places_of_staff(cast: Cast, whole_plan: None) -> None:
    assert around(cast.vera, "/c/green-valley/inbox/") == {"staff": [], "volunteer": ["Texting", "Inbox*"]}


def test_places_that_have_no_page_yet_are_left_out(cast: Cast, settings: Settings) -> None:
    settings.ROOT_URLCONF = "textbank.campaigns.tests.bare_urls"
    assert around(cast.adam)["staff"] == ["People*", "Settings"]
    assert around(cast.vera)["volunteer"] == []


def test_the_menu_names_ones_other_open_campaigns(cast: Cast, whole_plan: None) -> None:
    Membership.objects.create(campaign=cast.river.campaign, user=cast.adam.user)
    request = RequestFactory().get("/")
    request.membership = cast.adam
    [other] = navigation.surroundings(request)["other_memberships"]()
    assert (str(other["campaign"]), other["url"]) == ("River City Care", "/c/river-city/")


def test_a_campaign_that_one_joins_is_in_the_menu_of_the_next_page(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    adam, people = sign_in(cast.adam), reverse("people", args=[cast.campaign.slug])
    assert "River City Care" not in adam.get(people).content.decode()
    elsewhere = Membership.objects.create(
        campaign=cast.river.campaign, user=cast.adam.user, suspended_at=clock.now()
    )
    assert "River City Care" not in adam.get(people).content.decode()
    Membership.objects.filter(id=elsewhere.id).update(suspended_at=None)
    assert "River City Care" in adam.get(people).content.decode()


def test_the_start_page_offers_sign_in_and_joining_to_the_signed_out(client: Client, cast: Cast) -> None:
    start = client.get("/").content.decode()
    assert 'href="/sign-in/"' in start
    assert 'action="/join/"' in start


def test_the_start_page_leads_staff_to_their_desk_and_volunteers_to_the_feed(
    sign_in: Callable[..., Client], cast: Cast, whole_plan: None
) -> None:
    assert sign_in(cast.olivia).get("/")["Location"] == "/c/green-valley/staff/actions/"
    assert sign_in(cast.vera).get("/")["Location"] == "/c/green-valley/"


def test_who_has_several_campaigns_chooses_among_the_open_ones(
    sign_in: Callable[..., Client], cast: Cast, whole_plan: None
) -> None:
    Membership.objects.create(campaign=cast.river.campaign, user=cast.vera.user)
    client = sign_in(cast.vera)
    assert client.get("/")["Location"] == "/campaigns/"
    choice = client.get("/campaigns/").content.decode()
    assert "/c/green-valley/" in choice
    assert "/c/river-city/" in choice


def test_who_has_no_campaign_is_told_how_to_join_one(sign_in: Callable[..., Client], cast: Cast) -> None:
    assert "Join with a code" in sign_in(cast.sam).get("/", follow=True).content.decode()


def test_a_newcomer_lands_on_the_action_they_came_for_else_on_the_feed(cast: Cast, whole_plan: None) -> None:
    action = cast.draft([cast.contact()])
    foreign = cast.draft([cast.contact(cast.river.campaign)])
    type(action).objects.update(status="published", published_at="2026-10-01T12:00Z")
    assert navigation.landing(cast.vera, str(action.pk)) == f"/c/green-valley/actions/{action.pk}/"
    for nothing in (str(foreign.pk), "", "123456789"):
        assert navigation.landing(cast.vera, nothing) == "/c/green-valley/"
    type(action).objects.update(status="closed")
    assert navigation.landing(cast.vera, str(action.pk)) == "/c/green-valley/"
