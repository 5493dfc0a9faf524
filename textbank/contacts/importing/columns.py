"""What a column of a file is: a field of the contact, a merge field of its own, or nothing we keep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import count

# The fields of a contact that a file can fill, with their words and how much of a cell is kept.
FIELDS: dict[str, tuple[str, int]] = {
    "phone": ("Phone", 16),
    "first_name": ("First name", 80),
    "last_name": ("Last name", 80),
    "email": ("E-mail", 254),
    "address": ("Address", 200),
    "city": ("City", 80),
    "state": ("State", 2),
    "zip_code": ("ZIP", 10),
    "language": ("Language", 20),
    "van_id": ("VAN ID", 40),
    "pdi_id": ("PDI ID", 40),
}
MERGE_FIELD_LENGTH = 500
SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Names of merge fields that mean something else.
TAKEN = frozenset(FIELDS) | {"user", "campaign", "name"}

# Well-known names of each field, best first, without spaces and signs: from the voter files of several states,
# VAN, PDI and the peers' import pages.
KNOWN_NAMES: dict[str, str] = {
    "phone": """cell cellphone cellphonenumber mobile mobilephone mobilenumber mobilephonenumber wirelessphone
        textphone smsphone optinphone bestphone preferredphone primaryphone phone phonenumber fullphonenumber
        contactphone phone1 phonenum telephone telephonenumber tel number homephone dayphone daytimephone
        eveningphone landline workphone celular telefono móvil movil teléfono""",
    "first_name": "firstname first fname fn givenname namefirst voterfirstname nombre",
    "last_name": "lastname last lname ln surname familyname namelast voterlastname apellido apellidos",
    "email": "email emailaddress mail preferredemail correo correoelectronico",
    "address": """address streetaddress address1 addressline1 residentialaddress residenceaddress resstreetaddress
        residentialaddress1 residenceaddressline1 street1 homeaddress direccion""",
    "city": "city rescitydesc rescity residentialcity residencecity town ciudad",
    "state": "stateabbrev stateabbr state statecd statecode st residentialstate residencestate resstate estado",
    "zip_code": """zip zipcode zip5 zip4 ziporpostal postalcode postcode zippostal reszip residentialzip
        residencezipcode codigopostal""",
    "language": "language lang preferredlanguage languagepreference idioma",
    "van_id": "vanid voterfilevanid myvotersvanid votervanid mycampaignvanid mycvanid",
    "pdi_id": "pdiid pdi",
}


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Column number (from 0, as text, because it is kept as JSON) to what it probably is.

    Of several that could be one field the best known is it; all others become merge fields. Columns
    without a name are left out.
    """
    plain = [re.sub(r"[^a-z0-9áéíóúñ]", "", name.casefold()) for name in columns]
    mapping: dict[str, str] = {}
    for field, names in KNOWN_NAMES.items():
        best = next((name for name in names.split() if name in plain), None)
        if best is not None:
            mapping[str(plain.index(best))] = field
    return merge_names(columns) | mapping


def merge_names(columns: Sequence[str]) -> dict[str, str]:
    """Column number to its name as a merge field, for every column that has a name. No two are the same."""
    names: dict[str, str] = {}
    for position, name in enumerate(columns):
        if name:
            names[str(position)] = _free_slug(name, set(names.values()))
    return names


def slug_of(name: str) -> str:
    """A column's name as a merge field: `Voter ID` is `voter_id`."""
    slug = re.sub(r"[^a-z0-9]+", "_", _without_accents(name).lower()).strip("_")
    return (slug if slug[:1].isalpha() else f"column_{slug}")[:40].rstrip("_")


def _free_slug(name: str, used: set[str]) -> str:
    slug = slug_of(name)
    if slug in TAKEN:
        slug = f"other_{slug}"
    free = (f"{slug[:36]}_{number}" for number in count(2))
    while slug in used:
        slug = next(free)
    return slug


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def problem_with(mapping: Mapping[str, str], width: int) -> str:
    """What is wrong with a mapping, as a sentence; empty when nothing is."""
    chosen = [field for field in mapping.values() if field]
    if any(not key.isdecimal() or int(key) >= width for key in mapping):
        return "The file has fewer columns than were mapped. Load the page again."
    if "phone" not in chosen:
        return "Say which column holds the phone."
    twice = next((field for field in chosen if chosen.count(field) > 1), None)
    if twice:
        return f"Two columns are “{label_of(twice)}”. Choose one of them."
    strange = next((field for field in chosen if field not in FIELDS and not SLUG.fullmatch(field)), None)
    return f"“{strange}” cannot be the name of a merge field." if strange else ""


def label_of(field: str) -> str:
    return FIELDS[field][0] if field in FIELDS else field
