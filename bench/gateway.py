"""A phone network that takes every text, after a fixed time: `python -m bench.gateway PORT MILLISECONDS FILE`.

It speaks as much of Twilio as a send needs and forgets nothing: when it is told to end, it writes down the callback
address of every text it took, one a line. It is not the simulator, which does far more for each text: here the
network must not be the limit.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qs

ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b",
    b'{"sid": "SM%032x", "status": "queued", "error_code": null, "error_message": null}',
)


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, wait: float, taken: list[bytes]) -> None:
        self.wait, self.taken = wait, taken
        self.received = b""
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        place = lowered.find(b"content-length:")
        length = int(lowered[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(body) < length:
            return
        self.received = b""
        self.loop.call_later(self.wait, self._take, body)

    def _take(self, body: bytes) -> None:
        if self.transport.is_closing():
            return
        self.taken.append(body)
        content = ANSWER[1] % len(self.taken)
        self.transport.write(ANSWER[0] % (len(content), content))


async def main(port: int, milliseconds: int, file: Path) -> None:
    loop, taken = asyncio.get_running_loop(), list[bytes]()
    ending = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    server = await loop.create_server(
        lambda: _Line(milliseconds / 1000, taken), "127.0.0.1", port, backlog=4096
    )
    await ending.wait()
    server.close()
    addresses = [parse_qs(body.decode())["StatusCallback"][0] for body in taken]
    file.write_text("".join(f"{address}\n" for address in addresses), encoding="ascii")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
