"""The numbers of an action add up, and each is the number of rows it claims to count."""

from __future__ import annotations

import threading
from urllib.parse import parse_qsl

import pytest
from django.db import connection

from textbank import clock
from textbank.conftest import Cast
from textbank.contacts.models.known_phone import WrongNumber
from textbank.results.conversations import find
from textbank.results.counting import count, one_snapshot
from textbank.results.forms import ConversationFilter
from textbank.results.numbers import Line, Results, likely_range
from textbank.results.tests.messy import PLOT, Drive, run
from textbank.texting.models import Assignment, Conversation, Message, TextingAction
from textbank.texting.refusals import Safeguard
from textbank.texting.sending import tally_refusals


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
        "Texted": 18,
        "Held back": 5,
    }
    assert sum(line.number for line in results.parts) == results.contacts.number


def test_the_held_back_are_told_apart_by_safeguard(results: Results) -> None:
    assert numbers(results.held_back) == {
        "Opted out": 2,
        "Texted in the last 6 hours": 1,
        "Wrong number": 1,
        "Landline": 1,
    }
    assert sum(line.number for line in results.held_back) == results.parts[-1].number


def test_first_texts_by_status_add_up_to_the_people_texted(results: Results) -> None:
    assert numbers(results.first_texts) == {
        "Waiting to go": 3,
        "Going": 1,
        "Sent, no receipt yet": 10,
        "Delivered": 1,
        "Not delivered": 1,
        "Failed": 1,
        "Waiting to hear from the carrier": 1,
    }
    assert sum(line.number for line in results.first_texts) == results.texted == 18


def test_texts_that_were_never_heard_of_stand_in_a_line_of_their_own(cast: Cast, drive: Drive) -> None:
    Message.objects.filter(status="unknown").update(status="unheard")

    results = count(drive.action)

    [line] = [line for line in results.first_texts if line.label == "Never heard from the carrier"]
    assert line.number == behind(cast, drive.action, line.rows) == 1
    assert sum(line.number for line in results.first_texts) == results.texted == 18


def test_failures_say_in_plain_words_what_a_known_code_means(results: Results) -> None:
    assert numbers(results.failures) == {
        "30006: a landline, or a phone that takes no texts": 1,
        "21610x": 1,
    }


def test_what_first_texts_wait_for_adds_up_to_those_that_wait(results: Results) -> None:
    assert numbers(results.waiting) == {
        "T-Mobile's cap for the day": 1,
        "AT&T's cap for the minute": 1,
        "Their turn": 1,
    }
    assert sum(line.number for line in results.waiting) == numbers(results.first_texts)["Waiting to go"]


def test_automatic_texts_are_no_replies_of_volunteers(results: Results) -> None:
    assert numbers(results.automatic) == {"Confirmations of opt-outs": 1, "Answers to HELP": 2}
    assert numbers(results.automatic_held_back) == {"Too late to answer by itself": 1}
    assert results.volunteer_replies == 1
    assert sum(line.replies for line in results.people) == 1


def test_replies_say_what_they_wait_for_and_what_held_them_back(results: Results) -> None:
    assert numbers(results.replies_waiting) == {"Outside texting hours where they may be": 1}
    assert numbers(results.replies_held_back) == {"Opted out": 1}


def test_presses_that_came_at_the_wrong_moment_are_counted_as_often_as_they_came(results: Results) -> None:
    assert numbers(results.stopped) == {"Outside texting hours": 2}
    assert results.times_stopped == 2


def test_wrong_numbers_are_counted_for_the_action_that_found_them_and_are_no_opt_outs(
    cast: Cast, drive: Drive, results: Results
) -> None:
    assert results.wrong_numbers == 1
    WrongNumber.objects.filter(contact=drive.people["wrong number"]).update(released_at=clock.now())
    assert count(drive.action).wrong_numbers == 0


@pytest.mark.parametrize("safeguard", Safeguard)
def test_every_safeguard_is_counted_wherever_it_stopped_a_text(cast: Cast, safeguard: Safeguard) -> None:
    action = cast.published([cast.contact(), cast.contact(), cast.contact(cast.campaign)])
    queued, held, _free = Assignment.objects.filter(action=action)
    for assignment, status in ((queued, "queued"), (held, "safeguarded")):
        Assignment.objects.filter(id=assignment.id).update(
            outcome="texted" if status == "queued" else "safeguarded"
        )
        Message.objects.create(
            campaign=cast.campaign,
            conversation=Conversation.objects.get(contact=assignment.contact),
            action=action,
            assignment=assignment,
            kind="initial",
            status=status,
            safeguard=safeguard,
            created_at=clock.now(),
            due_at=clock.now() if status == "queued" else None,
        )
    tally_refusals(cast.campaign, [(action.id, safeguard)] * 3)

    results = count(action)

    assert numbers(results.held_back) == {safeguard.label: 1}
    assert numbers(results.waiting) == {safeguard.label: 1}
    assert numbers(results.stopped) == {safeguard.label: 3}
    assert sum(line.number for line in results.parts) == results.contacts.number == 3


def test_texts_taken_back_and_skips_are_told_beside_the_sum(results: Results) -> None:
    assert results.taken_back == 1
    assert numbers(results.skips) == {"I know this person": 1}


def test_replies_are_counted_as_texts_and_as_people_and_without_strangers(results: Results) -> None:
    assert results.replies_received == 5
    assert results.people_replied == 4
    assert results.response_rate == pytest.approx(100 * 4 / 18)


def test_needs_attention_counts_what_waits_now(drive: Drive, results: Results) -> None:
    # "Go away" waits too: the volunteer has opted them out, and nobody has answered.
    waiting = Conversation.objects.filter(action=drive.action, needs_attention=True, hidden_at=None)
    assert results.needs_attention == waiting.count() == 2
    assert results.waiting_since == clock.now()


def test_opt_outs_belong_to_the_action_that_texted_them_last(results: Results) -> None:
    assert numbers(results.opt_outs) == {
        "They texted a stop word": 1,
        "A volunteer recorded it": 1,
        "They asked in their own words": 1,
    }
    assert results.opted_out == 3


def test_scripts_side_by_side_add_up(results: Results) -> None:
    assert {script.name for script in results.scripts} <= {"First", "Second"}
    assert sum(script.texted for script in results.scripts) == results.texted
    assert sum(script.replied for script in results.scripts) == results.people_replied
    assert sum(script.opted_out for script in results.scripts) == results.opted_out


def test_volunteers_side_by_side_add_up(cast: Cast, results: Results) -> None:
    by_name = {line.member.user.first_name: line for line in results.people if line.member}
    vera, victor = by_name["Vera"], by_name["Victor"]
    assert (vera.texted, vera.replies, vera.reports, vera.waiting) == (18, 1, 0, 2)
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
        *results.waiting,
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
        with django_assert_num_queries(11):
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
