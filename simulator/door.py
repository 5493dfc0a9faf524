"""The other door, which no carrier has: look at the texts, speak as a voter, make the network misbehave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Route

from simulator import page
from simulator.api import form_of, network_of
from simulator.numbers import is_phone
from simulator.texts import Text

CSS = Path(__file__).with_name("simulator.css")
LONGEST_REPLY = 1600


async def messages(request: Request) -> Response:
    """`?to=`, `?from=`, `?direction=` (outbound-api, inbound): what was taken or said, oldest first."""
    wanted = request.query_params
    texts = [
        _facts(text)
        for text in network_of(request).texts.values()
        if wanted.get("to") in (None, text.to_number)
        and wanted.get("from") in (None, text.from_number)
        and wanted.get("direction") in (None, text.direction)
    ]
    return JSONResponse({"count": len(texts), "messages": texts})


def _facts(text: Text) -> dict[str, object]:
    return {
        "sid": text.sid,
        "from": text.from_number,
        "to": text.to_number,
        "body": text.body,
        "direction": text.direction,
        "status": text.status,
        "error_code": text.error_code,
        "created_at": text.created_at.isoformat(),
        "callback_url": text.callback_url,
    }


async def replies(request: Request) -> Response:
    """A voter says exactly this, now: {from, to, body}. Answers when the customer's webhook has answered."""
    if _comes_from_another_site(request):
        return PlainTextResponse("This form belongs to another site.\n", 403)
    wishes, is_json = await _wishes(request)
    sender, to, body = (str(wishes.get(name, "")).strip() for name in ("from", "to", "body"))
    if not (is_phone(sender) and is_phone(to)):
        return _sorry("from and to must be phones like +19195550142.")
    if not 0 < len(body) <= LONGEST_REPLY:
        return _sorry(f"body must have 1 to {LONGEST_REPLY} characters.")
    network = network_of(request)
    network.phone(sender).is_played = True
    text, status = await network.say(sender, to, body)
    if is_json:
        return JSONResponse({"sid": text.sid, "webhook_status": status}, 201)
    return RedirectResponse(f"/simulator/phones/{quote(sender)}", 303)


async def settings(request: Request) -> Response:
    """Shows and changes `fail`, `latency_ms`, `silent` and `receipts`."""
    behavior = network_of(request).behavior
    if request.method == "POST":
        if _comes_from_another_site(request):
            return PlainTextResponse("This form belongs to another site.\n", 403)
        wishes, is_json = await _wishes(request)
        if not is_json:
            # A box without its tick is not sent at all.
            wishes = {"fail": wishes.get("fail", ""), "silent": "silent" in wishes}
        try:
            behavior.change(dict(wishes))
        except ValueError as problem:
            return _sorry(str(problem))
        if not is_json:
            return RedirectResponse("/simulator/controls", 303)
    names = ("fail", "latency_ms", "silent", "receipts")
    return JSONResponse({name: getattr(behavior, name) for name in names})


async def _wishes(request: Request) -> tuple[Mapping[str, object], bool]:
    """What was asked, and whether a program asked (JSON) rather than a person (a form)."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return await form_of(request), False
    try:
        content = json.loads(await request.body())
    except ValueError:
        content = None
    return (content if isinstance(content, dict) else {"": "unreadable"}), True


def _comes_from_another_site(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def _sorry(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, 400)


async def phones(request: Request) -> Response:
    return HTMLResponse(page.phones(network_of(request)), headers=page.HEADERS)


async def controls(request: Request) -> Response:
    return HTMLResponse(page.controls(network_of(request)), headers=page.HEADERS)


async def phone(request: Request) -> Response:
    number = request.path_params["number"]
    if not is_phone(number):
        return PlainTextResponse("That is not a phone number.\n", 404)
    return HTMLResponse(page.phone(network_of(request), number), headers=page.HEADERS)


async def thread(request: Request) -> Response:
    number = request.path_params["number"]
    if not is_phone(number):
        return PlainTextResponse("That is not a phone number.\n", 404)
    return HTMLResponse(page.thread(network_of(request), number), headers=page.HEADERS)


async def css(_request: Request) -> Response:
    return FileResponse(CSS, media_type="text/css")


async def home(_request: Request) -> Response:
    return RedirectResponse("/simulator/")


routes: list[BaseRoute] = [
    Route("/", home),
    Route("/simulator", home),
    Route("/simulator/", phones),
    Route("/simulator/controls", controls),
    Route("/simulator/messages", messages),
    Route("/simulator/replies", replies, methods=["POST"]),
    Route("/simulator/settings", settings, methods=["GET", "POST"]),
    Route("/simulator/phones/{number}", phone),
    Route("/simulator/phones/{number}/thread", thread),
    Route("/simulator/simulator.css", css),
]
