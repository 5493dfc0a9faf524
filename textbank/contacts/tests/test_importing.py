"""A file goes in; contacts, a list and numbers that add up come out."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from textbank import clock, querying
from textbank.campaigns.models import Campaign
from textbank.conftest import Cast
from textbank.contacts import importing
from textbank.contacts.importing.header import UnreadableFile
from textbank.contacts.importing.merging import Discrepancy, merge
from textbank.contacts.models import (
    Contact,
    ContactImport,
    ContactList,
    ContactListEntry,
    ImportChunk,
    ImportRow,
    OptOut,
)
from textbank.contacts.opting_out import opt_out, undo_opt_out
from textbank.contacts.tests.voter_files import data_rows, voter_file
from textbank.contacts.zones import CENTRAL, EASTERN, PACIFIC

HEADER = "first_name,last_name,phone,state,zip,club\n"


def uploaded(campaign: Campaign, text: str | bytes) -> ContactImport:
    content = text if isinstance(text, bytes) else text.encode()
    return importing.upload(campaign, None, "voters.csv", io.BytesIO(content))


def imported(campaign: Campaign, text: str | bytes, name: str = "May") -> ContactImport:
    contact_import = uploaded(campaign, text)
    importing.start(contact_import, name, contact_import.mapping)
    importing.run(contact_import.pk)
    contact_import.refresh_from_db()
    return contact_import


def on_the_list(contact_import: ContactImport) -> set[str]:
    assert contact_import.contact_list is not None
    return set(contact_import.contact_list.entries.values_list("contact__phone", flat=True))


def test_a_file_becomes_contacts_on_a_ready_list(cast: Cast) -> None:
    text = HEADER + "Ana,López,(919) 555-0101,NC,27601,Chess\nBo,,1-213-555-0102,California,,\n"
    done = imported(cast.campaign, text)
    assert (done.status, done.counts) == ("finished", {"new": 2})
    assert done.contact_list.status == ContactList.Status.READY
    ana, bo = Contact.objects.filter(campaign=cast.campaign).order_by("first_name")
    assert (ana.phone, ana.name, ana.state, ana.zip_code) == ("+19195550101", "Ana López", "NC", "27601")
    assert (ana.merge_fields, ana.zones) == ({"club": "Chess"}, EASTERN)
    assert (bo.phone, bo.state, bo.merge_fields, bo.zones) == ("+12135550102", "CA", {}, PACIFIC)
    assert on_the_list(done) == {ana.phone, bo.phone}


def test_an_import_touches_its_own_campaign_only(cast: Cast) -> None:
    theirs = cast.contact(cast.river.campaign, phone="+19195550101", first_name="Rosa")
    opt_out(cast.river.campaign, "+19195550102", OptOut.Source.KEYWORD, clock.now())
    done = imported(cast.campaign, HEADER + "Ana,,9195550101,,,\nBo,,9195550102,,,\n")
    theirs.refresh_from_db()
    assert (theirs.first_name, done.counts) == ("Rosa", {"new": 2})
    assert Contact.objects.filter(campaign=cast.river.campaign).count() == 1


def test_every_row_has_one_outcome_and_the_outcomes_add_up(cast: Cast) -> None:
    cast.contact(phone="+19195550101", first_name="Ana", last_name="", merge_fields={})
    cast.contact(phone="+19195550102", first_name="Bo", last_name="", merge_fields={})
    opt_out(cast.campaign, "+19195550103", OptOut.Source.KEYWORD, clock.now())
    rows = [
        "Ana,,9195550101,,,",  # as we know her
        "Bob,,9195550102,,,",  # has another name now
        "Cy,,9195550103,,,",  # opted out
        "Di,,9195550104,,,",
        "Di again,,919-555-0104,,,",
        "Ed,,,,,",
        "Flo,,12345,,,",
        "Gus,,416-555-0101,,,",
        "Hal,,9.2E9,,,",
        "Ida,,9195550105",
        ",,,,,",
        "",
    ]
    done = imported(cast.campaign, HEADER + "\n".join(rows) + "\n")
    assert done.counts == {
        "unchanged": 1,
        "updated": 1,
        "opted_out": 1,
        "new": 1,
        "duplicate_in_file": 1,
        "no_phone": 1,
        "invalid_phone": 1,
        "not_us": 1,
        "rounded_phone": 1,
        "wrong_number_of_cells": 1,
        "blank_row": 2,
    }
    assert sum(done.counts.values()) == len(rows) == done.rows_read
    assert len(on_the_list(done)) == 4


def test_the_first_of_several_rows_with_one_phone_is_used(cast: Cast) -> None:
    done = imported(cast.campaign, HEADER + "Ana,,9195550101,,,\nBea,,(919)555-0101,,,\nCy,,19195550101,,,\n")
    assert Contact.objects.get(campaign=cast.campaign).first_name == "Ana"
    assert done.counts == {"new": 1, "duplicate_in_file": 2}


def test_an_empty_cell_never_erases_and_merge_fields_are_merged(cast: Cast) -> None:
    known = cast.contact(phone="+19195550101", city="Cary", merge_fields={"club": "Chess", "union": "7"})
    imported(cast.campaign, "phone,first_name,city,club,union\n9195550101,,Apex,Go,\n")
    known.refresh_from_db()
    assert (known.first_name, known.city) == ("Maria", "Apex")
    assert known.merge_fields == {"club": "Go", "union": "7"}


@pytest.mark.parametrize(
    ("known", "row", "expected"),
    [
        ({"state": "CA", "zip_code": "90012"}, ",,9195550101,,,", PACIFIC | EASTERN),
        ({"state": "CA", "zip_code": "90012"}, ",,9195550101,NC,27601,", EASTERN),
        ({"state": "CA", "zip_code": ""}, ",,9195550101,,60601,", CENTRAL | EASTERN),
        # She moved, and the ZIP we have may be of the old place: both count.
        ({"state": "CA", "zip_code": "90012"}, ",,9195550101,IL,,", PACIFIC | CENTRAL | EASTERN),
        ({"state": "CA", "zip_code": "90012"}, ",,9195550101,CA,,", PACIFIC | EASTERN),
    ],
)
def test_zones_follow_what_is_known_from_before_and_from_the_file(
    cast: Cast, known: dict[str, str], row: str, expected: int
) -> None:
    contact = cast.contact(phone="+19195550101", **known)
    imported(cast.campaign, HEADER + row + "x\n")
    contact.refresh_from_db()
    assert contact.zones == expected


def test_an_opted_out_phone_stays_opted_out_in_whatever_form_it_comes_back(cast: Cast) -> None:
    opt_out(cast.campaign, "+19195550101", OptOut.Source.KEYWORD, clock.now())
    done = imported(cast.campaign, HEADER + "Ana,,+1 (919) 555.0101,,,\n")
    assert done.counts == {"opted_out": 1}
    assert OptOut.objects.filter(campaign=cast.campaign, undone_at=None).count() == 1
    assert on_the_list(done) == {"+19195550101"}


@pytest.mark.parametrize(("state", "delimiter"), [("nc", "\t"), ("ut", ",")])
def test_a_states_voter_file_goes_through_with_every_row_accounted_for(
    cast: Cast, state: str, delimiter: str
) -> None:
    content = voter_file(state)
    done = imported(cast.campaign, content)
    rejected = list(csv.reader(io.StringIO("".join(importing.rejected_rows(done)))))
    accepted = sum(done.counts.get(outcome, 0) for outcome in ("new", "updated", "unchanged", "opted_out"))
    assert done.status == "finished"
    assert sum(done.counts.values()) == data_rows(content, delimiter)
    assert len(on_the_list(done)) == accepted
    assert len(rejected) - 1 + accepted + done.counts.get("blank_row", 0) == data_rows(content, delimiter)


def test_the_error_file_holds_the_rejected_rows_as_they_came(cast: Cast) -> None:
    text = 'name,phone,note\nAna,9195550101,x\n"Bo ""B"" Lee",416-555-0101,"a, b"\n=1+1,+1 (12) 3,\\t\nBo,,\n'
    done = imported(cast.campaign, text)
    lines = "".join(importing.rejected_rows(done))
    assert lines.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(lines[1:]))) == [
        ["Row", "Reason", "name", "phone", "note"],
        ["3", "This phone is in Canada. Only US phones can be texted.", 'Bo "B" Lee', "416-555-0101", "a, b"],
        ["4", "This is not a phone number that exists.", "'=1+1", "+1 (12) 3", "\\t"],
        ["5", "There is no phone.", "Bo", "", ""],
    ]


def test_cells_with_backslashes_tabs_and_quotes_arrive_as_they_are(cast: Cast) -> None:
    imported(cast.campaign, 'phone,first_name,note\n9195550101,A\\N,"say ""hi""\\\tC:\\new"\n')
    contact = Contact.objects.get(campaign=cast.campaign)
    assert (contact.first_name, contact.merge_fields) == ("A\\N", {"note": 'say "hi"\\ C:\\new'})


def test_a_refused_file_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(UnreadableFile):
        uploaded(cast.campaign, "first_name,first_name\nAna,Bo\n")
    assert not ContactImport.objects.exists()
    assert not ImportChunk.objects.exists()


def test_a_file_that_breaks_off_in_the_middle_imports_nothing_and_says_where(cast: Cast) -> None:
    rows = "".join(f"Ana,,919555{number:04},,,\n" for number in range(300))
    done = imported(cast.campaign, HEADER + rows + 'Bo,"open,9195550101,,,\nCy,,9195550102,,,\n')
    assert done.status == ContactImport.Status.FAILED
    assert "Row 302 does not end where it should" in done.problem
    assert done.contact_list.status == ContactList.Status.FAILED
    assert not Contact.objects.filter(campaign=cast.campaign).exists()
    assert not ImportRow.objects.exists()


def test_the_name_of_a_failed_list_is_free_again(cast: Cast) -> None:
    rows = "".join(f"Ana,,919555{number:04},,,\n" for number in range(300))
    failed = imported(cast.campaign, HEADER + rows + 'Bo,"open,9195550101,,,\nCy,,9195550102,,,\n')
    assert imported(cast.campaign, HEADER + "Ana,,9195550101,,,\n").status == "finished"
    failed.refresh_from_db()
    assert (failed.status, failed.contact_list) == ("failed", None)


@pytest.mark.parametrize(
    ("name", "mapping", "field"),
    [
        ("", {"0": "phone"}, "list_name"),
        ("   ", {"0": "phone"}, "list_name"),
        ("x" * 121, {"0": "phone"}, "list_name"),
        ("Likely  voters", {"0": "phone"}, "list_name"),
        ("New", {"0": "first_name"}, "mapping"),
        ("New", {"0": "phone", "1": "phone"}, "mapping"),
    ],
)
def test_an_import_does_not_begin_before_its_name_and_columns_are_right(
    cast: Cast, name: str, mapping: dict[str, str], field: str
) -> None:
    cast.contact_list([cast.contact()], "Likely voters")
    contact_import = uploaded(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    with pytest.raises(ValidationError) as refusal:
        importing.start(contact_import, name, mapping)
    assert list(refusal.value.message_dict) == [field]
    contact_import.refresh_from_db()
    assert contact_import.status == ContactImport.Status.UPLOADED
    assert not ProcrastinateJob.objects.exists()


def test_two_campaigns_may_have_lists_of_the_same_name(cast: Cast) -> None:
    assert imported(cast.campaign, HEADER + "Ana,,9195550101,,,\n").status == "finished"
    assert imported(cast.river.campaign, HEADER + "Ana,,9195550101,,,\n").status == "finished"


def test_a_list_holds_contacts_of_its_own_campaign_only(cast: Cast) -> None:
    contact, contact_list = cast.contact(), cast.contact_list([])
    elsewhere = ContactListEntry(campaign=cast.river.campaign, contact_list=contact_list, contact=contact)
    elsewhere.save()
    with pytest.raises(IntegrityError, match="entry_is_of_its_lists_campaign"):
        connection.check_constraints()


def test_a_contact_stands_on_a_list_once(cast: Cast) -> None:
    contact = cast.contact()
    with pytest.raises(IntegrityError, match="one_entry_per_contact_and_list"), transaction.atomic():
        cast.contact_list([contact, contact])


def test_a_list_that_holds_contacts_cannot_be_gone(cast: Cast) -> None:
    contact_list = cast.contact_list([cast.contact()])
    querying.execute("DELETE FROM contacts_contactlist WHERE id = %(id)s", id=contact_list.pk)
    with pytest.raises(IntegrityError, match="entry_is_of_its_lists_campaign"):
        connection.check_constraints()


def test_an_import_begins_once(cast: Cast) -> None:
    contact_import = uploaded(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    importing.start(contact_import, "May", contact_import.mapping)
    with pytest.raises(ValidationError):
        importing.start(contact_import, "June", contact_import.mapping)
    assert ProcrastinateJob.objects.filter(task_name="contacts.run_import").count() == 1


def test_a_finished_import_run_again_changes_nothing(cast: Cast) -> None:
    done = imported(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    importing.run(done.pk)
    done.refresh_from_db()
    assert (done.counts, len(on_the_list(done))) == ({"new": 1}, 1)


def test_a_cancelled_import_leaves_no_list_and_no_contacts(cast: Cast) -> None:
    contact_import = uploaded(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    importing.start(contact_import, "May", contact_import.mapping)
    assert importing.cancel(contact_import)
    importing.run(contact_import.pk)
    contact_import.refresh_from_db()
    assert contact_import.status == ContactImport.Status.CANCELLED
    assert not Contact.objects.filter(campaign=cast.campaign).exists()
    assert not ContactList.objects.filter(campaign=cast.campaign).exists()
    assert not ImportChunk.objects.exists()


def test_a_finished_import_cannot_be_cancelled(cast: Cast) -> None:
    done = imported(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    assert not importing.cancel(done)
    assert len(on_the_list(done)) == 1


def test_the_preview_shows_rows_as_they_will_be_read(cast: Cast) -> None:
    text = HEADER + "Ana,,(919) 555-0101,north carolina,27601,Chess\nBo,,416-555-0101,,,\n,,,,,\n"
    contact_import = uploaded(cast.campaign, text)
    ana, bo, blank = importing.preview(contact_import, contact_import.mapping)
    assert (ana.number, ana.phone, ana.problem) == (2, "+19195550101", "")
    assert ana.values == {"first_name": "Ana", "state": "NC", "zip_code": "27601", "club": "Chess"}
    assert bo.problem == "This phone is in Canada. Only US phones can be texted."
    assert blank.problem == "This row is blank."
    assert importing.preview(contact_import, {"0": "first_name"}) == []
    assert len(importing.preview(contact_import, contact_import.mapping, rows=1)) == 1


def test_each_column_is_shown_with_its_first_values(cast: Cast) -> None:
    text = "phone,club\n9195550101,\n9195550101,Go\n9195550102,Go\n9195550103,Chess\n9195550104,\n"
    assert importing.samples(uploaded(cast.campaign, text)) == [
        ["9195550101", "9195550102", "9195550103"],
        ["Go", "Chess"],
    ]


def test_names_in_windows_encoding_keep_their_accents(cast: Cast) -> None:
    imported(cast.campaign, "phone,first_name\n9195550101,Íñigo Peña\n".encode("cp1252"))
    assert Contact.objects.get(campaign=cast.campaign).first_name == "Íñigo Peña"


def many_rows(rows: int) -> bytes:
    lines = (
        f"First{n},Last{n},(919) {200 + n // 10_000}-{n % 10_000:04},NC,27601,Club {n % 9}"
        for n in range(rows)
    )
    return (HEADER + "\n".join(lines) + "\n").encode()


def test_a_large_file_takes_little_memory_and_few_statements(cast: Cast) -> None:
    contact_import = uploaded(cast.campaign, many_rows(20_000))
    importing.start(contact_import, "May", contact_import.mapping)
    importing.run(imported(cast.river.campaign, many_rows(10)).pk)  # whatever is loaded once, is loaded
    tracemalloc.start()
    try:
        with CaptureQueriesContext(connection) as statements:
            importing.run(contact_import.pk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    contact_import.refresh_from_db()
    assert contact_import.counts == {"new": 20_000}
    assert len(statements) < 80
    # A piece of the file and a batch of rows take 4.3 MB here; holding all rows would take 13.
    assert peak < 4_800_000


def written_twice() -> int:
    counted = "SELECT n_tup_upd AS rows FROM pg_stat_xact_user_tables WHERE relname = 'contacts_importrow'"
    return querying.rows(counted)[0]["rows"]


def test_only_a_row_that_is_not_of_a_new_contact_is_written_twice(cast: Cast) -> None:
    cast.contact(phone="+19195550101")
    before = written_twice()
    new = [f"Ana,,919555{number:04},NC,27601," for number in range(1000, 1050)]
    done = imported(cast.campaign, HEADER + "\n".join([*new, new[0], "Bo,,9195550101,NC,27601,"]) + "\n")
    assert done.counts == {"new": 50, "duplicate_in_file": 1, "updated": 1}
    assert written_twice() - before == 2


def test_an_import_whose_rows_do_not_add_up_changes_nothing(cast: Cast) -> None:
    contact_import = uploaded(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    importing.start(contact_import, "May", contact_import.mapping)
    contact_import.refresh_from_db()
    with pytest.raises(Discrepancy), transaction.atomic():
        merge(contact_import, iter([]), 1, clock.now())  # one row was read, but none is waiting
    contact_import.refresh_from_db()
    assert contact_import.status == ContactImport.Status.RUNNING
    assert contact_import.contact_list.status == ContactList.Status.PROCESSING


def test_an_import_cancelled_after_its_last_row_was_read_puts_nothing_in_place(cast: Cast) -> None:
    contact_import = uploaded(cast.campaign, HEADER + "Ana,,9195550101,,,\n")
    importing.start(contact_import, "May", contact_import.mapping)
    contact_import.refresh_from_db()
    assert importing.cancel(contact_import)
    assert merge(contact_import, iter([]), 0, clock.now()) is False
    contact_import.refresh_from_db()
    assert contact_import.status == ContactImport.Status.CANCELLED


def test_an_opt_out_that_was_taken_back_counts_no_more(cast: Cast) -> None:
    opt_out(cast.campaign, "+19195550101", OptOut.Source.KEYWORD, clock.now())
    undo_opt_out(OptOut.objects.get(), clock.now(), because="She texted START")
    assert imported(cast.campaign, HEADER + "Ana,,9195550101,,,\n").counts == {"new": 1}
