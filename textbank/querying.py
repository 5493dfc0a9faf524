"""Hand-written SQL, for the set-based stories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.types.array import ListBinaryDumper


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


@contextmanager
def copying(sql: str) -> Iterator[psycopg.Copy]:
    """A COPY into a table, to be written to. What goes wrong is an error of Django's, as everywhere."""
    ours = connections[DEFAULT_DB_ALIAS]
    with ours.wrap_database_errors, ours.cursor() as cursor, cursor.copy(sql) as copy:
        yield copy


def wholesale() -> None:
    """Until this transaction ends, statements may go through whole tables, and are planned for what is in them."""
    rows(_WHOLESALE)


def row_by_row() -> None:
    """The end of what is wholesale, in a transaction that has written: every row's foreign keys are checked when it
    commits, by statements that must not be planned anew for each (which was two thirds of an import).
    """
    rows(_AS_BEFORE)


_WHOLESALE = """
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'force_custom_plan', true)
"""
_AS_BEFORE = """
    SELECT set_config(name, reset_val, true) FROM pg_settings
    WHERE name IN ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_nestloop', 'plan_cache_mode')
"""


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Lists go over in PostgreSQL's own format: writing them out as text took six times as long."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__(connection)
        self.adapters.register_dumper(list, ListBinaryDumper)


@contextmanager
def _executed(sql: str, values: dict[str, Any]) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """The statement, prepared: PostgreSQL plans it once for each connection, not at every call.

    Measured with the facts of 50 presses: planning took longer than the reading. Django's own cursor writes the
    values into the statement, which then is another each time.
    """
    ours = connections[DEFAULT_DB_ALIAS]  # once: `django.db.connection` looks for it again at every dot
    ours.validate_no_broken_transaction()
    ours.ensure_connection()
    with ours.wrap_database_errors, _Cursor(ours.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        if ours.queries_logged:
            ours.queries_log.append({"sql": sql, "time": ""})
        yield cursor
