"""Hand-written SQL, for the set-based stories."""

from __future__ import annotations

from typing import Any

from django.db import connection


def rows(sql: str, **values: Any) -> list[dict[str, Any]]:
    """Runs a statement with named parameters; returns its rows as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(sql: str, **values: Any) -> int:
    """Runs a statement with named parameters; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
