"""Publishing gives new contacts a number to be texted from: near ones first, the least used first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from textbank import clock
from textbank.campaigns.models import Campaign
from textbank.carriers.models import PhoneNumber
from textbank.conftest import Cast
from textbank.contacts.models import Contact
from textbank.texting import editing
from textbank.texting.models import Conversation, TextingAction
from textbank.texting.publishing import even_shares, publish


@pytest.mark.parametrize(
    ("used", "contacts", "shares"),
    [
        ([], 10, []),
        ([0], 10, [10]),
        ([0, 0], 0, [0, 0]),
        ([0, 0], 5, [3, 2]),
        ([0, 4, 20], 10, [7, 3, 0]),
        ([20, 4, 0], 10, [0, 3, 7]),
        ([0, 4, 20], 4, [4, 0, 0]),
        ([0, 4, 20], 36, [20, 16, 0]),
        ([0, 4, 20], 39, [21, 17, 1]),
        ([5, 5, 5], 1, [1, 0, 0]),
        ([0, 1_000_000], 3, [3, 0]),
    ],
)
def test_the_least_used_number_takes_new_contacts_first(
    used: list[int], contacts: int, shares: list[int]
) -> None:
    assert list(even_shares(dict(enumerate(used)), contacts).values()) == shares


@given(used=st.lists(st.integers(0, 500), min_size=1, max_size=12), contacts=st.integers(0, 5000))
def test_shares_add_up_and_leave_all_numbers_as_even_as_they_can_be(used: list[int], contacts: int) -> None:
    shares = even_shares(dict(enumerate(used)), contacts)
    after = {number: used[number] + share for number, share in shares.items()}
    assert sum(shares.values()) == contacts
    assert min(shares.values()) >= 0
    # Whoever got any is no fuller than the emptiest, but for the one contact that cannot be divided.
    assert all(after[number] <= min(after.values()) + 1 for number, share in shares.items() if share)


def number(
    cast: Cast, digits: str, *, is_active: bool = True, campaign: Campaign | None = None
) -> PhoneNumber:
    company = cast.river if campaign == cast.river.campaign else cast.green
    return PhoneNumber.objects.create(
        campaign=company.campaign, account=company.account, number=digits, is_active=is_active
    )


def numbers_of(contacts: list[Contact]) -> Counter[int | None]:
    threads = Conversation.objects.filter(contact__in=contacts)
    return Counter(threads.values_list("number_id", flat=True))


def talked_to(cast: Cast, by: PhoneNumber, people: int) -> list[Contact]:
    """Contacts who have had texts from this number."""
    contacts = [cast.contact() for _ in range(people)]
    Conversation.objects.bulk_create(
        Conversation(campaign=cast.campaign, contact=one, number=by, last_message_at=clock.now())
        for one in contacts
    )
    return contacts


def test_new_contacts_are_shared_out_so_that_all_numbers_end_up_even(cast: Cast) -> None:
    second = number(cast, "+19195550002")
    number(cast, "+12165550009", campaign=cast.river.campaign)
    talked_to(cast, cast.green.number, 4)
    contacts = [cast.contact() for _ in range(10)]

    cast.published(contacts)

    assert numbers_of(contacts) == {cast.green.number.id: 3, second.id: 7}


def test_who_knows_one_of_our_numbers_keeps_it_and_takes_nothing_from_the_others_shares(cast: Cast) -> None:
    second = number(cast, "+19195550002")
    known = talked_to(cast, cast.green.number, 6)
    new = [cast.contact() for _ in range(6)]

    cast.published([*known, *new])

    assert numbers_of(known) == {cast.green.number.id: 6}
    assert numbers_of(new) == {second.id: 6}


def test_who_was_dealt_out_and_never_texted_is_dealt_out_anew(cast: Cast) -> None:
    contacts = [cast.contact() for _ in range(4)]
    cast.published(contacts, "First")
    assert numbers_of(contacts) == {cast.green.number.id: 4}
    second = number(cast, "+19195550002")
    talked_to(cast, cast.green.number, 4)

    cast.published(contacts, "Second")

    assert numbers_of(contacts) == {second.id: 4}


def test_a_number_that_is_off_gets_nobody(cast: Cast) -> None:
    off = number(cast, "+19195550002", is_active=False)
    contacts = [cast.contact() for _ in range(5)]

    cast.published(contacts)

    assert numbers_of(contacts) == {cast.green.number.id: 5}
    assert off.id not in numbers_of(contacts)


def test_without_any_number_an_action_is_published_and_its_contacts_wait_for_one(cast: Cast) -> None:
    PhoneNumber.objects.update(is_active=False)
    contacts = [cast.contact() for _ in range(3)]
    cast.published(contacts)
    assert numbers_of(contacts) == {None: 3}


def preferring(cast: Cast, contacts: list[Contact], *area_codes: str) -> None:
    draft = cast.draft(contacts)
    assert editing.prefer_area_codes(draft, list(area_codes))
    publish(draft, clock.now())


def test_numbers_of_the_preferred_area_codes_are_chosen(cast: Cast) -> None:
    near = [number(cast, "+13365550001"), number(cast, "+17045550001")]
    number(cast, "+13365550002", is_active=False)
    contacts = [cast.contact() for _ in range(8)]

    preferring(cast, contacts, "336", "704")

    assert numbers_of(contacts) == {near[0].id: 4, near[1].id: 4}


def test_where_no_number_is_near_any_will_do(cast: Cast) -> None:
    number(cast, "+13365550002", is_active=False)
    number(cast, "+13365550003", campaign=cast.river.campaign)
    contacts = [cast.contact() for _ in range(3)]
    preferring(cast, contacts, "336")
    assert numbers_of(contacts) == {cast.green.number.id: 3}


@pytest.fixture
def draft(cast: Cast) -> TextingAction:
    Campaign.objects.filter(id=cast.campaign.id).update(area_codes=["919", "336"])
    return cast.draft([cast.contact()])


def test_the_page_offers_the_campaigns_area_codes_with_how_many_numbers_are_there(
    cast: Cast, draft: TextingAction, sign_in: Callable[..., Client]
) -> None:
    number(cast, "+13365550002", is_active=False)
    number(cast, "+19195550002")
    number(cast, "+13365550003", campaign=cast.river.campaign)
    page = sign_in(cast.adam).get(reverse("action_setup", args=["green-valley", draft.id])).content.decode()
    assert "919 (2 numbers)" in page
    assert "336 (0 numbers)" in page


def test_an_action_prefers_area_codes_of_its_campaign_only(
    draft: TextingAction, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    there, staff = reverse("action_area_codes", args=["green-valley", draft.id]), sign_in(cast.adam)
    assert staff.post(there, {"preferred_area_codes": ["336", "704"]}).status_code == 422
    assert staff.post(there, {"preferred_area_codes": ["336"]}).status_code == 302
    draft.refresh_from_db()
    assert draft.preferred_area_codes == ["336"]
    assert editing.copy(draft).pk is not None
    assert TextingAction.objects.get(title__startswith="Copy").preferred_area_codes == ["336"]


def test_an_area_code_that_left_the_settings_can_still_be_taken_away(
    draft: TextingAction, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    editing.prefer_area_codes(draft, ["704"])
    there, staff = reverse("action_area_codes", args=["green-valley", draft.id]), sign_in(cast.adam)
    assert staff.post(there, {"preferred_area_codes": ["704", "919"]}).status_code == 302
    assert staff.post(there, {}).status_code == 302
    draft.refresh_from_db()
    assert draft.preferred_area_codes == []


def test_the_numbers_of_a_published_action_are_dealt_out(
    draft: TextingAction, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    publish(draft, clock.now())
    there = reverse("action_area_codes", args=["green-valley", draft.id])
    answer = sign_in(cast.adam).post(there, {"preferred_area_codes": ["336"]})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.preferred_area_codes == []
