"""Examples of cells and the phones in them."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from textbank.contacts.phone_numbers import InvalidPhone, Refusal, area_code, to_e164
from textbank.contacts.zones import AREA_CODES

FORMATS = (
    "{}{}{}",
    "{}-{}-{}",
    "({}) {}-{}",
    "({}){}{}",
    "{}.{}.{}",
    "1{}{}{}",
    "+1{}{}{}",
    "+1 {} {} {}",
    "1-{}-{}-{}",
    " {} {}-{} ",
)
EXCHANGES = ("200", "211", "234", "411", "555", "600", "911", "999")


def by_phonenumbers(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def or_none(text: str) -> str | None:
    try:
        return to_e164(text)
    except InvalidPhone:
        return None


def test_the_fast_path_agrees_with_phonenumbers_on_every_us_area_code() -> None:
    for index, area in enumerate(AREA_CODES):
        for step, exchange in enumerate(EXCHANGES):
            text = FORMATS[(index + step) % len(FORMATS)].format(area, exchange, "0123")
            assert or_none(text) == by_phonenumbers(text), text


@pytest.mark.parametrize("pattern", ["{}", " {} ", "({})", "{}."])
def test_what_is_too_short_for_a_phone_is_refused_as_phonenumbers_refuses_it(pattern: str) -> None:
    deal = random.Random(pattern)
    for length in range(1, 10):
        for _ in range(30):
            digits = "".join(deal.choice("0123456789") for _ in range(length))
            text = pattern.format(f"{digits[:3]}-{digits[3:]}" if deal.random() < 0.5 else digits)
            assert or_none(text) == by_phonenumbers(text), text


def test_most_cells_that_are_too_short_are_refused_without_phonenumbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(phonenumbers, "parse", None)
    for text in ("5550123", "555-0123", " (919) 555.012", "9"):
        with pytest.raises(InvalidPhone, match="not a phone number that exists"):
            to_e164(text)


@pytest.mark.parametrize("pattern", FORMATS)
def test_a_plain_us_phone_is_read_in_every_usual_form(pattern: str) -> None:
    assert to_e164(pattern.format("919", "555", "0123")) == "+19195550123"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("9.195550123E9", "+19195550123"),
        ("9.195550123e+09", "+19195550123"),
        ("9195550123.0", "+19195550123"),
        ("19195550123.00", "+19195550123"),
        ('="9195550123"', "+19195550123"),
        ("'+1 919 555 0123", "+19195550123"),
        ("９１９５５５０１２３", "+19195550123"),
        ("\u200b(919)\u00a0555\u20110123", "+19195550123"),
        ("919-555-0123 x12", "+19195550123"),
        ("tel: 919-555-0123", "+19195550123"),
        ("1-800-FLOWERS", "+18003569377"),
        ("(787) 555-0123", "+17875550123"),
        ("671-646-0123", "+16716460123"),
        ("919-555-0123; 919-555-0144", "+19195550123"),
        ("n/a, 919-555-0144", "+19195550144"),
        ("555-1234 or 919-555-0144", "+19195550144"),
        ("416-555-0123 / 919-555-0144", "+19195550144"),
        ("919-555-0123\n919-555-0144", "+19195550123"),
    ],
)
def test_an_odd_cell_still_gives_its_first_valid_phone(cell: str, phone: str) -> None:
    assert to_e164(cell) == phone


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", Refusal.NO_PHONE),
        ("   ", Refusal.NO_PHONE),
        ("n/a", Refusal.NO_PHONE),
        ("-", Refusal.NO_PHONE),
        ("none", Refusal.INVALID_PHONE),
        ("555-0123", Refusal.INVALID_PHONE),
        ("0000000000", Refusal.INVALID_PHONE),
        ("(537)5707208", Refusal.INVALID_PHONE),
        ("02609712509", Refusal.INVALID_PHONE),
        ("119-555-0123", Refusal.INVALID_PHONE),
        ("919-055-0123", Refusal.INVALID_PHONE),
        ("919555012", Refusal.INVALID_PHONE),
        ("919555012345", Refusal.INVALID_PHONE),
        ("983-655-0123", Refusal.INVALID_PHONE),
        ("900-555-0123", Refusal.INVALID_PHONE),
        ("500-555-0123", Refusal.INVALID_PHONE),
        ("+1 919 555 0123 4567 8901 2345", Refusal.INVALID_PHONE),
        ("9.19555E+09", Refusal.ROUNDED_PHONE),
        ("9.2E9", Refusal.ROUNDED_PHONE),
        ("416-555-0123", Refusal.NOT_US),
        ("+44 20 7946 0958", Refusal.NOT_US),
        ("+52 55 1234 5678", Refusal.NOT_US),
    ],
)
def test_a_cell_without_a_us_phone_is_refused_with_its_reason(cell: str, reason: Refusal) -> None:
    with pytest.raises(InvalidPhone) as refusal:
        to_e164(cell)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("416-555-0123", "Canada"),
        ("310-2741", "Canada"),
        ("876-555-0123", "Jamaica"),
        ("809-555-0123", "the Dominican Republic"),
        ("+44 20 7946 0958", "another country"),
    ],
)
def test_a_phone_of_a_neighbour_is_refused_by_name(cell: str, country: str) -> None:
    with pytest.raises(InvalidPhone, match=f"This phone is in {country}"):
        to_e164(cell)


def test_every_example_number_of_the_demonstration_passes() -> None:
    assert all(to_e164(f"91955501{line:02}") == f"+191955501{line:02}" for line in range(100))


def test_the_area_code_is_read_from_a_us_phone_only() -> None:
    assert area_code("+19195550123") == "919"
    assert area_code("+442079460958") == ""
