"""What the database is filled with, and how a loss or a double would be noticed in it."""

import uuid

import pytest
from django.db import connection

from bench import proof
from bench.filling import fill_tables, session_key
from bench.shape import CURRENT, EARLIER, Shape, key_of, phone_of

pytestmark = pytest.mark.django_db
SHAPE = Shape(contacts=500, messages=1000)


def _do(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _copy_message(where: str, **changes: str) -> None:
    """One message once more, as no constraint would catch it."""
    columns = _do(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = 'texting_message' AND is_generated = 'NEVER'"
    )
    names = [str(name) for (name,) in columns if name != "id"]
    values = [changes.get(name, name) for name in names]
    _do(
        f"INSERT INTO texting_message ({', '.join(names)}) SELECT {', '.join(values)} FROM texting_message "
        f"WHERE {where} ORDER BY id LIMIT 1"
    )


def _press(number: int) -> None:
    from textbank.texting.models import Message

    Message.objects.create(
        campaign_id=1,
        conversation_id=number,
        assignment_id=number,
        action_id=CURRENT,
        kind="initial",
        status="sent",
        text="Hello",
        key=uuid.UUID(int=number),
        created_at="2026-03-02T15:00:00Z",
    )


def test_the_tables_hold_what_the_shape_says() -> None:
    fill_tables(SHAPE)
    assert _do("SELECT count(*) FROM contacts_contact") == [(500,)]
    assert _do("SELECT count(*) FROM texting_message") == [(1000,)]
    held = _do("SELECT id FROM texting_assignment WHERE holder_id = 3 ORDER BY id")
    assert [number for (number,) in held] == sorted(SHAPE.held_by(1))
    own = _do(
        "SELECT v.id FROM texting_conversation AS v JOIN contacts_contact AS c ON c.id = v.contact_id "
        "WHERE v.assignee_id = 5 AND NOT EXISTS (SELECT FROM contacts_optout AS o WHERE o.phone = c.phone) "
        "ORDER BY v.id"
    )
    assert [number for (number,) in own] == list(SHAPE.conversations_of(3))
    assert _do("SELECT phone FROM contacts_contact WHERE id = 77") == [(phone_of(77),)]
    assert _do("SELECT conversation_id, action_id FROM texting_message WHERE key = %s", key_of(77)) == [
        (77, EARLIER)
    ]
    assert _do("SELECT count(*) FROM django_session WHERE session_key = %s", session_key(7)) == [(1,)]


def test_a_share_of_the_contacts_is_out_of_hours_or_texted() -> None:
    fill_tables(Shape(contacts=500, shut=0.9, left=0.5))
    found = _do(
        "SELECT count(*) FILTER (WHERE outcome = 'untexted'), count(DISTINCT zones) FROM texting_assignment"
    )
    assert found[0][0] == 250
    assert _do("SELECT zones FROM contacts_contact GROUP BY zones ORDER BY count(*) DESC LIMIT 1") == [(512,)]
    assert Shape(contacts=500, shut=0.9, left=0.5).open == 50


def test_a_press_without_a_text_is_lost_and_a_second_text_is_doubled() -> None:
    fill_tables(SHAPE)
    _press(3)
    assert proof.of_first_texts(CURRENT, [3]) == (0, 0)
    assert proof.of_first_texts(CURRENT, [3, 4]) == (1, 0)
    _copy_message("action_id = 2", assignment_id="4", token="NULL", key="NULL")
    assert proof.of_first_texts(CURRENT, [3, 4]) == (0, 1)


def test_a_reply_that_is_not_there_is_lost_and_one_that_is_there_twice_is_doubled() -> None:
    fill_tables(SHAPE)
    before, token = proof.last_message(), uuid.uuid4()
    assert proof.of_replies([token], before) == (1, 0)
    _copy_message("kind = 'reply'", token=f"'{token}'::uuid", key="NULL")
    assert proof.of_replies([token], before) == (0, 0)
    _copy_message(f"id > {before}", token="NULL", key="NULL")
    assert proof.of_replies([token], before) == (0, 1)


def test_an_event_that_is_not_stored_or_not_acted_upon_is_lost() -> None:
    fill_tables(SHAPE)
    before = proof.last_message()
    told = [("reply", "SM1"), ("receipt", "SM2 sent")]
    assert proof.of_events(told, before) == (2, 0)
    for kind, key in told:
        _do(
            "INSERT INTO carriers_carrierevent (campaign_id, account_id, kind, event_key, message_key, phone, body, "
            "received_at, due_at, attempts, problem) VALUES (1, 1, %s, %s, '', '', '', now(), now(), 0, '')",
            kind,
            key,
        )
    assert proof.of_events(told, before) == (2, 0)
    _do("UPDATE carriers_carrierevent SET processed_at = now()")
    assert proof.of_events(told, before) == (1, 0)  # the reply stands in no thread
    _copy_message("kind = 'incoming'", carrier_id="'SM1'")
    assert proof.of_events(told, before) == (0, 0)


def test_what_left_without_our_knowing_or_twice_is_noticed() -> None:
    fill_tables(SHAPE)
    _press(3)
    key = uuid.UUID(int=3)
    assert proof.of_departures([key]) == (0, 0)
    assert proof.of_departures([key, key]) == (0, 1)
    assert proof.of_departures([]) == (1, 0)
    assert proof.of_departures([key, uuid.uuid4()]) == (1, 0)
