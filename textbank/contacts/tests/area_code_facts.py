"""Where the phones of an area code may be, by two sources that are not ours.

`area_code_facts.json`, as found in November 2026: the zones of all prefixes in phonenumbers 9.0.43 (Apache-2.0), and
how many ZIP codes of each zone an area code serves, in zipcodes 3.0.0 (MIT).
"""

from __future__ import annotations

import json
from pathlib import Path

# phonenumbers has this one wrong: it lies over Orlando, on Eastern time.
WRONG_PREFIXES = {"689"}
# Of fewer than one ZIP in a hundred: a slip of the data, such as a post-office box of another state.
SLIP = 0.01


def zone_names() -> dict[str, frozenset[str]]:
    """The IANA zones, by area code, that either source names."""
    facts = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {area_code: frozenset(_names(area_code, **found)) for area_code, found in facts.items()}


def _names(area_code: str, prefixes: list[str], zips: dict[str, int]) -> list[str]:
    served = sum(zips.values())
    of_zips = [name for name, number in zips.items() if number >= SLIP * served]
    return of_zips if area_code in WRONG_PREFIXES else [*prefixes, *of_zips]
