"""Twilio's REST door: texts, the account's numbers, numbers to buy. Sends come in elsewhere (`line.py`)."""

from __future__ import annotations

import asyncio
import base64
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulator.network import Network
from simulator.numbers import Number, available, is_phone
from simulator.refusals import EMPTY_AREA_CODE, REFUSED_PURCHASE, refusal
from simulator.sending import NOT_TAKEN, SILENT
from simulator.texts import Text

View = Callable[[Request], Awaitable[Response]]
LARGEST_PAGE = 1000
A_DAY = 86_400
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def network_of(request: Request) -> Network:
    network: Network = request.app.state.network
    return network


async def form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def for_the_account(view: View) -> View:
    """Basic auth with the account's id and token, as late and as faulty as the network was told to be."""

    @wraps(view)
    async def guarded(request: Request) -> Response:
        network = network_of(request)
        await asyncio.sleep(network.behavior.latency_ms / 1000)
        fault = "login" if network.login_is_refused() else network.behavior.fail
        if not network.is_signed_in(request.headers.get("authorization", "").encode()):
            return refusal(20003)
        if fault in NOT_TAKEN:
            return refusal(NOT_TAKEN[fault][0])
        if fault in SILENT:
            return await _never(network)
        if request.path_params["account"] != network.settings.account:
            return refusal(20404)
        return await view(request)

    return guarded


async def _never(network: Network) -> Response:
    """No answer, until the whole network stops."""
    await network.stopping.wait()
    return refusal(20503)


@for_the_account
async def list_messages(request: Request) -> Response:
    wanted, network = request.query_params, network_of(request)
    try:
        since, until = _days(wanted)
    except ValueError:
        return refusal(20001)
    to = wanted.get("To")
    texts = [
        text
        for text in reversed(network.texts_to.get(to, []) if to else network.texts.values())
        if wanted.get("From") in (None, "", text.from_number)
        and since <= (text.sent_at or text.created_at) < until
    ]
    return _page(request, "messages", texts)


def _days(wanted: QueryParams) -> tuple[float, float]:
    """From `DateSent` (that day), `DateSent>` (from then on) and `DateSent<` (up to then). A day is in UTC."""
    since, until = -math.inf, math.inf
    if day := wanted.get("DateSent"):
        since = _moment(day) // A_DAY * A_DAY
        until = since + A_DAY
    if after := wanted.get("DateSent>"):
        since = _moment(after)
    if before := wanted.get("DateSent<"):
        until = _moment(before) + (A_DAY if len(before) == 10 else 1)
    return since, until


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _page(request: Request, name: str, things: Sequence[Text] | Sequence[Number]) -> JSONResponse:
    """One page of a list, with Twilio's words around it."""
    wanted = dict(request.query_params)
    size = min(max(_whole(wanted.get("PageSize"), 50), 1), LARGEST_PAGE)
    page = _whole(wanted.get("Page"), 0)
    start = page * size
    chosen = [thing.resource() for thing in things[start : start + size]]

    def uri(number: int) -> str:
        return f"{request.url.path}?{urlencode(wanted | {'PageSize': str(size), 'Page': str(number)})}"

    content: dict[str, object] = {
        name: chosen,
        "end": start + max(len(chosen) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if len(things) > start + size else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": start,
        "uri": uri(page),
    }
    return JSONResponse(content)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


@for_the_account
async def fetch_message(request: Request) -> Response:
    text: Text | None = network_of(request).texts.get(request.path_params["sid"])
    return JSONResponse(text.resource()) if text else refusal(20404)


async def fetch_picture(_request: Request) -> Response:
    """Every picture is the same small one. Whoever has the address may see it, as at Twilio."""
    return Response(PICTURE, media_type="image/png")


@for_the_account
async def list_numbers(request: Request) -> Response:
    wanted = request.query_params.get("PhoneNumber", "")
    numbers = [number for number in network_of(request).numbers.values() if wanted in number.number]
    return _page(request, "incoming_phone_numbers", numbers)


@for_the_account
async def buy_number(request: Request) -> Response:
    network, form = network_of(request), await form_of(request)
    wanted, area_code = form.get("PhoneNumber", ""), form.get("AreaCode", "")
    if not wanted and area_code:
        free = available(area_code, set(network.numbers), 1) if _is_area_code(area_code) else []
        if not free:
            return refusal(21452)
        wanted = str(free[0]["phone_number"])
    if wanted in REFUSED_PURCHASE:
        return refusal(REFUSED_PURCHASE[wanted])
    if not is_phone(wanted):
        return refusal(21421)
    if wanted in network.numbers:
        return refusal(21422)
    number = Number(network.settings.account, wanted, form.get("SmsUrl", ""), form.get("FriendlyName", ""))
    network.numbers[wanted] = number
    return JSONResponse(number.resource(), 201)


def _is_area_code(text: str) -> bool:
    return len(text) == 3 and text.isdecimal() and text[0] in "23456789" and text != EMPTY_AREA_CODE


@for_the_account
async def one_number(request: Request) -> Response:
    """Shows a number, changes where its texts are told (POST) or gives it back (DELETE)."""
    network = network_of(request)
    sid = request.path_params["sid"]
    number = next((number for number in network.numbers.values() if number.sid == sid), None)
    if number is None:
        return refusal(20404)
    if request.method == "DELETE":
        del network.numbers[number.number]
        network.retired.append(number.number)
        return Response(status_code=204)
    if request.method == "POST":
        form = await form_of(request)
        number.sms_url = form.get("SmsUrl", number.sms_url)
        number.friendly_name = form.get("FriendlyName", number.friendly_name)
    return JSONResponse(number.resource())


@for_the_account
async def list_available(request: Request) -> Response:
    wanted = request.query_params
    area_code = wanted.get("AreaCode", "919")
    count = min(max(_whole(wanted.get("PageSize"), 30), 1), 30)
    numbers = network_of(request).numbers
    free = available(area_code, set(numbers), count) if _is_area_code(area_code) else []
    return JSONResponse({"available_phone_numbers": free, "uri": f"{request.url.path}?{request.url.query}"})


ACCOUNT = "/2010-04-01/Accounts/{account}"
routes: list[BaseRoute] = [
    Route(f"{ACCOUNT}/Messages.json", list_messages, methods=["GET"]),
    Route(f"{ACCOUNT}/Messages/{{sid}}.json", fetch_message, methods=["GET"]),
    Route(f"{ACCOUNT}/Messages/{{sid}}/Media/{{name}}", fetch_picture, methods=["GET"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers.json", buy_number, methods=["POST"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers.json", list_numbers, methods=["GET"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers/{{sid}}.json", one_number, methods=["GET", "POST", "DELETE"]),
    Route(f"{ACCOUNT}/AvailablePhoneNumbers/US/Local.json", list_available, methods=["GET"]),
]
