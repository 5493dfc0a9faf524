"""One row of cells becomes what is written of it: clean values, or the reason why there are none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textbank.contacts.importing import header
from textbank.contacts.importing.columns import FIELDS, MERGE_FIELD_LENGTH
from textbank.contacts.importing.outcomes import Outcome, with_country
from textbank.contacts.importing.reading import unclosed_quote
from textbank.contacts.phone_numbers import InvalidPhone, to_e164
from textbank.contacts.zones import STATE_ZONES, candidate_zones

_STATE_NAMES = """
    AL:alabama AK:alaska AZ:arizona AR:arkansas CA:california CO:colorado CT:connecticut DE:delaware
    DC:district_of_columbia FL:florida GA:georgia HI:hawaii ID:idaho IL:illinois IN:indiana IA:iowa KS:kansas
    KY:kentucky LA:louisiana ME:maine MD:maryland MA:massachusetts MI:michigan MN:minnesota MS:mississippi
    MO:missouri MT:montana NE:nebraska NV:nevada NH:new_hampshire NJ:new_jersey NM:new_mexico NY:new_york
    NC:north_carolina ND:north_dakota OH:ohio OK:oklahoma OR:oregon PA:pennsylvania RI:rhode_island
    SC:south_carolina SD:south_dakota TN:tennessee TX:texas UT:utah VT:vermont VA:virginia WA:washington
    WV:west_virginia WI:wisconsin WY:wyoming PR:puerto_rico VI:virgin_islands GU:guam AS:american_samoa
    MP:northern_mariana_islands
"""
STATES = {name.replace("_", " "): code for code, name in (pair.split(":") for pair in _STATE_NAMES.split())}
OTHER_FIELDS = [field for field in FIELDS if field != "phone"]


class ReadRow(NamedTuple):
    """A row as it will be written. `outcome` is empty while nothing speaks against it."""

    number: int
    outcome: str
    phone: str
    fields: list[str]  # in the order of OTHER_FIELDS
    merge_fields: dict[str, str]
    zones: int


class RowReader:
    """Reads the rows of one file by one mapping."""

    def __init__(self, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
        positions = {field: int(position) for position, field in mapping.items() if field}
        self._width = len(columns)
        self._phone = positions["phone"]
        self._fields = [
            (place, positions[field], READERS.get(field, clean), FIELDS[field][1])
            for place, field in enumerate(OTHER_FIELDS)
            if field in positions
        ]
        self._merge_fields = [(slug, at) for slug, at in positions.items() if slug not in FIELDS]

    def read(self, number: int, cells: list[str]) -> ReadRow:
        """The row's values. Raises `UnreadableFile` when it has swallowed the rows that follow."""
        if not header.fits(cells, self._width):
            if not header.is_filled(cells):
                return _refused(number, Outcome.BLANK)
            if any("\n" in cell for cell in cells):
                raise header.UnreadableFile(unclosed_quote(number))
            return _refused(number, Outcome.WRONG_WIDTH)
        try:
            phone = to_e164(cells[self._phone])
        except InvalidPhone as refusal:
            if not header.is_filled(cells):
                return _refused(number, Outcome.BLANK)
            return _refused(number, with_country(Outcome(refusal.reason.value), refusal.country))
        return self._accepted(number, phone, cells)

    def _accepted(self, number: int, phone: str, cells: list[str]) -> ReadRow:
        fields = [""] * len(OTHER_FIELDS)
        for place, at, read, length in self._fields:
            fields[place] = read(cells[at])[:length]
        merge_fields = {
            slug: value[:MERGE_FIELD_LENGTH]
            for slug, at in self._merge_fields
            if (cell := cells[at]) and (value := clean(cell))
        }
        zones = candidate_zones(phone, fields[STATE], fields[ZIP])
        return ReadRow(number, "", phone, fields, merge_fields, zones)


STATE, ZIP = OTHER_FIELDS.index("state"), OTHER_FIELDS.index("zip_code")


def _refused(number: int, outcome: str) -> ReadRow:
    return ReadRow(number, outcome, "", [""] * len(OTHER_FIELDS), {}, 0)


def clean(cell: str) -> str:
    """The cell in one line, without spaces around it and without what a spreadsheet puts before text."""
    if cell.isalnum():  # most cells are one word
        return cell
    text = " ".join(cell.split())
    if text[:1] in ("'", "=") and text.startswith(("'=", "'+", "'-", "'@", '="')):
        text = text.strip("='\"")
    return text.replace("\0", "") if "\0" in text else text


def state_code(cell: str) -> str:
    """The state's two letters, from them or from its name; empty when there is no such state."""
    text = " ".join(cell.replace(".", "").split())
    code = text.upper()
    return code if code in STATE_ZONES else STATES.get(text.casefold(), "")


def zip_code(cell: str) -> str:
    """A ZIP with the zeros that a spreadsheet took off; what is no ZIP stays as it is."""
    text = clean(cell)
    if len(text) == 5 and text.isdecimal():
        return text
    text = re.sub(r"\.0+$", "", text)
    if re.fullmatch(r"\d{3,5}", text):
        return text.zfill(5)
    if re.fullmatch(r"\d{8,9}", text):
        text = text.zfill(9)
        return f"{text[:5]}-{text[5:]}"
    return text[:10]


READERS = {"state": state_code, "zip_code": zip_code}  # of the fields that are not read as they stand


def as_line(import_id: int, row: ReadRow) -> str:
    """The row as PostgreSQL's COPY reads it. Cells hold no tabs and no line breaks any more.

    It waits as that of a new contact when nothing speaks against it yet: of most rows that is true.
    """
    merge_fields = json.dumps(row.merge_fields) if row.merge_fields else "{}"
    parts = [
        str(import_id),
        str(row.number),
        row.outcome or Outcome.NEW,
        row.phone,
        *row.fields,
        merge_fields,
        str(row.zones),
    ]
    line = "\t".join(parts)
    return line.replace("\\", "\\\\") if "\\" in line else line
