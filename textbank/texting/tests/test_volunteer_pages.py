from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Campaign, Membership
from textbank.conftest import Cast
from textbank.contacts import zones
from textbank.contacts.models import Contact, OptOut
from textbank.contacts.opting_out import opt_out
from textbank.texting import cards
from textbank.texting.claiming import LEASE, held_by
from textbank.texting.models import Assignment, Conversation, Message, Script, Skip, TextingAction
from textbank.texting.pausing import pause_campaign
from textbank.texting.publishing import close, pause
from textbank.texting.sending import UNDO_WINDOW
from textbank.texting.tests.hands import claim

SignIn = Callable[[Membership], Client]
AS_DATA = {"Accept": "application/json"}


def page(name: str, *ids: int, campaign: str = "green-valley") -> str:
    return reverse(name, args=[campaign, *ids])


def in_hand(cast: Cast, *names: str, member: Membership | None = None) -> TextingAction:
    """A published action whose contacts of these names are all in Vera's hands."""
    action = cast.published([cast.contact(first_name=name) for name in names])
    claim(action, member or cast.vera, clock.now())
    return action


def card_of(action: TextingAction, member: Membership, name: str = "Ana") -> cards.Card:
    return next(c for c in cards.deal(action, member, clock.now()) if c.contact.first_name == name)


def press(browser: Client, card: cards.Card, **headers: str) -> Any:
    address = page("initial_message", card.assignment.id)
    return browser.post(address, {"card": card.signed}, headers=headers or AS_DATA)


def replied(
    cast: Cast, contact: Contact, member: Membership, action: TextingAction | None = None
) -> Conversation:
    """The contact's conversation, as if they had just written back to this volunteer."""
    conversation, _ = Conversation.objects.get_or_create(campaign=contact.campaign, contact=contact)
    Conversation.objects.filter(id=conversation.id).update(
        assignee=member, action=action, needs_attention=True, is_unread=True, last_inbound_at=clock.now()
    )
    return conversation


def test_the_feed_shows_open_actions_with_what_is_left_and_who_waits(cast: Cast, sign_in: SignIn) -> None:
    ana, ben = cast.contact(first_name="Ana"), cast.contact(first_name="Ben")
    action = cast.published([ana, ben], title="Get out the vote")
    cast.draft([cast.contact()], title="Not yet")
    close(cast.published([cast.contact()], title="Over"), clock.now())
    cast.published([cast.contact(cast.river.campaign)], title="Of the others")
    replied(cast, ana, cast.vera, action)
    replied(cast, ben, cast.victor, action)

    html = sign_in(cast.vera).get(page("feed")).content.decode()

    assert "Get out the vote" in html
    assert "2 left to text" in html
    assert "1 person wrote back" in html
    assert "1 reply waits for you" in html
    assert not any(title in html for title in ("Not yet", "Over", "Of the others"))


def test_the_feed_is_quiet_when_nothing_is_open(cast: Cast, sign_in: SignIn) -> None:
    assert "Nothing to text right now" in sign_in(cast.vera).get(page("feed")).content.decode()


def test_the_feed_costs_the_same_for_one_action_and_for_five(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.vera)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(page("feed"))
        return len(captured)

    cast.published([cast.contact()], title="1")
    queries()  # from now on the visitor is known
    for_one = queries()
    for title in "2345":
        cast.published([cast.contact()], title=title)
    assert queries() == for_one


def test_the_feed_says_when_texting_opens(cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any) -> None:
    cast.published([cast.contact()])
    noon_on_a_tuesday.shift(timedelta(hours=8))
    html = sign_in(cast.vera).get(page("feed")).content.decode()
    assert "Texting opens at 9:00 am tomorrow, New York time." in html


def test_an_open_action_can_be_started(cast: Cast, sign_in: SignIn) -> None:
    action = cast.published([cast.contact()])
    assert "Start texting" in sign_in(cast.vera).get(page("action", action.id)).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pause, "This text bank is paused"),
        (close, "This text bank has closed"),
        (
            lambda action, now: claim(action, Membership.objects.get(user__first_name="Victor"), now),
            "Nobody is left",
        ),
    ],
)
def test_an_action_that_cannot_be_started_says_why(
    change: Callable[[TextingAction, Any], object], words: str, cast: Cast, sign_in: SignIn
) -> None:
    action = cast.published([cast.contact()])
    change(action, clock.now())
    html = sign_in(cast.vera).get(page("action", action.id)).content.decode()
    assert words in html
    assert "Start texting" not in html


@pytest.mark.parametrize("name", ["feed", "action", "texting"])
def test_a_volunteer_reads_that_the_campaign_has_paused_all_texting_before_they_start(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    action = cast.published([cast.contact()])
    pause_campaign(cast.campaign, clock.now())
    html = sign_in(cast.vera).get(page(name, *([] if name == "feed" else [action.id]))).content.decode()
    assert "The campaign has paused all texting" in html
    assert f'action="{page("bucket", action.id)}"' not in html


def test_outside_the_hours_an_action_says_when_it_opens(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    action = cast.published([cast.contact()])
    noon_on_a_tuesday.shift(timedelta(hours=6))
    html = sign_in(cast.vera).get(page("action", action.id)).content.decode()
    assert "Texting opens at 9:00 am tomorrow, New York time." in html
    assert "Start texting" not in html


def test_a_draft_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    draft = cast.draft([cast.contact()])
    browser = sign_in(cast.vera)
    assert browser.get(page("action", draft.id)).status_code == 404
    assert browser.get(page("texting", draft.id)).status_code == 404
    assert browser.post(page("bucket", draft.id)).status_code == 404


def test_start_without_anybody_there_says_why(cast: Cast, sign_in: SignIn) -> None:
    texted_out, paused = cast.published([cast.contact()]), cast.published([cast.contact()], "Paused")
    claim(texted_out, cast.victor, clock.now())
    pause(paused, clock.now())
    browser = sign_in(cast.vera)
    assert browser.post(page("bucket", texted_out.id))["Location"].endswith("/texting/?nobody=1")
    assert browser.post(page("bucket", paused.id))["Location"].endswith("/texting/")


def test_start_puts_a_bucket_into_the_volunteers_hands(cast: Cast, sign_in: SignIn) -> None:
    Campaign.objects.filter(id=cast.campaign.id).update(bucket_size=2)
    action = cast.published([cast.contact() for _ in range(3)])
    browser = sign_in(cast.vera)

    response = browser.post(page("bucket", action.id))

    assert response["Location"] == page("texting", action.id)
    assert held_by(action, cast.vera).count() == 2
    html = browser.get(page("texting", action.id)).content.decode()
    assert "0 of 2" in html
    assert "2 to go" in html


def test_the_first_card_is_shown_and_the_others_wait_behind_it(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben", "Cleo")
    html = sign_in(cast.vera).get(page("texting", action.id)).content.decode()
    shown = [section.split(">")[0] for section in html.split('<section class="texting-card"')[1:]]
    assert [section.endswith(" hidden") for section in shown] == [False, True, True]
    assert "this is Vera with Green Valley Votes" in html
    assert "2:30 pm there" in html


def test_progress_counts_what_was_done_since_start(cast: Cast, sign_in: SignIn) -> None:
    action = cast.published([cast.contact(first_name="Ana"), cast.contact(first_name="Ben")])
    browser = sign_in(cast.vera)
    browser.post(page("bucket", action.id))
    press(browser, card_of(action, cast.vera))
    assert "1 of 2" in browser.get(page("texting", action.id)).content.decode()


def test_being_at_work_renews_the_lease(cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any) -> None:
    action = in_hand(cast, "Ana")
    browser = sign_in(cast.vera)
    noon_on_a_tuesday.shift(timedelta(minutes=50))
    browser.get(page("texting", action.id))
    assert Assignment.objects.get().held_until == clock.now() + LEASE


def test_more_cards_come_without_those_on_the_screen(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben")
    ana = card_of(action, cast.vera, "Ana")
    answer = sign_in(cast.vera).get(
        page("texting_cards", action.id), {"shown": f"{ana.assignment.id},x,{2**70}"}
    )
    assert answer.json()["left"] == 2
    assert 'data-name="Ben"' in answer.json()["cards"]
    assert 'data-name="Ana"' not in answer.json()["cards"]


def test_a_press_queues_the_text_and_says_where_it_can_be_taken_back(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    answer = press(sign_in(cast.vera), card_of(action, cast.vera)).json()
    message = Message.objects.get()
    assert (answer["verdict"], answer["word"], answer["card"]) == ("queued", "", "")
    assert answer["undo"] == page("withdrawal", message.id)
    assert (message.status, message.sender) == ("queued", cast.vera)


def test_the_same_press_again_gets_the_same_answer_and_sends_nothing_more(
    cast: Cast, sign_in: SignIn
) -> None:
    action = in_hand(cast, "Ana")
    card, browser = card_of(action, cast.vera), sign_in(cast.vera)
    assert press(browser, card).json() == press(browser, card).json()
    assert Message.objects.count() == 1


def test_without_a_script_a_press_leads_back_to_the_next_card_with_undo(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben")
    browser = sign_in(cast.vera)

    response = press(browser, card_of(action, cast.vera), Accept="text/html")

    assert response.status_code == 302
    html = browser.get(response["Location"]).content.decode()
    assert "Sent to Ana" in html
    assert page("withdrawal", Message.objects.get().id) in html
    assert 'data-name="Ben"' in html


def test_who_opted_out_meanwhile_is_held_back_in_a_sentence(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    opt_out(cast.campaign, card.contact.phone, OptOut.Source.KEYWORD, clock.now())
    answer = press(sign_in(cast.vera), card).json()
    assert answer["verdict"] == "held back"
    assert answer["word"] == "Ana was not texted. This person asked not to be texted."
    assert Message.objects.get().status == "safeguarded"


def test_a_pause_sends_the_card_back_with_the_reason(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    pause(action, clock.now())
    answer = press(sign_in(cast.vera), card).json()
    assert (answer["verdict"], answer["everyone"]) == ("not now", True)
    assert "This text bank is paused" in answer["card"]
    assert "This page looks again by itself." in answer["card"]
    assert "data-stopped" in answer["card"]
    assert not Message.objects.exists()


def test_late_in_the_evening_the_card_comes_back_and_says_when_it_opens(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    noon_on_a_tuesday.shift(timedelta(hours=6))
    Assignment.objects.update(held_until=clock.now() + LEASE)
    browser = sign_in(cast.vera)
    cards_life = card_of(action, cast.vera)  # the first one has outlived itself by now

    assert press(browser, card).json()["verdict"] == "stale"
    answer = press(browser, cards_life).json()

    assert answer["verdict"] == "not now"
    assert "9:00 am tomorrow, New York time" in answer["word"]
    assert "9:00 am tomorrow, New York time" in answer["card"]
    assert " disabled" in browser.get(page("texting", action.id)).content.decode()


def test_who_cannot_be_texted_yet_waits_behind_the_others_and_blocks_nobody(
    cast: Cast, sign_in: SignIn
) -> None:
    action = in_hand(cast, "Ana", "Ben")
    Assignment.objects.filter(contact__first_name="Ana").update(zones=zones.GUAM, draw=0)
    browser = sign_in(cast.vera)

    html = browser.get(page("texting", action.id)).content.decode()
    assert html.index('data-name="Ben"') < html.index('data-name="Ana"')

    press(browser, card_of(action, cast.vera, "Ben"))
    html = browser.get(page("texting", action.id)).content.decode()
    assert "Ana can be texted from 7:00 pm" in html
    assert "Text others meanwhile" in html
    assert "done for now" in html


def test_an_edited_script_replaces_the_card(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    Script.objects.update(text="Good day {{first_name}}. Reply STOP to unsubscribe.", version=2)
    answer = press(sign_in(cast.vera), card).json()
    assert answer["verdict"] == "stale"
    assert "Good day Ana." in answer["card"]
    assert "has changed" in answer["word"]
    assert not Message.objects.exists()


def test_a_contact_who_went_to_somebody_else_is_dropped_with_a_word(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    Assignment.objects.update(holder=cast.victor)
    answer = press(sign_in(cast.vera), card).json()
    assert (answer["verdict"], answer["card"]) == ("not yours", "")
    assert "Ana" in answer["word"]


def test_another_volunteers_card_sends_nothing(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", member=cast.victor)
    card = card_of(action, cast.victor)
    assert press(sign_in(cast.vera), card).status_code == 404
    assert not Message.objects.exists()


def test_a_card_sends_only_to_its_own_contact(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben")
    ana, ben = card_of(action, cast.vera, "Ana"), card_of(action, cast.vera, "Ben")
    address = page("initial_message", ben.assignment.id)
    assert sign_in(cast.vera).post(address, {"card": ana.signed}, headers=AS_DATA).status_code == 404
    assert not Message.objects.exists()


def test_a_forged_card_is_replaced_by_a_real_one(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    address = page("initial_message", Assignment.objects.get().id)
    answer = sign_in(cast.vera).post(address, {"card": "forged"}, headers=AS_DATA).json()
    assert answer["verdict"] == "stale"
    assert card_of(action, cast.vera).text.split(".")[0] in answer["card"]
    assert not Message.objects.exists()


def test_a_press_is_not_sent_across_campaigns(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    card = card_of(action, cast.vera)
    address = page("initial_message", card.assignment.id, campaign="river-city")
    assert sign_in(cast.ravi).post(address, {"card": card.signed}).status_code == 404


def test_skip_passes_the_contact_on_with_the_reason(cast: Cast, sign_in: SignIn) -> None:
    in_hand(cast, "Ana")
    assignment = Assignment.objects.get()
    answer = sign_in(cast.vera).post(page("skip", assignment.id), {"reason": "known"}, headers=AS_DATA)
    assert answer.json()["verdict"] == "skipped"
    assert Skip.objects.get().reason == "known"
    assert Assignment.objects.get().holder is None


def test_only_who_holds_a_contact_can_skip_it(cast: Cast, sign_in: SignIn) -> None:
    in_hand(cast, "Ana", member=cast.victor)
    assert sign_in(cast.vera).post(page("skip", Assignment.objects.get().id)).status_code == 404
    assert not Skip.objects.exists()


def test_undo_takes_the_text_back_and_shows_its_card_again(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    browser = sign_in(cast.vera)
    press(browser, card_of(action, cast.vera))
    message = Message.objects.get()

    answer = browser.post(page("withdrawal", message.id), headers=AS_DATA).json()

    assert answer["verdict"] == "taken back"
    assert 'data-name="Ana"' in answer["card"]
    assert Message.objects.get().status == "undone"
    assert Assignment.objects.get().holder == cast.vera


def test_undo_without_a_script_shows_the_contact_first(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben", "Cleo")
    browser = sign_in(cast.vera)
    last = cards.deal(action, cast.vera, clock.now())[-1]
    press(browser, last)
    back = browser.post(page("withdrawal", Message.objects.get().id))["Location"]
    html = browser.get(back).content.decode()
    assert html.split('data-name="')[1].startswith(last.contact.first_name)


def test_undo_says_when_it_is_too_late(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    browser = sign_in(cast.vera)
    press(browser, card_of(action, cast.vera))
    Message.objects.update(status="sent", due_at=None)
    answer = browser.post(page("withdrawal", Message.objects.get().id), headers=AS_DATA).json()
    assert (answer["verdict"], answer["card"]) == ("gone", "")
    assert "too late" in answer["word"]


def test_nobody_takes_back_the_text_of_another(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", member=cast.victor)
    press(sign_in(cast.victor), card_of(action, cast.victor))
    browser = sign_in(cast.vera)
    assert browser.post(page("withdrawal", Message.objects.get().id)).status_code == 404
    assert Message.objects.get().status == "queued"


def test_after_the_undo_window_the_page_no_longer_offers_it(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    action = in_hand(cast, "Ana", "Ben")
    browser = sign_in(cast.vera)
    after = press(browser, card_of(action, cast.vera), Accept="text/html")["Location"]
    noon_on_a_tuesday.shift(UNDO_WINDOW)
    assert "Sent to Ana" not in browser.get(after).content.decode()


def test_after_the_last_card_waiting_replies_come_first(cast: Cast, sign_in: SignIn) -> None:
    Campaign.objects.filter(id=cast.campaign.id).update(bucket_size=1)
    ana, ben = cast.contact(first_name="Ana"), cast.contact(first_name="Ben")
    action = cast.published([ana, ben])
    browser = sign_in(cast.vera)
    browser.post(page("bucket", action.id))
    press(browser, cards.deal(action, cast.vera, clock.now())[0])
    replied(cast, ana, cast.vera, action)

    html = browser.get(page("texting", action.id)).content.decode()

    assert "person texted by you" in html
    assert html.index("Answer waiting replies") < html.index("Text again") < html.index("done for now")


def test_when_everybody_is_texted_the_list_is_finished(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    browser = sign_in(cast.vera)
    press(browser, card_of(action, cast.vera))
    html = browser.get(page("texting", action.id)).content.decode()
    assert "Nobody is left to text here" in html
    assert "Text again" not in html


def test_done_gives_the_rest_back_and_thanks_in_true_numbers(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana", "Ben", "Cleo")
    browser = sign_in(cast.vera)
    press(browser, card_of(action, cast.vera))

    response = browser.post(page("returned_bucket", action.id))

    assert held_by(action, cast.vera).count() == 0
    html = browser.get(response["Location"]).content.decode()
    assert "Thank you, Vera" in html
    assert "You texted 1 person" in html
    assert "2 people you had not texted went back" in html


def test_replies_that_wait_are_counted_for_the_volunteer_alone(cast: Cast, sign_in: SignIn) -> None:
    replied(cast, cast.contact(), cast.vera)
    replied(cast, cast.contact(), cast.victor)
    html = sign_in(cast.vera).get(page("waiting_replies")).content.decode()
    assert "1 reply waits" in html


def test_texts_that_were_taken_back_or_held_back_are_not_counted_as_texted(
    cast: Cast, sign_in: SignIn
) -> None:
    action = in_hand(cast, "Ana", "Ben")
    browser = sign_in(cast.vera)
    press(browser, card_of(action, cast.vera))
    browser.post(page("withdrawal", Message.objects.get().id))
    ben = card_of(action, cast.vera, "Ben")
    opt_out(cast.campaign, ben.contact.phone, OptOut.Source.KEYWORD, clock.now())
    press(browser, ben)
    assert "You texted 0 people" in browser.get(page("thanks", action.id)).content.decode()


def test_who_holds_the_last_contacts_may_go_on(cast: Cast, sign_in: SignIn) -> None:
    action = in_hand(cast, "Ana")
    html = sign_in(cast.vera).get(page("action", action.id)).content.decode()
    assert "Go on texting" in html
    assert "Nobody is left" not in html
