"""A worker reads the file, row by row, and puts it in place, all at once.

The rows go through a table of their own, so that a worker that is killed leaves nothing behind: whoever takes
over clears that table and begins again. What people see changes in one transaction at the end (`merging`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from textbank import clock, querying
from textbank.contacts.importing import merging, outcomes
from textbank.contacts.importing.cells import RowReader, as_line
from textbank.contacts.importing.header import UnreadableFile
from textbank.contacts.importing.reading import Row, joined, rows_of
from textbank.contacts.models import ContactImport, ContactList, ImportChunk

BATCH = 2_000  # rows written, counted and checked for a cancellation at a time
AT_ONCE = 250  # of them sent together
LOCK = 7201  # the family of advisory locks of which each running import holds one
FAULT = "Something went wrong on our side, and nothing was imported. Please upload the file again."
COPY_ROWS = """
    COPY contacts_importrow (contact_import_id, number, outcome, phone, first_name, last_name, email, address, city,
        state, zip_code, language, van_id, pdi_id, merge_fields, zones) FROM STDIN
"""


@app.task(name="contacts.run_import")
def run(contact_import_id: int) -> None:
    """Reads a file into its contact list. Can be run again after a worker was killed, and beside itself."""
    with _alone(contact_import_id):
        contact_import = (
            ContactImport.objects.select_related("contact_list", "campaign")
            .filter(pk=contact_import_id)
            .first()
        )
        if contact_import is None or contact_import.status != ContactImport.Status.RUNNING:
            return
        try:
            rows = _read_all(contact_import)
            if rows is not None and merging.merge(
                contact_import, _Chunks(contact_import).rows(), rows, clock.now()
            ):
                # Or the first claims after a large import are planned as if the tables were still small.
                querying.execute("ANALYZE contacts_contact, contacts_contactlistentry")
            _clear(contact_import)
        except UnreadableFile as problem:
            _fail(contact_import, str(problem))
        except OperationalError:
            raise  # the database went away: whoever resumes it begins again
        except Exception:
            _fail(contact_import, FAULT)
            raise


def run_later(contact_import: ContactImport) -> None:
    """A worker will run it, once this transaction is committed."""
    run.configure(queueing_lock=f"import {contact_import.pk}").defer(contact_import_id=contact_import.pk)


def resume_interrupted() -> int:
    """Running imports whose worker is gone are given to another one. Returns how many. To be called every minute."""
    resumed = 0
    for contact_import in ContactImport.objects.filter(status=ContactImport.Status.RUNNING):
        if _has_worker(contact_import.pk):
            continue
        try:
            with transaction.atomic():
                run_later(contact_import)
            resumed += 1
        except AlreadyEnqueued:
            pass
    return resumed


@transaction.atomic
def cancel(contact_import: ContactImport) -> bool:
    """Stops an import before anything of it is in place. False when it is too late for that."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
    try:
        with transaction.atomic():
            found = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    except OperationalError:
        return False  # its rows are being put in place at this moment
    if found.status not in (ContactImport.Status.UPLOADED, ContactImport.Status.RUNNING):
        return False
    _end(found, ContactImport.Status.CANCELLED)
    if found.contact_list_id:
        ContactList.objects.filter(pk=found.contact_list_id).delete()
    return True


def rejected_rows(contact_import: ContactImport) -> Iterator[str]:
    """The error file, line by line: the rejected rows as they came, with their number and the reason."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield "\ufeff"  # or Excel takes UTF-8 for something else
    writer.writerow(["Row", "Reason", *map(_harmless, contact_import.columns)])
    rejections = contact_import.rejections.order_by("row_number").values_list("row_number", "reason", "cells")
    for number, reason, cells in rejections.iterator(chunk_size=2000):
        writer.writerow([number, outcomes.in_words(reason), *map(_harmless, cells)])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _harmless(cell: str) -> str:
    # A spreadsheet runs what begins like a formula; a phone that begins with + is none.
    is_formula = cell.startswith(("=", "@", "\t", "\r")) or re.match(r"[+-](?![\d\s().-]*$)", cell)
    return f"'{cell}" if is_formula else cell


def _read_all(contact_import: ContactImport) -> int | None:
    """Writes every row of the file to the waiting table; returns how many. None when it was cancelled."""
    _clear(contact_import)
    chunks, number_of_import = _Chunks(contact_import), contact_import.pk
    reader = RowReader(contact_import.columns, contact_import.mapping)
    file_rows, rows = chunks.rows(), 0
    while batch := list(islice(file_rows, BATCH)):
        _write(as_line(number_of_import, reader.read(number, cells)) for number, cells in batch)
        rows += len(batch)
        if not _report(contact_import, chunks.bytes_read, rows):
            return None
    return rows if _report(contact_import, chunks.bytes_read, rows) else None


class _Chunks:
    """The uploaded file, read piece by piece."""

    def __init__(self, contact_import: ContactImport) -> None:
        self.contact_import = contact_import
        self.bytes_read = 0

    def rows(self) -> Iterator[Row]:
        return rows_of(joined(self._pieces()), self.contact_import.encoding, self.contact_import.delimiter)

    def _pieces(self) -> Iterator[bytes]:
        position = 0
        while True:
            piece = ImportChunk.objects.filter(contact_import=self.contact_import, position=position)
            content = piece.values_list("content", flat=True).first()
            if content is None:
                return
            self.bytes_read += len(content)
            position += 1
            yield bytes(content)


@transaction.atomic
def _write(lines: Iterator[str]) -> None:
    """Sends the lines as they come, so that PostgreSQL takes in the first while we still read the last."""
    with querying.copying(COPY_ROWS) as copy:
        while some := list(islice(lines, AT_ONCE)):
            copy.write("\n".join([*some, ""]))


def _report(contact_import: ContactImport, bytes_read: int, rows: int) -> bool:
    """Says how far the reading is. False when the import was cancelled."""
    running = ContactImport.objects.filter(pk=contact_import.pk, status=ContactImport.Status.RUNNING)
    return bool(running.update(bytes_read=bytes_read, rows_read=rows))


def _fail(contact_import: ContactImport, problem: str) -> None:
    with transaction.atomic():
        found = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
        if found.status != ContactImport.Status.RUNNING:
            return
        found.problem = problem
        _end(found, ContactImport.Status.FAILED)
        ContactList.objects.filter(contact_import=found).update(status=ContactList.Status.FAILED)


def _end(contact_import: ContactImport, status: ContactImport.Status) -> None:
    contact_import.status = status
    contact_import.finished_at = clock.now()
    contact_import.save(update_fields=["status", "problem", "finished_at"])
    contact_import.chunks.all().delete()
    _clear(contact_import)


def _clear(contact_import: ContactImport) -> None:
    querying.execute("DELETE FROM contacts_importrow WHERE contact_import_id = %(id)s", id=contact_import.pk)


@contextmanager
def _alone(contact_import_id: int) -> Iterator[None]:
    """Waits for another worker with the same import to end. A killed worker's lock ends with its connection."""
    querying.rows("SELECT pg_advisory_lock(%(family)s, %(id)s)", family=LOCK, id=contact_import_id)
    try:
        yield
    finally:
        connection.ensure_connection()
        querying.rows("SELECT pg_advisory_unlock(%(family)s, %(id)s)", family=LOCK, id=contact_import_id)


def _has_worker(contact_import_id: int) -> bool:
    held = querying.rows(
        """
        SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %(family)s AND objid = %(id)s AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        family=LOCK,
        id=contact_import_id,
    )
    return bool(held)
