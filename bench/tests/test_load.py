"""The load programs count what they see, and nothing else."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from bench import line, load
from bench.load import Answered, Ask, whole


class _Server(socketserver.BaseRequestHandler):
    """Answers yes; to whoever asks for it no, or nothing at all."""

    def handle(self) -> None:
        while request := self.request.recv(65536):
            if b"hang up" in request:
                return
            verdict = b"no" if b"no please" in request else b"yes"
            self.request.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(verdict), verdict))


@pytest.fixture
def port() -> Iterator[int]:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _is_yes(_status: int, answer: bytes) -> bool:
    return answer.endswith(b"yes")


def test_every_lane_has_its_answers_in_the_order_of_its_requests(port: int) -> None:
    lanes = [load.straight("ask", [b"please", b"no please", b"please"]) for _ in range(5)]
    found = load.run(port, lanes, _is_yes, seconds=10)
    assert [[answer.is_good for answer in lane] for lane in found.lanes] == [[True, False, True]] * 5
    assert found.cpu_seconds > 0
    assert found.first_problem.startswith("200: HTTP/1.1 200 OK")


def test_an_answer_that_does_not_come_is_an_error_and_the_lane_goes_on(port: int) -> None:
    (lane,) = load.run(port, [load.straight("ask", [b"hang up", b"please"])], _is_yes, seconds=10).lanes
    assert [(answer.status, answer.is_good) for answer in lane] == [(0, False), (200, True)]


def test_nothing_new_is_asked_when_the_time_is_over(port: int) -> None:
    def endless() -> load.Script:
        while True:
            yield Ask("ask", b"please", 0.01)

    (lane,) = load.run(port, [endless()], _is_yes, seconds=0.3).lanes
    assert 5 < len(lane) < 31


def test_a_script_is_sent_what_was_answered(port: int) -> None:
    def curious() -> load.Script:
        answer = yield Ask("first", b"no please")
        yield Ask(answer[-2:].decode(), b"please")

    (lane,) = load.run(port, [curious()], _is_yes, seconds=10).lanes
    assert [answer.label for answer in lane] == ["first", "no"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-le", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n", 0),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200),
    ],
)
def test_an_answer_counts_when_all_of_it_is_there(answer: bytes, status: int) -> None:
    assert whole(answer) == status


def test_figures_are_of_all_answers_and_the_rate_of_the_good_ones() -> None:
    answers = [
        Answered("ask", 10 + place / 100, 0.001 * (place + 1), 200, place != 50) for place in range(100)
    ]
    figures = line.timed(answers)
    assert (figures["count"], figures["errors"]) == (99, 1)
    assert figures["seconds"] == pytest.approx(1.09)
    assert figures["rate"] == pytest.approx(99 / 1.09, abs=0.1)
    assert (figures["p50_ms"], figures["p95_ms"], figures["max_ms"]) == (51, 96, 100)


def test_the_median_line_has_the_median_of_each_figure() -> None:
    lines = [{"bench": "send", "rate": rate, "cpu_share": {"web": rate / 10}} for rate in (3, 1, 2)]
    assert line.median_of(lines) == {"bench": "send", "rate": 2, "cpu_share": {"web": 0.2}, "median_of": 3}
