"""Workers that are killed, imports that run side by side: real processes, threads and transactions."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from psycopg.conninfo import make_conninfo

from textbank.campaigns.models import Campaign
from textbank.contacts import importing
from textbank.contacts.importing import merging
from textbank.contacts.importing.cells import RowReader
from textbank.contacts.models import Contact, ContactImport, ContactList, ContactListEntry, ImportRow
from textbank.querying import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

GOOD, BAD = 6_000, 50


def address() -> str:
    kept = ("host", "port", "user", "password", "dbname")
    return make_conninfo(**{k: v for k, v in connection.get_connection_params().items() if k in kept and v})


def voters(rows: range, name: str = "Ana") -> bytes:
    good = [f"{name},(919) {200 + n // 10_000}-{n % 10_000:04},Club {n}" for n in rows]
    return ("first_name,phone,club\n" + "\n".join([*good, *["Nobody,12,"] * BAD]) + "\n").encode()


def started(campaign: Campaign, content: bytes, name: str) -> ContactImport:
    contact_import = importing.upload(campaign, None, "voters.csv", io.BytesIO(content))
    importing.start(contact_import, name, contact_import.mapping)
    return contact_import


def worker() -> subprocess.Popen[bytes]:
    """A worker in a process of its own, which ends when there is nothing left to do."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "textbank", "procrastinate", "worker", "--one-shot"],
        env={**os.environ, "DATABASE_URL": address()},
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def locked(table: str) -> Iterator[Callable[[], bool]]:
    """Nobody can write to the table meanwhile. Gives a question: is somebody waiting to?"""
    with psycopg.connect(address()) as holder, psycopg.connect(address(), autocommit=True) as watcher:
        holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
        waiting = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
        yield lambda: watcher.execute(waiting, [table]).fetchone() is not None
        holder.rollback()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


@pytest.fixture
def campaign() -> Campaign:
    Campaign.objects.create(name="River City Care", slug="river-city")
    return Campaign.objects.create(name="Green Valley Votes", slug="green-valley")


@pytest.mark.parametrize(
    "table",
    [
        "contacts_importrow",  # before the first row
        "contacts_contactimport",  # after the first batch
        "contacts_contact",  # in the transaction that puts all in place …
        "contacts_contactlistentry",
        "contacts_importrejection",
        "contacts_contactlist",  # … and at its end
    ],
)
def test_a_worker_killed_at_any_stage_and_started_again_ends_with_the_same_result(
    campaign: Campaign, table: str
) -> None:
    contact_import = started(campaign, voters(range(GOOD)), "May")
    with locked(table) as somebody_waits:
        killed = worker()
        until(somebody_waits)
        assert importing.resume_interrupted() == 0  # it is at work
        killed.kill()
        killed.wait()
        assert ContactListEntry.objects.count() == 0
    until(lambda: importing.resume_interrupted() == 1)
    assert worker().wait(timeout=60) == 0
    contact_import.refresh_from_db()
    assert contact_import.problem == ""
    assert contact_import.counts == {"new": GOOD, "invalid_phone": BAD}
    assert Contact.objects.filter(campaign=campaign).count() == GOOD
    assert ContactListEntry.objects.filter(contact_list__status=ContactList.Status.READY).count() == GOOD
    assert contact_import.rejections.count() == BAD
    assert not ImportRow.objects.exists()
    assert importing.resume_interrupted() == 0


@pytest.mark.parametrize("lost_at", [(RowReader, "read"), (merging, "_copy")])
def test_an_import_that_loses_its_database_begins_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, lost_at: tuple[type, str]
) -> None:
    one, whole = started(campaign, voters(range(GOOD)), "May"), getattr(*lost_at)

    def lost(*arguments: object) -> object:
        with psycopg.connect(address(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        monkeypatch.setattr(*lost_at, whole)
        return whole(*arguments)

    monkeypatch.setattr(*lost_at, lost)
    with pytest.raises(OperationalError):
        importing.run(one.pk)
    one.refresh_from_db()
    assert one.status == ContactImport.Status.RUNNING
    importing.run(one.pk)
    one.refresh_from_db()
    assert (one.status, one.counts) == ("finished", {"new": GOOD, "invalid_phone": BAD})


def in_threads(*calls: Callable[[], object]) -> list[BaseException]:
    problems: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return problems


def test_imports_of_the_same_phones_at_once_neither_block_each_other_nor_double(campaign: Campaign) -> None:
    files = [voters(range(3000), "Ana"), voters(range(2999, -1, -1), "Bo"), voters(range(1500, 4500), "Cy")]
    imports = [started(campaign, content, f"List {number}") for number, content in enumerate(files)]
    problems = in_threads(*(lambda pk=one.pk: importing.run(pk) for one in imports))
    counts = [ContactImport.objects.get(pk=one.pk).counts for one in imports]
    assert problems == []
    assert Contact.objects.filter(campaign=campaign).count() == 4500
    assert sum(count.get("new", 0) for count in counts) == 4500
    assert all(sum(count.values()) == 3000 + BAD for count in counts)
    assert ContactListEntry.objects.count() == 9000


def test_an_import_that_two_workers_take_up_is_run_once(campaign: Campaign) -> None:
    one = started(campaign, voters(range(3000)), "May")
    assert in_threads(*[lambda: importing.run(one.pk)] * 3) == []
    one.refresh_from_db()
    assert one.counts == {"new": 3000, "invalid_phone": BAD}
    assert ContactListEntry.objects.count() == 3000


def test_an_import_cancelled_while_its_rows_are_read_leaves_nothing(campaign: Campaign) -> None:
    one = started(campaign, voters(range(GOOD)), "May")
    with transaction.atomic():
        ContactImport.objects.select_for_update().get(pk=one.pk)
        running = worker()
        until(lambda: rows("SELECT 1 FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted") != [])
        assert importing.cancel(one)  # a batch of rows is read, and the worker about to say so
    assert running.wait(timeout=60) == 0
    one.refresh_from_db()
    assert one.status == ContactImport.Status.CANCELLED
    assert not Contact.objects.exists()
    assert not ContactList.objects.exists()
    assert not ImportRow.objects.exists()


def test_an_import_that_is_being_put_in_place_can_no_longer_be_cancelled(campaign: Campaign) -> None:
    one = started(campaign, voters(range(100)), "May")
    with locked("contacts_contactlist") as somebody_waits:
        running = worker()
        until(somebody_waits)
        assert importing.cancel(one) is False
    assert running.wait(timeout=60) == 0
    one.refresh_from_db()
    assert one.status == ContactImport.Status.FINISHED
