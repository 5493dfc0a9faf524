from __future__ import annotations

from textbank import clock
from textbank.conftest import Cast
from textbank.contacts.models import Mark, Tag
from textbank.texting.models import Conversation
from textbank.texting.reassigning import open_conversations, reassign
from textbank.texting.reporting import file_report, report_tags, tags_on


def waiting(cast: Cast, **changes: object) -> Conversation:
    """A conversation in which somebody waits for an answer from Vera."""
    values = {
        "campaign": cast.campaign,
        "contact": cast.contact(),
        "assignee": cast.vera,
        "needs_attention": True,
        "last_inbound_at": clock.now(),
    }
    return Conversation.objects.create(**values | changes)


def tag(cast: Cast, name: str, **more: object) -> Tag:
    return Tag.objects.create(campaign=cast.campaign, name=name, slug=name.lower(), **more)


def test_a_report_marks_the_contact_and_settles_the_conversation(cast: Cast) -> None:
    conversation, supporter = waiting(cast), tag(cast, "Supporter")

    report = file_report(conversation, cast.vera, {supporter: True}, clock.now())

    assert tags_on(conversation) == {supporter.id}
    assert report.marks.get().marked_by == cast.vera
    conversation.refresh_from_db()
    assert not conversation.needs_attention


def test_taking_a_mark_off_is_on_record(cast: Cast) -> None:
    conversation, supporter = waiting(cast), tag(cast, "Supporter")
    file_report(conversation, cast.vera, {supporter: True}, clock.now())
    file_report(conversation, cast.victor, {supporter: False}, clock.now())

    assert tags_on(conversation) == set()
    assert list(Mark.objects.order_by("id").values_list("is_set", flat=True)) == [True, False]


def test_an_answer_that_changes_nothing_makes_no_mark(cast: Cast) -> None:
    conversation, supporter = waiting(cast), tag(cast, "Supporter")
    file_report(conversation, cast.vera, {supporter: False}, clock.now())
    assert not Mark.objects.exists()


def test_a_report_asks_what_the_action_chose_else_the_defaults(cast: Cast) -> None:
    conversation = waiting(cast)
    usual, special = tag(cast, "Usual", is_default=True), tag(cast, "Special")
    Tag.objects.create(campaign=cast.river.campaign, name="Theirs", slug="theirs", is_default=True)
    action = cast.published([])
    assert list(report_tags(action, conversation)) == [usual]

    action.report_tags.add(special)
    assert list(report_tags(action, conversation)) == [special]


def test_open_conversations_move_from_one_person_to_another(cast: Cast) -> None:
    theirs, answered = waiting(cast), waiting(cast, needs_attention=False)
    others = waiting(cast, assignee=cast.adam)
    hidden = waiting(cast, hidden_at=clock.now())

    moved = reassign(open_conversations(cast.campaign, held_by=cast.vera), cast.victor)

    assert moved == 1
    assert set(Conversation.objects.filter(assignee=cast.victor)) == {theirs}
    assert {answered, hidden} == set(Conversation.objects.filter(assignee=cast.vera))
    assert others in Conversation.objects.filter(assignee=cast.adam)


def test_conversations_never_move_to_another_campaign(cast: Cast) -> None:
    waiting(cast)
    assert reassign(open_conversations(cast.campaign), cast.ravi) == 0
