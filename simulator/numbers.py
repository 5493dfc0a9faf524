"""The numbers an account texts from, those it could buy, and where phones are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from simulator.texts import API_VERSION, new_sid, now

US_PHONE = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}")
OTHER_PHONE = re.compile(r"\+[2-9]\d{6,14}")
CAPABILITIES = {"voice": True, "SMS": True, "MMS": True, "fax": False}
# Area code → city, state, ZIP, as Twilio tells with an incoming text. Blank elsewhere, as it often is there too.
PLACES = {
    "216": ("CLEVELAND", "OH", "44113"),
    "303": ("DENVER", "CO", "80202"),
    "312": ("CHICAGO", "IL", "60601"),
    "385": ("SALT LAKE CITY", "UT", "84101"),
    "415": ("SAN FRANCISCO", "CA", "94103"),
    "480": ("MESA", "AZ", "85201"),
    "602": ("PHOENIX", "AZ", "85003"),
    "704": ("CHARLOTTE", "NC", "28202"),
    "801": ("SALT LAKE CITY", "UT", "84101"),
    "808": ("HONOLULU", "HI", "96813"),
    "919": ("RALEIGH", "NC", "27601"),
}


def is_phone(number: str) -> bool:
    return bool(US_PHONE.fullmatch(number) or OTHER_PHONE.fullmatch(number))


def place_of(prefix: str, number: str) -> dict[str, str]:
    """`FromCity`, `FromState` and so on of a phone."""
    city, state, postal_code = PLACES.get(number[2:5], ("", "", ""))
    country = "US" if number.startswith("+1") else ""
    return {
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}Zip": postal_code,
        f"{prefix}Country": country,
    }


@dataclass(slots=True)
class Number:
    """A number of the account; texts to it are told to `sms_url`."""

    account: str
    number: str
    sms_url: str = ""
    friendly_name: str = ""
    sid: str = field(default_factory=lambda: new_sid("PN"))
    created_at: datetime = field(default_factory=now)

    def resource(self) -> dict[str, object]:
        created = format_datetime(self.created_at)
        return {
            "account_sid": self.account,
            "address_requirements": "none",
            "api_version": API_VERSION,
            "beta": False,
            "capabilities": CAPABILITIES,
            "date_created": created,
            "date_updated": created,
            "friendly_name": self.friendly_name or friendly(self.number),
            "origin": "twilio",
            "phone_number": self.number,
            "sid": self.sid,
            "sms_fallback_url": "",
            "sms_method": "POST",
            "sms_url": self.sms_url,
            "status": "in-use",
            "uri": f"/{API_VERSION}/Accounts/{self.account}/IncomingPhoneNumbers/{self.sid}.json",
        }


def friendly(number: str) -> str:
    """+19195550142 → (919) 555-0142"""
    if not US_PHONE.fullmatch(number):
        return number
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def available(area_code: str, taken: set[str], count: int) -> list[dict[str, object]]:
    """Made-up numbers (555-01xx) of an area code that nobody has bought."""
    numbers = (f"+1{area_code}5550{last}" for last in range(100, 200))
    return [_available(number) for number in numbers if number not in taken][:count]


def _available(number: str) -> dict[str, object]:
    place = place_of("", number)
    return {
        "address_requirements": "none",
        "beta": False,
        "capabilities": {name: value for name, value in CAPABILITIES.items() if name != "fax"},
        "friendly_name": friendly(number),
        "iso_country": "US",
        "lata": None,
        "latitude": None,
        "locality": place["City"].title() or None,
        "longitude": None,
        "phone_number": number,
        "postal_code": place["Zip"] or None,
        "rate_center": place["City"] or None,
        "region": place["State"] or None,
    }
