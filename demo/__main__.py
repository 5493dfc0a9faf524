"""`bin/demo`: sets up a demonstration, runs it, and takes it down again."""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO

from demo import clock
from demo.programs import Failed, Programs
from textbank.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
SIMULATOR_IS_AT = 100  # ports above the pages


def main() -> int:
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    data = Path(os.environ.get("TEXTBANK_DATA", ROOT / ".textbank")).resolve()
    folder = data / ("dev" if options.dev else "demo")
    try:
        run(folder, options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Everything is kept for the next time.")
    return 0


def run(folder: Path, options: argparse.Namespace) -> None:
    """Runs the demonstration until Ctrl-C. Raises `Failed`."""
    with ExitStack() as stack:
        lock = stack.enter_context(_lock(folder))
        _require_free_port(options.port)
        _require_free_port(options.port + SIMULATOR_IS_AT)
        if options.fresh or not (folder / "loaded").exists():
            _clear(folder)
        folder.mkdir(exist_ok=True)
        programs = stack.enter_context(Programs(folder, folder / "postgres", lock))
        _say("Starting PostgreSQL")
        database = stack.enter_context(EmbeddedPostgres(folder / "postgres")).url()
        os.environ.update(_environment(folder, database, options))
        stack.callback(programs.end)
        _prepare(folder)
        _start(programs, options)
        _print_welcome(folder, options)
        while True:
            time.sleep(0.5)
            programs.check()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="A whole text bank on this machine.")
    parser.add_argument("--fresh", action="store_true", help="start over: forget what was done before")
    parser.add_argument("--port", type=int, default=8000, help="of the pages; the phone network is 100 above")
    parser.add_argument("--dev", action="store_true", help="pages that reload as you edit, in a folder apart")
    return parser.parse_args()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _lock(folder: Path) -> Iterator[IO[str]]:
    """Holds the folder for one demonstration; the undertaker of the last one may still be busy with it."""
    try:
        folder.parent.mkdir(exist_ok=True)
        lock = folder.with_name(f"{folder.name}.lock").open("a+")
    except OSError as error:
        raise Failed(f"Textbank cannot write to {folder.parent} ({error.strerror}).") from error
    with lock:
        while not _is_locked(lock):
            if _owner_is_alive(lock):
                raise Failed(
                    "A demonstration is already running from this folder. Stop it with Ctrl-C first."
                )
            time.sleep(0.1)
        lock.truncate(0)
        print(os.getpid(), file=lock, flush=True)
        yield lock


def _is_locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner_is_alive(lock: IO[str]) -> bool:
    """Whether whoever wrote its process id into the lock is still there, rather than its undertaker alone."""
    lock.seek(0)
    try:
        os.kill(int(lock.read()), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def _require_free_port(port: int) -> None:
    try:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Failed(
            f"Port {port} cannot be used ({reason}). Choose others with --port, like bin/demo --port 8200."
        ) from error


def _clear(folder: Path) -> None:
    if (folder / "postgres" / "postmaster.pid").exists():
        with EmbeddedPostgres(folder / "postgres"):
            pass  # leaving stops it
    shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, database: str, options: argparse.Namespace) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "DJANGO_SETTINGS_MODULE": "textbank.settings",
        "DATABASE_URL": database,
        "TEXTBANK_DEMO": "yes",
        "TEXTBANK_DEBUG": "yes" if options.dev else "no",
        "TEXTBANK_SECRET_KEY": _secret_key(folder / "secret_key"),
        "TEXTBANK_PUBLIC_URL": f"http://127.0.0.1:{options.port}",
        "TEXTBANK_WEBHOOK_URL": f"http://127.0.0.1:{options.port}",
        "TEXTBANK_OUTBOX": str(folder / "outbox"),
        "TEXTBANK_EMAIL_URL": "",
        "TEXTBANK_CARRIERS": f"http://127.0.0.1:{options.port + SIMULATOR_IS_AT}",
        "TEXTBANK_BEHIND_PROXY": "no",
        "TEXTBANK_CLOCK_SHIFT_SECONDS": str(int(clock.shift(now, folder / "clock").total_seconds())),
    }


def _secret_key(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _prepare(folder: Path) -> None:
    """Brings the database, the style sheets and the made-up campaign into being, as far as they are not."""
    import django

    django.setup()
    from django.core.management import call_command

    from demo import loading

    _say("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not (folder / "loaded").exists():
        _say("Loading a made-up campaign")
        for line in loading.load(_simulator_address()):
            _say(f"  {line}")
        (folder / "loaded").touch()
    else:
        loading.bring_up_to_date(_simulator_address())


def _start(programs: Programs, options: argparse.Namespace) -> None:
    from django.db import connection

    from demo import loading

    web = ["runserver", str(options.port)] if options.dev else ["web", "--port", str(options.port)]
    python = [sys.executable, "-m"]
    environment = os.environ
    simulator = ["simulator", "--port", str(options.port + SIMULATOR_IS_AT), *loading.simulator_options()]
    connection.close_pool()  # type: ignore[attr-defined]
    _say("Starting the phone network, the worker and the pages")
    programs.start("simulator", [*python, *simulator], environment)
    programs.start("worker", [*python, "textbank", "worker"], environment)
    programs.start("web", [*python, "textbank", *web], environment)
    started_at = datetime.now(UTC)
    programs.wait_for("simulator", lambda: _answers(f"{_simulator_address()}/simulator/"))
    programs.wait_for("web", lambda: _answers(os.environ["TEXTBANK_PUBLIC_URL"]))
    programs.wait_for("worker", lambda: _works(started_at))


def _simulator_address() -> str:
    pages, _, port = os.environ["TEXTBANK_PUBLIC_URL"].rpartition(":")
    return f"{pages}:{int(port) + SIMULATOR_IS_AT}"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _works(since: datetime) -> bool:
    """Whether a worker has come up since then and is ready for jobs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_workers WHERE last_heartbeat >= %s", [since])
        return cursor.fetchone() is not None


def _print_welcome(folder: Path, options: argparse.Namespace) -> None:
    from django.db import connection

    from demo import loading

    address = os.environ["TEXTBANK_PUBLIC_URL"]
    print(f"\nTextbank is running at {address}\n\nSign in as (each link works once, for 30 minutes):")
    for who, link in loading.sign_in_links():
        print(f"  {who:<28} {link}")
    print(
        f"\nAnybody else: join as a volunteer at {loading.join_link()}"
        f"\nLetters that would be mailed:  {address}/outbox/"
        f"\nThe phones of the contacts:    {_simulator_address()}/simulator/"
    )
    if options.dev:
        print(f"The components:                {address}/dev/components")
    if int(os.environ["TEXTBANK_CLOCK_SHIFT_SECONDS"]):
        print(
            "\nIt is too early or too late to text people somewhere in the country, so the clock of this "
            "demonstration\nhas been set back to the afternoon (14:30 in New York)."
        )
    print(f"\nLogs are in {folder}. Ctrl-C stops everything; bin/demo --fresh starts over.", flush=True)
    connection.close_pool()  # type: ignore[attr-defined]


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
