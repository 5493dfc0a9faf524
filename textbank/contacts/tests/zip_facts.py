"""What the package zipcodes says about time zones, made into `zip_zones.json`.

python -m textbank.contacts.tests.zip_facts     writes the file anew, after an update of the package
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import zipcodes

from textbank.contacts.zones import EASTERN, STATE_ZONES, ZONES, zone_bit

FILE = Path(__file__).parents[1] / "zip_zones.json"
# The package puts Chattanooga on Central time.
CORRECTIONS = {"37405": EASTERN}


def rows() -> list[dict[str, str]]:
    return list(zipcodes.list_all())


def zones_by_zip() -> dict[str, int]:
    """Every ZIP with its zones; 0 for military addresses, which have none.

    Where the package has no zone, or one that is not in the ZIP's state (a made-up name,
    coordinates of 0, 0), all zones of the state stand in.
    """
    found = {}
    for row in rows():
        of_state = STATE_ZONES.get(row["state"], 0)
        found[row["zip_code"]] = zone_bit(row["timezone"]) & of_state or of_state
    return dict(sorted((found | CORRECTIONS).items()))


def runs() -> dict[str, str]:
    """The first ZIP of each stretch that shares its zones, with their names."""
    stretches = groupby(zones_by_zip().items(), key=lambda pair: pair[1])
    return {next(pairs)[0]: _names(zones) for zones, pairs in stretches} | {"99951": ""}


def _names(zones: int) -> str:
    return " ".join(name for position, name in enumerate(ZONES) if zones >> position & 1)


if __name__ == "__main__":
    lines = ",\n".join(f"  {json.dumps(zip5)}: {json.dumps(names)}" for zip5, names in runs().items())
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
