"""`reply`: 50 volunteers answer in their conversations, one reply after the other."""

from __future__ import annotations

import uuid
from itertools import cycle, islice
from typing import Any

from bench import line, proof
from bench.load import straight
from bench.options import Options
from bench.runs.send import acknowledged
from bench.shape import VOLUNTEERS_AT_ONCE, Shape
from bench.stage import Stage
from bench.visitors import CAMPAIGN, Visitor, arrive


def shape(options: Options) -> Shape:
    return options.shape()


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    stage.start_web(options.web, options.threads)
    has = shape(options)
    each = options.ready(10_000) // VOLUNTEERS_AT_ONCE
    tokens, scripts = [], []
    for lane in range(VOLUNTEERS_AT_ONCE):
        visitor = arrive(stage.port, lane % has.assignees)
        turn, others = divmod(lane, has.assignees)[0], -(-VOLUNTEERS_AT_ONCE // has.assignees)
        conversations = list(has.conversations_of(visitor.number))[turn::others]
        tokens.append([uuid.uuid4() for _ in range(each)])
        places = islice(cycle(conversations), each)
        replies = [_reply(visitor, *what) for what in zip(places, tokens[-1], strict=True)]
        scripts.append(straight("reply", replies))
    before = proof.last_message()
    found = stage.put_under(scripts, _is_good, options.seconds)
    answers = list(found.load.answers)
    return {
        **line.timed(answers),
        **proof.of_replies(acknowledged(tokens, found.load.lanes), before)._asdict(),
        "first_problem": found.load.first_problem,
        **line.cpu(found.cpu, found.load, len(answers)),
    }


def _reply(visitor: Visitor, conversation: int, token: uuid.UUID) -> bytes:
    # Each text is another one, so that a doubled reply shows in the thread.
    text = f"Wonderful, thank you! Could you remind two friends as well? Yours, {token.hex[:8]}"
    fields = {"csrfmiddlewaretoken": visitor.token, "token": str(token), "script": "", "text": text}
    return visitor.post(f"{CAMPAIGN}/conversations/{conversation}/reply", fields, as_fragment=True)


def _is_good(status: int, _answer: bytes) -> bool:
    return status == 204
