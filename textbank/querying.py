"""Hand-written SQL, for the set-based stories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


def rows(sql: str, **values: Any) -> list[dict[str, Any]]:
    """Runs a statement with named parameters; returns its rows as dictionaries by column name."""
    with _executed(sql, values) as cursor:
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def execute(sql: str, **values: Any) -> int:
    """Runs a statement with named parameters; returns how many rows it touched."""
    with _executed(sql, values) as cursor:
        return cursor.rowcount


def wholesale() -> None:
    """Until this transaction ends, statements may go through whole tables, and are planned for what is in them."""
    rows(_WHOLESALE)


_WHOLESALE = """
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'force_custom_plan', true)
"""


@contextmanager
def _executed(sql: str, values: dict[str, Any]) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """The statement, prepared: PostgreSQL plans it once for each connection, not at every call.

    Measured with the facts of 50 presses: planning took longer than the reading. Django's own cursor writes the
    values into the statement, which then is another each time.
    """
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.execute(sql, values, prepare=True)
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": ""})
        yield cursor
