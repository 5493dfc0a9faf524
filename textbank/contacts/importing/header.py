"""The beginning of a file: is it text, does it have column names, do its rows agree with them?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from textbank.contacts.phone_numbers import InvalidPhone, to_e164

MAX_COLUMNS = 500
SAVE_AS_CSV = "Open it and save it as CSV, then upload that file."
# How the files begin that people rename to .csv.
OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE_AS_CSV),
    (b"%PDF", "a PDF", "Ask for the list as a CSV file."),
    (b"{\\rtf", "a text document", SAVE_AS_CSV),
    (b"\x1f\x8b", "a compressed archive", "Unpack it, then upload the file inside."),
    (b"Rar!", "a compressed archive", "Unpack it, then upload the file inside."),
    (b"7z\xbc\xaf", "a compressed archive", "Unpack it, then upload the file inside."),
    (b"\x89PNG", "a picture", "Upload the list itself, as a CSV file."),
    (b"\xff\xd8\xff", "a picture", "Upload the list itself, as a CSV file."),
    (b"GIF8", "a picture", "Upload the list itself, as a CSV file."),
    (b"SQLite format", "a database", "Export the contacts as a CSV file."),
)
WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|\?xml)", re.IGNORECASE)


class UnreadableFile(Exception):
    """The file cannot be imported. The message says what is wrong, in which row, and what to do."""


def refuse_other_formats(head: bytes) -> None:
    """Raises `UnreadableFile` for what is no text, naming what it seems to be."""
    for magic, name, what_to_do in OTHER_FORMATS:
        if head.startswith(magic):
            raise UnreadableFile(f"This is not a CSV file; it seems to be {name}. {what_to_do}")
    if WEB_PAGE.match(head):
        raise UnreadableFile(f"This is not a CSV file; it seems to be a web page. {SAVE_AS_CSV}")
    sample = head[:4096]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in sample)
    if controls * 50 > len(sample) and not looks_like_utf16(head):
        raise UnreadableFile("This is not a CSV file: it does not hold text. " + SAVE_AS_CSV)


def looks_like_utf16(head: bytes) -> bool:
    """Every other byte of the beginning is zero, as in UTF-16 of a western language; or it says so."""
    if head.startswith((b"\xff\xfe\0\0", b"\0\0")):
        return False  # UTF-32, or no text
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = head[:200]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    return min(odd, even) == 0 and max(odd, even) > 0.7 * (len(sample) // 2) > 0


def is_filled(cells: Sequence[str]) -> bool:
    """Whether any cell holds anything."""
    return any(cell and not cell.isspace() for cell in cells)


def columns_of(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """The column names, from the first rows of a file.

    Raises `UnreadableFile` when there are none, two are the same, or nothing fits beneath them.
    """
    filled = [(number, cells) for number, cells in rows if is_filled(cells)]
    if not filled:
        raise UnreadableFile("The file is empty.")
    number, header = filled[0]
    _refuse_data(number, header)
    _refuse_ragged(number, header, filled[1:21])
    if len(filled) == 1:
        raise UnreadableFile("The file has column names but no rows beneath them.")
    _refuse_doubles(header)
    return [name.strip()[:100] for name in header]


def _refuse_data(number: int, header: list[str]) -> None:
    telling = next((cell for cell in header if _is_contact_data(cell)), None)
    numbers = [cell.strip() for cell in header if re.fullmatch(r"\s*\d{3,}(\.\d+)?\s*", cell)]
    if telling is None and len(numbers) > 1:
        telling = numbers[0]
    if telling is not None:
        raise UnreadableFile(
            f"Row {number} looks like a contact, not like column names: it holds “{telling.strip()[:40]}”. "
            "Put a row with the names of the columns on top and upload the file again."
        )


def _is_contact_data(cell: str) -> bool:
    if re.fullmatch(r"\s*[^@\s]+@[^@\s]+\.[a-z]+\s*", cell, re.IGNORECASE):
        return True
    try:
        return sum(char.isdigit() for char in cell) >= 10 and bool(to_e164(cell))
    except InvalidPhone:
        return False


def _refuse_ragged(number: int, header: list[str], below: Sequence[tuple[int, list[str]]]) -> None:
    misfits = [(row, len(cells)) for row, cells in below if not fits(cells, len(header))]
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(f"Row {number} has {len(header)} columns; {MAX_COLUMNS} is the most.")
    if misfits and len(misfits) * 2 > len(below):
        row, width = misfits[0]
        raise UnreadableFile(
            f"Row {number} has {_cells(len(header))}, but row {row} has {width}. The first row must hold "
            "the names of all columns: delete what stands above them, or add the missing names."
        )


def fits(cells: Sequence[str], width: int) -> bool:
    """Whether a row has a cell for every column, and nothing beside them."""
    return len(cells) == width or (len(cells) > width and not is_filled(cells[width:]))


def _refuse_doubles(header: list[str]) -> None:
    seen: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        key = " ".join(name.casefold().split())
        if key and key in seen:
            raise UnreadableFile(
                f"Column {seen[key]} and column {position} are both called “{name.strip()}”. "
                "Give one of them another name and upload the file again."
            )
        seen[key] = position


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
