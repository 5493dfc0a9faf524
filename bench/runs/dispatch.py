"""`dispatch`: one worker empties a full outbox into a phone network that takes a fixed time for each text.

Seconds go from the first text in the carrier's hands to the last whose answer was written down; the waiting times
are from one to the other for each text. The worker is then told to end, as at any restart.
"""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from bench import line, proof
from bench.options import Options
from bench.shape import CURRENT, VOLUNTEERS_AT_ONCE, Shape
from bench.stage import Stage, rows

_STANDING = """
    SELECT count(*) FILTER (WHERE status IN ('queued', 'sending')),
           count(*) FILTER (WHERE status NOT IN ('queued', 'sending', 'sent'))
    FROM texting_message WHERE action_id = %s AND kind = 'initial'
"""
_SENT = """
    SELECT extract(epoch FROM sending_at)::float8, extract(epoch FROM sent_at)::float8
    FROM texting_message WHERE action_id = %s AND kind = 'initial' AND status = 'sent'
"""


def shape(options: Options) -> Shape:
    return options.shape()


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    taken = stage.start_gateway(options.answer_ms)
    with (
        transaction.atomic()
    ):  # so that the worker, when it is up and idle, finds the outbox full at one blow
        queued = _fill_outbox(shape(options), options.ready(5_000, shape(options).held))
        stage.start_worker()
    meter = stage.meter()
    deadline = time.monotonic() + options.seconds
    while _standing()[0] and time.monotonic() < deadline:
        time.sleep(0.2)
    cpu = meter.seconds()
    memory = stage.memory()
    stage.end("worker")
    stage.end("gateway")
    times = [(left, told) for left, told in rows(_SENT, [CURRENT])]
    seconds = max(told for _left, told in times) - min(left for left, _told in times) if times else 0.0
    keys = [uuid.UUID(address.rpartition("/")[2]) for address in taken.read_text().split()]
    return {
        "seconds": round(seconds, 3),
        "count": len(times),
        "rate": round(len(times) / seconds, 1) if seconds else 0.0,
        **line.milliseconds([told - left for left, told in times]),
        "errors": _standing()[1],
        **proof.of_departures(keys)._asdict(),
        "queued": queued,
        **line.cpu(cpu, None, len(times)),
        "memory_mb": memory,
    }


def _standing() -> tuple[int, int]:
    """How many wait or are on their way, and how many went wrong."""
    ((waiting, wrong),) = rows(_STANDING, [CURRENT])
    return waiting, wrong


def _fill_outbox(has: Shape, count: int) -> int:
    """So many presses by the product's own story, a while ago, so that their texts are due. Returns how many."""
    from textbank import clock
    from textbank.campaigns.models import Campaign
    from textbank.texting import sending
    from textbank.texting.models import Script

    campaign, script = Campaign.objects.get(), Script.objects.get(action_id=CURRENT, kind="initial")
    now = clock.now() - timedelta(minutes=1)
    presses = [
        sending.Press(number, script.id, script.version, script.text, uuid.uuid4(), volunteer + 2)
        for volunteer in range(VOLUNTEERS_AT_ONCE)
        for number in islice(reversed(list(has.held_by(volunteer))), count // VOLUNTEERS_AT_ONCE)
    ]
    outcomes = [
        outcome
        for first in range(0, len(presses), 1000)
        for outcome in sending.send_initials(campaign, presses[first : first + 1000], now)
    ]
    return sum(outcome.verdict == sending.Verdict.QUEUED for outcome in outcomes)
