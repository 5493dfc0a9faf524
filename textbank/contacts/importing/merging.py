"""The rows of a file, read and waiting, are put in place: contacts, the list, the rejections and the counts.

One transaction of set-based statements. Imports of one campaign take turns, so that the counts are exact and no
two of them wait for each other in a circle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from textbank import querying
from textbank.contacts.importing.columns import FIELDS
from textbank.contacts.importing.outcomes import ACCEPTED, REJECTED, Outcome, without_country
from textbank.contacts.importing.reading import Row
from textbank.contacts.models import ContactImport, ContactList, ImportRow
from textbank.contacts.zones import candidate_zones

TURNS = 7202  # the family of advisory locks of which each campaign has one
# Beyond this many rows they are joined wholesale. Left alone, PostgreSQL believes that a table it has just seen
# filled is empty, and looks through it once for every row.
FEW = 2_000
# Zones that stand for: to be worked out anew, because the contact's own ZIP or state counts too.
INHERITS, MOVED = 0, -1


class Discrepancy(Exception):
    """The rows of the file and what became of them do not add up."""


@transaction.atomic
def merge(contact_import: ContactImport, file_rows: Iterator[Row], rows_read: int, now: datetime) -> bool:
    """Puts a file's waiting rows in place. False, and nothing done, when it was cancelled in the meantime.

    `file_rows` gives the file once more, for the cells of its rejected rows. Raises `Discrepancy` when not
    every row is accounted for; then nothing has changed.
    """
    querying.wholesale()
    keys = {"id": contact_import.pk, "campaign": contact_import.campaign_id}
    querying.rows("SELECT pg_advisory_xact_lock(%(turns)s, %(campaign)s)", turns=TURNS, **keys)
    found = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if found.status != ContactImport.Status.RUNNING:
        return False
    if rows_read > FEW:
        querying.execute("SET LOCAL enable_nestloop = off")
    querying.execute(_ACCOUNT, **keys)
    _work_out_zones(contact_import)
    listed = querying.execute(_PUT_IN_PLACE, **keys, list=contact_import.contact_list_id, now=now)
    rejected = _keep_rejections(contact_import, file_rows)
    found.counts = _counts(contact_import, rows_read, listed, rejected)
    found.rows_read, found.bytes_read = rows_read, found.size
    found.status, found.finished_at = ContactImport.Status.FINISHED, now
    found.save()
    ContactList.objects.filter(contact_import=found).update(status=ContactList.Status.READY)
    found.chunks.all().delete()
    querying.execute("DELETE FROM contacts_importrow WHERE contact_import_id = %(id)s", **keys)
    querying.row_by_row()
    return True


# What is put into the statements below are names of ours, never values.
_TEXT_FIELDS = [field for field in FIELDS if field != "phone"]
_CHANGES = " OR ".join(
    f"(staged.{field} <> '' AND staged.{field} <> contact.{field})" for field in _TEXT_FIELDS
)
# Rows that were read well wait as new ones. What is not new after all: what will become of it, and the place that it
# inherits from the contact we have. Only those are written a second time.
_ACCOUNT = f"""
    WITH seen AS (
        SELECT number, phone, row_number() OVER (PARTITION BY phone ORDER BY number) AS occurrence
        FROM contacts_importrow WHERE contact_import_id = %(id)s AND outcome = '{Outcome.NEW}'
    )
    UPDATE contacts_importrow AS staged
    SET outcome = CASE
            WHEN seen.occurrence > 1 THEN '{Outcome.DUPLICATE}'
            WHEN opt_out.phone IS NOT NULL THEN '{Outcome.OPTED_OUT}'
            WHEN {_CHANGES} OR NOT contact.merge_fields @> staged.merge_fields THEN '{Outcome.UPDATED}'
            ELSE '{Outcome.UNCHANGED}' END,
        state = coalesce(nullif(staged.state, ''), contact.state, ''),
        zip_code = coalesce(nullif(staged.zip_code, ''), contact.zip_code, ''),
        zones = CASE
            WHEN contact.id IS NULL OR (staged.zip_code <> '' AND staged.state <> '') THEN staged.zones
            WHEN staged.zip_code = '' AND contact.zip_code <> '' AND staged.state <> ''
                AND contact.state NOT IN ('', staged.state) THEN {MOVED}
            ELSE {INHERITS} END
    FROM seen
    LEFT JOIN contacts_contact AS contact ON contact.campaign_id = %(campaign)s AND contact.phone = seen.phone
    LEFT JOIN contacts_optout AS opt_out ON opt_out.campaign_id = %(campaign)s AND opt_out.phone = seen.phone
        AND opt_out.undone_at IS NULL
    WHERE staged.contact_import_id = %(id)s AND staged.number = seen.number
        AND (seen.occurrence > 1 OR opt_out.phone IS NOT NULL OR contact.id IS NOT NULL)
"""  # noqa: S608
_TO_WORK_OUT = f"""
    SELECT DISTINCT substr(phone, 1, 5) AS area, state, zip_code, zones AS why
    FROM contacts_importrow WHERE contact_import_id = %(id)s AND phone <> ''
        AND zones IN ({INHERITS}, {MOVED})
"""  # noqa: S608
_WORKED_OUT = """
    UPDATE contacts_importrow AS staged SET zones = place.zones
    FROM unnest(%(areas)s::text[], %(states)s::text[], %(zips)s::text[], %(whys)s::int[], %(zones)s::int[])
        AS place (area, state, zip_code, why, zones)
    WHERE staged.contact_import_id = %(id)s AND staged.zones = place.why AND staged.state = place.state
        AND staged.zip_code = place.zip_code AND substr(staged.phone, 1, 5) = place.area
"""
_IN_ACCEPTED = "staged.outcome IN (" + ", ".join(f"'{outcome}'" for outcome in ACCEPTED) + ")"
# Contacts, and their places on the list. In the order of phones, so that whoever else writes contacts never waits for
# us while we wait for them.
_PUT_IN_PLACE = f"""
    WITH written AS (
        INSERT INTO contacts_contact AS contact
            (campaign_id, phone, {", ".join(_TEXT_FIELDS)}, merge_fields, zones, created_at, updated_at)
        SELECT %(campaign)s, phone, {", ".join(_TEXT_FIELDS)}, merge_fields, zones, %(now)s, %(now)s
        FROM contacts_importrow AS staged
        WHERE contact_import_id = %(id)s AND {_IN_ACCEPTED} AND outcome <> '{Outcome.UNCHANGED}'
        ORDER BY phone
        ON CONFLICT (campaign_id, phone) DO UPDATE SET
            {", ".join(f"{f} = coalesce(nullif(excluded.{f}, ''), contact.{f})" for f in _TEXT_FIELDS)},
            merge_fields = contact.merge_fields || excluded.merge_fields,
            zones = excluded.zones, updated_at = excluded.updated_at
        RETURNING id
    ), listed AS (
        SELECT id FROM written
        UNION ALL
        SELECT contact.id
        FROM contacts_importrow AS staged
        JOIN contacts_contact AS contact ON contact.campaign_id = %(campaign)s AND contact.phone = staged.phone
        WHERE staged.contact_import_id = %(id)s AND staged.outcome = '{Outcome.UNCHANGED}'
    )
    INSERT INTO contacts_contactlistentry (campaign_id, contact_list_id, contact_id)
    SELECT %(campaign)s, %(list)s, id FROM listed ORDER BY id
"""  # noqa: S608
_COPY_REJECTIONS = "COPY contacts_importrejection (contact_import_id, row_number, reason, cells) FROM STDIN"


def _work_out_zones(contact_import: ContactImport) -> None:
    """The zones of contacts whose place comes partly from the file and partly from before."""
    places = querying.rows(_TO_WORK_OUT, id=contact_import.pk)
    querying.execute(
        _WORKED_OUT,
        id=contact_import.pk,
        areas=[place["area"] for place in places],
        states=[place["state"] for place in places],
        zips=[place["zip_code"] for place in places],
        whys=[place["why"] for place in places],
        zones=[_zones(**place) for place in places],
    )


def _zones(area: str, state: str, zip_code: str, why: int) -> int:
    if why == MOVED:  # to another state, by this file; the ZIP from before may be as old as the state was
        return candidate_zones(area, state, "") | candidate_zones(area, "", zip_code)
    return candidate_zones(area, state, zip_code)


def _keep_rejections(contact_import: ContactImport, file_rows: Iterator[Row]) -> int:
    """Keeps the rejected rows as they came. Returns how many."""
    kept, lines = 0, list[str]()
    for number, reason in _rejected(contact_import):
        cells = next(cells for row_number, cells in file_rows if row_number == number)
        text = json.dumps([cell.replace("\0", "") for cell in cells]).replace("\\", "\\\\")
        lines.append(f"{contact_import.pk}\t{number}\t{reason}\t{text}\n")
        kept += 1
        if len(lines) == 1000:
            _copy(lines)
    _copy(lines)
    return kept


def _rejected(contact_import: ContactImport) -> Iterator[tuple[int, str]]:
    rows = ImportRow.objects.filter(contact_import_id=contact_import.pk).exclude(
        outcome__in=[*ACCEPTED, Outcome.BLANK]
    )
    return rows.order_by("number").values_list("number", "outcome").iterator(chunk_size=2000)


def _copy(lines: list[str]) -> None:
    with querying.copying(_COPY_REJECTIONS) as copy:
        copy.write("".join(lines))
    lines.clear()


def _counts(contact_import: ContactImport, rows_read: int, listed: int, rejected: int) -> dict[str, int]:
    """The rows by outcome, checked against what was read and against what was written."""
    found = querying.rows(
        """
        SELECT split_part(outcome, ':', 1) AS outcome, count(*) AS rows
        FROM contacts_importrow WHERE contact_import_id = %(id)s GROUP BY 1
        """,
        id=contact_import.pk,
    )
    counts = {without_country(row["outcome"]).value: row["rows"] for row in found}
    as_listed = sum(counts.get(outcome, 0) for outcome in ACCEPTED)
    as_rejected = sum(counts.get(outcome, 0) for outcome in REJECTED)
    if (sum(counts.values()), as_listed, as_rejected) != (rows_read, listed, rejected):
        raise Discrepancy(f"Read {rows_read}, listed {listed}, rejected {rejected}, counted {counts}.")
    return counts
