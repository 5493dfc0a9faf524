from __future__ import annotations

import pytest

from textbank import clock
from textbank.conftest import Cast
from textbank.contacts.models import ContactList
from textbank.texting.models import Assignment, Conversation, Script, TextingAction
from textbank.texting.publishing import NotReady, close, pause, problems, publish, resume
from textbank.texting.tests.hands import claim


def test_publishing_deals_every_contact_of_the_list_once(cast: Cast) -> None:
    contacts = [cast.contact() for _ in range(3)]
    cast.contact()  # on no list

    action = cast.published(contacts)

    assert action.status == "published"
    assert {one.contact_id for one in action.assignments.all()} == {contact.id for contact in contacts}
    assert Conversation.objects.count() == 3


def test_publishing_twice_changes_nothing(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    published_at = action.published_at

    publish(action, clock.now())

    action.refresh_from_db()
    assert action.published_at == published_at
    assert action.assignments.count() == 1


def test_a_closed_action_is_not_published_again(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    close(action, clock.now())
    publish(action, clock.now())

    action.refresh_from_db()
    assert action.status == "closed"


def test_a_contact_keeps_the_one_conversation_over_several_actions(cast: Cast) -> None:
    contact = cast.contact()
    cast.published([contact], "One")
    cast.published([contact], "Two")

    assert Conversation.objects.filter(contact=contact).count() == 1
    assert Assignment.objects.filter(contact=contact).count() == 2


def broken(action: TextingAction, **changes: object) -> list[str]:
    for name, value in changes.items():
        setattr(action, name, value)
    action.save()
    return [str(problem) for problem in problems(action)]


def test_an_action_needs_a_title_a_description_and_a_list(cast: Cast) -> None:
    action = cast.draft([cast.contact()])
    assert problems(action) == []
    assert len(broken(action, title=" ")) == 1
    assert len(broken(action, description="")) == 2
    assert len(broken(action, contact_list=None)) == 3


def test_only_a_ready_list_can_be_texted(cast: Cast) -> None:
    action = cast.draft([cast.contact()])
    ContactList.objects.update(status=ContactList.Status.PROCESSING)

    with pytest.raises(NotReady):
        publish(TextingAction.objects.get(id=action.id), clock.now())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hi {{first_name}}, can you vote?", "opt out"),
        ("Hi {{frist_name}}. Reply STOP to unsubscribe.", "frist_name"),
        ("Hi {{first_name}. Reply STOP to unsubscribe.", "{{first_name}"),
        (" ", "empty"),
    ],
)
def test_a_script_that_must_not_go_out_stops_publishing(cast: Cast, text: str, why: str) -> None:
    action = cast.draft([cast.contact()])
    Script.objects.update(text=text)

    with pytest.raises(NotReady) as refused:
        publish(action, clock.now())

    assert why in str(refused.value)
    assert not Assignment.objects.exists()


def test_a_column_of_the_list_is_a_merge_field(cast: Cast) -> None:
    action = cast.draft([cast.contact(merge_fields={"polling_place": "Library"})])
    Script.objects.update(text="Vote at {{polling_place}}. Reply STOP to unsubscribe.")

    assert problems(action) == []


def test_an_action_without_an_initial_script_is_not_published(cast: Cast) -> None:
    action = cast.draft([cast.contact()])
    Script.objects.update(kind=Script.Kind.RESPONSE)
    with pytest.raises(NotReady):
        publish(action, clock.now())


def test_closing_gives_the_contacts_in_hand_back(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())
    close(action, clock.now())

    assert not Assignment.objects.filter(holder__isnull=False).exists()


def test_pausing_is_not_closing(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    pause(action, clock.now())
    action.refresh_from_db()
    assert not action.takes_initials

    resume(action, clock.now())
    action.refresh_from_db()
    assert action.takes_initials
