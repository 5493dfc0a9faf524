"""The numbers of an action add up, and each is the number of rows it claims to count."""

from __future__ import annotations

import threading
from urllib.parse import parse_qsl

import pytest
from django.db import connection

from textbank import clock
from textbank.conftest import Cast
from textbank.results.conversations import find
from textbank.results.counting import Line, Results, count, likely_range, one_snapshot
from textbank.results.forms import ConversationFilter
from textbank.results.tests.messy import PLOT, Drive, run
from textbank.texting.models import Conversation, Message, TextingAction


@pytest.fixture
def drive(cast: Cast) -> Drive:
    """Everything happens in both campaigns, to people with the same phones."""
    drive = run(cast, cast.green, cast.vera, cast.victor)
    run(cast, cast.river, cast.ravi, cast.rosa)
    return drive


@pytest.fixture
def results(drive: Drive) -> Results:
    return count(drive.action)


def numbers(lines: list[Line]) -> dict[str, int]:
    return {line.label: line.number for line in lines if line.number}


def test_each_contact_of_the_list_stands_in_exactly_one_part(results: Results) -> None:
    assert results.contacts.number == len(PLOT)
    assert numbers(results.parts) == {
        "Not texted yet": 3,
        "In volunteers' hands": 1,
        "Texted": 13,
        "Held back": 3,
    }
    assert sum(line.number for line in results.parts) == results.contacts.number


def test_the_held_back_are_told_apart_by_safeguard(results: Results) -> None:
    assert numbers(results.held_back) == {"Opted out": 2, "Texted in the last 6 hours": 1}
    assert sum(line.number for line in results.held_back) == results.parts[-1].number


def test_first_texts_by_status_add_up_to_the_people_texted(results: Results) -> None:
    assert numbers(results.first_texts) == {
        "Waiting to go": 1,
        "Going": 1,
        "Sent, no receipt yet": 7,
        "Delivered": 1,
        "Not delivered": 1,
        "Failed": 1,
        "Waiting to hear from the carrier": 1,
    }
    assert sum(line.number for line in results.first_texts) == results.texted == 13


def test_failures_say_in_plain_words_what_a_known_code_means(results: Results) -> None:
    assert numbers(results.failures) == {
        "30006: a landline, or a phone that takes no texts": 1,
        "21610x": 1,
    }


def test_texts_taken_back_and_skips_are_told_beside_the_sum(results: Results) -> None:
    assert results.taken_back == 1
    assert numbers(results.skips) == {"I know this person": 1}


def test_replies_are_counted_as_texts_and_as_people_and_without_strangers(results: Results) -> None:
    assert results.replies_received == 5
    assert results.people_replied == 4
    assert results.response_rate == pytest.approx(100 * 4 / 13)


def test_needs_attention_counts_what_waits_now(drive: Drive, results: Results) -> None:
    # "Go away" waits too: the volunteer has opted them out, and nobody has answered.
    waiting = Conversation.objects.filter(action=drive.action, needs_attention=True, hidden_at=None)
    assert results.needs_attention == waiting.count() == 2
    assert results.waiting_since == clock.now()


def test_opt_outs_belong_to_the_action_that_texted_them_last(results: Results) -> None:
    assert numbers(results.opt_outs) == {"They texted a stop word": 1, "A volunteer recorded it": 1}
    assert results.opted_out == 2


def test_scripts_side_by_side_add_up(results: Results) -> None:
    assert {script.name for script in results.scripts} <= {"First", "Second"}
    assert sum(script.texted for script in results.scripts) == results.texted
    assert sum(script.replied for script in results.scripts) == results.people_replied
    assert sum(script.opted_out for script in results.scripts) == results.opted_out


def test_volunteers_side_by_side_add_up(cast: Cast, results: Results) -> None:
    by_name = {line.member.user.first_name: line for line in results.people if line.member}
    vera, victor = by_name["Vera"], by_name["Victor"]
    assert (vera.texted, vera.replies, vera.reports, vera.waiting) == (13, 1, 0, 2)
    assert (victor.texted, victor.replies, victor.reports, victor.waiting) == (0, 0, 1, 0)
    assert sum(line.texted for line in results.people) == results.texted
    assert sum(line.replies for line in results.people) == results.volunteer_replies
    assert sum(line.reports for line in results.people) == results.reports
    assert sum(line.waiting for line in results.people) == results.needs_attention


def test_every_number_is_the_number_of_conversations_it_leads_to(
    cast: Cast, drive: Drive, results: Results
) -> None:
    lines = [*results.parts, *results.held_back, *results.first_texts, *results.failures, *results.opt_outs]
    lines += [
        Line("replied", results.people_replied, "first=texted&state=replied"),
        Line("attention", results.needs_attention, "state=attention"),
        Line("opted out", results.opted_out, "state=opted_out"),
    ]
    for script in results.scripts:
        rows = f"first=texted&script={script.id}"
        lines += [
            Line(script.name, script.texted, rows),
            Line(script.name, script.replied, f"{rows}&state=replied"),
            Line(script.name, script.opted_out, f"{rows}&state=opted_out"),
        ]
    for person in results.people:
        lines.append(Line("person", person.waiting, f"state=attention&assignee={person.member.id}"))
    for line in lines:
        if line.rows:
            assert behind(cast, drive.action, line.rows) == line.number, line


def behind(cast: Cast, action: TextingAction, rows: str) -> int:
    """How many conversations the page of this address shows."""
    form = ConversationFilter(dict(parse_qsl(rows)) | {"action": action.id}, campaign=cast.campaign)
    assert form.is_valid(), form.errors
    return find(cast.campaign, form.cleaned_data).count()


def test_numbers_do_not_cross_campaigns(cast: Cast, drive: Drive) -> None:
    before = count(drive.action)
    Message.objects.filter(campaign=cast.river.campaign).delete()
    Conversation.objects.filter(campaign=cast.river.campaign).update(needs_attention=True)
    assert count(drive.action) == before


def test_counting_asks_the_database_a_few_questions_however_much_has_happened(
    cast: Cast, drive: Drive, django_assert_num_queries
) -> None:
    small = cast.published([cast.contact()], title="Nothing has happened")
    for action in (small, drive.action):
        with django_assert_num_queries(8):
            count(action)


def test_an_action_nobody_has_begun_has_no_rate(cast: Cast) -> None:
    results = count(cast.published([cast.contact()]))
    assert results.response_rate is None
    assert results.people == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_all_numbers_of_one_reading_are_of_one_moment(cast: Cast) -> None:
    def meanwhile() -> None:
        Conversation.objects.create(campaign=cast.campaign, contact=cast.contact())
        connection.close()

    with one_snapshot():
        before = Conversation.objects.count()
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        assert Conversation.objects.count() == before == 0
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [(81, 263, 25.5, 36.6), (15, 148, 6.2, 16.0), (0, 20, 0.0, 16.1), (1, 29, 0.6, 17.2)],
)
def test_a_share_of_few_people_is_shown_with_how_far_off_it_may_be(
    hits: int, tries: int, low: float, high: float
) -> None:
    assert likely_range(hits, tries) == pytest.approx((low, high), abs=0.06)
