"""uvicorn, told how to run the network: with lines of our own, and an end that lets everybody go."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette

from simulator.line import Line


def configuration(app: Starlette, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(app, http=Line, ws="none", access_log=False, loop="asyncio", **options)


class Server(uvicorn.Server):
    """Lets go of whoever is kept waiting as soon as it is told to stop, and can be out of order for a while."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        network = getattr(self.config.app.state, "network", None)  # type: ignore[union-attr]
        if network is not None:
            network.stop()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.config.app.state.server = self  # type: ignore[union-attr]

    async def be_out_of_order(self, seconds: float) -> None:
        """Nobody listens: connections are refused, those that stand are torn. Then all is as before."""
        [server] = self.servers
        place = server.sockets[0].getsockname()
        server.close()
        for connection in list(self.server_state.connections):
            assert isinstance(connection, Line)
            connection.tear()
        await asyncio.sleep(seconds)
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(
                lambda: Line(self.config, self.server_state, self.lifespan.state), place[0], place[1]
            )
        ]
