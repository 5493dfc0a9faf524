"""The results of an action and the conversations of a campaign, as staff see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out
from textbank.results import conversations as finding
from textbank.texting.models import Conversation, Message, TextingAction
from textbank.texting.publishing import close

CONVERSATIONS = "/c/green-valley/staff/conversations/"


@pytest.fixture
def staff(cast: Cast, sign_in: Callable[[Membership], Client]) -> Client:
    return sign_in(cast.adam)


@pytest.fixture
def action(cast: Cast) -> TextingAction:
    return cast.published([cast.contact(first_name=name) for name in ("Ana", "Ben", "Cleo")])


def talk(cast: Cast, action: TextingAction, name: str, words: str, holder: Membership | None) -> Conversation:
    """The contact of this name has written these words, and waits for an answer."""
    conversation = Conversation.objects.get(contact__first_name=name, campaign=action.campaign)
    conversation.action, conversation.assignee = action, holder
    conversation.needs_attention = True
    conversation.last_inbound_at = conversation.last_message_at = clock.now()
    conversation.save()
    Message.objects.create(
        campaign=action.campaign,
        conversation=conversation,
        action=action,
        kind="incoming",
        status="received",
        text=words,
        carrier_id=f"IN{conversation.id}",
        created_at=clock.now(),
    )
    return conversation


def results_of(action: TextingAction) -> str:
    return reverse("results", args=["green-valley", action.id])


def shown(staff: Client, **asked: Any) -> list[str]:
    page = staff.get(CONVERSATIONS, asked).context["page"]
    return [conversation.contact.first_name for conversation in page.rows]


def test_the_numbers_refresh_by_themselves_while_the_action_is_published(
    staff: Client, action: TextingAction
) -> None:
    page = staff.get(results_of(action)).content.decode()
    assert 'hx-trigger="every 15s"' in page
    fragment = staff.get(results_of(action), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'id="numbers"' in fragment
    close(action, clock.now())
    assert 'hx-trigger="every 15s"' not in staff.get(results_of(action)).content.decode()


def test_a_draft_has_no_results_yet(cast: Cast, staff: Client) -> None:
    draft = cast.draft([cast.contact()])
    response = staff.get(results_of(draft))
    assert response.headers["location"] == reverse("action_setup", args=["green-valley", draft.id])


def test_results_of_another_campaign_are_not_there(cast: Cast, staff: Client) -> None:
    theirs = cast.published([cast.contact(cast.river.campaign)])
    assert staff.get(results_of(theirs)).status_code == 404
    assert staff.post(reverse("reassignment", args=["green-valley", theirs.id])).status_code == 404


def test_before_reassigning_the_page_says_how_many_would_go(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    talk(cast, action, "Ben", "Who?", cast.victor)
    asked = {"held_by": cast.vera.id, "to": cast.adam.id}
    assert staff.get(results_of(action), asked).context["going"] == 1
    assert staff.get(results_of(action), {"held_by": "", "to": cast.adam.id}).context["going"] == 2
    assert Conversation.objects.filter(assignee=cast.adam).count() == 0


def test_open_conversations_go_from_one_person_to_another(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    others = talk(cast, action, "Ben", "Who?", cast.victor)
    answered = talk(cast, action, "Cleo", "Thanks", cast.vera)
    Conversation.objects.filter(id=answered.id).update(needs_attention=False)
    there = reverse("reassignment", args=["green-valley", action.id])
    response = staff.post(there, {"held_by": cast.vera.id, "to": cast.adam.id}, follow=True)
    assert [conversation.contact.first_name for conversation in cast.adam.conversations.all()] == ["Ana"]
    others.refresh_from_db()
    assert others.assignee == cast.victor
    assert "1 conversation went to Adam." in [str(message) for message in response.context["messages"]]


def test_conversations_go_only_to_members_who_can_come_in(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    Membership.objects.filter(id=cast.victor.id).update(suspended_at=clock.now())
    there = reverse("reassignment", args=["green-valley", action.id])
    for nobody in (cast.victor, cast.rosa):
        staff.post(there, {"held_by": "", "to": nobody.id})
    assert cast.vera.conversations.count() == 1


def test_conversations_in_which_nothing_was_written_are_left_out(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    assert shown(staff) == ["Ana"]


def test_conversations_are_found_by_what_is_asked(cast: Cast, staff: Client, action: TextingAction) -> None:
    talk(cast, action, "Ana", "When is the rally", cast.vera)
    talk(cast, action, "Ben", "Not me", None)
    done = talk(cast, action, "Cleo", "Thanks", cast.victor)
    Conversation.objects.filter(id=done.id).update(needs_attention=False)
    assert shown(staff, words="RALLY") == ["Ana"]
    assert shown(staff, q="cle") == ["Cleo"]
    assert shown(staff, q=done.contact.phone[-7:]) == ["Cleo"]
    assert shown(staff, assignee="nobody") == ["Ben"]
    assert shown(staff, assignee=cast.vera.id) == ["Ana"]
    assert set(shown(staff, state="attention")) == {"Ana", "Ben"}
    assert set(shown(staff, state="replied", action=action.id)) == {"Ana", "Ben", "Cleo"}
    assert shown(staff, state="not_delivered") == []


def test_an_address_that_makes_no_sense_finds_nothing(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    theirs = cast.published([cast.contact(cast.river.campaign)])
    for asked in ({"action": theirs.id}, {"assignee": cast.rosa.id}, {"state": "odd"}, {"script": "x"}):
        assert shown(staff, **asked) == []
    assert shown(staff, after="nonsense") == ["Ana"]


def test_staff_see_the_exact_words_of_those_who_opted_out(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    conversation = talk(cast, action, "Ana", "stop it <now>", cast.vera)
    Conversation.objects.filter(id=conversation.id).update(hidden_at=clock.now(), needs_attention=False)
    phone = conversation.contact.phone
    opt_out(cast.campaign, phone, OptOut.Source.KEYWORD, clock.now(), words="stop it <now>")
    page = staff.get(CONVERSATIONS, {"state": "opted_out"}).content.decode()
    assert "“stop it &lt;now&gt;”" in page


def test_conversations_of_another_campaign_are_not_shown(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    theirs = cast.published([cast.contact(cast.river.campaign, first_name="Zoe")])
    talk(cast, theirs, "Zoe", "Yes", cast.ravi)
    assert shown(staff) == []


def test_pages_follow_each_other_without_gap_or_repeat(
    cast: Cast, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    names = ["Ana", "Ben", "Cleo", "Dan", "Eve"]
    action = cast.published([cast.contact(first_name=name) for name in names], title="Many")
    for age, name in enumerate(names):
        conversation = talk(cast, action, name, "Yes", cast.vera)
        moment = None if name == "Eve" else clock.now() - timedelta(minutes=age // 2)
        Conversation.objects.filter(id=conversation.id).update(last_message_at=moment)
    seen, after = [], ""
    for _ in range(3):
        page = staff.get(CONVERSATIONS, {"after": after}).context["page"]
        seen += [conversation.contact.first_name for conversation in page.rows]
        after = page.next
    assert seen == ["Ben", "Ana", "Dan", "Cleo", "Eve"]
    assert after == ""


def test_the_table_of_conversations_asks_the_same_number_of_questions_however_long_it_is(
    cast: Cast, staff: Client, action: TextingAction, django_assert_num_queries: Any
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    staff.get(CONVERSATIONS)  # from now on the visitor is known
    with django_assert_num_queries(7):
        staff.get(CONVERSATIONS)
    for name in ("Ben", "Cleo"):
        talk(cast, action, name, "Yes", cast.vera)
    with django_assert_num_queries(7):
        staff.get(CONVERSATIONS)


def test_every_link_between_these_pages_leads_somewhere(
    cast: Cast, staff: Client, action: TextingAction
) -> None:
    talk(cast, action, "Ana", "Yes", cast.vera)
    page = staff.get(results_of(action)).content.decode()
    links = {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]}
    ours = [link for link in links if link.startswith("/c/") and "/staff/" in urlsplit(link).path]
    assert len(ours) > 5
    for link in ours:
        assert staff.get(link).status_code == 200, link


def test_one_person_is_counted_in_the_singular(cast: Cast, staff: Client) -> None:
    action = cast.published([cast.contact(first_name="Ana")])
    action.assignments.update(outcome="texted")
    talk(cast, action, "Ana", "Yes", cast.vera)
    page = staff.get(results_of(action)).content.decode()
    assert "person texted" in page
    assert "needs attention" in page


@pytest.mark.parametrize(
    ("media", "words"), [(["https://example.org/1.jpg"], "Picture"), ([], "A text without words")]
)
def test_a_text_without_words_is_said_to_have_come(
    cast: Cast, staff: Client, action: TextingAction, media: list[str], words: str
) -> None:
    talk(cast, action, "Ana", "", cast.vera)
    Message.objects.filter(kind="incoming").update(media=media)
    page = staff.get(CONVERSATIONS).content.decode()
    assert words in page
    assert "Nothing was sent" not in page
