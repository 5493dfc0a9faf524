"""Phone numbers as people type them and spreadsheets mangle them, made into E.164.

Only numbers of the United States and its territories are taken: the law, the carriers and the hours that
Textbank knows are theirs.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from textbank.contacts.zones import AREA_CODES

US_REGIONS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
# Where +1 also leads. Named, because "not a US number" alone puzzles whoever typed ten digits.
NEIGHBOURS = {
    "AG": "Antigua and Barbuda",
    "AI": "Anguilla",
    "BB": "Barbados",
    "BM": "Bermuda",
    "BS": "the Bahamas",
    "CA": "Canada",
    "DM": "Dominica",
    "DO": "the Dominican Republic",
    "GD": "Grenada",
    "JM": "Jamaica",
    "KN": "Saint Kitts and Nevis",
    "KY": "the Cayman Islands",
    "LC": "Saint Lucia",
    "MS": "Montserrat",
    "SX": "Sint Maarten",
    "TC": "the Turks and Caicos Islands",
    "TT": "Trinidad and Tobago",
    "VC": "Saint Vincent",
    "VG": "the British Virgin Islands",
}
# Nobody reads texts there: numbers that follow a person around, and numbers that cost the caller.
NOT_A_PERSONS = (PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PREMIUM_RATE)


class Refusal(StrEnum):
    """Why a cell gives no phone that can be texted."""

    NO_PHONE = "no_phone"
    INVALID_PHONE = "invalid_phone"
    ROUNDED_PHONE = "rounded_phone"
    NOT_US = "not_us"


class InvalidPhone(ValueError):
    """No phone of ours in this text. `country` is known when the phone is somebody else's."""

    def __init__(self, reason: Refusal, country: str = "") -> None:
        super().__init__(explain(reason, country))
        self.reason = reason
        self.country = country


def explain(reason: Refusal, country: str = "") -> str:
    """The refusal as a sentence."""
    if reason is Refusal.NOT_US:
        return f"This phone is in {country or 'another country'}. Only US phones can be texted."
    return {
        Refusal.NO_PHONE: "There is no phone.",
        Refusal.INVALID_PHONE: "This is not a phone number that exists.",
        Refusal.ROUNDED_PHONE: "The spreadsheet rounded this phone and lost its last digits. "
        "Format the column as text and save the file again.",
    }[reason]


# All exchanges of these area codes are open, so ten digits decide. 983 and the small islands open exchange by
# exchange; phonenumbers knows which.
WIDE_OPEN = frozenset(AREA_CODES) - {"983", "340", "670", "671", "684"}
PLAIN = re.compile(
    r"\s*(?:\+?1[\s.-]?)?(?:\(([2-9]\d\d)\)|([2-9]\d\d))[\s.-]?([2-9]\d\d)[\s.-]?(\d{4})\s*", re.ASCII
)
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE | re.ASCII)
# Too few digits for a phone, and none in front that could lead abroad; Canada has phones of seven digits that begin
# with 310. Such cells are many, and phonenumbers needs 50 µs to say so.
TOO_SHORT = re.compile(r"[\s().-]*(?!3[\s().-]*1[\s().-]*0)[2-9](?:[\s().-]*\d){0,8}[\s().-]*", re.ASCII)
SEVERAL = re.compile(r"[;,/|\n]|\s+(?:or|and|y|o)\s+", re.IGNORECASE)


def to_e164(raw: str) -> str:
    """The first US phone in a cell, like +19195550123.

    Raises `InvalidPhone` with the reason of the first number in the cell when none will do.
    """
    if plain := PLAIN.fullmatch(raw):
        area, exchange, line = plain[1] or plain[2], plain[3], plain[4]
        if area in WIDE_OPEN:
            return f"+1{area}{exchange}{line}"
    text = unicodedata.normalize("NFKC", raw).strip()
    first_refusal = InvalidPhone(Refusal.NO_PHONE)
    for part in SEVERAL.split(text):
        try:
            return _odd_to_e164(part)
        except InvalidPhone as refusal:
            if first_refusal.reason is Refusal.NO_PHONE:
                first_refusal = refusal
    raise first_refusal


def area_code(e164: str) -> str:
    """The three digits after +1; empty for a phone of another country."""
    return e164[2:5] if e164.startswith("+1") else ""


def is_textable(e164: str) -> bool:
    """Whether this phone is one of the United States or its territories: nobody else may be texted."""
    return area_code(e164) in WIDE_OPEN or _is_in_the_us(e164)


@lru_cache(maxsize=4096)
def _is_in_the_us(e164: str) -> bool:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) in US_REGIONS
    except NumberParseException:
        return False


def _odd_to_e164(text: str) -> str:
    cleaned = _undo_spreadsheet(text)
    if not any(char.isdigit() for char in cleaned) and not re.search("[a-z]{3}", cleaned, re.IGNORECASE):
        raise InvalidPhone(Refusal.NO_PHONE)
    if TOO_SHORT.fullmatch(cleaned):
        raise InvalidPhone(Refusal.INVALID_PHONE)
    try:
        number = phonenumbers.parse(cleaned, "US")
    except NumberParseException as error:
        raise InvalidPhone(Refusal.INVALID_PHONE) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(Refusal.INVALID_PHONE)
    region = phonenumbers.region_code_for_number(number)
    if region not in US_REGIONS:
        raise InvalidPhone(Refusal.NOT_US, NEIGHBOURS.get(region or "", ""))
    if phonenumbers.number_type(number) in NOT_A_PERSONS:
        raise InvalidPhone(Refusal.INVALID_PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _undo_spreadsheet(text: str) -> str:
    """Takes off what Excel and its like put around digits: ='…', a float's .0, powers of ten."""
    text = text.strip().removeprefix("=").strip("'\"` \u200b\ufeff")
    if SCIENTIFIC.fullmatch(text):
        return _undo_scientific(text)
    whole, _, fraction = text.partition(".")
    if whole.isdigit() and len(whole) >= 10 and fraction and not fraction.strip("0"):
        return whole
    return text


def _undo_scientific(text: str) -> str:
    digits = Decimal(text)
    kept = len(digits.as_tuple().digits)
    # 9.195550123E9 still holds all its digits; 9.2E+09 has lost most of them.
    if digits != digits.to_integral_value() or digits.adjusted() + 1 > kept + 1:
        raise InvalidPhone(Refusal.ROUNDED_PHONE)
    return str(int(digits))
