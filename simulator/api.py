"""Twilio's REST door: texts, the account's numbers, numbers to buy."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from simulator.network import Network
from simulator.numbers import Number, available, is_phone
from simulator.refusals import EMPTY_AREA_CODE, REFUSED_PURCHASE, problem_with, refusal
from simulator.texts import Text

View = Callable[[Request], Awaitable[Response]]
LARGEST_PAGE = 1000
BEFORE_TAKING = {"busy": 20429, "unavailable": 20503, "error": 20500, "login": 20003}


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
        fault = network.behavior.fail
        if not _is_signed_in(request, network):
            return refusal(20003)
        if fault in BEFORE_TAKING:
            return refusal(BEFORE_TAKING[fault])
        if fault == "hang":
            return await _never(network)
        if request.path_params["account"] != network.settings.account:
            return refusal(20404)
        return await view(request)

    return guarded


def _is_signed_in(request: Request, network: Network) -> bool:
    expected = f"{network.settings.account}:{network.settings.token}".encode()
    given = request.headers.get("authorization", "").removeprefix("Basic ")
    return hmac.compare_digest(base64.b64encode(expected), given.encode())


async def _never(network: Network) -> Response:
    """No answer, until the whole network stops."""
    await network.stopping.wait()
    return refusal(20503)


@for_the_account
async def create_message(request: Request) -> Response:
    network, form = network_of(request), await form_of(request)
    words = {
        "to": form.get("To", ""),
        "sender": form.get("From", ""),
        "callback": form.get("StatusCallback", ""),
    }
    if code := problem_with(form, network.numbers, network.opted_out):
        return refusal(code, **words)
    if network.is_full:
        return refusal(20429)
    text = network.take(form["From"], form["To"], form["Body"], form.get("StatusCallback", ""))
    match network.behavior.fail:
        case "error_after":
            return refusal(20500)
        case "hang_after":
            return await _never(network)
        case "garbage_after":
            return PlainTextResponse("<html><h1>Welcome</h1></html>", 201, media_type="text/html")
        case "cut_after":
            return CutOff()
    return JSONResponse(text.resource(), 201)


class CutOff(Response):
    """The beginning of an answer; then the connection closes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-type", b"application/json"), (b"content-length", b"900")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"account_sid": "AC', "more_body": True})


@for_the_account
async def list_messages(request: Request) -> Response:
    wanted = request.query_params
    try:
        since, until = _days(wanted)
    except ValueError:
        return refusal(20001)
    texts = [
        text
        for text in reversed(network_of(request).texts.values())
        if wanted.get("To") in (None, "", text.to_number)
        and wanted.get("From") in (None, "", text.from_number)
        and since <= (text.sent_at or text.created_at) < until
    ]
    return _page(request, "messages", [text.resource() for text in texts])


def _days(wanted: QueryParams) -> tuple[datetime, datetime]:
    """From `DateSent` (that day), `DateSent>` (from then on) and `DateSent<` (up to then). A day is in UTC."""
    since, until = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if day := wanted.get("DateSent"):
        since = _moment(day)
        until = since + timedelta(days=1)
    if after := wanted.get("DateSent>"):
        since = _moment(after)
    if before := wanted.get("DateSent<"):
        until = _moment(before) + (timedelta(days=1) if len(before) == 10 else timedelta(seconds=1))
    return since, until


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page(request: Request, name: str, resources: list[dict[str, object]]) -> JSONResponse:
    """One page of a list, with Twilio's words around it."""
    wanted = dict(request.query_params)
    size = min(max(_whole(wanted.get("PageSize"), 50), 1), LARGEST_PAGE)
    page = _whole(wanted.get("Page"), 0)
    start = page * size
    chosen = resources[start : start + size]

    def uri(number: int) -> str:
        return f"{request.url.path}?{urlencode(wanted | {'PageSize': str(size), 'Page': str(number)})}"

    content: dict[str, object] = {
        name: chosen,
        "end": start + max(len(chosen) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if len(resources) > start + size else None,
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


@for_the_account
async def list_numbers(request: Request) -> Response:
    wanted = request.query_params.get("PhoneNumber", "")
    numbers = [number for number in network_of(request).numbers.values() if wanted in number.number]
    return _page(request, "incoming_phone_numbers", [number.resource() for number in numbers])


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
    Route(f"{ACCOUNT}/Messages.json", create_message, methods=["POST"]),
    Route(f"{ACCOUNT}/Messages.json", list_messages, methods=["GET"]),
    Route(f"{ACCOUNT}/Messages/{{sid}}.json", fetch_message, methods=["GET"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers.json", buy_number, methods=["POST"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers.json", list_numbers, methods=["GET"]),
    Route(f"{ACCOUNT}/IncomingPhoneNumbers/{{sid}}.json", one_number, methods=["GET", "POST", "DELETE"]),
    Route(f"{ACCOUNT}/AvailablePhoneNumbers/US/Local.json", list_available, methods=["GET"]),
]
