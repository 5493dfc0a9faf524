"""A contact file of people who do not exist, as a campaign might get it: mostly good, with a few bad rows.

Every phone is a 555-01xx number, which is set aside for fiction. The same seed makes the same file.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

HEADER = (
    "first_name",
    "last_name",
    "phone",
    "email",
    "city",
    "state_abbrev",
    "zip",
    "language",
    "van_id",
    "age",
    "precinct",
    "polling_place",
)
PHONE = HEADER.index("phone")


class Place(NamedTuple):
    city: str
    state: str
    zip_code: str
    area_codes: tuple[str, ...]


PLACES = tuple(
    Place(city, state, zip_code, tuple(area_codes.split()))
    for city, state, zip_code, area_codes in (
        ("Raleigh", "NC", "27601", "919 984"),
        ("Charlotte", "NC", "28202", "704 980"),
        ("Atlanta", "GA", "30303", "404 678"),
        ("Miami", "FL", "33130", "305 786"),
        ("Philadelphia", "PA", "19107", "215 267"),
        ("Pittsburgh", "PA", "15222", "412"),
        ("Cleveland", "OH", "44114", "216"),
        ("Detroit", "MI", "48226", "313"),
        ("Buffalo", "NY", "14202", "716"),
        ("Houston", "TX", "77002", "713 832"),
        ("San Antonio", "TX", "78205", "210"),
        ("El Paso", "TX", "79901", "915"),
        ("Chicago", "IL", "60602", "312 773"),
        ("Milwaukee", "WI", "53202", "414"),
        ("Minneapolis", "MN", "55401", "612"),
        ("Nashville", "TN", "37201", "615"),
        ("Denver", "CO", "80202", "303 720"),
        ("Albuquerque", "NM", "87102", "505"),
        ("Salt Lake City", "UT", "84101", "801 385"),
        ("Phoenix", "AZ", "85004", "602 480"),
        ("Las Vegas", "NV", "89101", "702"),
        ("Los Angeles", "CA", "90012", "213 323"),
        ("Fresno", "CA", "93721", "559"),
        ("Seattle", "WA", "98101", "206"),
        ("Portland", "OR", "97204", "503"),
    )
)
CANADIAN_AREA_CODES = ("416", "604", "514")

ENGLISH = (
    "Ava Liam Grace Noah Ruth Owen Hannah Caleb Ivy Jonah Naomi Felix Clara Miles Edith Amos Tessa Wyatt June "
    "Silas Beth Troy Dana Keith Faye Marcus Opal Dwight Priya Kofi Mei Tariq Aisha Dmitri Lan Yusuf",
    "Abbott Barnes Caldwell Dawson Ellison Foster Grady Hobbs Irving Jennings Keller Lawson Mercer Norwood Oakes "
    "Prescott Quinn Rhodes Sutton Thatcher Underwood Vance Whitaker Yates Okafor Nguyen Patel Kim Haddad",
)
SPANISH = (
    "María José Sofía Luis Camila Andrés Lucía Diego Ximena Mateo Inés Javier Paloma Raúl Elena Óscar Marisol "
    "Tomás Rocío Hugo Pilar Emilio Noemí César Belén Iván Julia Martín",
    "García Muñoz Hernández Peña Ramírez Núñez Castillo Ibáñez Morales Quiñones Vargas Zúñiga Delgado Ríos "
    "Salazar Trejo Ochoa Beltrán Cordero Fuentes Aguilar Rosales",
)
POLLING_PLACES = (
    "Oak Grove Library",
    "Lincoln Elementary School",
    "Harbor Street Fire Station",
    "St. Mark's Parish Hall",
    "Riverside Recreation Center",
    "Centro Comunitario Las Flores",
    "Union Hall, Local 88",
    "Maple Avenue Middle School",
)
WRITTEN = ("({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}{1}{2}", "1-{0}-{1}-{2}", "+1 {0} {1} {2}")


@dataclass(frozen=True)
class ContactFile:
    """The file, and what is to be found in it."""

    content: bytes
    good_rows: int
    bad_rows: int


def contact_file(good_rows: int = 2000, seed: int = 2026) -> ContactFile:
    """A CSV with this many people and about one bad row for each fifty of them."""
    dice = random.Random(seed)
    rows = list(_people(dice, good_rows))
    bad = list(_bad_rows(dice, rows))
    for row in bad:
        rows.insert(dice.randrange(len(rows)), row)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return ContactFile(text.getvalue().encode("utf-8"), good_rows, len(bad))


def _people(dice: random.Random, number: int) -> Iterator[list[str]]:
    lines = _lines(dice)
    for van_id in range(100_001, 100_001 + number):
        place, area_code, line = next(lines)
        if dice.random() < 0.06:  # moved away and kept the phone
            place = dice.choice(PLACES)
        yield _person(dice, place, _written(dice, area_code, line), str(van_id))


def _lines(dice: random.Random) -> Iterator[tuple[Place, str, str]]:
    """Every phone there can be, in random order, with the place it belongs to."""
    lines = [
        (place, area_code, f"01{line:02}")
        for place in PLACES
        for area_code in place.area_codes
        for line in range(100)
    ]
    dice.shuffle(lines)
    return iter(lines)


def _person(dice: random.Random, place: Place, phone: str, van_id: str) -> list[str]:
    speaks_spanish = dice.random() < 0.3
    first_names, last_names = SPANISH if speaks_spanish else ENGLISH
    first, last = dice.choice(first_names.split()), dice.choice(last_names.split())
    precinct = dice.randrange(1, 25)
    return [
        first if dice.random() < 0.98 else "",
        last,
        phone,
        f"voter{van_id}@example.org" if dice.random() < 0.4 else "",
        place.city,
        place.state,
        place.zip_code if dice.random() < 0.9 else "",
        "Spanish" if speaks_spanish else "English",
        van_id,
        str(dice.randrange(18, 93)),
        f"{precinct:02}",
        POLLING_PLACES[precinct % len(POLLING_PLACES)],
    ]


def _written(dice: random.Random, area_code: str, line: str) -> str:
    """A phone as somebody typed it."""
    return dice.choice(WRITTEN).format(area_code, "555", line)


def _bad_rows(dice: random.Random, people: list[list[str]]) -> Iterator[list[str]]:
    """Rows that cannot become contacts, each wrong in one way."""
    phones = ["", "", "555-0142", "919-555-01", "call after six", "n/a", "119-555-0142", "00000"]
    phones += [_written(dice, area_code, "0111") for area_code in CANADIAN_AREA_CODES]
    per_kind = max(1, len(people) // 800)
    for phone in phones * per_kind:
        yield _person(dice, dice.choice(PLACES), phone, "")
    for _ in range(2 * per_kind):
        yield dice.choice(people)  # the same person again
        yield dice.choice(people)[: PHONE + 2]  # a line cut short
        yield [*dice.choice(people), "", "a cell too many"]
