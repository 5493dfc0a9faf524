"""Names for rows that are made by the million."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_name() -> UUID:
    """A UUID that nobody can guess, after all that were made before it (RFC 9562, version 7: 74 random bits).

    Names that follow each other stand side by side in an index; random ones touch a page each, which PostgreSQL then
    writes whole (docs/performance.md).
    """
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds << 80) | secrets.randbits(76) & ~(0b11 << 62) | 0b10 << 62
    return UUID(int=bits & ~(0xF << 76) | 7 << 76)
