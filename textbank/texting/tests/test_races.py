"""Many hands at once, with real connections and real transactions."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from textbank import clock
from textbank.campaigns.models import Membership, Registration
from textbank.conftest import Cast
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out
from textbank.texting import cards, claiming
from textbank.texting.claiming import extend
from textbank.texting.dispatching import claim_outbox
from textbank.texting.models import Assignment, Message
from textbank.texting.publishing import close
from textbank.texting.redrawing import redraw
from textbank.texting.sending import Verdict, send_initials, undo
from textbank.texting.tests.hands import claim
from textbank.texting.tests.test_governing import queue
from textbank.texting.tests.test_sending import first_press, first_press_shown_anyway

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd(transactional_db: None) -> Cast:
    return Cast()


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Runs the jobs at the same moment, each on a connection of its own; a failure of one is a failure here."""
    barrier, results, failures = threading.Barrier(len(jobs)), [], []

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait()
            results.append(job())
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    return results


def test_twenty_volunteers_claim_a_thousand_contacts_and_none_is_held_twice(crowd: Cast) -> None:
    crowd.campaign.bucket_size = 50
    crowd.campaign.save()
    action = crowd.published([crowd.contact() for _ in range(1000)])
    volunteers = [crowd.join(crowd.green, f"Volunteer{number}") for number in range(20)]

    def work(member: Membership) -> int:
        return claim(action, member, clock.now())

    held = at_once([lambda member=member: work(member) for member in volunteers])

    assert sum(held) == 1000
    by_holder = Counter(Assignment.objects.values_list("holder", flat=True))
    assert by_holder == Counter({member.id: 50 for member in volunteers})


def test_volunteers_who_ask_together_of_several_processes_hold_nobody_twice(crowd: Cast) -> None:
    crowd.campaign.bucket_size = 50
    crowd.campaign.save()
    action = crowd.published([crowd.contact() for _ in range(1000)])
    volunteers = [crowd.join(crowd.green, f"Volunteer{number}") for number in range(24)]
    groups = [volunteers[:8], volunteers[16:7:-1], volunteers[4:20], volunteers[16:]]

    held = at_once([lambda group=group: claiming.claim(action, group, clock.now()) for group in groups])

    by_holder = Counter(Assignment.objects.filter(holder__isnull=False).values_list("holder", flat=True))
    assert sum(by_holder.values()) == 1000
    assert max(by_holder.values()) == 50  # the last ones may be shared out
    told = {member: max(one.get(member, 0) for one in held) for member in by_holder}
    assert told == by_holder


def test_two_tabs_of_one_volunteer_get_one_bucket(crowd: Cast) -> None:
    crowd.campaign.bucket_size = 10
    crowd.campaign.save()
    action = crowd.published([crowd.contact() for _ in range(100)])

    at_once([lambda: claim(action, crowd.vera, clock.now())] * 8)

    assert Assignment.objects.filter(holder=crowd.vera).count() == 10


def test_the_same_press_ten_times_at_once_is_one_text(crowd: Cast) -> None:
    press = first_press(crowd, crowd.published([crowd.contact()]))

    outcomes = at_once([lambda: send_initials(crowd.campaign, [press], clock.now())[0]] * 10)

    assert {outcome.verdict for outcome in outcomes} == {Verdict.QUEUED}
    assert len({outcome.message_id for outcome in outcomes}) == 1
    assert Message.objects.count() == 1


def test_two_actions_pressing_at_the_same_moment_text_a_contact_once(crowd: Cast) -> None:
    contacts = [crowd.contact() for _ in range(20)]
    presses = []
    for contact in contacts:
        one = crowd.published([contact], f"One {contact.id}")
        two = crowd.published([contact], f"Two {contact.id}")
        presses += [first_press_shown_anyway(crowd, one), first_press_shown_anyway(crowd, two)]

    at_once([lambda press=press: send_initials(crowd.campaign, [press], clock.now()) for press in presses])

    texted = Message.objects.filter(status="queued").values_list("conversation__contact", flat=True)
    assert sorted(texted) == sorted(contact.id for contact in contacts)


def test_two_workers_never_take_the_same_text(crowd: Cast) -> None:
    action = crowd.published([crowd.contact() for _ in range(60)])
    first = first_press(crowd, action)
    held = Assignment.objects.filter(holder=crowd.vera)
    presses = [type(first)(one.id, first.script_id, 1, "Hi", uuid.uuid4(), crowd.vera.id) for one in held]
    send_initials(crowd.campaign, presses, clock.now())
    due = clock.now() + timedelta(seconds=5)

    batches = at_once([lambda: claim_outbox(crowd.campaign, 20, due)] * 6)

    taken = [outbound.message_id for batch in batches for outbound in batch]
    assert len(taken) == len(set(taken)) == 60


def test_workers_at_once_draw_no_more_than_the_cap_together(crowd: Cast) -> None:
    Registration.objects.filter(campaign=crowd.campaign).update(att_per_minute=240)
    queue(crowd, 120)

    batches = at_once([lambda: claim_outbox(crowd.campaign, 20, clock.now())] * 6)

    assert sum(len(batch) for batch in batches) == 24
    waiting = Message.objects.filter(status="queued").values_list("due_at", flat=True)
    assert len(set(waiting)) == 96


def test_of_two_workers_that_see_a_cap_rise_one_brings_the_line_forward(crowd: Cast) -> None:
    registration = Registration.objects.filter(campaign=crowd.campaign)
    registration.update(att_per_minute=240)
    queue(crowd, 100)
    redraw(clock.now())
    claim_outbox(crowd.campaign, 100, clock.now())
    last = Message.objects.filter(status="queued").latest("due_at")
    registration.update(att_per_minute=480)
    has_looked = threading.Event()

    def look_first() -> None:
        with transaction.atomic():
            redraw(clock.now())
            has_looked.set()
            time.sleep(0.5)  # the other sees the old cap noted, and waits for this

    def look_too() -> None:
        has_looked.wait(5)
        redraw(clock.now())

    at_once([look_first, look_too])

    waits = Message.objects.get(id=last.id).due_at - clock.now()
    assert waits / (last.due_at - clock.now()) == pytest.approx(0.5)


def test_a_text_is_either_undone_or_sent(crowd: Cast) -> None:
    for number in range(10):
        press = first_press(crowd, crowd.published([crowd.contact()], f"Drive {number}"))
        send_initials(crowd.campaign, [press], clock.now())
        message = Message.objects.latest("id")
        due = clock.now() + timedelta(seconds=5)

        undone, batch = None, None

        def take_back(message: Message = message) -> None:
            nonlocal undone
            undone = undo(message, clock.now())

        def dispatch(due: object = due) -> None:
            nonlocal batch
            batch = claim_outbox(crowd.campaign, 20, due)

        at_once([take_back, dispatch])

        assert bool(undone) != bool(batch)


def test_a_stop_that_arrives_before_the_text_leaves_always_wins(crowd: Cast) -> None:
    contact = crowd.contact()
    press = first_press(crowd, crowd.published([contact]))
    at_once(
        [
            lambda: send_initials(crowd.campaign, [press], clock.now()),
            lambda: opt_out(crowd.campaign, contact.phone, OptOut.Source.KEYWORD, clock.now()),
        ]
    )

    assert claim_outbox(crowd.campaign, 20, clock.now() + timedelta(seconds=5)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM texting_message WHERE status = 'safeguarded'")
        assert cursor.fetchone() == (1,)


def test_closing_ends_an_action_though_volunteers_are_being_dealt_cards(crowd: Cast) -> None:
    crowd.campaign.bucket_size = 50
    crowd.campaign.save()
    action = crowd.published([crowd.contact() for _ in range(200)])
    volunteers = [crowd.join(crowd.green, f"Volunteer{number}") for number in range(4)]
    for member in volunteers:
        claim(action, member, clock.now())

    def deal(member: Membership) -> None:
        for _ in range(5):
            cards.deal(action, member, clock.now())
            extend(action, [member.id], clock.now())

    jobs: list[Callable[[], Any]] = [lambda member=member: deal(member) for member in volunteers]
    at_once([*jobs, lambda: close(action, clock.now())])

    action.refresh_from_db()
    assert action.status == "closed"
