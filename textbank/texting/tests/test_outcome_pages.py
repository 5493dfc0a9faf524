"""What a volunteer decides with one tap in a conversation, and that nothing is settled which nobody has read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import OptOut, WrongNumber
from textbank.texting.models import Conversation, Message, Report
from textbank.texting.refusals import Safeguard
from textbank.texting.tests.inboxes import BY_HTMX, Wrote, inbox, page, write

SignIn = Callable[[Membership], Client]


@pytest.fixture
def wrote(cast: Cast) -> Wrote:
    """Ana wrote something that may ask for no more texts."""
    wrote = Wrote(cast, "enough already", first_name="Ana")
    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion="opt_out")
    return wrote


def opened(browser: Client, wrote: Wrote) -> str:
    return browser.get(page("conversation", wrote.conversation.id)).content.decode()


def press(browser: Client, name: str, wrote: Wrote, **form: object) -> str:
    """Presses a button of the conversation; returns what the next page says."""
    answer = browser.post(page(name, wrote.conversation.id), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


# The banner


@pytest.mark.parametrize(
    ("suggestion", "words"),
    [
        ("opt_out", ["They may have asked for no more texts.", "No, they did not"]),
        ("wrong_number", ["This may be the wrong number.", "No, it is the right one"]),
    ],
)
def test_what_is_likely_is_put_to_the_volunteer(
    cast: Cast, sign_in: SignIn, wrote: Wrote, suggestion: str, words: list[str]
) -> None:
    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion=suggestion)
    html = opened(sign_in(cast.vera), wrote)

    assert all(sentence in html for sentence in words)
    for name in ("opt_out", "wrong_number", "suggestion"):
        assert f'action="{page(name, wrote.conversation.id)}"' in html


def test_nothing_is_put_to_anybody_without_a_suspicion(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion="")
    assert 'class="suggestion-answers"' not in opened(sign_in(cast.vera), wrote)


def test_a_page_that_is_open_is_told_of_the_suspicion_and_of_its_end(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    browser, address = sign_in(cast.vera), page("thread", wrote.conversation.id)
    seen = browser.get(page("conversation", wrote.conversation.id)).context["seen_thread"]
    poll = {"seen": seen, "can_reply": "yes"}
    assert browser.get(address, poll, headers=BY_HTMX).status_code == 204

    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion="")
    assert 'class="suggestion-answers"' not in browser.get(address, poll, headers=BY_HTMX).content.decode()

    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion="wrong_number")
    html = browser.get(address, poll, headers=BY_HTMX).content.decode()
    assert 'hx-swap-oob="innerHTML:#suggestion"' in html
    assert "This may be the wrong number." in html


def test_no_they_did_not_ends_it_and_the_conversation_goes_on(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    press(sign_in(cast.vera), "suggestion", wrote, seen=wrote.theirs.id)
    assert wrote.now().suggestion == ""
    assert wrote.now().needs_attention


def test_a_suspicion_is_not_dismissed_over_words_that_nobody_has_read(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    wrote.message("incoming", "received", "I really mean it", carrier_id="SM-later")
    html = press(sign_in(cast.vera), "suggestion", wrote, seen=wrote.theirs.id)
    assert wrote.now().suggestion == "opt_out"
    assert "has written meanwhile" in html


def test_an_opt_out_out_of_a_suspicion_keeps_their_words(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    press(sign_in(cast.vera), "opt_out", wrote)
    promise = OptOut.objects.get()
    assert (promise.source, promise.words, promise.opted_out_by) == ("volunteer", "enough already", cast.vera)
    assert wrote.now().suggestion == ""


def test_a_reply_ends_the_suspicion(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    write(sign_in(cast.vera), wrote, "Sorry to hear that", seen=str(wrote.theirs.id))
    assert wrote.now().suggestion == ""


def test_a_report_ends_the_suspicion(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    press(sign_in(cast.vera), "report", wrote, seen=wrote.theirs.id)
    assert wrote.now().suggestion == ""


# Wrong number


def test_wrong_number_ends_the_conversation(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    browser = sign_in(cast.vera)
    html = press(browser, "wrong_number", wrote)

    wrong = WrongNumber.objects.get()
    assert (wrong.campaign, wrong.phone, wrong.contact) == (cast.campaign, wrote.contact.phone, wrote.contact)
    assert (wrong.source, wrong.recorded_by) == (WrongNumber.Source.VOLUNTEER, cast.vera)
    assert wrote.contact.phone in html
    assert "Ana" not in inbox(browser)
    assert browser.get(page("conversation", wrote.conversation.id)).status_code == 404
    assert not wrote.now().needs_attention
    assert wrote.now().suggestion == ""


def test_wrong_number_pressed_twice_is_noted_once(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    browser = sign_in(cast.adam)
    press(browser, "wrong_number", wrote)
    press(browser, "wrong_number", wrote)
    assert WrongNumber.objects.get().source == WrongNumber.Source.ADMIN


def test_staff_still_see_it_and_that_nobody_can_text_there(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    browser = sign_in(cast.adam)
    html = press(browser, "wrong_number", wrote)
    assert "This phone belongs to somebody else" in html
    assert 'data-dialog="wrong-number"' not in html

    refused = write(browser, wrote, "Hello?")
    assert refused.status_code == 302
    assert not Message.objects.filter(kind="reply").exists()
    assert Safeguard.WRONG_NUMBER.sentence in opened(browser, wrote)


def test_whoever_has_the_conversation_open_is_told_that_it_was_the_wrong_number(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    WrongNumber.objects.create(
        campaign=cast.campaign, phone=wrote.contact.phone, source="words", recorded_at=clock.now()
    )
    Conversation.objects.filter(id=wrote.conversation.id).update(hidden_at=clock.now())
    browser = sign_in(cast.vera)
    answer = browser.get(page("thread", wrote.conversation.id), headers=BY_HTMX)
    assert answer.headers["HX-Redirect"] == page("inbox")
    assert "This is not the phone of Ana. The conversation has left your inbox." in inbox(browser)


@pytest.mark.parametrize("name", ["wrong_number", "suggestion"])
def test_only_whoever_has_the_conversation_decides(
    cast: Cast, sign_in: SignIn, wrote: Wrote, name: str
) -> None:
    for person, campaign in ((cast.victor, "green-valley"), (cast.rosa, "river-city")):
        address = page(name, wrote.conversation.id, campaign=campaign)
        assert sign_in(person).post(address, {"seen": wrote.theirs.id}).status_code == 404
    assert not WrongNumber.objects.exists()
    assert wrote.now().suggestion == "opt_out"


# Nothing is settled that nobody has read


def test_both_forms_of_the_page_carry_the_newest_text_shown(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    browser = sign_in(cast.vera)
    for answer in (
        browser.get(page("conversation", wrote.conversation.id)),
        browser.get(page("thread", wrote.conversation.id), {"can_reply": "yes"}, headers=BY_HTMX),
        browser.get(page("live", wrote.conversation.id)),
    ):
        html = answer.content.decode()
        for form in ("composer", "report-form"):
            assert f'<input type="hidden" name="seen" value="{wrote.theirs.id}" form="{form}">' in html
    html = opened(browser, wrote)
    assert 'id="composer"' in html
    assert 'id="report-form"' in html


@pytest.mark.parametrize("is_newer", [True, False])
def test_a_reply_settles_what_its_writer_had_read(
    cast: Cast, sign_in: SignIn, wrote: Wrote, is_newer: bool
) -> None:
    if is_newer:
        wrote.message("incoming", "received", "Wait, when is it?", carrier_id="SM-later")
    write(sign_in(cast.vera), wrote, "Thank you", seen=str(wrote.theirs.id))

    assert Message.objects.get(kind="reply").text == "Thank you"
    assert wrote.now().needs_attention is is_newer
    assert wrote.now().suggestion == ("opt_out" if is_newer else "")


@pytest.mark.parametrize("is_newer", [True, False])
def test_a_report_settles_what_the_volunteer_had_read(
    cast: Cast, sign_in: SignIn, wrote: Wrote, is_newer: bool
) -> None:
    if is_newer:
        wrote.message("incoming", "received", "Wait, when is it?", carrier_id="SM-later")
    html = press(sign_in(cast.vera), "report", wrote, seen=wrote.theirs.id)

    assert Report.objects.count() == 1
    assert wrote.now().needs_attention is is_newer
    assert ("has written meanwhile" in html) is is_newer


def test_what_we_wrote_meanwhile_keeps_nothing_open(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    wrote.message("reply", "sent", "From a colleague", sender=cast.adam)
    press(sign_in(cast.vera), "report", wrote, seen=wrote.theirs.id)
    assert not wrote.now().needs_attention


def test_a_page_that_says_nonsense_about_what_it_showed_settles_nothing(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    press(sign_in(cast.vera), "report", wrote, seen="everything")
    assert wrote.now().needs_attention


# Pictures


def test_pictures_are_links_and_nothing_is_loaded_from_elsewhere(
    cast: Cast, sign_in: SignIn, wrote: Wrote
) -> None:
    media = ["https://media.example/a?x=1&y=2", "https://media.example/b", "javascript:alert(1)"]
    wrote.message("incoming", "received", "", media=media, carrier_id="SM-mms")
    browser = sign_in(cast.vera)
    html = opened(browser, wrote)

    assert 'href="https://media.example/a?x=1&amp;y=2" rel="noreferrer noopener"' in html
    assert "Picture 2" in html
    assert 'src="https://media.example' not in html
    assert "javascript:alert" not in html
    assert "Sent a picture" in inbox(browser)


def test_a_text_without_words_says_so(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    wrote.message("incoming", "received", "", carrier_id="SM-empty")
    browser = sign_in(cast.vera)
    assert "(A text without words)" in opened(browser, wrote)
    assert "Sent a text without words" in inbox(browser)


def test_what_was_sent_by_itself_says_so(cast: Cast, sign_in: SignIn, wrote: Wrote) -> None:
    wrote.message("help", "sent", "Reply STOP to opt out.")
    assert "Sent by itself: answers HELP" in opened(sign_in(cast.vera), wrote)
