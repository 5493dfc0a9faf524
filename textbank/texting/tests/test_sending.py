from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out
from textbank.texting import cards
from textbank.texting.claiming import held_by, return_bucket
from textbank.texting.models import Assignment, Conversation, Message, Script, TextingAction
from textbank.texting.publishing import close, pause, resume
from textbank.texting.refusals import Safeguard
from textbank.texting.replying import Reply, send_replies
from textbank.texting.sending import Outcome, Press, Verdict, send_initials, undo
from textbank.texting.tests.hands import claim


def first_press(cast: Cast, action: TextingAction, member: Membership | None = None) -> Press:
    """What the volunteer sends when she taps Send on her first card."""
    member = member or cast.vera
    claim(action, member, clock.now())
    return cards.read(cards.deal(action, member, clock.now())[0].signed, member)


def send(cast: Cast, press: Press) -> Outcome:
    return send_initials(cast.campaign, [press], clock.now())[0]


def test_a_press_queues_exactly_what_the_card_showed(cast: Cast) -> None:
    action = cast.published([cast.contact(first_name="Ana")])
    press = first_press(cast, action)

    outcome = send(cast, press)

    message = Message.objects.get()
    assert outcome == Outcome(Verdict.QUEUED, message.id)
    assert message.text.startswith("Hi Ana, this is Vera with Green Valley Votes.")
    assert message.text == press.text
    assert (message.status, message.kind) == ("queued", "initial")
    assert message.assignment.outcome == "texted"
    assert message.conversation.assignee == cast.vera


def test_a_text_waits_five_seconds_before_it_is_due(cast: Cast) -> None:
    send(cast, first_press(cast, cast.published([cast.contact()])))
    assert Message.objects.get().due_at == clock.now() + timedelta(seconds=5)


def test_the_same_press_twice_is_one_text(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))

    first, second = send(cast, press), send(cast, press)

    assert first == second
    assert Message.objects.count() == 1


def test_the_same_press_twice_in_one_batch_is_one_text(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))

    first, second = send_initials(cast.campaign, [press, press], clock.now())

    assert first == second
    assert Message.objects.count() == 1


def test_a_contact_is_texted_once_though_two_cards_were_shown(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    send(cast, press)

    assert send(cast, replace(press, token=uuid.uuid4())).verdict == Verdict.NOT_YOURS
    assert Message.objects.count() == 1


def test_a_contact_in_other_hands_cannot_be_texted(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    return_bucket(action, cast.vera)
    claim(action, cast.victor, clock.now())

    assert send(cast, press).verdict == Verdict.NOT_YOURS
    assert not Message.objects.exists()


def test_an_assignment_of_another_campaign_is_out_of_reach(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))

    outcome = send_initials(cast.river.campaign, [press], clock.now())[0]

    assert outcome.verdict == Verdict.NOT_YOURS


def test_a_card_of_an_edited_script_is_refused(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    Script.objects.update(version=2)

    assert send(cast, press).verdict == Verdict.STALE
    assert Assignment.objects.get().holder == cast.vera


def test_a_card_of_a_removed_script_is_refused(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))
    Script.objects.update(removed_at=clock.now())

    assert send(cast, press).verdict == Verdict.STALE


def test_somebody_who_opted_out_after_the_card_was_shown_is_held_back(cast: Cast) -> None:
    contact = cast.contact()
    press = first_press(cast, cast.published([contact]))
    opt_out(cast.campaign, contact.phone, OptOut.Source.KEYWORD, clock.now())

    outcome = send(cast, press)

    message = Message.objects.get()
    assert outcome == Outcome(Verdict.HELD_BACK, message.id, Safeguard.OPTED_OUT)
    assert (message.status, message.safeguard) == ("safeguarded", Safeguard.OPTED_OUT)
    assert message.assignment.outcome == "safeguarded"


def test_an_opt_out_at_another_campaign_stops_nothing_here(cast: Cast) -> None:
    contact = cast.contact()
    press = first_press(cast, cast.published([contact]))
    opt_out(cast.river.campaign, contact.phone, OptOut.Source.KEYWORD, clock.now())

    assert send(cast, press).verdict == Verdict.QUEUED


def test_somebody_who_opted_out_is_not_even_shown(cast: Cast) -> None:
    contact = cast.contact()
    action = cast.published([contact, cast.contact(first_name="Ben")])
    claim(action, cast.vera, clock.now())
    opt_out(cast.campaign, contact.phone, OptOut.Source.ADMIN, clock.now())

    shown = cards.deal(action, cast.vera, clock.now())

    assert [card.contact.first_name for card in shown] == ["Ben"]
    assert Assignment.objects.get(contact=contact).outcome == "safeguarded"


def test_nobody_gets_two_first_texts_within_six_hours(cast: Cast, noon_on_a_tuesday: object) -> None:
    contact = cast.contact()
    send(cast, first_press(cast, cast.published([contact])))
    another = cast.published([contact], "Another drive")
    press = replace(
        first_press_shown_anyway(cast, another), assignment_id=Assignment.objects.get(action=another).id
    )

    assert send(cast, press) == Outcome(
        Verdict.HELD_BACK, Message.objects.get(action=another).id, Safeguard.TEXTED_RECENTLY
    )


def first_press_shown_anyway(cast: Cast, action: TextingAction) -> Press:
    """A press on a card as it was before the safeguards changed their mind."""
    claim(action, cast.vera, clock.now())
    script = action.scripts.get()
    assignment = held_by(action, cast.vera).get()
    return Press(assignment.id, script.id, script.version, "Hi", uuid.uuid4(), cast.vera.id)


def test_two_actions_pressing_in_one_batch_text_the_contact_once(cast: Cast) -> None:
    contact = cast.contact()
    one = first_press_shown_anyway(cast, cast.published([contact], "One"))
    two = first_press_shown_anyway(cast, cast.published([contact], "Two"))

    verdicts = [outcome.verdict for outcome in send_initials(cast.campaign, [one, two], clock.now())]

    assert verdicts == [Verdict.QUEUED, Verdict.HELD_BACK]


def test_a_campaign_may_switch_off_the_six_hours(cast: Cast) -> None:
    cast.campaign.prevents_frequent_texting = False
    cast.campaign.save()
    contact = cast.contact()
    one = first_press_shown_anyway(cast, cast.published([contact], "One"))
    two = first_press_shown_anyway(cast, cast.published([contact], "Two"))

    verdicts = {outcome.verdict for outcome in send_initials(cast.campaign, [one, two], clock.now())}

    assert verdicts == {Verdict.QUEUED}


def test_out_of_hours_the_card_stays_in_hand(cast: Cast, noon_on_a_tuesday) -> None:
    press = first_press(cast, cast.published([cast.contact()]))
    noon_on_a_tuesday.shift(timedelta(hours=5, minutes=30))  # 20:00 in New York

    assert send(cast, press) == Outcome(Verdict.NOT_NOW, None, Safeguard.CAMPAIGN_HOURS)
    assert not Message.objects.exists()
    assert Assignment.objects.get().holder == cast.vera


def test_a_paused_action_keeps_the_card_and_goes_on_later(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    pause(action, clock.now())
    assert send(cast, press).safeguard == Safeguard.ACTION_PAUSED

    resume(action, clock.now())
    assert send(cast, press).verdict == Verdict.QUEUED


def test_a_closed_action_texts_nobody(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    close(action, clock.now())

    assert send(cast, press).verdict in (Verdict.NOT_NOW, Verdict.NOT_YOURS)
    assert not Message.objects.exists()


def test_without_a_number_nothing_goes(cast: Cast) -> None:
    cast.green.number.is_active = False
    cast.green.number.save()
    press = first_press(cast, cast.published([cast.contact()]))

    assert send(cast, press).safeguard == Safeguard.NO_NUMBER


def test_a_contact_keeps_the_number_they_know_us_by(cast: Cast) -> None:
    contact = cast.contact()
    action = cast.published([contact])
    Conversation.objects.filter(contact=contact).update(number=cast.green.number)

    send(cast, first_press(cast, action))

    assert Conversation.objects.get(contact=contact).number == cast.green.number


def test_a_card_cannot_be_altered(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())
    signed = cards.deal(action, cast.vera, clock.now())[0].signed

    for forged in ("", "nonsense", signed[:-1] + ("A" if signed[-1] != "A" else "B"), "X" + signed):
        with pytest.raises(cards.Stale):
            cards.read(forged, cast.vera)


def test_a_card_is_good_for_the_volunteer_who_saw_it(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())
    signed = cards.deal(action, cast.vera, clock.now())[0].signed

    with pytest.raises(cards.Stale):
        cards.read(signed, cast.victor)


def test_a_card_grows_old(cast: Cast, noon_on_a_tuesday) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())
    signed = cards.deal(action, cast.vera, clock.now())[0].signed
    noon_on_a_tuesday.shift(cards.GOOD_FOR + timedelta(seconds=1))

    with pytest.raises(cards.Stale):
        cards.read(signed, cast.vera)


def test_a_text_can_be_taken_back_and_sent_again(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    send(cast, press)

    assert undo(Message.objects.get(), clock.now())

    assignment = Assignment.objects.get()
    assert (assignment.outcome, assignment.holder, assignment.texted_at) == ("untexted", cast.vera, None)
    assert Conversation.objects.get().last_initial_at is None
    assert send(cast, first_press(cast, action)).verdict == Verdict.QUEUED
    assert sorted(Message.objects.values_list("status", flat=True)) == ["queued", "undone"]


def test_a_copy_of_a_press_that_comes_after_it_was_taken_back_sends_nothing(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    press = first_press(cast, action)
    send(cast, press)
    undo(Message.objects.get(), clock.now())

    assert send(cast, press).verdict == Verdict.STALE
    assert Message.objects.get().status == "undone"
    assert send(cast, first_press(cast, action)).verdict == Verdict.QUEUED


def test_a_text_that_has_gone_cannot_be_taken_back(cast: Cast) -> None:
    send(cast, first_press(cast, cast.published([cast.contact()])))
    Message.objects.update(status="sending", due_at=None)

    assert not undo(Message.objects.get(), clock.now())
    assert Assignment.objects.get().outcome == "texted"


def reply(cast: Cast, conversation: Conversation, **changes: object) -> Outcome:
    values = {
        "conversation_id": conversation.id,
        "text": "Thank you",
        "token": uuid.uuid4(),
        "member_id": cast.vera.id,
    }
    return send_replies(cast.campaign, [Reply(**values | changes)], clock.now())[0]


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    """A conversation of Vera's in which the contact waits for an answer."""
    return Conversation.objects.create(
        campaign=cast.campaign,
        contact=cast.contact(),
        assignee=cast.vera,
        number=cast.green.number,
        needs_attention=True,
        is_unread=True,
        last_inbound_at=clock.now(),
    )


def test_a_reply_is_queued_at_once_and_settles_the_conversation(
    cast: Cast, conversation: Conversation
) -> None:
    assert reply(cast, conversation).verdict == Verdict.QUEUED

    message = Message.objects.get()
    assert (message.kind, message.text, message.due_at) == ("reply", "Thank you", clock.now())
    conversation.refresh_from_db()
    assert not conversation.needs_attention


def test_the_same_reply_twice_is_one_text(cast: Cast, conversation: Conversation) -> None:
    token = uuid.uuid4()
    assert reply(cast, conversation, token=token) == reply(cast, conversation, token=token)
    assert Message.objects.count() == 1


def test_nobody_who_opted_out_gets_a_reply(cast: Cast, conversation: Conversation) -> None:
    opt_out(cast.campaign, conversation.contact.phone, OptOut.Source.VOLUNTEER, clock.now())

    assert reply(cast, conversation).safeguard == Safeguard.OPTED_OUT
    assert not Message.objects.exists()


def test_replies_wait_for_texting_hours_too(
    cast: Cast,
    conversation: Conversation,
    noon_on_a_tuesday,
) -> None:
    noon_on_a_tuesday.shift(timedelta(hours=6))
    assert reply(cast, conversation).verdict == Verdict.NOT_NOW


def test_replies_go_on_after_the_action_has_closed(cast: Cast, conversation: Conversation) -> None:
    action = cast.published([])
    conversation.action = action
    conversation.save()
    close(action, clock.now())

    assert reply(cast, conversation).verdict == Verdict.QUEUED


def test_a_conversation_of_another_campaign_is_out_of_reach(cast: Cast, conversation: Conversation) -> None:
    values = Reply(conversation.id, "Hello", uuid.uuid4(), cast.ravi.id)
    assert send_replies(cast.river.campaign, [values], clock.now())[0].verdict == Verdict.NOT_YOURS


def test_a_conversation_goes_back_to_whom_it_was_taken_from(cast: Cast) -> None:
    cast.campaign.prevents_frequent_texting = False
    cast.campaign.save()
    contact = cast.contact()
    one = cast.published([contact], "One")
    send(cast, first_press(cast, one))
    send(cast, first_press(cast, cast.published([contact], "Two"), cast.victor))

    undo(Message.objects.latest("id"), clock.now())

    conversation = Conversation.objects.get()
    assert (conversation.assignee, conversation.action) == (cast.vera, one)


def test_a_press_that_comes_again_while_its_text_waits_is_the_same_text(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))
    first = send(cast, press)
    Message.objects.update(safeguard=Safeguard.NUMBER_CAP)  # what it waits for

    again = send(cast, press)

    assert (again.verdict, again.message_id) == (Verdict.QUEUED, first.message_id)


def test_of_two_cards_for_one_contact_pressed_together_each_is_judged_by_its_own_script(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    old = first_press(cast, action)
    other = Script.objects.create(
        campaign=cast.campaign, action=action, kind="initial", name="Second", text="Hi. Reply STOP to stop."
    )
    Script.objects.filter(id=old.script_id).update(version=2)
    fresh = replace(old, script_id=other.id, script_version=1, text=other.text, token=uuid.uuid4())

    outcomes = send_initials(cast.campaign, [old, fresh], clock.now())

    assert [outcome.verdict for outcome in outcomes] == [Verdict.STALE, Verdict.QUEUED]
    assert Message.objects.get().text == other.text


def test_a_contact_who_is_held_back_is_settled_once_however_often_pressed_together(cast: Cast) -> None:
    press = first_press(cast, cast.published([cast.contact()]))
    opt_out(cast.campaign, cast.campaign.contacts.get().phone, OptOut.Source.ADMIN, clock.now())

    outcomes = send_initials(cast.campaign, [press, replace(press, token=uuid.uuid4())], clock.now())

    assert [outcome.verdict for outcome in outcomes] == [Verdict.HELD_BACK, Verdict.NOT_YOURS]
    assert Message.objects.count() == 1
