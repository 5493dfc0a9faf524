"""A file is uploaded and looked at, a person says what its columns are, the import begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.importing import outcomes
from textbank.contacts.importing.cells import OTHER_FIELDS, RowReader, clean
from textbank.contacts.importing.columns import guess, problem_with
from textbank.contacts.importing.header import UnreadableFile
from textbank.contacts.importing.outcomes import Outcome
from textbank.contacts.importing.reading import CHUNK, Inspector, Row, joined, rows_of
from textbank.contacts.importing.running import run_later
from textbank.contacts.models import ContactImport, ContactList, ImportChunk


@transaction.atomic
def upload(
    campaign: Campaign, membership: Membership | None, file_name: str, stream: IO[bytes]
) -> ContactImport:
    """Keeps a file, piece by piece as it arrives, and guesses what its columns are.

    Raises `UnreadableFile` with a sentence for people; then nothing is kept.
    """
    contact_import = ContactImport.objects.create(
        campaign=campaign, uploaded_by=membership, file_name=file_name[-200:] or "contacts.csv", size=0
    )
    inspector = Inspector()
    for position, chunk in enumerate(iter(lambda: stream.read(CHUNK), b"")):
        inspector.look(chunk)
        ImportChunk.objects.create(contact_import=contact_import, position=position, content=chunk)
    layout = inspector.layout()
    contact_import.size = inspector.size
    contact_import.encoding, contact_import.delimiter = layout.encoding, layout.delimiter
    contact_import.columns = layout.columns
    contact_import.mapping = guess(layout.columns)
    contact_import.save()
    return contact_import


class PreviewRow(NamedTuple):
    """A row of the file as it will be read. `problem`, when there is one, says why it will not be."""

    number: int
    phone: str
    values: dict[str, str]
    problem: str


def preview(contact_import: ContactImport, mapping: Mapping[str, str], rows: int = 20) -> list[PreviewRow]:
    """The first rows as they will be read with this mapping."""
    if "phone" not in mapping.values():
        return []
    reader = RowReader(contact_import.columns, mapping)
    found = []
    for number, cells in islice(_first_rows(contact_import), rows):
        row = reader.read(number, cells)
        values = {field: value for field, value in zip(OTHER_FIELDS, row.fields, strict=True) if value}
        problem = _problem(row.outcome)
        found.append(PreviewRow(number, row.phone, values | row.merge_fields, problem))
    return found


def samples(contact_import: ContactImport, rows: int = 3) -> list[list[str]]:
    """For each column, the first values that are not blank."""
    found: list[list[str]] = [[] for _ in contact_import.columns]
    for _, cells in islice(_first_rows(contact_import), 200):
        for column, cell in zip(found, cells, strict=False):
            value = clean(cell)
            if value and len(column) < rows and value not in column:
                column.append(value[:40])
    return found


@transaction.atomic
def start(contact_import: ContactImport, list_name: str, mapping: Mapping[str, str]) -> ContactList:
    """The columns are named; a worker reads the file into a new contact list of this name.

    Raises `ValidationError`, by field (`list_name`, `mapping`), when that cannot be.
    """
    contact_import = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if contact_import.status != ContactImport.Status.UPLOADED:
        raise ValidationError({"mapping": "This import has already begun."})
    if problem := problem_with(mapping, len(contact_import.columns)):
        raise ValidationError({"mapping": problem})
    contact_import.contact_list = _new_list(contact_import.campaign, " ".join(list_name.split()))
    contact_import.mapping = {column: field for column, field in mapping.items() if field}
    contact_import.status = ContactImport.Status.RUNNING
    contact_import.save()
    run_later(contact_import)
    return contact_import.contact_list


def _new_list(campaign: Campaign, name: str) -> ContactList:
    if not name:
        raise ValidationError({"list_name": "Give the list a name."})
    if len(name) > 120:
        raise ValidationError({"list_name": "This name is too long; 120 characters is the most."})
    # A failed list holds nobody, and its name is free again.
    campaign.contact_lists.filter(name=name, status=ContactList.Status.FAILED).delete()
    contact_list, is_new = ContactList.objects.get_or_create(campaign=campaign, name=name)
    if not is_new:
        raise ValidationError({"list_name": "There is already a list of this name. Choose another one."})
    return contact_list


def _problem(outcome: str) -> str:
    if outcome == Outcome.BLANK:
        return "This row is blank."
    return outcomes.in_words(outcome) if outcome else ""


def _first_rows(contact_import: ContactImport) -> Iterator[Row]:
    """The rows of the first chunk, as far as they can be told apart."""
    first = contact_import.chunks.filter(position=0).values_list("content", flat=True)
    stream = joined(bytes(content) for content in first)
    try:
        yield from rows_of(stream, contact_import.encoding, contact_import.delimiter)
    except UnreadableFile:
        return
