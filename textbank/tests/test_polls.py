"""Open pages ask for news: the side door looks at a page only when its rows have changed, and now and then."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import reverse

from textbank import clock, lulls, side_door
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.tests.doors import Doors
from textbank.texting.models import Conversation, Message
from textbank.texting.tests.inboxes import Wrote
from textbank.texting.views.threads import days

SignIn = Callable[..., Client]
POLLED = {
    "the list": r'id="inbox-rows"[^>]*hx-get="([^"]+)"',
    "the thread": r'class="bubbles"[^>]*hx-get="([^"]+)"',
}


@pytest.fixture
def wrote(cast: Cast) -> Wrote:
    return Wrote(cast, "I am in", first_name="Ana")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that the side door has looked at, by their addresses."""
    looked_at: list[str] = []
    finish = side_door._Way.finish

    def noting(way: Any, asked: Any, *values: Any) -> Any:
        looked_at.append(asked.address)
        return finish(way, asked, *values)

    monkeypatch.setattr("textbank.side_door._Way.finish", noting)
    return looked_at


@pytest.fixture(params=POLLED)
def poll(request: pytest.FixtureRequest, cast: Cast, wrote: Wrote, sign_in: SignIn) -> str:
    """What the open page of Vera's asks again and again."""
    page = sign_in(cast.vera).get(reverse("conversation", args=[cast.campaign.slug, wrote.conversation.id]))
    found = re.search(POLLED[request.param], page.content.decode())
    assert found
    return unescape(found[1])


def bare(poll: str) -> str:
    """The same question of a page that does not say when it was drawn."""
    return re.sub("&shown=[^&]*", "", poll)


def test_a_page_drawn_just_now_is_not_looked_at(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, looks: list[str]
) -> None:
    assert doors.get(poll, sign_in(cast.vera)) == 204
    assert (looks, doors.sent_to_front) == ([], [])


def test_what_was_just_looked_at_is_not_looked_at_again(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, looks: list[str]
) -> None:
    browser = sign_in(cast.vera)
    assert [doors.get(bare(poll), browser) for _ in range(2)] == [204, 204]
    assert (len(looks), doors.sent_to_front) == (1, [])


@pytest.mark.parametrize("change", ["a new text", "news of a text", "it is read", "it is somebody else's"])
@pytest.mark.parametrize("is_drawn_just_now", [True, False])
def test_whatever_changes_is_seen_with_the_next_poll(
    doors: Doors,
    poll: str,
    wrote: Wrote,
    cast: Cast,
    sign_in: SignIn,
    looks: list[str],
    change: str,
    is_drawn_just_now: bool,
) -> None:
    address, browser = poll if is_drawn_just_now else bare(poll), sign_in(cast.vera)
    assert doors.get(address, browser) == 204
    theirs = Conversation.objects.filter(id=wrote.conversation.id)
    if change == "a new text":
        wrote.message("incoming", "received", "And my mother too")
        theirs.update(last_inbound_at=clock.now())
    elif change == "news of a text":
        Message.objects.filter(conversation=wrote.conversation, kind="initial").update(status="delivered")
    elif change == "it is read":
        theirs.update(is_unread=True)
    else:
        theirs.update(assignee=cast.victor)
    looks.clear()
    status, content = doors.read(address, browser)
    is_shown = change != "news of a text" or "messages" in poll  # the list says nothing about that
    assert len(looks) == is_shown
    if change == "a new text":
        assert (status, "And my mother too" in content) == (200, True)


def test_a_page_that_is_drawn_anew_says_so_with_its_next_question(
    doors: Doors, poll: str, wrote: Wrote, cast: Cast, sign_in: SignIn, looks: list[str]
) -> None:
    wrote.message("incoming", "received", "And my mother too")
    Conversation.objects.filter(id=wrote.conversation.id).update(is_unread=False, last_inbound_at=clock.now())
    _status, content = doors.read(poll, browser := sign_in(cast.vera))
    [following] = re.findall(r'data-poll="5" hx-get="([^"]+)"', content)
    looks.clear()
    assert doors.get(unescape(following), browser) == 204
    assert looks == []


@pytest.mark.parametrize("is_drawn_just_now", [True, False])
def test_after_a_minute_the_page_is_looked_at_anew(
    doors: Doors,
    poll: str,
    cast: Cast,
    sign_in: SignIn,
    looks: list[str],
    is_drawn_just_now: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, browser = poll if is_drawn_just_now else bare(poll), sign_in(cast.vera)
    doors.get(address, browser)
    looks.clear()
    monkeypatch.setattr("textbank.lulls.LULL", 0.0)
    doors.get(address, browser)
    assert len(looks) == 1


def test_what_comes_while_a_page_is_drawn_shows_with_the_next_poll(
    doors: Doors, wrote: Wrote, cast: Cast, sign_in: SignIn, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its conversation has been read, and its texts have not; nothing is shown without what it may mean."""
    page = reverse("conversation", args=[cast.campaign.slug, wrote.conversation.id])
    (browser := sign_in(cast.vera)).get(page)

    def then_comes(*values: Any) -> Any:
        wrote.message("incoming", "received", "take me off this?")
        theirs = Conversation.objects.filter(id=wrote.conversation.id)
        theirs.update(suggestion="opt_out", is_unread=True)
        return days(*values)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("textbank.texting.views.inbox.days", then_comes)
        html = browser.get(page).content.decode()
    assert "take me off this?" in html
    assert "They may have asked for no more texts." in html
    found = re.search(POLLED["the thread"], html)
    assert found
    assert doors.get(unescape(found[1]), browser) == 204  # it was looked at, and all of it was there
    assert not Conversation.objects.get(id=wrote.conversation.id).is_unread


def test_pages_are_looked_at_by_threads_that_keep_no_press_waiting(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, submitted = doors.application, []
    for name in ("threads", "drawers"):
        executor = getattr(application, name)
        submit = executor.submit

        def noting(call: Any, *values: Any, name: str = name, submit: Any = submit) -> Any:
            submitted.append(name)
            return submit(call, *values)

        monkeypatch.setattr(executor, "submit", noting)
    assert doors.get(bare(poll), sign_in(cast.vera)) == 204
    assert submitted == ["threads", "drawers"]


@pytest.mark.parametrize(("reader", "seconds"), [(16, 60.0), (0, 60.0), (8, 50.0), (31, 41.25)])
@pytest.mark.parametrize("is_drawn_just_now", [True, False])
def test_pages_that_were_opened_together_are_not_looked_at_together(
    reader: int, seconds: float, is_drawn_just_now: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1_000_000.0]

    class Clock:
        time = monotonic = staticmethod(lambda: moment[0])

    monkeypatch.setattr("textbank.lulls.time", Clock)
    known, address = lulls.Lulls(), "/inbox/"
    if is_drawn_just_now:
        address += f"?shown={lulls.shown(reader, 'stamp')}"
    else:
        known.begin(reader, address, "stamp")
    moment[0] += seconds - 0.1
    assert known.holds(reader, address, "stamp")
    moment[0] += 0.2
    assert not known.holds(reader, address, "stamp")


@pytest.mark.parametrize("shown", ["0" * 16 + ".99999999999", "x", "", "0.0", "0" * 16 + "." + "9" * 12])
def test_a_page_that_says_nonsense_about_itself_is_looked_at(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, looks: list[str], shown: str
) -> None:
    assert doors.get(re.sub("shown=[^&]*", f"shown={shown}", poll), sign_in(cast.vera)) == 204
    assert len(looks) == 1


def test_a_page_of_tomorrow_is_looked_at(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, looks: list[str]
) -> None:
    tomorrow = re.sub(r"(shown=[0-9a-f]+\.)([0-9]+)", lambda at: f"{at[1]}{int(at[2]) + 86_400}", poll)
    assert doors.get(tomorrow, sign_in(cast.vera)) == 204
    assert len(looks) == 1


@pytest.mark.parametrize("who", ["somebody else", "nobody", "suspended"])
@pytest.mark.parametrize("is_drawn_just_now", [True, False])
def test_the_lull_of_one_is_nobody_elses(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn, who: str, is_drawn_just_now: bool
) -> None:
    address = poll if is_drawn_just_now else bare(poll)
    doors.get(address, browser := sign_in(cast.vera))
    if who == "suspended":
        Membership.objects.filter(id=cast.vera.id).update(suspended_at=clock.now())
    else:
        browser = sign_in(cast.victor) if who == "somebody else" else Client()
    _status, content = doors.read(address, browser)
    # Who has no place here is turned away by the front door; somebody else's list is not Vera's.
    is_own_list = who == "somebody else" and "inbox" in poll
    assert len(doors.sent_to_front) == (not is_own_list)
    assert "Ana" not in content


def test_a_session_that_has_another_owner_is_not_the_former_ones(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast.vera)
    assert doors.get(poll, browser) == 204
    session = browser.session
    session[SESSION_KEY], session[HASH_SESSION_KEY] = (
        str(cast.victor.user_id),
        cast.victor.user.get_session_auth_hash(),
    )
    session.save()
    assert doors.get(poll, browser) == 418  # whose it is now is looked up by the front door
    _status, content = doors.read(poll, browser)
    assert "Ana" not in content
    assert len(doors.sent_to_front) == (1 if "inbox" in poll else 2)  # Victor's own list, by his own name


def test_a_thread_that_ends_for_its_reader_is_told_by_the_front(
    doors: Doors, wrote: Wrote, cast: Cast, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    Conversation.objects.filter(id=wrote.conversation.id).update(hidden_at=clock.now())
    address = reverse("thread", args=[cast.campaign.slug, wrote.conversation.id])
    doors.get(address, sign_in(cast.vera))
    assert len(doors.sent_to_front) == 1  # it leaves a word for the next page, which the side door cannot
    assert not [one for one in caplog.records if one.name == "textbank.side_door"]


def test_forms_that_come_with_news_carry_the_secret_of_their_reader(
    doors: Doors, wrote: Wrote, cast: Cast, sign_in: SignIn
) -> None:
    Conversation.objects.filter(id=wrote.conversation.id).update(suggestion="opt_out")
    page = reverse("conversation", args=[cast.campaign.slug, wrote.conversation.id])
    (browser := sign_in(cast.vera)).get(page)
    browser.handler.enforce_csrf_checks = True
    _status, content = doors.read(
        reverse("thread", args=[cast.campaign.slug, wrote.conversation.id]) + "?can_reply=yes", browser
    )
    tokens = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', content)
    answer = browser.post(page + "suggestion", {"csrfmiddlewaretoken": tokens[-1]})
    assert answer.status_code == 302


def test_a_page_that_is_opened_goes_through_the_front(
    doors: Doors, poll: str, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast.vera)
    doors.get(poll, browser, hx_request="false")
    doors.get(poll, browser, host="elsewhere.example")
    assert len(doors.sent_to_front) == 2
