"""One conversation: what it shows, answering, the report and the ways in which it ends."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from textbank import clock
from textbank.campaigns.models import Campaign
from textbank.conftest import Cast
from textbank.contacts.models import Mark, OptOut, Tag
from textbank.contacts.opting_out import opt_out
from textbank.texting.models import Conversation, Message, Report
from textbank.texting.tests.inboxes import BY_HTMX, SignIn, Wrote, inbox, page, write

# One conversation.


def test_a_conversation_shows_the_whole_thread_and_who_sent_earlier_texts(
    cast: Cast, sign_in: SignIn
) -> None:
    wrote = Wrote(cast, "Yes!", first_name="Ana", city="Durham", state="NC")
    wrote.message("reply", "delivered", "Hello from before", sender=cast.victor)
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "Hi, are you with us?" in html
    assert "Yes!" in html
    assert "Hello from before" in html
    assert "Victor" in html
    assert "Durham, NC · 2:30 pm there" in html


def test_a_conversation_belongs_to_the_inbox_in_the_menu(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    places = (
        sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).context["volunteer_navigation"]
    )
    assert [place["label"] for place in places if place["current"]] == ["Inbox"]


def test_opening_a_conversation_marks_it_read_but_it_still_needs_an_answer(
    cast: Cast, sign_in: SignIn
) -> None:
    wrote = Wrote(cast)
    sign_in(cast.vera).get(page("conversation", wrote.conversation.id))
    assert (wrote.now().is_unread, wrote.now().needs_attention) == (False, True)


def test_staff_who_look_in_leave_it_unread_for_the_volunteer(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    assert sign_in(cast.adam).get(page("conversation", wrote.conversation.id)).status_code == 200
    assert wrote.now().is_unread


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("queued", "", "Waiting to go"),
        ("sent", "", "Sent"),
        ("delivered", "", "Delivered"),
        ("failed", "30006", "Not delivered: this phone is a landline"),
        ("undelivered", "", "Not delivered: the carrier could not deliver it"),
    ],
)
def test_what_became_of_a_text_is_said_in_words(
    status: str, code: str, words: str, cast: Cast, sign_in: SignIn
) -> None:
    wrote = Wrote(cast)
    Conversation.objects.update(number=cast.green.number)
    due = clock.now() if status == "queued" else None
    wrote.message("reply", status, "So?", error_code=code, due_at=due, sender=cast.vera)
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert words in html.split("So?")[-1]


def test_a_text_that_was_taken_back_is_not_in_the_thread(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    wrote.message("initial", "undone", "Never mind", sender=cast.vera)
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "Never mind" not in html


@pytest.mark.parametrize("name", ["conversation", "thread", "live", "reply", "report", "opt_out", "archive"])
def test_a_volunteer_reaches_only_conversations_of_their_own(name: str, cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast, to=cast.victor)
    browser = sign_in(cast.vera)
    ask = browser.get if name in ("conversation", "thread", "live") else browser.post
    assert ask(page(name, wrote.conversation.id)).status_code == 404
    assert (wrote.now().needs_attention, wrote.now().archived_at) == (True, None)
    assert not OptOut.objects.exists()


def test_a_thread_that_ended_with_stop_is_closed_to_the_volunteer_and_open_to_staff(
    cast: Cast, sign_in: SignIn
) -> None:
    wrote = Wrote(cast, "STOP")
    Conversation.objects.update(hidden_at=clock.now())
    address = page("conversation", wrote.conversation.id)
    assert sign_in(cast.vera).get(address).status_code == 404
    assert sign_in(cast.adam).get(address).status_code == 200


def test_a_stop_while_the_thread_is_open_leads_back_to_the_inbox(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast, first_name="Ana")
    Conversation.objects.update(hidden_at=clock.now())
    browser = sign_in(cast.vera)
    answer = browser.get(page("thread", wrote.conversation.id), headers=BY_HTMX)
    assert answer["HX-Redirect"] == page("inbox")
    assert "Ana asked not to be texted" in inbox(browser)


def test_a_poll_brings_new_texts_and_marks_them_read(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    browser = sign_in(cast.vera)
    context = browser.get(page("conversation", wrote.conversation.id)).context
    query = {"seen": context["seen_thread"], "can_reply": context["can_reply"]}
    address = page("thread", wrote.conversation.id)

    assert browser.get(address, query, headers=BY_HTMX).status_code == 204
    wrote.message("incoming", "received", "Are you there?", carrier_id="SM9")
    Conversation.objects.update(is_unread=True)

    assert "Are you there?" in browser.get(address, query, headers=BY_HTMX).content.decode()
    assert not wrote.now().is_unread


def test_a_poll_draws_the_page_anew_when_replies_stop_being_possible(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    browser = sign_in(cast.vera)
    context = browser.get(page("conversation", wrote.conversation.id)).context
    opt_out(cast.campaign, wrote.contact.phone, OptOut.Source.CARRIER, clock.now())
    query = {"seen": context["seen_thread"], "can_reply": context["can_reply"]}
    answer = browser.get(page("thread", wrote.conversation.id), query, headers=BY_HTMX)
    assert answer["HX-Refresh"] == "true"


# Answering.


def test_a_reply_goes_out_and_settles_the_conversation(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    response = write(sign_in(cast.vera), wrote, "See you on Saturday")
    message = Message.objects.get(kind="reply")
    assert response["Location"] == page("conversation", wrote.conversation.id)
    assert (message.text, message.status, message.sender) == ("See you on Saturday", "queued", cast.vera)
    assert not wrote.now().needs_attention


def test_the_same_reply_twice_is_one_text(cast: Cast, sign_in: SignIn) -> None:
    wrote, browser = Wrote(cast), sign_in(cast.vera)
    token = str(uuid.uuid4())
    for _ in range(2):
        write(browser, wrote, "See you", token=token)
    assert Message.objects.filter(kind="reply").count() == 1


def test_by_htmx_a_reply_makes_the_page_ask_for_the_thread_and_a_fresh_composer(
    cast: Cast, sign_in: SignIn
) -> None:
    wrote, token, browser = Wrote(cast), str(uuid.uuid4()), sign_in(cast.vera)
    sent = {"text": "See you", "token": token}
    answer = browser.post(page("reply", wrote.conversation.id), sent, headers=BY_HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "replied")

    html = browser.get(page("live", wrote.conversation.id), headers=BY_HTMX).content.decode()
    assert "<html" not in html
    assert "See you" in html.split("<form")[0]
    assert token not in html


def test_a_reply_that_is_refused_stays_in_the_composer_with_the_reason(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    wrote = Wrote(cast)
    noon_on_a_tuesday.shift(timedelta(hours=6))
    address = page("reply", wrote.conversation.id)
    sent = {"text": "Good night", "token": str(uuid.uuid4())}
    html = sign_in(cast.vera).post(address, sent, headers=BY_HTMX).content.decode()
    assert "It is outside texting hours." in html
    assert "Good night</textarea>" in html
    assert not Message.objects.filter(kind="reply").exists()


@pytest.mark.parametrize(("text", "words"), [("", "Write a text first"), ("x" * 1601, "at most 1,600")])
def test_an_empty_or_endless_reply_is_refused_in_a_sentence(
    text: str, words: str, cast: Cast, sign_in: SignIn
) -> None:
    wrote, browser = Wrote(cast), sign_in(cast.vera)
    response = write(browser, wrote, text)
    assert words in browser.get(response["Location"]).content.decode()


def test_outside_the_hours_the_composer_says_when_it_opens(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    wrote = Wrote(cast)
    noon_on_a_tuesday.shift(timedelta(hours=6))
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "You can reply from 9:00 am tomorrow, New York time." in html
    assert " disabled" in html.split('data-key="Mod+Enter"')[1].split(">")[0]


def test_who_opted_out_has_a_notice_instead_of_a_composer(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    opt_out(cast.campaign, wrote.contact.phone, OptOut.Source.VOLUNTEER, clock.now())
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "This person asked not to be texted" in html
    assert "composer-text" not in html


def test_answers_are_offered_as_this_contact_will_read_them(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast, first_name="Ana")
    wrote.script()
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert 'data-fill-text="Thank you, Ana."' in html
    assert 'data-key="1"' in html


def test_a_script_of_another_action_is_not_taken_for_an_answer_of_this_one(
    cast: Cast, sign_in: SignIn
) -> None:
    wrote, other = Wrote(cast), Wrote(cast)
    write(sign_in(cast.vera), wrote, "Thank you", other.script())
    assert not Message.objects.filter(kind="reply").exists()


def scripts_only(cast: Cast) -> None:
    Campaign.objects.filter(id=cast.campaign.id).update(allows_custom_responses=False)


def test_where_only_scripts_are_allowed_an_unedited_one_goes_out(cast: Cast, sign_in: SignIn) -> None:
    scripts_only(cast)
    wrote = Wrote(cast, first_name="Ana")
    script = wrote.script()
    write(sign_in(cast.vera), wrote, "Thank you, Ana.", script)
    assert Message.objects.get(kind="reply").script == script


@pytest.mark.parametrize("text", ["Thank you, Ana!", "Vote for me", "Thank you, {{first_name}}."])
@pytest.mark.parametrize("names_a_script", [True, False])
def test_where_only_scripts_are_allowed_nothing_else_goes_out(
    text: str, names_a_script: bool, cast: Cast, sign_in: SignIn
) -> None:
    scripts_only(cast)
    wrote = Wrote(cast, first_name="Ana")
    script = wrote.script()
    browser = sign_in(cast.vera)
    response = write(browser, wrote, text, script if names_a_script else None)
    assert not Message.objects.filter(kind="reply").exists()
    assert wrote.now().needs_attention
    assert "answers with its own scripts only" in browser.get(response["Location"]).content.decode()


def test_where_only_scripts_are_allowed_the_box_cannot_be_typed_in(cast: Cast, sign_in: SignIn) -> None:
    scripts_only(cast)
    wrote = Wrote(cast)
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert " readonly" in html.split("<textarea")[1].split(">")[0]


def test_the_next_waiting_reply_is_one_tap_away_once_this_one_is_settled(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    longest = Wrote(cast)
    noon_on_a_tuesday.shift(timedelta(minutes=1))
    wrote, _another = Wrote(cast), Wrote(cast)
    Wrote(cast, to=cast.victor)
    browser = sign_in(cast.vera)
    address = page("conversation", wrote.conversation.id)
    assert "Next waiting reply" not in browser.get(address).content.decode()
    write(browser, wrote, "Thanks")
    html = browser.get(address).content.decode()
    assert f'href="{page("conversation", longest.conversation.id)}?folder=needs-attention"' in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello", "5 characters · counts as 1 text"),
        ("é" * 161, "161 characters · counts as 2 texts"),
        ("👍", "less fits into one"),
    ],
)
def test_the_length_of_a_text_is_counted_as_carriers_do(
    text: str, words: str, cast: Cast, sign_in: SignIn
) -> None:
    assert words in sign_in(cast.vera).post(page("segments"), {"text": text}).content.decode()


# Reporting, opting out, archiving.


def tag(cast: Cast, name: str, campaign: Campaign | None = None, **fields: object) -> Tag:
    campaign = campaign or cast.campaign
    return Tag.objects.create(
        campaign=campaign, name=name, slug=name.lower(), **{"is_default": True} | fields
    )


def test_a_report_offers_the_default_tags_of_this_campaign(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    tag(cast, "Supporter")
    tag(cast, "Secret", is_default=False)
    tag(cast, "Foreign", cast.river.campaign)
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "Supporter" in html
    assert "Secret" not in html
    assert "Foreign" not in html


def test_an_action_with_tags_of_its_own_asks_for_those(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    tag(cast, "Supporter")
    wrote.action.report_tags.add(tag(cast, "Driver", is_default=False))
    html = sign_in(cast.vera).get(page("conversation", wrote.conversation.id)).content.decode()
    assert "Driver" in html
    assert "Supporter" not in html


def test_a_report_is_kept_and_settles_the_conversation(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    supporter, driver = tag(cast, "Supporter"), tag(cast, "Driver")
    Mark.objects.create(
        campaign=cast.campaign, contact=wrote.contact, tag=driver, is_set=True, marked_at=clock.now()
    )
    browser = sign_in(cast.vera)
    html = browser.get(page("conversation", wrote.conversation.id)).content.decode()
    assert html.count(" checked") == 1

    browser.post(page("report", wrote.conversation.id), {"tags": [supporter.id]})

    marks = Report.objects.get().marks.values_list("tag", "is_set")
    assert set(marks) == {(supporter.id, True), (driver.id, False)}
    assert not wrote.now().needs_attention
    html = browser.get(page("conversation", wrote.conversation.id)).content.decode()
    ticked = [part for part in html.split("<input") if " checked" in part.split(">")[0]]
    assert len(ticked) == 1, "what was said last stands"
    assert f'value="{supporter.id}"' in ticked[0]


def test_a_report_does_not_set_a_tag_it_did_not_ask_for(cast: Cast, sign_in: SignIn) -> None:
    wrote, foreign = Wrote(cast), tag(cast, "Foreign", cast.river.campaign)
    sign_in(cast.vera).post(page("report", wrote.conversation.id), {"tags": [foreign.id]})
    assert not Report.objects.exists()
    assert wrote.now().needs_attention


def test_opting_out_stops_texts_and_settles_the_conversation(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    browser = sign_in(cast.vera)
    browser.post(page("opt_out", wrote.conversation.id))
    promise = OptOut.objects.get()
    assert (promise.phone, promise.source, promise.opted_out_by) == (
        wrote.contact.phone,
        "volunteer",
        cast.vera,
    )
    assert not wrote.now().needs_attention
    assert "Nothing archived" not in inbox(browser, folder="archived")
    write(browser, wrote, "One more thing")
    assert not Message.objects.filter(kind="reply").exists()


def test_an_opt_out_by_staff_says_so(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast)
    sign_in(cast.adam).post(page("opt_out", wrote.conversation.id))
    assert OptOut.objects.get().source == "admin"


def test_archive_puts_a_conversation_away_and_brings_it_back(cast: Cast, sign_in: SignIn) -> None:
    wrote, browser = Wrote(cast, first_name="Ana"), sign_in(cast.vera)
    browser.post(page("archive", wrote.conversation.id))
    assert wrote.now().archived_at == clock.now()
    browser.post(page("archive", wrote.conversation.id), {"bring_back": "yes"})
    assert wrote.now().archived_at is None
