"""One connection of a caller. Sends are read and answered here, byte by byte; everything else is the web framework's.

uvicorn with Starlette manages some 1,500 sends a second on one core, this several times as many; and only here can a
line be torn in the middle, as a real network does.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.answers import Answer, Ending
from simulator.network import Network
from simulator.sending import send
from simulator.texts import API_VERSION

SENDS = f"POST /{API_VERSION}/Accounts/".encode()
LARGEST_HEAD = 16_000
LARGEST_REQUEST = 100_000
LONGEST_WAIT = 5.0  # for a receipt that is to come before the answer
TORN = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


class Line(H11Protocol):
    """Reads ahead only as far as it must: while a send is being answered, what comes meanwhile waits."""

    _held = b""
    _is_answering = False

    @property
    def _network(self) -> Network:
        network: Network = self.config.app.state.network  # type: ignore[union-attr]
        return network

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        network = self._network
        if network.dice.falls("refuse", network.nth("connection", "")):
            self.tear()

    def data_received(self, data: bytes) -> None:
        if self._held or self._is_answering:
            self._held += data
        elif self.conn.their_state is h11.IDLE and (data.startswith(SENDS) or SENDS.startswith(data)):
            self._held = data
        else:
            super().data_received(data)
            return
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._held = b""
        super().connection_lost(exc)

    def _read_on(self) -> None:
        """Takes one whole send from what is held; hands over what is no send."""
        while self._held and not self._is_answering and not self.transport.is_closing():
            head, end, rest = self._held.partition(b"\r\n\r\n")
            if not end and len(head) < LARGEST_HEAD and (SENDS.startswith(head) or head.startswith(SENDS)):
                return
            first, _, others = head.partition(b"\r\n")
            path = first.split(b" ")[1].partition(b"?")[0] if first.count(b" ") == 2 else b""
            if not (end and head.startswith(SENDS) and path.endswith(b"/Messages.json")):
                data, self._held = self._held, b""
                super().data_received(data)
                return
            fields = _fields(others)
            length = fields.get(b"content-length", b"")
            if not length.isdigit() or int(length) > LARGEST_REQUEST:
                self._end(
                    Answer(413 if length.isdigit() else 411, b"", {"content-type": "text/plain"}), False
                )
                return
            if len(rest) < int(length):
                return
            self._held = rest[int(length) :]
            self._begin(path, fields, rest[: int(length)])

    def _begin(self, path: bytes, fields: dict[bytes, bytes], body: bytes) -> None:
        self._is_answering = True
        self._unset_keepalive_if_required()
        network = self._network
        network.address = "http://" + fields.get(b"host", b"").decode("latin-1")
        account = path[len(SENDS) - len(b"POST ") :].partition(b"/")[0].decode("latin-1")
        keeps = fields.get(b"connection", b"").lower() != b"close"

        def now() -> None:
            answer = send(network, account, fields.get(b"authorization", b""), body)
            if answer.delay:
                self.loop.call_later(answer.delay, self._when_due, answer, keeps)
            else:
                self._when_due(answer, keeps)

        if network.behavior.latency_ms:
            self.loop.call_later(network.behavior.latency_ms / 1000, now)
        else:
            now()

    def _when_due(self, answer: Answer, keeps: bool) -> None:
        if answer.after is None:
            self._end(answer, keeps)
        else:
            self._network.begin(self._end_after(answer.after, answer, keeps))

    async def _end_after(self, event: asyncio.Event, answer: Answer, keeps: bool) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), LONGEST_WAIT)
        self._end(answer, keeps)

    def _end(self, answer: Answer, keeps: bool) -> None:
        """Answers, as completely as the answer may be, and reads on."""
        if self.transport.is_closing() or answer.ending is Ending.NEVER:
            return
        if answer.ending is Ending.RESET:
            self.tear()
            return
        written = self._head(answer, keeps) + answer.body
        if answer.ending is Ending.CUT:
            written = written[: len(written) - len(answer.body) // 2]
        self.transport.write(written)
        if answer.ending is Ending.CUT or not keeps:
            self.transport.close()
        self._is_answering = False
        self._read_on()

    def _head(self, answer: Answer, keeps: bool) -> bytes:
        status = HTTPStatus(answer.status)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [f"content-length: {len(answer.body)}", *([] if keeps else ["connection: close"])]
        dated = b"".join(b"\r\n%s: %s" % field for field in self.server_state.default_headers)
        return "\r\n".join(lines).encode("latin-1") + dated + b"\r\n\r\n"

    def tear(self) -> None:
        """Ends the connection with a reset, at once."""
        line = self.transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, TORN)
        self.transport.abort()


def _fields(lines: bytes) -> dict[bytes, bytes]:
    pairs = (line.partition(b":") for line in lines.split(b"\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
