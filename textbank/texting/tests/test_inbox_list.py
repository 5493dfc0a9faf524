"""The list of the inbox: folders, search, order, and what a row says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from textbank import clock
from textbank.conftest import Cast
from textbank.texting.models import Conversation
from textbank.texting.templatetags import inbox_rows
from textbank.texting.tests.inboxes import BY_HTMX, SignIn, Wrote, inbox, page


def test_the_inbox_shows_my_conversations_in_which_the_contact_wrote(cast: Cast, sign_in: SignIn) -> None:
    Wrote(cast, "I am in", first_name="Ana", last_name="Silva")
    Wrote(cast, to=cast.victor, first_name="Ben")
    Wrote(cast, to=cast.ravi, first_name="Chidi")
    cast.published([cast.contact(first_name="Dora")])

    html = inbox(sign_in(cast.vera))

    assert "Ana Silva" in html
    assert "I am in" in html
    assert not any(name in html for name in ("Ben", "Chidi", "Dora"))


def test_who_opted_out_with_a_stop_word_is_not_in_the_inbox(cast: Cast, sign_in: SignIn) -> None:
    hidden = Wrote(cast, "STOP", first_name="Ana")
    Conversation.objects.filter(id=hidden.conversation.id).update(hidden_at=clock.now())
    assert "Ana" not in inbox(sign_in(cast.vera))


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("all", {"Read", "Unread", "Waiting"}),
        ("unread", {"Unread"}),
        ("needs-attention", {"Waiting"}),
        ("archived", {"Archived"}),
        ("nonsense", {"Read", "Unread", "Waiting"}),
    ],
)
def test_a_folder_holds_what_its_name_says(folder: str, names: set[str], cast: Cast, sign_in: SignIn) -> None:
    states = {
        "Read": {"needs_attention": False, "is_unread": False},
        "Unread": {"needs_attention": False, "is_unread": True},
        "Waiting": {"needs_attention": True, "is_unread": False},
        "Archived": {"needs_attention": False, "is_unread": False, "archived_at": clock.now()},
    }
    for name, state in states.items():
        wrote = Wrote(cast, first_name=name, last_name="Person")
        Conversation.objects.filter(id=wrote.conversation.id).update(**state)
    everything = {"needs_attention": True, "is_unread": True}
    opted_out, theirs, silent = Wrote(cast), Wrote(cast, to=cast.victor), Wrote(cast)
    for wrote, why_not in (
        (opted_out, {"hidden_at": clock.now()}),
        (silent, {"last_inbound_at": None}),
        (theirs, {}),
    ):
        Conversation.objects.filter(id=wrote.conversation.id).update(**everything | why_not)

    html = inbox(sign_in(cast.vera), folder=folder)

    assert {name for name in states if f"{name} Person" in html} == names
    counts = [part.split("<")[0] for part in html.split('tabs-count">')[1:]]
    assert counts == ["3", "1", "1"]  # how many are put away helps nobody


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("silva", True),
        ("ana sil", True),
        ("on 7TH", True),
        ("ana zz", False),
        ("%", False),
        ("a" * 300, False),
    ],
)
def test_search_finds_names_and_words(words: str, found: bool, cast: Cast, sign_in: SignIn) -> None:
    Wrote(cast, "The library on 7th?", first_name="Ana", last_name="Silva")
    Wrote(cast, "The library on 7th, silva", to=cast.victor, first_name="Silva")
    assert ("Ana Silva" in inbox(sign_in(cast.vera), q=words)) is found


def test_a_folder_is_counted_no_further_than_anybody_reads(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textbank.texting.views.folders.COUNTED_AT_MOST", 1)
    browser = sign_in(cast.vera)
    Wrote(cast)
    assert 'tabs-count">1<' in inbox(browser)
    Wrote(cast)
    assert 'tabs-count">1+<' in inbox(browser)


def test_a_row_shows_the_last_text_that_says_something(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast, "I am in", first_name="Ana")
    wrote.message("reply", "sent", "")
    assert '<p class="inbox-last" dir="auto">I am in</p>' in inbox(sign_in(cast.vera))
    wrote.message("reply", "sent", "x" * 199 + "yz")
    assert f"</span>{'x' * 199}y</p>" in inbox(sign_in(cast.vera))


def test_a_row_grows_older(cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any) -> None:
    Wrote(cast, first_name="Ana")
    browser = sign_in(cast.vera)
    first = browser.get(page("inbox"))
    assert ">now</time>" in first.content.decode()
    noon_on_a_tuesday.shift(timedelta(minutes=5))
    later = browser.get(page("inbox"), {"seen": first.context["seen"]}, headers=BY_HTMX)
    assert ">5 min</time>" in later.content.decode()


def test_search_stays_inside_the_folder(cast: Cast, sign_in: SignIn) -> None:
    Wrote(cast, first_name="Ana")
    assert "Nothing found" in inbox(sign_in(cast.vera), q="ana", folder="archived")


def test_newest_first_but_whoever_waits_longest_is_first_to_be_answered(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    Wrote(cast, first_name="Early")
    noon_on_a_tuesday.shift(timedelta(minutes=5))
    Wrote(cast, first_name="Late")
    browser = sign_in(cast.vera)
    newest, waiting = inbox(browser), inbox(browser, folder="needs-attention")
    assert newest.index("Late") < newest.index("Early")
    assert waiting.index("Early") < waiting.index("Late")


def test_pages_of_the_inbox_follow_on_without_a_gap(
    cast: Cast, sign_in: SignIn, noon_on_a_tuesday: Any
) -> None:
    for number in range(33):
        noon_on_a_tuesday.shift(timedelta(seconds=number % 2))  # some at the very same moment
        Wrote(cast, first_name=f"No{number:02}")
    browser = sign_in(cast.vera)

    for folder in ("all", "needs-attention"):
        first = browser.get(page("inbox"), {"folder": folder})
        following = first.context["page"].following
        second = browser.get(f"{page('inbox')}?{following}")
        names = [row.name for one in (first, second) for row in one.context["page"].rows]
        assert sorted(names) == [f"No{number:02}" for number in range(33)]
        assert len(first.context["page"].rows) == 30


def test_a_place_in_the_inbox_that_makes_no_sense_is_left_aside(cast: Cast, sign_in: SignIn) -> None:
    Wrote(cast, first_name="Ana")
    for nonsense in ("x", "2026-10-13_5", "2026-10-13T00:00:00+00:00_x", "_"):
        assert "Ana" in inbox(sign_in(cast.vera), **{"from": nonsense})


def test_the_inbox_costs_the_same_for_one_row_and_for_ten(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.vera)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    ana = Wrote(cast, first_name="Ana")
    browser.get(page("conversation", ana.conversation.id))
    addresses = [page("inbox"), page("conversation", ana.conversation.id)]
    for_one = [queries(address) for address in addresses]
    for _ in range(9):
        Wrote(cast)
        ana.message("reply", "sent", "And another thing", sender=cast.victor)
    assert [queries(address) for address in addresses] == for_one


def test_a_poll_is_told_when_nothing_is_new(cast: Cast, sign_in: SignIn) -> None:
    wrote = Wrote(cast, first_name="Ana")
    browser = sign_in(cast.vera)
    seen = browser.get(page("inbox")).context["seen"]

    def poll() -> Any:
        return browser.get(page("inbox"), {"seen": seen}, headers=BY_HTMX)

    assert poll().status_code == 204
    wrote.message("incoming", "received", "One more thing", carrier_id="SM9")
    assert "One more thing" in poll().content.decode()


def test_rows_are_drawn_once_but_for_those_of_a_search(cast: Cast, sign_in: SignIn) -> None:
    Wrote(cast, first_name="Ana")
    browser = sign_in(cast.vera)
    inbox(browser)
    before = inbox_rows._drawn.cache_info()
    inbox(browser)
    inbox(browser, q="ana")
    after = inbox_rows._drawn.cache_info()
    assert (after.hits, after.currsize) == (before.hits + 1, before.currsize)
