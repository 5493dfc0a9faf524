"""Who leaves first: replies before first texts, and nobody waits behind what is paused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from textbank import clock
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast
from textbank.contacts.models import Contact
from textbank.contacts.opting_out import opt_out
from textbank.querying import rows
from textbank.texting import dispatching, settling
from textbank.texting.dispatching import claim_outbox
from textbank.texting.editing import resume_script
from textbank.texting.holding_back import SET_ASIDE_FOR
from textbank.texting.models import Message, Script, TextingAction
from textbank.texting.publishing import close, pause, resume
from textbank.texting.refusals import Safeguard
from textbank.texting.tests.test_governing import queue

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def claimed(cast: Cast, limit: int) -> list[int]:
    return [one.message_id for one in claim_outbox(cast.campaign, limit, clock.now())]


@pytest.mark.parametrize("kind", ["reply", "confirm", "help"])
def test_what_somebody_waits_for_leaves_before_first_texts_that_are_due_for_longer(
    cast: Cast, kind: str
) -> None:
    queue(cast, 20)
    Message.objects.update(due_at=clock.now() - MINUTE)
    [waited_for] = queue(cast, 1, kind)

    going = claimed(cast, 5)

    assert waited_for.id in going
    assert len(going) == 5


def test_first_texts_leave_in_the_order_in_which_they_are_due(cast: Cast) -> None:
    messages = queue(cast, 6)
    for place, message in enumerate(messages):
        Message.objects.filter(id=message.id).update(due_at=clock.now() - place * SECOND)
    assert set(claimed(cast, 3)) == {message.id for message in messages[3:]}


@pytest.fixture
def drive(cast: Cast) -> TextingAction:
    """An action with thirty first texts that have been due for a minute."""
    action = queue(cast, 30)[0].action
    script = action.scripts.get()
    Message.objects.update(due_at=clock.now() - MINUTE, created_at=clock.now() - MINUTE, script=script)
    return action


Pause = Callable[[TextingAction], object]
PAUSED: list[tuple[Safeguard, Pause, Pause]] = [
    (
        Safeguard.ACTION_PAUSED,
        lambda action: pause(action, clock.now()),
        lambda action: resume(action, clock.now()),
    ),
    (
        Safeguard.SCRIPT_PAUSED,
        lambda action: Script.objects.filter(action=action).update(paused_at=clock.now()),
        lambda action: resume_script(action.scripts.get(), clock.now()),
    ),
]
each_pause = pytest.mark.parametrize(("safeguard", "stop", "go_on"), PAUSED)


@each_pause
def test_texts_that_are_paused_keep_no_others_waiting(
    cast: Cast, drive: TextingAction, safeguard: Safeguard, stop: Pause, go_on: Pause
) -> None:
    stop(drive)
    [other] = queue(cast, 1)

    assert claimed(cast, 10) == [other.id]

    waiting = Message.objects.filter(action=drive)
    assert set(waiting.values_list("status", "safeguard", "due_at")) == {
        ("queued", safeguard, clock.now() + SET_ASIDE_FOR)
    }


@each_pause
def test_when_the_pause_is_over_they_leave_at_once_in_the_order_of_the_presses(
    cast: Cast, drive: TextingAction, safeguard: Safeguard, stop: Pause, go_on: Pause
) -> None:
    first = Message.objects.latest("id")
    Message.objects.filter(id=first.id).update(created_at=clock.now() - 2 * MINUTE)
    stop(drive)
    assert claimed(cast, 10) == []

    go_on(drive)

    assert first.id in claimed(cast, 1)
    assert len(claimed(cast, 100)) == 29


@each_pause
def test_a_pause_that_ends_while_texts_are_being_set_aside_holds_none(
    cast: Cast,
    drive: TextingAction,
    monkeypatch: pytest.MonkeyPatch,
    safeguard: Safeguard,
    stop: Pause,
    go_on: Pause,
) -> None:
    set_aside = dispatching.set_aside

    def too_late(*told: object) -> None:
        go_on(drive)
        set_aside(*told)

    monkeypatch.setattr(dispatching, "set_aside", too_late)
    stop(drive)

    assert len(claimed(cast, 10)) + len(claimed(cast, 100)) == 30


def test_a_text_that_waits_in_a_line_keeps_its_place_when_a_pause_is_over(
    cast: Cast, drive: TextingAction
) -> None:
    later = clock.now() + 10 * MINUTE
    Message.objects.filter(action=drive).update(due_at=later, safeguard=Safeguard.MINUTE_CAP)
    pause(drive, clock.now())

    resume(drive, clock.now())

    assert set(Message.objects.values_list("due_at", "safeguard")) == {(later, Safeguard.MINUTE_CAP)}


def test_what_was_set_aside_is_held_back_when_its_action_closes(cast: Cast, drive: TextingAction) -> None:
    pause(drive, clock.now())
    claimed(cast, 10)

    close(drive, clock.now())
    claimed(cast, 100)

    assert set(Message.objects.values_list("status", "safeguard")) == {
        ("safeguarded", Safeguard.ACTION_CLOSED)
    }


def test_who_opts_out_while_a_text_is_set_aside_is_not_texted(cast: Cast, drive: TextingAction) -> None:
    pause(drive, clock.now())
    claimed(cast, 10)
    phone = Contact.objects.filter(campaign=cast.campaign).first().phone
    opt_out(cast.campaign, phone, "admin", clock.now())

    resume(drive, clock.now())

    assert len(claimed(cast, 100)) == 29


def test_a_pause_that_nobody_ended_by_its_own_story_is_found_over_within_the_hour(
    cast: Cast, drive: TextingAction, noon_on_a_tuesday: time_machine.Traveller
) -> None:
    pause(drive, clock.now())
    claimed(cast, 10)
    TextingAction.objects.update(paused_at=None)

    noon_on_a_tuesday.shift(SET_ASIDE_FOR)

    assert len(claimed(cast, 100)) == 30


def test_a_claim_finds_its_texts_and_their_unread_replies_by_indexes_of_their_own(cast: Cast) -> None:
    """Neither may cost more when a hundred thousand texts wait, or when a million events are kept."""
    queue(cast, 200)
    queue(cast, 5, "reply")
    told = {"campaign": cast.campaign, "account": cast.green.account, "kind": "reply", "body": ""}
    told |= {"received_at": clock.now(), "due_at": clock.now(), "processed_at": clock.now()}
    CarrierEvent.objects.bulk_create(
        CarrierEvent(event_key=f"SM{number}", phone=f"+1919666{number:04}", **told) for number in range(500)
    )
    waiting = told | {"kind": "receipt", "processed_at": None}
    CarrierEvent.objects.bulk_create(
        CarrierEvent(event_key=f"SM{number}", phone="", **waiting) for number in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for way in (
            "seqscan",
            "bitmapscan",
            "hashjoin",
            "mergejoin",
            "sort",
        ):  # cheap in tables as small as here
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("SET LOCAL join_collapse_limit = 1")

    def plan(statement: str) -> str:
        values = {"campaign": cast.campaign.id, "now": clock.now(), "limit": 50, "seen": []}
        return "\n".join(row["QUERY PLAN"] for row in rows("EXPLAIN " + statement, **values))

    replies, first_texts = plan(dispatching._DUE_REPLIES), plan(dispatching._DUE_FIRST_TEXTS)

    assert "using message_replies on texting_message" in replies
    assert "using message_outbox on texting_message" in first_texts
    assert "Sort Key: m.due_at" not in first_texts
    for found in (replies, first_texts):
        assert "event_reply_unread on carriers_carrierevent" in found


def test_texts_on_their_way_and_a_volunteers_own_are_found_by_small_indexes(cast: Cast) -> None:
    """Among millions of texts that have gone: what a dead worker left behind, and what a volunteer has sent."""
    queue(cast, 200)
    action, named = TextingAction.objects.get(), {"campaign": cast.campaign.id, "before": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def plan(statement: str) -> str:
        return "\n".join(row["QUERY PLAN"] for row in rows("EXPLAIN " + statement, **named, now=clock.now()))

    assert "message_in_flight" in plan(settling._OVERDUE)
    assert "message_in_flight" in plan(settling._GIVEN_UP)
    assert "message_first_texts" in action.messages.sent_by(cast.vera).explain()
