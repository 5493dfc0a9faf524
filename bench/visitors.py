"""People with a browser: signed in, on a page of ours, with what that page gave them to send forms with."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.filling import session_key
from bench.shape import SLUG
from demo.programs import Failed

CAMPAIGN = f"/c/{SLUG}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A volunteer, by number from 0; -1 is the owner. `token` and `cookie` come from a page (see `arrive`)."""

    port: int
    number: int
    cookie: str
    token: str

    @property
    def member_id(self) -> int:
        return self.number + 2

    def get(self, path: str, *, as_fragment: bool = False) -> bytes:
        """A page, or the piece of a page that htmx asks for."""
        return self._request("GET", path, "text/html", as_fragment)

    def post(
        self, path: str, fields: Mapping[str, str], accept: str = "text/html", *, as_fragment: bool = False
    ) -> bytes:
        """A form as the pages send it."""
        body = urlencode(fields).encode()
        more = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return self._request("POST", path, accept, as_fragment, more) + body

    def _request(self, method: str, path: str, accept: str, as_fragment: bool, more: str = "") -> bytes:
        origin = f"http://127.0.0.1:{self.port}"
        htmx = "HX-Request: true\r\n" if as_fragment else ""
        token = (
            f"Origin: {origin}\r\nX-CSRFToken: {self.token}\r\n" if method == "POST" or as_fragment else ""
        )
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: {accept}\r\n{token}{htmx}"
            f"Cookie: csrftoken={self.cookie}; sessionid={session_key(self.number)}\r\n{more}\r\n"
        ).encode()


def arrive(port: int, number: int) -> Visitor:
    """A volunteer opens the first page. Raises `Failed` when it is not shown to them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", f"{CAMPAIGN}/", headers={"Cookie": f"sessionid={session_key(number)}"})
        answer = connection.getresponse()
        page = answer.read().decode()
        cookie = re.search(r"csrftoken=(\w+)", answer.headers.get("Set-Cookie", ""))
        token = re.search(r'"x-csrftoken": "(\w+)"', page)
    finally:
        connection.close()
    if answer.status != 200 or not cookie or not token:
        raise Failed(f"Volunteer {number} is not let in: {answer.status} {page[:300]}")
    return Visitor(port, number, cookie[1], token[1])


def others(visitor: Visitor, numbers: range) -> list[Visitor]:
    """Further volunteers with the token of one: it belongs to the cookie, not to the session."""
    return [Visitor(visitor.port, number, visitor.cookie, visitor.token) for number in numbers]
