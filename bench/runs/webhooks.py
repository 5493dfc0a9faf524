"""`webhooks`: the carrier tells of replies and receipts, one to five, while the worker takes them in.

Every webhook is signed as Twilio signs. Each text first is reported as sent, then as delivered. `oldest_ms` is the
longest that an event has been seen waiting for the worker, asked for several times a second.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from bench import line, proof
from bench.load import straight
from bench.options import Options
from bench.runs.send import acknowledged
from bench.shape import ACCOUNT, OUR_NUMBERS, TOKEN, WEBHOOK_KEY, Shape, key_of, phone_of
from bench.stage import Stage, rows

RECEIPTS_PER_REPLY = 5
LOOK_EVERY = 0.2  # seconds
PATIENCE = 120.0  # seconds for the worker to come to an end with what is stored
Event = tuple[str, str]  # kind, key

_OLDEST = (
    "SELECT min(received_at) FROM carriers_carrierevent WHERE processed_at IS NULL AND parked_at IS NULL"
)


def shape(options: Options) -> Shape:
    return options.shape()


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    stage.start_web(options.web, options.threads)
    stage.start_worker()
    count = options.ready(14_000, shape(options).contacts * 2)
    told = list(islice(_webhooks(stage.port, shape(options)), count))
    lanes = [told[lane :: options.connections] for lane in range(options.connections)]
    scripts = [straight("webhook", [request for _event, request in lane]) for lane in lanes]
    events = [[event for event, _request in lane] for lane in lanes]
    before, oldest = proof.last_message(), [0.0]
    found = stage.put_under(scripts, _is_good, options.seconds, lambda goes_on: _watch(goes_on, oldest))
    ended = time.monotonic()
    drained = _drain(oldest)
    answers = list(found.load.answers)
    return {
        **line.timed(answers),
        **proof.of_events(acknowledged(events, found.load.lanes), before)._asdict(),
        "oldest_ms": round(1000 * oldest[0]),
        "drained_after_seconds": round(drained - ended, 2),
        "first_problem": found.load.first_problem,
        **line.cpu(found.cpu, found.load, len(answers)),
    }


def _watch(goes_on: Callable[[], bool], oldest: list[float]) -> None:
    while goes_on():
        oldest[0] = max(oldest[0], _age())
        time.sleep(LOOK_EVERY)


def _drain(oldest: list[float]) -> float:
    """Waits until all is taken in, or nobody can wait any longer; returns when."""
    deadline = time.monotonic() + PATIENCE
    while (age := _age()) and time.monotonic() < deadline:
        oldest[0] = max(oldest[0], age)
        time.sleep(LOOK_EVERY)
    return time.monotonic()


def _age() -> float:
    """How long the oldest event that is not processed has been waiting, in seconds; 0 when there is none."""
    from textbank import clock

    (received_at,) = rows(_OLDEST)[0]
    return max(0.001, (clock.now() - received_at).total_seconds()) if received_at else 0.0


def _webhooks(port: int, has: Shape) -> Iterator[tuple[Event, bytes]]:
    """As many as there are texts to report on twice, and a reply behind every five."""
    receipts = _receipts(has)
    for number in range(1, has.contacts + 1):
        for key, sid, status in islice(receipts, RECEIPTS_PER_REPLY):
            yield ("receipt", f"{sid} {status}"), _receipt(port, number, key, sid, status)
        yield _reply(port, has.dealt(number % has.contacts))


def _receipts(has: Shape) -> Iterator[tuple[str, str, str]]:
    """Key, carrier's id and news. A text is reported as delivered some time after it was reported as sent."""
    for first in range(0, has.contacts, 100):
        numbers = [has.dealt(deal) for deal in range(first, min(first + 100, has.contacts))]
        for status in ("sent", "delivered"):
            for number in numbers:
                yield str(key_of(number)), "SM" + hashlib.md5(f"first {number}".encode()).hexdigest(), status  # noqa: S324


def _receipt(port: int, number: int, key: str, sid: str, status: str) -> bytes:
    fields = {
        "SmsSid": sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": phone_of(number),
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": OUR_NUMBERS[0],
        "ApiVersion": "2010-04-01",
    }
    return _signed(port, f"/webhooks/{WEBHOOK_KEY}/receipts/{key}", fields)


def _reply(port: int, number: int) -> tuple[Event, bytes]:
    sid = "SM" + hashlib.md5(f"answer {number}".encode()).hexdigest()  # noqa: S324
    fields = {
        "ToCountry": "US",
        "ToState": "NC",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "RALEIGH",
        "FromZip": "27601",
        "SmsSid": sid,
        "FromState": "NC",
        "SmsStatus": "received",
        "FromCity": "RALEIGH",
        "Body": f"Yes, I will vote. Number {number} here",
        "FromCountry": "US",
        "To": OUR_NUMBERS[number % len(OUR_NUMBERS)],
        "ToZip": "27601",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": phone_of(number),
        "ApiVersion": "2010-04-01",
    }
    return ("reply", sid), _signed(port, f"/webhooks/{WEBHOOK_KEY}/replies", fields)


def _signed(port: int, path: str, fields: dict[str, str]) -> bytes:
    """Twilio's rule: SHA-1 by the auth token over the address and, behind it, the fields in order of their names."""
    content = f"http://127.0.0.1:{port}{path}" + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), content.encode(), "sha1")).decode()
    body = urlencode(fields).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Twilio-Signature: {signature}\r\n"
        "I-Twilio-Idempotency-Token: 7c3ebc5f\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _is_good(status: int, _answer: bytes) -> bool:
    return status == 200
