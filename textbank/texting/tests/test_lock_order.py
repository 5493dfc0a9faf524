"""Rows that several stories write are locked in one order, or two of them could wait for each other for ever.

Somebody holds the row that comes first. The story then waits for it, and holds none that comes later.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import QuerySet

from textbank import clock
from textbank.carriers.base import Accepted, AccountRefused, Event, EventKind, IncomingText, Network
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.carriers.twilio import Twilio
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone
from textbank.contacts.opting_out import opt_out
from textbank.texting.dispatching import claim_outbox
from textbank.texting.holding_back import _LOCK_THREADS, set_aside
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.publishing import pause, resume
from textbank.texting.recording import Result, record_results
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_governing import queue
from textbank.texting.tests.test_receiving import arrives

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def crowd(transactional_db: None) -> Cast:
    return Cast()


def waits_with_empty_hands(story: Callable[[], object], first: QuerySet[Any], later: QuerySet[Any]) -> bool:
    """While somebody holds `first`, the story waits for it; whether `later` is free meanwhile."""
    failures: list[Exception] = []

    def tell() -> None:
        try:
            story()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=tell)
    with transaction.atomic():
        assert list(first.select_for_update())
        thread.start()
        wait_for_a_waiter()
        is_free = _is_free(later)
    thread.join()
    assert not failures
    return is_free


def wait_for_a_waiter() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.02)
    raise AssertionError("Nobody waits")


def _is_free(found: QuerySet[Any]) -> bool:
    try:
        with transaction.atomic():
            return bool(list(found.select_for_update(nowait=True)))
    except DatabaseError:
        return False


def test_what_is_known_of_phones_that_write_is_locked_by_phone(
    crowd: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is known as dead, and so is written before whose network the first is on."""
    read = Twilio.read_reply

    def with_network(twilio: Twilio, body: str) -> IncomingText:
        return dataclasses.replace(read(twilio, body), network=Network.ATT)

    monkeypatch.setattr(Twilio, "read_reply", with_network)
    first, second = "+19195550101", "+19195550102"
    KnownPhone.objects.create(campaign=crowd.campaign, phone=first)
    KnownPhone.objects.create(campaign=crowd.campaign, phone=second, line="dead", line_learned_at=clock.now())
    for phone in (second, first):
        arrives(crowd, "Hello", phone, f"SM{phone}")
    known = KnownPhone.objects.filter(campaign=crowd.campaign)

    assert waits_with_empty_hands(
        lambda: process_events(clock.now()), known.filter(phone=first), known.filter(phone=second)
    )
    assert set(known.values_list("line", "network")) == {("", "att")}


@pytest.fixture
def two(crowd: Cast) -> list[Message]:
    """Two texts whose number is off, so that their contacts get to know another. In whatever order texts are found,
    that of their conversations is the other way round."""
    PhoneNumber.objects.update(is_active=False)
    PhoneNumber.objects.create(campaign=crowd.campaign, account=crowd.green.account, number="+19195550002")
    earlier, later = queue(crowd, 2)
    threads = sorted([earlier.conversation_id, later.conversation_id])
    Conversation.objects.update(number=crowd.green.number)
    for message, thread in ((earlier, threads[1]), (later, threads[0])):
        assignment = Assignment.objects.get(action=message.action, contact__conversation=thread)
        Message.objects.filter(id=message.id).update(conversation=thread, assignment=assignment)
    return list(Message.objects.order_by("conversation_id"))


def claim(crowd: Cast) -> None:
    claim_outbox(crowd.campaign, 10, clock.now())


def test_a_claim_locks_conversations_in_their_order(crowd: Cast, two: list[Message]) -> None:
    threads = Conversation.objects.all()
    assert waits_with_empty_hands(
        lambda: claim(crowd),
        threads.filter(id=two[0].conversation_id),
        threads.filter(id=two[1].conversation_id),
    )


def test_also_where_one_text_goes_and_another_is_held_back(crowd: Cast, two: list[Message]) -> None:
    opt_out(crowd.campaign, two[0].conversation.contact.phone, "admin", clock.now())
    threads = Conversation.objects.all()
    assert waits_with_empty_hands(
        lambda: claim(crowd),
        threads.filter(id=two[0].conversation_id),
        threads.filter(id=two[1].conversation_id),
    )
    assert set(Message.objects.values_list("status", flat=True)) == {"safeguarded", "sending"}


def test_an_assignment_is_locked_before_its_conversation(crowd: Cast, two: list[Message]) -> None:
    opt_out(crowd.campaign, two[0].conversation.contact.phone, "admin", clock.now())
    assert waits_with_empty_hands(
        lambda: claim(crowd),
        Assignment.objects.filter(id=two[0].assignment_id),
        Conversation.objects.filter(id=two[0].conversation_id),
    )


def test_no_plan_locks_a_conversation_before_its_assignment(crowd: Cast) -> None:
    """Where the order of a join is left to PostgreSQL, its search by chance finds each sooner or later."""
    with transaction.atomic(), connection.cursor() as cursor:
        for seed in range(20):
            cursor.execute(f"SET LOCAL geqo_threshold = 2; SET LOCAL geqo_seed = {seed / 20}")
            cursor.execute(f"EXPLAIN {_LOCK_THREADS}", {"ids": [1, 2], "campaign": crowd.campaign.id})
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert plan.index("on texting_assignment") < plan.index("on texting_conversation")


def test_the_conversation_of_a_reply_is_locked_though_it_has_no_assignment(
    crowd: Cast, two: list[Message]
) -> None:
    Message.objects.update(kind="reply", assignment=None)
    threads = Conversation.objects.all()
    assert waits_with_empty_hands(
        lambda: claim(crowd),
        threads.filter(id=two[0].conversation_id),
        threads.filter(id=two[1].conversation_id),
    )


def test_a_pause_that_ends_waits_for_texts_that_are_being_set_aside_and_finds_them(crowd: Cast) -> None:
    action = queue(crowd, 3)[0].action
    pause(action, clock.now())
    is_ready, ended = threading.Event(), []

    def end() -> None:
        is_ready.wait(5)
        resume(action, clock.now())
        ended.append(True)
        connections.close_all()

    thread = threading.Thread(target=end)
    thread.start()
    with transaction.atomic():
        set_aside(crowd.campaign, clock.now())
        is_ready.set()
        wait_for_a_waiter()
    thread.join()

    assert ended
    assert set(Message.objects.values_list("due_at", "safeguard")) == {(clock.now(), None)}


@pytest.mark.parametrize("news", ["answers", "receipts"])
def test_texts_are_locked_in_their_order_in_whatever_order_news_of_them_comes(crowd: Cast, news: str) -> None:
    texts = [message.id for message in queue(crowd, 2)]
    going = {one.message_id: one for one in claim_outbox(crowd.campaign, 10, clock.now())}

    def tell() -> None:
        backwards = [Result(going[text], Accepted(f"SM{text}")) for text in reversed(texts)]
        if news == "answers":
            record_results(backwards, clock.now())
            return
        for one in backwards:
            body = urlencode({"MessageSid": one.answer.carrier_id, "MessageStatus": "sent"})
            event = Event(EventKind.RECEIPT, one.answer.carrier_id, body)
            store(crowd.green.account, [event], clock.now(), one.outbound.text.key)
        process_events(clock.now())

    messages = Message.objects.all()
    assert waits_with_empty_hands(tell, messages.filter(id=texts[0]), messages.filter(id=texts[1]))
    assert set(messages.values_list("status", flat=True)) == {"sent"}


@pytest.fixture
def two_accounts(crowd: Cast) -> list[CarrierAccount]:
    """The second is in trouble, and lies before the first."""
    second = CarrierAccount.objects.create(
        campaign=crowd.campaign, name="Other", base_url="http://127.0.0.1:9", account_id="ACother"
    )
    PhoneNumber.objects.create(campaign=crowd.campaign, account=second, number="+19195550002")
    CarrierAccount.objects.filter(id=second.id).update(
        trouble="off", trouble_at=clock.now() - timedelta(hours=1)
    )
    return list(CarrierAccount.objects.filter(campaign=crowd.campaign).order_by("id"))


def test_an_account_that_is_refused_is_locked_before_a_later_one_that_works(
    crowd: Cast, two_accounts: list[CarrierAccount]
) -> None:
    first, second = two_accounts
    queue(crowd, 2)
    refused, accepted = claim_outbox(crowd.campaign, 10, clock.now())
    results = [
        Result(dataclasses.replace(accepted, account_id=second.id), Accepted("SM1")),
        Result(dataclasses.replace(refused, account_id=first.id), AccountRefused("Authenticate")),
    ]
    accounts = CarrierAccount.objects.all()

    assert waits_with_empty_hands(
        lambda: record_results(results, clock.now()),
        accounts.filter(id=first.id),
        accounts.filter(id=second.id),
    )
    assert [account.trouble for account in accounts.filter(campaign=crowd.campaign).order_by("id")] == [
        "Authenticate",
        "",
    ]
