"""A started Textbank in a database that is the same at the beginning of every run.

Databases are filled once for each shape and kept as templates; a run works on a copy, which is gone afterwards. The
programs are started and ended as those of a demonstration are, so that nothing is left whatever happens.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any, Self

import psycopg
from psycopg import sql

from bench import filling, load
from bench.shape import SECRET_KEY, Shape
from bench.usage import Meter, memory
from demo import clock
from demo.programs import Failed, Program, Programs
from textbank.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
COPY = "bench"  # the database of the run


@dataclass
class Measured:
    """A load, and the CPU seconds of each group while it went on."""

    load: load.Load
    cpu: dict[str, float]


class Stage:
    """PostgreSQL with its templates; one run at a time is put on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = folder / "postgres"
        self.port, self.gateway_port = _free_ports(2)
        self._stack = ExitStack()
        self._started: dict[str, Program] = {}

    def __enter__(self) -> Self:
        _interrupt_when_told_to_end()
        with self._stack as stack:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = stack.enter_context(_lock(self.folder))
            self._postgres = stack.enter_context(EmbeddedPostgres(self.postgres))
            self._admin = stack.enter_context(
                psycopg.connect(self._postgres.url("postgres"), autocommit=True)
            )
            self.database = self._postgres.url(COPY)
            os.environ.update(self._environment())
            _set_up(stack)
            self._programs = stack.enter_context(Programs(self.folder, self.postgres, self._lock))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._stack:
            self._programs.end()
            _let_go()
            self._drop(COPY)

    @contextmanager
    def copy_of(self, shape: Shape) -> Iterator[None]:
        """A run on a fresh copy of the database of this shape; its programs are ended with it."""
        template = self._template(shape)
        self._copy(template, COPY)
        rows("UPDATE carriers_carrieraccount SET base_url = %s", [f"http://127.0.0.1:{self.gateway_port}"])
        try:
            yield
        finally:
            self.end_all()
            _let_go()

    def start_web(self, processes: int, threads: int = 16) -> None:
        """Returns when all its processes are ready. Once is enough, like with the worker."""
        if "web" in self._started:
            return
        options = ["--port", str(self.port), "--workers", str(processes), "--threads", str(threads)]
        self._start("web", ["textbank", "web", *options])
        self._wait_for("web", lambda: _answers(f"http://127.0.0.1:{self.port}/"))
        # One process answers; the others may still be coming up, and would get no connections.
        self._wait_for("web", lambda: self._is_quiet("web"))

    def start_worker(self) -> None:
        """Returns when it is ready for work."""
        if "worker" in self._started:
            return
        since = datetime.now(UTC)
        self._start("worker", ["textbank", "worker"])
        look = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat >= %s"
        self._wait_for("worker", lambda: bool(rows(look, [since])))
        self._wait_for("worker", lambda: self._is_quiet("worker"))

    def start_gateway(self, milliseconds: int) -> Path:
        """The phone network that takes every text after so long. Returns where it writes down what it took."""
        taken = self.folder / "taken"
        taken.unlink(missing_ok=True)
        self._start("gateway", ["bench.gateway", str(self.gateway_port), str(milliseconds), str(taken)])
        self._wait_for("gateway", lambda: _listens(self.gateway_port))
        return taken

    def start_simulator(self, options: list[str]) -> None:
        """The phone network in a box, in the place of the gateway."""
        self._start("simulator", ["simulator", "--port", str(self.gateway_port), *options])
        self._wait_for("simulator", lambda: _listens(self.gateway_port))

    def start_another_worker(self, name: str) -> None:
        """A worker of that name; it comes up in its own time."""
        self._start(name, ["textbank", "worker"])

    def kill(self, name: str) -> None:
        """Ends one program as a power cut would."""
        os.killpg(self._started[name].process.pid, signal.SIGKILL)
        self.end(name)

    def restart_database(self) -> None:
        """As after a crash: nobody is asked to finish."""
        _let_go()
        self._postgres.crash()
        self._admin = self._stack.enter_context(
            psycopg.connect(self._postgres.url("postgres"), autocommit=True)
        )

    def end(self, name: str) -> None:
        """Ends one program in its own time."""
        self._programs.end_one(self._started.pop(name))

    def end_all(self) -> None:
        """Ends what has been started, and leaves the database to itself."""
        for name in list(self._started):
            self.end(name)

    @property
    def groups(self) -> dict[str, int]:
        """The root process of each group, by its name."""
        postmaster = int((self.postgres / "postmaster.pid").read_text().split("\n", 1)[0])
        return {name: program.process.pid for name, program in self._started.items()} | {
            "database": postmaster
        }

    def meter(self) -> Meter:
        return Meter(self.groups)

    def memory(self) -> dict[str, dict[str, int]]:
        return memory(self.groups)

    def put_under(
        self,
        scripts: list[load.Script],
        is_good: load.Judge,
        seconds: float,
        meanwhile: Callable[[Callable[[], bool]], None] = lambda _goes_on: None,
    ) -> Measured:
        """Lets the scripts loose on the pages, with an eye on what that costs."""
        _let_go()  # connections and the threads of their pool would not live in the children
        meter = self.meter()
        found = load.run(self.port, scripts, is_good, seconds, meanwhile=meanwhile)
        return Measured(found, meter.seconds())

    def _start(self, name: str, module: list[str]) -> None:
        self._started[name] = self._programs.start(name, [sys.executable, "-m", *module], os.environ)

    def _is_quiet(self, name: str) -> bool:
        meter = Meter({name: self._started[name].process.pid})
        time.sleep(0.3)
        return meter.seconds()[name] < 0.06

    def _wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        self._programs.wait_for(name, answers)

    def _template(self, shape: Shape) -> str:
        """The database of this shape, filled if it is not there."""

        def fill() -> None:
            filling.fill(shape)

        return self._made(shape.name, self._made("empty", "template0", _migrate), fill)

    def _made(self, name: str, template: str, make: Callable[[], None]) -> str:
        """The database of this name, made out of another if it is not there; one of an older Textbank gives way."""
        database = f"seed_{name}_{_version()}"
        known = self._admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'seed%'").fetchall()
        if (database,) in known:
            return database
        for (other,) in known:
            if other.startswith(f"seed_{name}_"):
                self._drop(other)
        print(f"Filling {database}", file=sys.stderr)
        self._copy(template, "filling")
        with _connected_to("filling"):
            make()
        rename = sql.SQL("ALTER DATABASE filling RENAME TO {}")
        self._admin.execute(rename.format(sql.Identifier(database)))
        return database

    def _copy(self, template: str, database: str) -> None:
        self._drop(database)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))

    def _drop(self, database: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._admin.execute(statement.format(sql.Identifier(database)))

    def _environment(self) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "DJANGO_SETTINGS_MODULE": "textbank.settings",
            "DATABASE_URL": self.database,
            "TEXTBANK_DEMO": "yes",
            "TEXTBANK_DEBUG": "no",
            "TEXTBANK_SECRET_KEY": SECRET_KEY,
            "TEXTBANK_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "TEXTBANK_WEBHOOK_URL": f"http://127.0.0.1:{self.port}",
            "TEXTBANK_OUTBOX": str(self.folder / "outbox"),
            "TEXTBANK_EMAIL_URL": "",
            "TEXTBANK_CARRIERS": f"http://127.0.0.1:{self.gateway_port}",
            "TEXTBANK_BEHIND_PROXY": "no",
            "TEXTBANK_LOG_LEVEL": "WARNING",
            "TEXTBANK_CLOCK_SHIFT_SECONDS": str(int(clock.shift(now, self.folder / "clock").total_seconds())),
        }


def rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a statement in the database of the run."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    """This process's own connections go to another database for a while."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        _let_go()
        connection.settings_dict["NAME"] = before


def _let_go() -> None:
    """Closes this process's own connections."""
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def _set_up(stack: ExitStack) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    stack.callback(_let_go)
    call_command("collectstatic", interactive=False, verbosity=0)


def _version() -> str:
    """Changes with the schema and with what is filled in."""
    sources = [*(ROOT / "bench").glob("*.py"), *(ROOT / "textbank").glob("*/migrations/*.py")]
    filled_by = [
        path for path in sources if path.parent.name == "migrations" or path.stem in ("filling", "shape")
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(filled_by))).hexdigest()[:12]


@contextmanager
def _lock(folder: Path) -> Iterator[IO[str]]:
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Failed(f"Another measurement is running in {folder}.") from problem
        yield lock


def _interrupt_when_told_to_end() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _free_ports(count: int) -> list[int]:
    doors = [socket.socket() for _ in range(count)]
    for door in doors:
        door.bind(("127.0.0.1", 0))
    ports = [door.getsockname()[1] for door in doors]
    for door in doors:
        door.close()
    return ports


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
