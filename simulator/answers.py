"""An answer of the API, before it is bytes on a line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from enum import Enum, auto

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Ending(Enum):
    """How much of an answer the caller gets."""

    WHOLE = auto()
    CUT = auto()  # half of it, then the line is closed
    RESET = auto()  # nothing, and the line is torn
    NEVER = auto()  # nothing, and the line stays


@dataclass(slots=True)
class Answer:
    """`delay` in seconds; `after`: not before this has happened."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    ending: Ending = Ending.WHOLE
    delay: float = 0.0
    after: asyncio.Event | None = None


def document(status: int, content: object) -> Answer:
    return Answer(status, _json.encode(content).encode())
