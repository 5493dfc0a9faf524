"""The embedded PostgreSQL: one owner, many guests, and no trace when the owner is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from textbank.embedded import CannotStart, EmbeddedPostgres

# What a process does that opens the database, says so, and waits for the end.
HOLDER = """
import sys, time
from pathlib import Path
from textbank.__main__ import _end_in_order_when_told_to
from textbank.embedded import EmbeddedPostgres
_end_in_order_when_told_to()
with EmbeddedPostgres(Path(sys.argv[1])) as postgres:
    postgres.url("shared")
    print("owner" if postgres.is_ours else "guest", flush=True)
    time.sleep(60)
"""

Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data of a campaign" / "postgres"
    yield folder
    if _postmaster(folder):
        with EmbeddedPostgres(folder):
            pass


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    processes = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def _role(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _postmaster(folder: Path) -> int | None:
    """The process id of the PostgreSQL that runs over the folder."""
    try:
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def _gone(pid: int | None) -> bool:
    for _ in range(600):
        try:
            os.kill(pid or 0, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_a_second_process_joins_and_leaves_it_running(folder: Path, start: Start) -> None:
    owner, guest = start(), None
    assert _role(owner) == "owner"
    guest = start()
    assert _role(guest) == "guest"
    guest.terminate()
    assert guest.wait(60) == 128 + signal.SIGTERM
    with psycopg.connect(EmbeddedPostgres(folder).url("shared")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_its_owner_stops_it_when_told_to_end(folder: Path, start: Start, number: signal.Signals) -> None:
    owner = start()
    assert _role(owner) == "owner"
    postmaster = _postmaster(folder)
    owner.send_signal(number)
    owner.wait(60)
    assert _gone(postmaster)


def test_of_many_that_come_at_once_exactly_one_owns_it(start: Start) -> None:
    roles = [_role(process) for process in [start() for _ in range(4)]]
    assert sorted(roles) == ["guest", "guest", "guest", "owner"]


def test_an_owner_that_was_killed_is_followed_by_the_next_process(folder: Path, start: Start) -> None:
    owner = start()
    assert _role(owner) == "owner"
    postmaster = _postmaster(folder)
    owner.kill()
    owner.wait()
    heir = start()
    assert _role(heir) == "owner"
    assert _postmaster(folder) == postmaster
    heir.terminate()
    heir.wait(60)
    assert _gone(postmaster)


def test_a_postgresql_that_was_killed_is_started_again_with_its_data(folder: Path, start: Start) -> None:
    owner = start()
    assert _role(owner) == "owner"
    with psycopg.connect(EmbeddedPostgres(folder).url("shared")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster = _postmaster(folder)
    owner.kill()
    os.kill(postmaster or 0, signal.SIGKILL)
    with (
        EmbeddedPostgres(folder, durable=False) as postgres,
        psycopg.connect(postgres.url("shared")) as connection,
    ):
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_one_that_cannot_start_says_where_to_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textbank.embedded.ATTEMPTS", 0.5)
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(CannotStart, match="log says why"), EmbeddedPostgres(folder):
        pass


def test_a_folder_with_a_long_path_will_do(folder: Path) -> None:
    far = folder.with_name("far " * 25) / "postgres"
    with EmbeddedPostgres(far, durable=False) as postgres, psycopg.connect(postgres.url("shared")):
        assert postgres.is_ours


@pytest.mark.parametrize("left_over", ["{pid}\n", "", "{pid}\n{folder}\n1\n5432\n{folder}\n\n1 2\nready\n"])
def test_a_pid_file_of_something_else_is_no_hindrance(folder: Path, left_over: str) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "postmaster.pid").write_text(left_over.format(pid=os.getpid(), folder=folder))
    with EmbeddedPostgres(folder, durable=False) as postgres:
        assert postgres.is_ours
        assert postgres.url().startswith("postgresql://")
    assert _postmaster(folder) is None
