"""Pages are made in threads, from bodies that are read no further than the view asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
    UnreadablePostError,
)

from textbank.front_door import AT_ONCE, FrontDoor

View = Callable[[HttpRequest], HttpResponseBase]


class Visit:
    """One request to a front door that has only this view behind it; what was read of it, and what it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, view: View) -> None:
        monkeypatch.setattr("django.db.close_old_connections", lambda **_kwargs: None)
        self.door = FrontDoor(threads=1)
        self.door.get_response = view  # type: ignore[method-assign,assignment]
        self.read = 0
        self.said: list[Any] = []

    def __call__(self, parts: list[bytes], query: bytes = b"", **headers: str) -> bytes:
        """Returns the content of the answer. After the last part they hang up."""
        coming = list(parts)
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/",
            "query_string": query,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }

        # As Granian does, these return something to wait for that is no coroutine.
        def receive() -> asyncio.Future[Any]:
            told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            if coming:
                self.read += len(coming[0])
                event = {"type": "http.request", "body": coming.pop(0), "more_body": bool(coming)}
            else:
                event = {"type": "http.disconnect"}
            told.set_result(event)
            return told

        def send(event: Any) -> asyncio.Future[None]:
            self.said.append(event)
            told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            told.set_result(None)
            return told

        asyncio.run(self.door(scope, receive, send))
        return b"".join(event.get("body", b"") for event in self.said)


def say_the_body(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


def test_a_body_in_pieces_comes_to_the_view_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Visit(monkeypatch, say_the_body)([b"abc", b"", b"def"], content_length="6") == b"abcdef"


def test_a_large_body_is_read_as_the_view_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_a_little(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.read(3) + request.read(4))

    part = b"0123456789" * 10_000
    visit = Visit(monkeypatch, read_a_little)
    assert visit([part] * 50, content_length=str(len(part) * 50)) == b"0123456"
    assert visit.read == len(part)


def test_a_large_body_comes_whole_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(request: HttpRequest) -> HttpResponse:
        pieces = iter(lambda: request.read(70_000), b"")
        return HttpResponse(str(sum(map(len, pieces))))

    part = b"0123456789" * 10_000
    assert Visit(monkeypatch, measure)([part] * 15, content_length=str(len(part) * 15)) == b"1500000"


def test_a_large_file_is_taken_by_djangos_own_parser_line_by_line_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure(request: HttpRequest) -> HttpResponse:
        found = HttpResponse(f"{request.FILES['file'].size} {request.POST['name']}")
        request.close()  # as Django's own chain does when the answer has gone
        return found

    content = b"a line\n" * 300_000
    disposition = b"--line\r\nContent-Disposition: form-data; name="
    body = disposition + b'"file"; filename="x"\r\n\r\n' + content + b"\r\n"
    body += disposition + b'"name"\r\n\r\nVoters\r\n--line--\r\n' + b"and what follows\r\n" * 9
    parts = [body[start : start + 90_000] for start in range(0, len(body), 90_000)]
    headers = {"content_type": "multipart/form-data; boundary=line", "content_length": str(len(body))}
    assert Visit(monkeypatch, measure)(parts, **headers) == b"2100000 Voters"


def test_a_body_that_is_not_announced_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(monkeypatch, lambda _request: HttpResponse(b"nothing"))
    assert visit([b"x" * 1000] * 10, transfer_encoding="chunked") == b"nothing"
    assert visit.read <= 1000


def test_whoever_hangs_up_in_the_middle_of_a_large_body_leaves_a_fault_the_view_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read_on(request: HttpRequest) -> HttpResponse:
        with pytest.raises(UnreadablePostError):
            request.read(100_000)
        return HttpResponse(b"gone")

    visit = Visit(monkeypatch, read_on)
    assert visit([], content_length=str(2 * AT_ONCE)) == b"gone"


def test_a_long_answer_leaves_in_pieces_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows() -> Iterator[bytes]:
        for _ in range(300):
            yield b"0123456789" * 1_000

    visit = Visit(monkeypatch, lambda _request: StreamingHttpResponse(rows()))
    assert len(visit([b""])) == 3_000_000
    assert [event.get("more_body") for event in visit.said] == [None, True, True, True, False]


def test_cookies_and_headers_reach_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave_two(_request: HttpRequest) -> HttpResponse:
        answer = HttpResponse(status=201, headers={"X-Word": "yes"})
        answer.set_cookie("one", "1")
        answer.set_cookie("two", "2")
        return answer

    visit = Visit(monkeypatch, leave_two)
    visit([b""])
    headers = visit.said[0]["headers"]
    assert visit.said[0]["status"] == 201
    assert (b"X-Word", b"yes") in headers
    assert [value.split(b";")[0] for name, value in headers if name == b"Set-Cookie"] == [b"one=1", b"two=2"]


def test_an_address_that_is_no_text_is_a_bad_request(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(monkeypatch, say_the_body)
    visit([b""], query=b"q=\xff")
    assert visit.said[0]["status"] == 400


def test_half_a_form_is_not_acted_upon(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def note(request: HttpRequest) -> HttpResponse:
        seen.append(request.body)
        return HttpResponse()

    visit = Visit(monkeypatch, note)
    visit([], content_length="6")  # they hang up before the six bytes are there
    assert seen == []
    assert visit.said == []
