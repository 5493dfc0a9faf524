"""Our own way to call a customer, against answers of every shape."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from simulator.calls import NOT_CONNECTED, NOT_READ, Calls

OK = b"HTTP/1.1 200 OK\r\n"


async def statuses_of(
    *answers: list[bytes], read: float = 5.0, then_closes: bool = False
) -> tuple[list[int | str], int, list[bytes]]:
    """Calls once for each answer (in pieces); returns the statuses, how many connections it took, and what the
    customer heard."""
    connections, heard, left = 0, [], list(answers)

    async def customer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while left:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                heard.append(head + await reader.readexactly(5))
            except asyncio.IncompleteReadError:
                break
            for piece in left.pop(0):
                writer.write(piece)
                await asyncio.sleep(0.01)
            if then_closes:
                break
        writer.close()

    server = await asyncio.start_server(customer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    calls = Calls()
    url = f"http://127.0.0.1:{port}/a%20b?c=d%2F"
    statuses = [await calls.post(url, {"A": "b"}, b"hello", 5.0, read) for _ in answers]
    calls.close()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0.02)
    return statuses, connections, heard


@pytest.mark.parametrize(
    ("answer", "status", "keeps"),
    [
        ([OK + b"Content-Length: 0\r\n\r\n"], 200, True),
        ([OK + b"content-length: 4\r\n\r\nabcd"], 200, True),
        ([OK + b"content-length: 4\r\n\r\na", b"bcd"], 200, True),
        ([b"HTTP/1.1 5", b"03 Sorry\r\nContent-Len", b"gth: 0\r\n\r", b"\n"], 503, True),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], 204, True),
        ([OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n"], 200, False),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"], 200, False),
        ([b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"], 404, False),
        ([OK + b"\r\n"], 200, False),
        ([b"Good day\r\n\r\n"], NOT_READ, False),
        ([b"HTTP/1.1 many\r\n\r\n"], NOT_READ, False),
        ([b"a" * 70_000], NOT_READ, False),
    ],
)
def test_only_the_status_matters_and_a_line_is_used_again_when_its_end_is_known(
    answer: list[bytes], status: int | str, keeps: bool
) -> None:
    statuses, connections, heard = asyncio.run(statuses_of(answer, answer, answer))
    assert statuses == [status] * 3
    assert connections == (1 if keeps else 3)
    assert len(heard) == 3


def test_a_call_has_its_address_as_it_was_written() -> None:
    _, _, [heard] = asyncio.run(statuses_of([OK + b"Content-Length: 0\r\n\r\n"]))
    assert heard.startswith(b"POST /a%20b?c=d%2F HTTP/1.1\r\nHost: 127.0.0.1:")
    assert heard.endswith(b"\r\nA: b\r\nContent-Length: 5\r\n\r\nhello")


def test_an_answer_that_never_comes_is_given_up() -> None:
    assert asyncio.run(statuses_of([], read=0.05))[0] == [NOT_READ]


def test_a_customer_who_hangs_up_has_not_answered() -> None:
    assert asyncio.run(statuses_of([b"HTTP/1.1 200"], then_closes=True))[0] == [NOT_READ]


@pytest.mark.parametrize("url", ["ftp://a/b", "http://127.0.0.1:x/", "nonsense", "http://127.0.0.1:9/"])
def test_where_nobody_can_be_there_nobody_is_connected(url: str) -> None:
    async def once() -> int | str:
        return await Calls().post(url, {}, b"", 1.0, 1.0)

    assert asyncio.run(once()) == NOT_CONNECTED


def test_a_call_that_is_called_off_closes_its_line() -> None:
    async def is_closed() -> bool:
        hung_up = asyncio.Event()

        async def customer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"hello")
            call.cancel()
            with contextlib.suppress(ConnectionError):
                await reader.read()
            hung_up.set()
            writer.close()

        server = await asyncio.start_server(customer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        call = asyncio.ensure_future(Calls().post(url, {}, b"hello", 5.0, 30.0))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hung_up.wait(), 3)
        server.close()
        return hung_up.is_set()

    assert asyncio.run(is_closed())
