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
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route

from simulator import page
from simulator.api import form_of, network_of
from simulator.chaos import CHANCES
from simulator.controls import controls as controls_page
from simulator.ledger import KINDS, moment
from simulator.numbers import is_phone
from simulator.settings import LONGEST_DURATION, TICKS, from_words
from simulator.texts import Text

CSS = Path(__file__).with_name("simulator.css")
LONGEST_REPLY = 1600
FOREIGN = PlainTextResponse("This form belongs to another site.\n", 403)


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
        "created_at": moment(text.created_at),
        "callback_url": text.callback_url,
    }


async def replies(request: Request) -> Response:
    """A voter says exactly this, now: {from, to, body}. Answers when the customer's webhook has answered."""
    if _comes_from_another_site(request):
        return FOREIGN
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
    """Shows and changes every setting, by its name; `all` is the chance of everything."""
    network = network_of(request)
    if request.method == "POST":
        if _comes_from_another_site(request):
            return FOREIGN
        wishes, is_json = await _wishes(request)
        try:
            network.behavior.change(dict(wishes) if is_json else _from_form(wishes))
        except ValueError as problem:
            return _sorry(str(problem))
        network.heed_hold()
        if not is_json:
            return RedirectResponse("/simulator/controls", 303)
    return JSONResponse(network.behavior.facts())


def _from_form(wishes: Mapping[str, object]) -> dict[str, object]:
    """A box without its tick is not sent at all; chances are in per cent."""
    settings = {name: from_words(name, str(value)) for name, value in wishes.items() if name not in TICKS}
    shares = {
        name: value / 100
        for name, value in settings.items()
        if name in CHANCES and isinstance(value, int | float)
    }
    return settings | shares | {name: name in wishes for name in TICKS}


async def ledger(request: Request) -> Response:
    """Every row, a line of JSON each; `?rows=accepted,reply` only those."""
    network = network_of(request)
    kinds = tuple(request.query_params.get("rows", ",".join(KINDS)).split(","))
    if wrong := [kind for kind in kinds if kind not in KINDS]:
        return _sorry(f"There are no rows {wrong[0]!r}, only {', '.join(KINDS)}.")
    lines = network.ledger.lines(network.texts.values(), kinds)
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def summary(request: Request) -> Response:
    """How many rows of each kind. `under_way` is 0 when nothing will happen by itself any more; with `forgotten`
    above 0 the ledger is not whole."""
    network = network_of(request)
    counts = network.ledger.counts(network.texts.values())
    return JSONResponse(counts | {"under_way": network.under_way})


async def traffic(request: Request) -> Response:
    return JSONResponse(network_of(request).traffic.facts())


async def replay(request: Request) -> Response:
    """Sends every webhook once more, in the background: it is done when `under_way` is 0."""
    if _comes_from_another_site(request):
        return FOREIGN
    network = network_of(request)
    count = sum(webhook.tries > 0 for webhook in network.ledger.webhooks)
    network.begin(network.replay())
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return JSONResponse({"count": count}, 202)
    return RedirectResponse("/simulator/controls", 303)


async def outage(request: Request) -> Response:
    """Nobody listens here for so many `seconds`, soon after this is answered."""
    if _comes_from_another_site(request):
        return FOREIGN
    wishes, is_json = await _wishes(request)
    seconds = wishes.get("seconds", "")
    seconds = seconds if is_json else from_words("late_by", str(seconds))
    if (
        isinstance(seconds, bool)
        or not isinstance(seconds, int | float)
        or not 0 < seconds <= LONGEST_DURATION
    ):
        return _sorry(f"seconds must be more than 0 and at most {LONGEST_DURATION:.0f}.")
    network_of(request).begin(request.app.state.server.be_out_of_order(float(seconds)))
    return (
        JSONResponse({"seconds": seconds}, 202) if is_json else RedirectResponse("/simulator/controls", 303)
    )


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
    return HTMLResponse(controls_page(network_of(request)), headers=page.HEADERS)


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
    Route("/simulator/ledger", ledger),
    Route("/simulator/ledger/summary", summary),
    Route("/simulator/messages", messages),
    Route("/simulator/outage", outage, methods=["POST"]),
    Route("/simulator/replay", replay, methods=["POST"]),
    Route("/simulator/replies", replies, methods=["POST"]),
    Route("/simulator/settings", settings, methods=["GET", "POST"]),
    Route("/simulator/phones/{number}", phone),
    Route("/simulator/phones/{number}/thread", thread),
    Route("/simulator/simulator.css", css),
    Route("/simulator/traffic", traffic),
]
