"""`textbank web`, started as a person starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import psycopg
import pytest

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def empty_database() -> Iterator[str]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS test_web WITH (FORCE)")
        connection.execute("CREATE DATABASE test_web")
        parts = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": "test_web"}
        yield psycopg.conninfo.make_conninfo("", **parts)
        connection.execute("DROP DATABASE test_web WITH (FORCE)")


@pytest.fixture
def start(empty_database: str) -> Iterator[Start]:
    processes = []

    def begin(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "textbank", "web", *options],
            env=os.environ | {"DATABASE_URL": empty_database},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that all its processes can be counted
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _answers(port: int) -> bool:
    """Whether anything of HTTP comes back within a minute or two."""
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def _all_gone(group: int) -> bool:
    for _ in range(300):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.2)
    return False


def test_a_taken_port_is_said_in_one_sentence(start: Start, port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", port))):
        web = start("--port", str(port))
        said, _ = web.communicate(timeout=60)
    assert web.returncode != 0
    assert f"Textbank cannot listen on 127.0.0.1:{port}" in said
    assert "Traceback" not in said


def test_it_does_not_start_on_a_database_that_is_not_up_to_date(start: Start, port: int) -> None:
    web = start("--port", str(port))
    said, _ = web.communicate(timeout=60)
    assert web.returncode != 0
    assert "textbank migrate" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_no_process(start: Start, port: int, number: signal.Signals) -> None:
    web = start("--port", str(port), "--migrate", "--workers", "2")
    assert _answers(port)
    web.send_signal(number)
    assert web.wait(60) == 0
    assert _all_gone(web.pid)


def test_killed_it_leaves_no_process_either(start: Start, port: int) -> None:
    web = start("--port", str(port), "--migrate")
    assert _answers(port)
    web.kill()
    web.wait()
    assert _all_gone(web.pid)


def test_people_with_an_open_page_do_not_shut_others_out(start: Start, port: int) -> None:
    start("--port", str(port), "--migrate", "--threads", "1")
    assert _answers(port)
    idle = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(50)]
    for connection in idle:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1")
    for connection in idle:
        connection.close()
