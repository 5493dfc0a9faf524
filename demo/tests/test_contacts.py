"""The made-up contact file."""

import csv
import io
import re

from demo.contacts import HEADER, PHONE, PLACES, contact_file
from textbank.contacts import zones
from textbank.contacts.phone_numbers import InvalidPhone, to_e164

FILE = contact_file()
ROWS = list(csv.reader(io.StringIO(FILE.content.decode("utf-8"))))[1:]


def test_the_same_seed_makes_the_same_file() -> None:
    assert contact_file() == FILE
    assert contact_file(seed=1).content != FILE.content


def test_its_rows_are_the_people_and_the_bad_ones() -> None:
    assert FILE.good_rows == 2000
    assert 30 <= FILE.bad_rows <= 50
    assert len(ROWS) == FILE.good_rows + FILE.bad_rows


def test_as_many_people_can_be_texted_as_it_says() -> None:
    reached = set()
    for row in ROWS:
        if len(row) == len(HEADER):
            try:
                reached.add(to_e164(row[PHONE]))
            except InvalidPhone:
                continue
    assert len(reached) == FILE.good_rows


def test_every_phone_is_one_of_those_set_aside_for_fiction() -> None:
    phones = [re.sub(r"\D", "", row[PHONE]) for row in ROWS]
    assert {phone[-7:-2] for phone in phones if len(phone) >= 10} == {"55501"}


def test_people_live_in_many_zones_all_of_them_continental() -> None:
    found = {zones.candidate_zones("", place.state, place.zip_code) for place in PLACES}
    assert found == {zones.EASTERN, zones.CENTRAL, zones.MOUNTAIN, zones.ARIZONA, zones.PACIFIC}


def test_every_zip_is_in_the_zone_of_its_area_codes() -> None:
    for place in PLACES:
        for area_code in place.area_codes:
            assert zones.candidate_zones("", "", place.zip_code) & zones.AREA_CODES[area_code], place
