"""Every address of the product, tried at its door.

The walk finds pages by itself. A page whose address names a row needs one line in `ROWS` if its parameter is
new: how to find or make a row of that kind in a given campaign. Everything else follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from textbank import clock, urls
from textbank.campaigns.models import Membership, Role, User
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast, Company
from textbank.contacts.models import Contact, ContactImport, Mark, OptOut, Tag, WrongNumber
from textbank.tests.addresses import CAMPAIGN, OF_CAMPAIGNS, Page, campaign_pages, pages
from textbank.texting.models import Assignment, Conversation, Message, Report, TextingAction


class World:
    """One campaign with a row of every kind that an address can name."""

    def __init__(self, cast: Cast, company: Company) -> None:
        self.company, self.campaign, self.owner = company, company.campaign, company.owner
        self.contact: Contact = cast.contact(self.campaign)
        self.action: TextingAction = cast.draft([self.contact])
        TextingAction.objects.filter(pk=self.action.pk).update(status="published", published_at=clock.now())
        self.script = self.action.scripts.get()
        self.volunteer = cast.join(company, f"Vic of {self.campaign.slug}", Role.VOLUNTEER)
        self.admin = cast.join(company, f"Ada of {self.campaign.slug}", Role.ADMIN)
        ours = {"campaign": self.campaign}
        self.assignment = Assignment.objects.create(
            **ours,
            action=self.action,
            contact=self.contact,
            draw=1,
            zones=1,
            holder=self.owner,
            held_until=clock.now() + timedelta(hours=1),
        )
        self.conversation = self._conversation(self.contact, company)
        self.message = self._message_on_its_way(cast.contact(self.campaign), company)
        self.contact_import = ContactImport.objects.create(
            **ours,
            uploaded_by=self.owner,
            file_name="voters.csv",
            size=12,
            encoding="utf-8",
            delimiter=",",
            columns=["phone"],
        )
        self.tag = Tag.objects.create(**ours, name="Volunteer", slug="volunteer")
        self.mark = Mark.objects.create(
            **ours, contact=self.contact, tag=self.tag, is_set=True, marked_at=clock.now()
        )
        self.report = Report.objects.create(
            **ours, conversation=self.conversation, action=self.action, filed_at=clock.now()
        )
        self.opt_out = OptOut.objects.create(
            **ours, phone="+19195550999", source="admin", opted_out_at=clock.now()
        )
        self.wrong_number = WrongNumber.objects.create(
            **ours, phone="+19195550998", source="admin", recorded_at=clock.now()
        )
        self.event = CarrierEvent.objects.create(
            **ours,
            account=company.account,
            kind="reply",
            event_key="SM1",
            body="",
            received_at=clock.now(),
            due_at=clock.now(),
        )

    def _conversation(self, contact: Contact, company: Company) -> Conversation:
        return Conversation.objects.create(
            campaign=self.campaign,
            contact=contact,
            action=self.action,
            assignee=self.owner,
            number=company.number,
            needs_attention=True,
            last_inbound_at=clock.now(),
            last_message_at=clock.now(),
        )

    def _message_on_its_way(self, contact: Contact, company: Company) -> Message:
        """A first text that the owner has just sent: it can still be taken back."""
        assignment = Assignment.objects.create(
            campaign=self.campaign,
            action=self.action,
            contact=contact,
            draw=2,
            zones=1,
            outcome="texted",
            texted_at=clock.now(),
        )
        return Message.objects.create(
            campaign=self.campaign,
            conversation=self._conversation(contact, company),
            kind="initial",
            status="queued",
            text="Hi Maria",
            action=self.action,
            assignment=assignment,
            script=self.script,
            sender=self.owner,
            created_at=clock.now(),
            due_at=clock.now() + timedelta(seconds=5),
        )


# What an address may name → the value for it in one campaign.
ROWS: dict[str, Callable[[World], object]] = {
    CAMPAIGN: lambda world: world.campaign.slug,
    "account_id": lambda world: world.company.account.pk,
    "action_id": lambda world: world.action.pk,
    "assignment_id": lambda world: world.assignment.pk,
    "contact_id": lambda world: world.contact.pk,
    "contact_list_id": lambda world: world.action.contact_list_id,
    "conversation_id": lambda world: world.conversation.pk,
    "event_id": lambda world: world.event.pk,
    "import_id": lambda world: world.contact_import.pk,
    "list_id": lambda world: world.action.contact_list_id,
    "mark_id": lambda world: world.mark.pk,
    "membership_id": lambda world: world.volunteer.pk,
    "message_id": lambda world: world.message.pk,
    "number_id": lambda world: world.company.number.pk,
    "opt_out_id": lambda world: world.opt_out.pk,
    "report_id": lambda world: world.report.pk,
    "script_id": lambda world: world.script.pk,
    "tag_id": lambda world: world.tag.pk,
    "wrong_number_id": lambda world: world.wrong_number.pk,
}
# What an address may say that names no row.
WORDS = {"kind": "initial"}


class Visit:
    """Tries addresses as one person; nothing that a page does outlives the try."""

    def __init__(self, person: Membership | User | None) -> None:
        self.client = Client(raise_request_exception=False)
        user = person.user if isinstance(person, Membership) else person
        if user is not None:
            self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def __call__(self, method: str, address: str, **headers: str) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = self.client.generic(method, address, headers=headers)  # type: ignore[assignment]
            transaction.set_rollback(True)
        return response

    def status(self, method: str, address: str) -> int:
        return self(method, address).status_code


@pytest.fixture
def worlds(cast: Cast) -> tuple[World, World]:
    return World(cast, cast.green), World(cast, cast.river)


def values(page: Page, world: World) -> dict[str, object]:
    """What to fill into this page's address so that it names rows of this campaign."""
    unknown = [name for name in page.parameters if name not in ROWS and name not in WORDS]
    assert not unknown, (
        f"The address {page.route} takes {unknown}, which test_doors.py does not know. "
        "Add a line to ROWS that says which row of a campaign it names (or to WORDS, if it names none)."
    )
    return {name: ROWS[name](world) if name in ROWS else WORDS[name] for name in page.parameters}


def ids(page: Page) -> list[str]:
    """The parameters that name a row of the campaign."""
    return [name for name in page.parameters if name in ROWS and name != CAMPAIGN]


def tries(world: World) -> Iterator[tuple[Page, str, str]]:
    """Every campaign page with its own rows, by GET and by POST."""
    for page in campaign_pages():
        for method in ("GET", "POST"):
            yield page, method, page.path(values(page, world))


def refused(statuses: list[tuple[str, int]], wanted: int) -> list[str]:
    """Those that answered something else. The door stands before everything, a wrong method included."""
    return [f"{name} answered {status}, not {wanted}" for name, status in statuses if status != wanted]


def test_every_page_declares_its_audience() -> None:
    undeclared = []
    for page in pages():
        try:
            assert page.audience
        except ImproperlyConfigured as error:
            undeclared.append(f"{page.route}: {error}")
    assert undeclared == []


def test_the_pages_of_campaigns_and_only_those_stand_below_the_campaigns_address() -> None:
    misplaced = [
        page.route
        for page in pages()
        if page.route.startswith(f"c/<{CAMPAIGN}>/") != (page.audience in OF_CAMPAIGNS)
    ]
    assert misplaced == []


def test_the_signed_out_are_sent_to_sign_in_from_every_campaign_page(worlds: tuple[World, World]) -> None:
    visit = Visit(None)
    wrong = []
    for _, method, address in tries(worlds[0]):
        answer = visit(method, address)
        back = address if method == "GET" else "/"
        if (answer.status_code, answer.headers.get("Location")) != (302, f"/sign-in/?next={back}"):
            wrong.append(f"{method} {address} answered {answer.status_code}")
    assert wrong == []


def test_the_signed_out_are_sent_to_sign_in_from_personal_pages(cast: Cast) -> None:
    for page in pages():
        if page.audience == "signed in":
            assert Visit(None)("GET", page.path({}))["Location"].startswith("/sign-in/")


def test_a_fragment_asked_for_by_htmx_sends_the_whole_page_to_sign_in(worlds: tuple[World, World]) -> None:
    for page, method, address in tries(worlds[0]):
        answer = Visit(None)(
            method,
            address,
            **{"HX-Request": "true", "HX-Current-URL": "http://testserver/c/green-valley/feed/"},
        )
        assert answer["HX-Redirect"] == "/sign-in/?next=/c/green-valley/feed/", page.route


@pytest.mark.parametrize(
    "who", ["stranger", "owner of the other campaign", "suspended", "switched off later"]
)
def test_who_has_no_place_in_the_campaign_finds_no_page_of_it(
    who: str, cast: Cast, worlds: tuple[World, World]
) -> None:
    green, river = worlds
    people: dict[str, Membership | User] = {
        "stranger": cast.sam,
        "owner of the other campaign": river.owner,
        "suspended": cast.adam,
        "switched off later": cast.victor,
    }
    visit = Visit(people[who])
    Membership.objects.filter(pk=cast.adam.pk).update(suspended_at=clock.now())
    User.objects.filter(pk=cast.victor.user.pk).update(is_active=False)
    wanted = 302 if who == "switched off later" else 404  # somebody switched off is signed out
    answers = [(f"{method} {address}", visit.status(method, address)) for _, method, address in tries(green)]
    assert refused(answers, wanted) == []


def test_a_suspended_owner_loses_open_sessions_at_once(cast: Cast, worlds: tuple[World, World]) -> None:
    visit = Visit(cast.olivia)
    addresses = [address for page, method, address in tries(worlds[0]) if method == "GET"]
    Membership.objects.filter(pk=cast.olivia.pk).update(suspended_at=clock.now())
    assert refused([(address, visit.status("GET", address)) for address in addresses], 404) == []


def test_a_volunteer_may_not_open_the_pages_of_staff(worlds: tuple[World, World]) -> None:
    visit = Visit(worlds[0].volunteer)
    answers = [
        (f"{method} {address}", visit.status(method, address))
        for page, method, address in tries(worlds[0])
        if page.audience in ("admins", "owners")
    ]
    assert refused(answers, 403) == []


def test_an_admin_may_not_open_the_pages_of_owners(worlds: tuple[World, World]) -> None:
    visit = Visit(worlds[0].admin)
    answers = [
        (f"{method} {address}", visit.status(method, address))
        for page, method, address in tries(worlds[0])
        if page.audience == "owners"
    ]
    assert refused(answers, 403) == []


def test_every_campaign_page_opens_for_its_owner_and_survives_an_empty_form(
    worlds: tuple[World, World],
) -> None:
    """The other tests prove something only because these addresses lead somewhere."""
    visit = Visit(worlds[0].owner)
    wrong = []
    for page in campaign_pages():
        address = page.path(values(page, worlds[0]))
        statuses = {method: visit.status(method, address) for method in ("GET", "POST")}
        if {403, 404, 500} & set(statuses.values()) or set(statuses.values()) == {405}:
            wrong.append(f"{address} answered {statuses}")
    assert wrong == []


def test_no_row_of_another_campaign_is_reached_through_ones_own(worlds: tuple[World, World]) -> None:
    """Each id of an address in turn is one of the other campaign; the rest is the visitor's own."""
    theirs, ours = worlds
    visit = Visit(ours.owner)
    wrong = []
    for page in campaign_pages():
        own, foreign = values(page, ours), values(page, theirs)
        for name in ids(page):
            assert own[name] != foreign[name], f"ROWS[{name!r}] is the same in both campaigns"
            address = page.path(own | {name: foreign[name]})
            statuses = {method: visit.status(method, address) for method in ("GET", "POST")}
            if not set(statuses.values()) <= {404, 405} or 404 not in statuses.values():
                wrong.append(f"{address} ({name} is foreign) answered {statuses}")
    assert wrong == []


def test_nobody_can_borrow_another_campaigns_address_for_their_own_rows(worlds: tuple[World, World]) -> None:
    theirs, ours = worlds
    visit = Visit(ours.owner)
    answers = [
        (address, visit.status(method, address))
        for page in campaign_pages()
        for method in ("GET", "POST")
        for address in [page.path(values(page, ours) | {CAMPAIGN: theirs.campaign.slug})]
    ]
    assert refused(answers, 404) == []


def test_ids_that_name_nothing_are_not_found(worlds: tuple[World, World]) -> None:
    visit = Visit(worlds[0].owner)
    for page in campaign_pages():
        for name in ids(page):
            for nothing in (0, 2**63 - 1, 2**80):
                address = page.path(values(page, worlds[0]) | {name: nothing})
                statuses = {visit.status(method, address) for method in ("GET", "POST")}
                assert statuses <= {404, 405}, address


def test_a_page_without_an_audience_does_not_run() -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    [page] = pages([path("forgotten/", forgotten)])
    with pytest.raises(ImproperlyConfigured, match="declares no audience"):
        _ = page.audience


def test_an_address_with_an_unknown_parameter_says_what_to_do(worlds: tuple[World, World]) -> None:
    def view(request: HttpRequest, banana_id: int) -> HttpResponse:
        return HttpResponse()

    [page] = pages([path("bananas/<int:banana_id>/", view)])
    with pytest.raises(AssertionError, match=r"banana_id.*Add a line to ROWS"):
        values(page, worlds[0])


def test_pages_for_builders_exist_only_while_building(settings: Settings) -> None:
    settings.DEBUG = False
    assert urls.development_pages() == []
    settings.DEBUG = True
    found = pages(urls.development_pages())
    assert found
    assert all(page.route.startswith("dev/") and page.audience == "everyone" for page in found)


def test_answers_to_the_signed_in_are_kept_by_no_cache(worlds: tuple[World, World]) -> None:
    answer = Visit(worlds[0].owner)("GET", f"/c/{worlds[0].campaign.slug}/people/")
    assert "no-store" in answer["Cache-Control"]
