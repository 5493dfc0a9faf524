"""What becomes of a request to send a text: refused, taken, or taken in a way that nobody can tell.

This is the one address that must bear thousands of requests a second, so it is plain Python on bytes; `line.py` calls
it without a web framework between.
"""

from __future__ import annotations

import time
from urllib.parse import unquote_to_bytes

from simulator.answers import Answer, Ending, document
from simulator.chaos import REJECTIONS
from simulator.ledger import Refusal
from simulator.network import Network
from simulator.refusals import problem_with, refused
from simulator.texts import Text

NOT_TAKEN = {
    "busy": (20429, True),
    "busy_bare": (20429, False),
    "unavailable": (20503, False),
    "error": (20500, False),
    "login": (20003, False),
}
SILENT = {"hang": Ending.NEVER, "reset": Ending.RESET}
WEB_PAGE = b"<html><h1>Welcome</h1></html>"
HTML = {"content-type": "text/html; charset=utf-8"}


def send(network: Network, account: str, authorization: bytes, body: bytes) -> Answer:
    """Every call is in the ledger afterwards, once, unless it did not know the login."""
    if not network.is_signed_in(authorization):
        return refused(20003)
    pairs = [_pair(field) for field in body.split(b"&")]
    form = dict(pairs)
    nth = network.nth("send", form.get("To", ""))
    fault = _fault(network, form.get("To", ""), nth)
    if fault in SILENT:
        return _refuse(network, form, fault, Answer(0, ending=SILENT[fault]))
    if fault in NOT_TAKEN:
        number, says_when = NOT_TAKEN[fault]
        return _refuse(network, form, fault, refused(number, says_when=says_when), number)
    reason, code = _objection(network, account, form, fault, nth)
    if code:
        named = {"to": form.get("To", ""), "sender": form.get("From", "")}
        answer = refused(code, named | {"callback": form.get("StatusCallback", "")})
        return _refuse(network, form, reason, answer, code)
    text = _text(network, form, tuple(value for name, value in pairs if name == "MediaUrl"))
    text.nth, text.answer = nth, fault or "works"
    network.take(text)
    return _answer(network, text, fault)


def _pair(field: bytes) -> tuple[str, str]:
    """As parse_qsl reads it, in a third of the time."""
    name, _, value = field.replace(b"+", b" ").partition(b"=")
    return unquote_to_bytes(name).decode("utf-8", "replace"), unquote_to_bytes(value).decode(
        "utf-8", "replace"
    )


def _fault(network: Network, to: str, nth: int) -> str:
    """What is told for every request, else what the dice say. A refused login may stay refused for a while."""
    behavior = network.behavior
    fault = behavior.fail or network.dice.fault(to, nth)
    if fault == "login" and not behavior.fail:
        network.login_refused_until = max(network.login_refused_until, time.time() + behavior.login_for)
    return "login" if network.login_is_refused() else fault


def _objection(
    network: Network, account: str, form: dict[str, str], fault: str, nth: int
) -> tuple[str, int | None]:
    """Why this text is not taken, as a reason and a code."""
    if account != network.settings.account:
        return "rule", 20404
    if code := problem_with(form, network.numbers, network.opted_out):
        return "rule", code
    if fault == "rejected":
        return fault, network.dice.pick(REJECTIONS, form["To"], nth)
    if network.is_full:
        return "full", 20429
    if limit := network.traffic.limit_reached(form["From"], time.time()):
        return limit, 20429
    return "", None


def _refuse(
    network: Network, form: dict[str, str], reason: str, answer: Answer, code: int | None = None
) -> Answer:
    callback = form.get("StatusCallback", "")
    phones = form.get("From", ""), form.get("To", "")
    network.ledger.refuse(
        Refusal(time.time(), *phones, form.get("Body", ""), callback, reason, answer.status, code)
    )
    return answer


def _text(network: Network, form: dict[str, str], media: tuple[str, ...]) -> Text:
    return Text(
        network.settings.account,
        form["From"],
        form["To"],
        form.get("Body", ""),
        "outbound-api",
        "queued",
        form.get("StatusCallback", ""),
        media,
        form.get("ValidityPeriod", ""),
    )


def _answer(network: Network, text: Text, fault: str) -> Answer:
    answer = document(201, text.resource())
    answer.after = text.early
    if fault == "error_after":
        return refused(20500)
    if fault in ("gateway_after", "garbage_after"):
        return Answer(502 if fault == "gateway_after" else 201, WEB_PAGE, HTML)
    if fault == "half_after":
        answer.body = answer.body[: len(answer.body) // 2]
    endings = {"cut_after": Ending.CUT, "reset_after": Ending.RESET, "hang_after": Ending.NEVER}
    answer.ending = endings.get(fault, Ending.WHOLE)
    if network.dice.falls("slow", text.key):
        answer.delay = network.about(network.behavior.slow_by)
        text.faults += ("slow",)
    return answer
