"""Voter files in the layouts that states give out, with invented people. Most phones in them are noise.

`TEXTBANK_VOTER_FILES` may name a folder with `nc.csv` and `ut.csv`, which then stand in for ours.
"""

from __future__ import annotations

import csv
import io
import os
import random
from pathlib import Path

# North Carolina: tab, CRLF, blanks written as one space.
_NC = (
    "county_id county_desc voter_reg_num status_cd voter_status_desc reason_cd voter_status_reason_desc "
    "absent_ind name_prefx_cd last_name first_name middle_name name_suffix_lbl res_street_address "
    "res_city_desc state_cd zip_code mail_addr1 mail_addr2 mail_addr3 mail_addr4 mail_city mail_state "
    "mail_zipcode full_phone_number race_code ethnic_code party_cd gender_code birth_age birth_state "
    "drivers_lic registr_dt precinct_abbrv precinct_desc municipality_abbrv municipality_desc ward_abbrv "
    "ward_desc cong_dist_abbrv super_court_abbrv nc_senate_abbrv nc_house_abbrv ncid vtd_abbrv vtd_desc"
)
NC_COLUMNS = _NC.split()
# Utah: comma, cells of elections that are empty for who did not vote, columns named by dates.
UT_COLUMNS = [
    "Voter ID",
    "Last Name",
    "First Name",
    "Middle Name",
    "Name Suffix",
    "Status",
    "Registration Date",
    "Party",
    "Phone",
    "Mailing Address",
    "Mailing city, state  zip",
    "County ID",
    "Precinct",
    "House Number",
    "Street",
    "City",
    "Zip",
    "DOB",
    "11/6/2018",
    "11/3/2020",
    "11/8/2022",
    "11/5/2024",
]
_FIRST = "Ana Bo Carla Dev Ezra Fatima Gus Hana Íñigo José Keisha Liam María Nora Omar Peña"
_LAST = "Adams Brooks Castillo Dunn Ellis Fuentes Gómez Hayes Ibarra Jackson Kim Lopez Muñoz O'Neil"
FIRST, LAST = _FIRST.split(), _LAST.split()
NOISE = (
    "({a}){b}{c}",
    "1-{a}-{b}-{c}",
    "{a}.{b}.{c}",
    "+{a}{b}{c}",
    "0{a}{b}{c}",
    "{b}-{c}",
    " ",
    "",
    "{a} {b} {c}",
)


def voter_file(state: str, rows: int = 100) -> bytes:
    """A file in the layout of `nc` or `ut`: the given one if there is a folder of them, else ours."""
    folder = os.environ.get("TEXTBANK_VOTER_FILES")
    if folder:
        return (Path(folder) / f"{state}.csv").read_bytes()
    return {"nc": _nc, "ut": _ut}[state](random.Random(state), rows)


def data_rows(content: bytes, delimiter: str) -> int:
    """How many rows stand beneath the column names, counted by a reader of its own."""
    return sum(1 for _ in csv.reader(io.StringIO(content.decode()), delimiter=delimiter)) - 1


def _phone(deal: random.Random) -> str:
    area, exchange = deal.choice([f"{deal.randint(0, 999):03}", "919", "801"]), f"{deal.randint(0, 999):03}"
    return deal.choice(NOISE).format(a=area, b=exchange, c=f"{deal.randint(0, 9999):04}")


def _nc(deal: random.Random, rows: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\r\n")
    writer.writerow(NC_COLUMNS)
    for number in range(rows):
        known = {
            "last_name": deal.choice(LAST).upper(),
            "first_name": deal.choice(FIRST).upper(),
            "res_street_address": f"{number} OAK ST APT. {number % 7}",
            "res_city_desc": "RALEIGH",
            "state_cd": "NC",
            "zip_code": f"27{deal.randint(500, 700)}",
            "full_phone_number": _phone(deal),
            "ncid": f"AA{number:06}",
            "party_cd": deal.choice(["DEM", "REP", "UNA"]),
        }
        writer.writerow([known.get(column, " ") for column in NC_COLUMNS])
    return out.getvalue().encode()


def _ut(deal: random.Random, rows: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(UT_COLUMNS)
    for number in range(rows):
        known = {
            "Voter ID": str(80_000 + number),
            "Last Name": deal.choice(LAST),
            "First Name": deal.choice(FIRST),
            "Phone": _phone(deal),
            "Mailing city, state  zip": "Provo, UT  84601",
            "City": "Provo",
            "Zip": deal.choice(["84601", "84604-1234", ""]),
            "11/3/2020": deal.choice(["11/3/2020", ""]),
        }
        writer.writerow([known.get(column, "") for column in UT_COLUMNS])
    return out.getvalue().encode()
