"""The cast. Two campaigns stand in every test, so that nothing can leak from one to the other unseen.

*Green Valley Votes* has Olivia (owner), Adam (admin), Vera and Victor (volunteers).
*River City Care* has Rosa (owner) and Ravi (volunteer). Sam is a stranger: signed in, member of nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client

from textbank import clock
from textbank.campaigns.models import Campaign, Membership, Registration, Role, User
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.contacts.models import Contact, ContactList, ContactListEntry
from textbank.texting.models import Script, TextingAction
from textbank.texting.publishing import publish

# A Tuesday in October, 14:30 in New York, 11:30 in Los Angeles: every continental window is open.
TUESDAY_NOON = datetime(2026, 10, 13, 18, 30, tzinfo=UTC)
EASTERN = 1


@dataclass
class Company:
    """A campaign and what belongs to it."""

    campaign: Campaign
    owner: Membership
    account: CarrierAccount
    number: PhoneNumber
    members: dict[str, Membership] = field(default_factory=dict)


class Cast:
    """Everybody in the tests, with verbs to bring in what a test needs."""

    def __init__(self) -> None:
        self._phones = itertools.count(5550100)
        self.green = self._company("Green Valley Votes", "green-valley", "+19195550001", "Olivia")
        self.river = self._company("River City Care", "river-city", "+12165550001", "Rosa")
        self.campaign = self.green.campaign
        self.olivia = self.green.owner
        self.adam = self.join(self.green, "Adam", Role.ADMIN)
        self.vera = self.join(self.green, "Vera", Role.VOLUNTEER)
        self.victor = self.join(self.green, "Victor", Role.VOLUNTEER)
        self.rosa = self.river.owner
        self.ravi = self.join(self.river, "Ravi", Role.VOLUNTEER)
        self.sam = User.objects.create_user("sam@example.org", "Sam")

    def _company(self, name: str, slug: str, number: str, owner: str) -> Company:
        campaign = Campaign.objects.create(name=name, slug=slug)
        account = CarrierAccount.objects.create(
            campaign=campaign,
            name="Twilio",
            base_url="http://127.0.0.1:9",
            account_id=f"AC{slug}",
            secret=f"secret of {slug}",
        )
        Registration.objects.create(
            campaign=campaign,
            legal_name=name,
            status=Registration.Status.APPROVED,
            decided_at=clock.now(),
        )
        phone = PhoneNumber.objects.create(campaign=campaign, account=account, number=number)
        user = User.objects.create_user(f"{owner.lower()}@example.org", owner, "Owner")
        membership = Membership.objects.create(campaign=campaign, user=user, role=Role.OWNER)
        return Company(campaign, membership, account, phone)

    def join(self, company: Company, name: str, role: Role = Role.VOLUNTEER) -> Membership:
        user = User.objects.create_user(f"{name.lower()}@example.org", name)
        return Membership.objects.create(campaign=company.campaign, user=user, role=role)

    def contact(self, campaign: Campaign | None = None, **fields: object) -> Contact:
        """A contact in the Eastern zone, with a phone nobody else has."""
        values = {"phone": f"+1919{next(self._phones)}", "first_name": "Maria", "zones": EASTERN} | fields
        return Contact.objects.create(campaign=campaign or self.campaign, **values)

    def contact_list(self, contacts: list[Contact], name: str = "Likely voters") -> ContactList:
        campaign = contacts[0].campaign if contacts else self.campaign
        contact_list = ContactList.objects.create(
            campaign=campaign, name=name, status=ContactList.Status.READY
        )
        ContactListEntry.objects.bulk_create(
            ContactListEntry(campaign=campaign, contact_list=contact_list, contact=contact)
            for contact in contacts
        )
        return contact_list

    def draft(self, contacts: list[Contact], title: str = "Get out the vote") -> TextingAction:
        """A draft with one initial script, ready to be published."""
        contact_list = self.contact_list(contacts, name=f"List for {title}")
        action = TextingAction.objects.create(
            campaign=contact_list.campaign,
            contact_list=contact_list,
            title=title,
            description="Tell voters where to vote.",
        )
        Script.objects.create(
            campaign=action.campaign,
            action=action,
            kind=Script.Kind.INITIAL,
            name="First",
            text="Hi {{first_name}}, this is {{user.first_name}} with Green Valley Votes. Can we count on "
            "you? Reply STOP to unsubscribe.",
        )
        return action

    def published(self, contacts: list[Contact], title: str = "Get out the vote") -> TextingAction:
        """A published action over the contacts."""
        action = self.draft(contacts, title)
        publish(action, clock.now())
        action.refresh_from_db()
        return action


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> object:
    """Time stands still at `TUESDAY_NOON`; a test that needs another moment travels."""
    with time_machine.travel(TUESDAY_NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in(client: Client) -> Callable[[Membership | User], Client]:
    """`sign_in(cast.vera)` gives a browser in which Vera is signed in."""

    def as_person(person: Membership | User) -> Client:
        user = person.user if isinstance(person, Membership) else person
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_person


@pytest.fixture(autouse=True)
def jobs_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with true transactions Django empties the tables that it manages. Those of jobs it does not."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
