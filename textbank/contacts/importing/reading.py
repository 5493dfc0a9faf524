"""A file of bytes becomes rows of cells. Nothing here knows what the cells mean, and no rows of ours are read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from textbank.contacts.importing import header
from textbank.contacts.importing.header import UnreadableFile

CHUNK = 1024 * 1024
MAX_BYTES = 300 * CHUNK
MAX_ROWS = 1_000_000
MAX_LINE = CHUNK  # bytes; a row of a contact file has a thousand
LOOKED_AT = 200  # rows that decide about the layout
DELIMITERS = (",", "\t", ";", "|")

Row = tuple[int, list[str]]  # its number as a spreadsheet counts, from 1, and its cells


@dataclass(frozen=True)
class Layout:
    encoding: str
    delimiter: str
    columns: list[str]


class Inspector:
    """Watches a file stream by and says in the end how it is laid out. Keeps its first chunk only."""

    def __init__(self) -> None:
        self.size = 0
        self._head = b""
        self._lines = 0
        self._line_length = 0
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True

    def look(self, chunk: bytes) -> None:
        """Takes the next piece. Raises `UnreadableFile` as soon as something is surely wrong."""
        if not self._head:
            header.refuse_other_formats(chunk)
            self._head = chunk
        self.size += len(chunk)
        self._refuse_long_lines(chunk)
        self._lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
        if self.size > MAX_BYTES:
            raise UnreadableFile("The file is larger than 300 MB. Split it and import the parts.")
        if self._lines > MAX_ROWS + 1:
            raise UnreadableFile("The file has more than 1,000,000 rows. Split it and import the parts.")
        self._try_utf8(chunk, final=False)

    def layout(self) -> Layout:
        """How the file is laid out. Raises `UnreadableFile` when it has no rows that can be told apart."""
        if not self.size:
            raise UnreadableFile("The file is empty.")
        self._try_utf8(b"", final=True)
        encoding = _encoding(self._head, self._is_utf8)
        text = self._head.decode(encoding, errors="replace")
        delimiter = _delimiter(text)
        rows = list(islice(_rows(io.StringIO(text, newline=""), delimiter), LOOKED_AT))
        if self.size > len(self._head) and len(rows) > 1:
            rows.pop()  # it may be cut in the middle
        return Layout(encoding, delimiter, header.columns_of(rows))

    def _refuse_long_lines(self, chunk: bytes) -> None:
        breaks = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
        if self._line_length + min(breaks, default=len(chunk)) > MAX_LINE:
            raise UnreadableFile(
                f"Row {self._lines + 1} is longer than a million characters. Check that the file has line "
                "breaks and that every quotation mark is closed."
            )
        last_break = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        carried = self._line_length if last_break < 0 else 0
        self._line_length = carried + len(chunk) - last_break - 1

    def _try_utf8(self, chunk: bytes, *, final: bool) -> None:
        if self._is_utf8:
            try:
                self._utf8.decode(chunk, final)
            except UnicodeDecodeError:
                self._is_utf8 = False


def rows_of(stream: io.RawIOBase, encoding: str, delimiter: str) -> Iterator[Row]:
    """The rows of a file beneath its column names, blank ones included.

    Raises `UnreadableFile` where the rows cannot be told apart any more.
    """
    text = io.TextIOWrapper(io.BufferedReader(stream, CHUNK), encoding, errors="replace", newline="")
    rows = _rows(text, delimiter)
    for _number, cells in rows:
        if header.is_filled(cells):
            break  # the column names
    return rows


def _rows(text: TextIO, delimiter: str) -> Iterator[Row]:
    number = 0
    try:
        lines = _Lines(text)
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            lines.length = 0
            yield number, cells
    except csv.Error as error:
        raise UnreadableFile(unclosed_quote(number + 1)) from error


class _Lines:
    """The lines of a text, as long as no row runs on over too many of them: a quotation mark can hide the breaks."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.length = text, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.length += len(line)
            if self.length > MAX_LINE:
                raise csv.Error("the row is too long")
            yield line


def unclosed_quote(number: int) -> str:
    """What to say when a row runs on into the next ones."""
    return (
        f"Row {number} does not end where it should: a quotation mark in it is probably not closed. "
        "Correct that row and upload the file again. Nothing was imported."
    )


def _encoding(head: bytes, is_utf8: bool) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if header.looks_like_utf16(head):
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    # Excel on Windows writes this one. Guessing among its cousins turns Peña into Peńa.
    return "utf-8" if is_utf8 else "cp1252"


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: _agreement(text, delimiter))


def _agreement(text: str, delimiter: str) -> tuple[int, int]:
    """How many rows have the most usual number of cells, if they are split at this character; and that number."""
    try:
        widths = [
            len(cells) for _, cells in islice(_rows(io.StringIO(text, newline=""), delimiter), LOOKED_AT)
        ]
    except UnreadableFile:
        return 0, 0
    split = [width for width in widths if width > 1]
    usual = max(set(split), key=split.count, default=0)
    return split.count(usual), usual


def joined(chunks: Iterable[bytes]) -> io.RawIOBase:
    """Pieces as one stream, of which only the present one is held."""
    return _Joined(iter(chunks))


class _Joined(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
