"""A carrier's JSON, read without trusting its shape: whatever is not as it should be is empty, or `Malformed`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from textbank.carriers.base import Malformed


def parsed(body: str | bytes) -> Any:
    """The value in a body. Raises `Malformed`, also for other encodings than UTF-8 and for endless nesting."""
    try:
        return json.loads(body.decode() if isinstance(body, bytes) else body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("The body is no JSON.") from problem


def part(value: object) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def many(value: object) -> Sequence[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else ()


def first(value: object) -> Mapping[str, Any]:
    """The first object of a list; an empty one if there is none."""
    return part(next(iter(many(value)), None))


def words(value: object) -> str:
    """A text as PostgreSQL can keep it: no NUL, and no half of a surrogate pair."""
    return value.replace("\0", "").encode(errors="replace").decode() if isinstance(value, str) else ""


def name(content: Mapping[str, Any], field: str, longest: int) -> str:
    """A name in printable ASCII, which goes into a row. Raises `Malformed`."""
    value = content.get(field)
    if not isinstance(value, str) or not re.fullmatch(rf"[!-~]{{1,{longest}}}", value):
        raise Malformed(f"{field} is missing, or is not one.")
    return value
