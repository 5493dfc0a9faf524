"""Merge fields: the `{{first_name}}` in a script, and what stands in its place. Arithmetic on text only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_FIELD = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}")
# What people write by mistake: one brace missing, a space in the name, a field never closed.
_BROKEN = re.compile(r"\{\{?[^{}]*\}?\}?")

# The fields every campaign has, with the names people know them by.
CONTACT_FIELDS = ("first_name", "last_name", "city", "state", "zip_code")
USER_FIELDS = ("user.first_name", "user.last_name")
CAMPAIGN_FIELDS = ("campaign",)


def fields_in(script: str) -> list[str]:
    """The names of the merge fields of a script, each once, in order of appearance, in lower case."""
    return list(dict.fromkeys(name.lower() for name in _FIELD.findall(script)))


def unknown_fields(script: str, known: Iterable[str]) -> list[str]:
    """What stands in braces but is no known field: misspelt names, and braces that do not close."""
    names = [name for name in fields_in(script) if name not in set(known)]
    return names + [piece for piece in _BROKEN.findall(_FIELD.sub("", script)) if piece]


def fill(script: str, values: Mapping[str, str], fallbacks: Mapping[str, str]) -> str:
    """The script with its fields filled in.

    A value that is missing or blank gives way to its fallback, else to nothing; the space left behind closes up.
    Values are put in as they are: braces in a contact's name are not read as fields.
    """

    def value_of(field: re.Match[str]) -> str:
        name = field.group(1).lower()
        return values.get(name, "").strip() or fallbacks.get(name, "").strip() or "\0"

    filled = _FIELD.sub(value_of, script)
    return re.sub(r" \0(?=[ ,.!?;:]|$)|\0 ?", "", filled, flags=re.MULTILINE).strip()
