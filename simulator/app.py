"""The program: both doors over one network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from simulator import api, door
from simulator.line import LARGEST_REQUEST
from simulator.network import Network
from simulator.refusals import refusal
from simulator.settings import Behavior, Settings


def build_app(settings: Settings, behavior: Behavior | None = None) -> Starlette:
    """An ASGI application; `app.state.network` is the network while it runs."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        app.state.network = Network(settings, behavior)
        yield
        await app.state.network.aclose()

    return Starlette(
        routes=[*api.routes, *door.routes],
        lifespan=life,
        exception_handlers={HTTPException: not_here},
        max_body_size=LARGEST_REQUEST,
    )


async def not_here(request: Request, problem: Exception) -> Response:
    """Twilio's document under Twilio's addresses, a sentence elsewhere."""
    assert isinstance(problem, HTTPException)
    if request.url.path.startswith("/2010-04-01/"):
        return refusal(20404)
    return PlainTextResponse(f"{problem.detail}\n", problem.status_code, problem.headers)
