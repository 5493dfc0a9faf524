"""Examples of files, good and bad."""

from __future__ import annotations

import io

import pytest

from textbank.contacts.importing.columns import guess, problem_with
from textbank.contacts.importing.header import UnreadableFile
from textbank.contacts.importing.reading import CHUNK, Inspector, Layout, joined, rows_of
from textbank.contacts.tests.voter_files import NC_COLUMNS, UT_COLUMNS

PLAIN = "first_name,phone\nAna,919-555-0101\nBo,919-555-0102\n"


def layout(content: bytes) -> Layout:
    inspector = Inspector()
    for start in range(0, len(content), CHUNK):
        inspector.look(content[start : start + CHUNK])
    return inspector.layout()


def read(content: bytes) -> list[tuple[int, list[str]]]:
    found = layout(content)
    return list(rows_of(joined([content]), found.encoding, found.delimiter))


def why_not(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as problem:
        layout(content)
    return str(problem.value)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_every_encoding_a_spreadsheet_writes_is_understood(encoding: str, name: str) -> None:
    content = "nombre,teléfono\nPeña,919-555-0101\n“José”,919-555-0102\n".encode(encoding)
    assert layout(content).encoding == name
    assert layout(content).columns == ["nombre", "teléfono"]
    assert [cells[0] for _, cells in read(content)] == ["Peña", "“José”"]


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_is_understood_without_its_mark(order: str) -> None:
    content = PLAIN.encode(f"utf-16-{order}")
    assert layout(content).encoding == f"utf-16-{order}"
    assert len(read(content)) == 2


def test_an_accent_after_the_first_million_bytes_still_decides_the_encoding() -> None:
    content = PLAIN.encode() * 40_000 + "Peña,919-555-0103\n".encode("cp1252")
    assert len(content) > CHUNK
    assert layout(content).encoding == "cp1252"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_makes_even_rows(delimiter: str) -> None:
    content = f'name{delimiter}phone{delimiter}note\n"Lopez, Ana"{delimiter}9195550101{delimiter}a;b|c\n' * 1
    content += f"Bo{delimiter}9195550102{delimiter}x, y\n"
    found = layout(content.encode())
    assert (found.delimiter, found.columns) == (delimiter, ["name", "phone", "note"])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_understood(ending: str) -> None:
    assert len(read(PLAIN.replace("\n", ending).encode())) == 2


def test_a_file_of_phones_alone_is_understood() -> None:
    assert read(b"phone\n919-555-0101\n919-555-0102\n") == [(2, ["919-555-0101"]), (3, ["919-555-0102"])]


def test_a_cell_may_hold_a_line_break() -> None:
    assert read(b'name,phone\n"Ana\nLopez",9195550101\nBo,9195550102\n')[0] == (
        2,
        ["Ana\nLopez", "9195550101"],
    )


def test_blank_lines_above_the_column_names_are_passed_over() -> None:
    assert read(b"\n,\nname,phone\nAna,9195550101\n") == [(4, ["Ana", "9195550101"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\n\n  \n", "The file is empty."),
        (b"first_name,phone\n", "The file has column names but no rows beneath them."),
        (
            b"PK\x03\x04\x14\0\x06\0" + b"\0" * 50,
            "it seems to be an Excel workbook or a zip archive. Open it",
        ),
        (b"%PDF-1.7 ...", "it seems to be a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "it seems to be a picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "it seems to be a picture"),
        (b"<!DOCTYPE html><html>", "it seems to be a web page"),
        (bytes(range(256)) * 20, "it does not hold text"),
        (b"\0" * 5000, "it does not hold text"),
        (b"phone,name,Phone \n1,2,3\n", "Column 1 and column 3 are both called “Phone”"),
        (b"Ana,919-555-0101\nBo,919-555-0102\n", "Row 1 looks like a contact, not like column names"),
        (b"Ana,ana@example.org\nBo,bo@example.org\n", "it holds “ana@example.org”"),
        (b"ABC\t100000001\tDoe\t32301\nABC\t100000002\tRoe\t32301\n", "Row 1 looks like a contact"),
        (
            b"List of May\nname,phone,city\nAna,9195550101,Cary\nBo,9195550102,Cary\n",
            "Row 1 has 1 cell, but row 2 has 3",
        ),
        (b"name,phone\n" + b"x" * (11 * CHUNK), "Row 2 is longer than a million characters"),
        (b"x" * (10 * CHUNK), "Row 1 is longer than a million characters"),
        (b"name,phone\n" + b"a,1\n" * 1_000_001, "more than 1,000,000 rows"),
        (b",".join(b"c%d" % n for n in range(600)) + b"\n" + b"," * 599 + b"x\n", "Row 1 has 600 columns"),
    ],
)
def test_an_unreadable_file_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in why_not(content)


def test_a_file_that_is_too_large_is_refused_before_it_is_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textbank.contacts.importing.reading.MAX_BYTES", 100)
    assert "larger than 300 MB" in why_not(PLAIN.encode() * 10)


def test_a_quotation_mark_that_never_closes_is_named_by_its_row() -> None:
    content = b'name,phone\nAna,9195550101\n"Bo,9195550102\n' + b"Cy,9195550103\n" * 20_000
    with pytest.raises(UnreadableFile, match="Row 3 does not end where it should"):
        read(content)


def test_the_columns_of_north_carolina_are_guessed() -> None:
    mapping = guess(NC_COLUMNS)
    known = {NC_COLUMNS[int(column)]: field for column, field in mapping.items()}
    assert known["full_phone_number"] == "phone"
    assert known["first_name"] == "first_name"
    assert known["res_street_address"] == "address"
    assert known["res_city_desc"] == "city"
    assert known["state_cd"] == "state"
    assert known["zip_code"] == "zip_code"
    assert known["mail_zipcode"] == "mail_zipcode"
    assert known["party_cd"] == "party_cd"


def test_the_columns_of_utah_are_guessed() -> None:
    known = {UT_COLUMNS[int(column)]: field for column, field in guess(UT_COLUMNS).items()}
    assert known["Phone"] == "phone"
    assert known["Last Name"] == "last_name"
    assert known["Zip"] == "zip_code"
    assert known["Voter ID"] == "voter_id"
    assert known["11/3/2020"] == "column_11_3_2020"


@pytest.mark.parametrize(
    ("columns", "guessed"),
    [
        (["Voter File VANID", "First", "Cell Phone"], ["van_id", "first_name", "phone"]),
        (["HomePhone", "CellPhone", "WorkPhone"], ["homephone", "phone", "workphone"]),
        (
            ["pdi_id", "state_abbrev", "zip5", "E-mail", "Tel"],
            ["pdi_id", "state", "zip_code", "email", "phone"],
        ),
        (["Nombre", "Apellido", "Teléfono"], ["first_name", "last_name", "phone"]),
        (["phone", "", "Phone number"], ["phone", None, "phone_number"]),
        (["phone", "Polling Place", "Polling-place!"], ["phone", "polling_place", "polling_place_2"]),
        (["phone", "user", "Campaign"], ["phone", "other_user", "other_campaign"]),
    ],
)
def test_well_known_column_names_are_guessed(columns: list[str], guessed: list[str | None]) -> None:
    mapping = guess(columns)
    assert [mapping.get(str(position)) for position in range(len(columns))] == guessed
    assert problem_with(mapping, len(columns)) == ""


def test_every_field_of_a_guess_is_used_once() -> None:
    fields = list(guess(["a b", "a-b", "a_b", "a" * 60, "a" * 70, "Phone", "Tel", "phone 1"]).values())
    assert len(fields) == len(set(fields)) == 8


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"0": "first_name"}, "Say which column holds the phone."),
        ({"0": "phone", "1": "phone"}, "Two columns are “Phone”."),
        ({"0": "phone", "1": "club", "2": "club"}, "Two columns are “club”."),
        ({"0": "phone", "1": "Club Night"}, "cannot be the name of a merge field"),
        ({"0": "phone", "9": "club"}, "fewer columns"),
        ({"0": "phone", "x": "club"}, "fewer columns"),
    ],
)
def test_a_mapping_that_cannot_be_is_explained(mapping: dict[str, str], words: str) -> None:
    assert words in problem_with(mapping, 3)


def test_pieces_of_any_size_make_one_stream() -> None:
    content = PLAIN.encode() * 50
    pieces = [content[start : start + 7] for start in range(0, len(content), 7)]
    assert io.BufferedReader(joined(pieces)).read() == content


def test_a_row_that_hides_its_line_breaks_in_quotation_marks_is_not_held_in_memory() -> None:
    endless = "Name,Phone\nAna,919 555 0100\n" + '"\n",' * 300_000
    with pytest.raises(UnreadableFile, match="Row 3 does not end where it should"):
        read(endless.encode())
