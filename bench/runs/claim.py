"""`claim`: volunteers press Start one after the other, then 50 at once without pause, each for a bucket of 100.

Every claim is another volunteer's, because nobody gets a second bucket before the first is texted. `rate` and
`count` are contacts.
"""

from __future__ import annotations

from typing import Any

from bench import line, load
from bench.options import Options
from bench.shape import BUCKET, CURRENT, LONE, Shape
from bench.stage import Stage, rows
from bench.visitors import CAMPAIGN, arrive, others

# `wrongly`: held though the hours forbid it, or beyond a bucket, or by somebody who never asked.
_HELD = """
    SELECT count(*), count(*) FILTER (WHERE holder_id > %s), count(*) FILTER (WHERE deal >= %s)
    FROM (SELECT holder_id, id * %s %% %s AS deal FROM texting_assignment WHERE holder_id IS NOT NULL) AS held
"""
_TOO_MANY = """
    SELECT coalesce(sum(n - %s), 0)
    FROM (SELECT count(*) AS n FROM texting_assignment WHERE holder_id IS NOT NULL GROUP BY holder_id) AS held
    WHERE n > %s
"""


def shape(options: Options) -> Shape:
    return Shape(options.contacts, 0, options.shut, options.left)


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    stage.start_web(options.web, options.threads)
    pool = shape(options)
    lone_ones = min(LONE, pool.open // (5 * BUCKET))
    at_once = options.ready(1000, -(-pool.open // BUCKET) - lone_ones)
    asking = others(arrive(stage.port, 0), range(lone_ones + at_once))
    requests = [one.post(f"{CAMPAIGN}/actions/{CURRENT}/bucket", {}) for one in asking]
    lone = stage.put_under([load.straight("claim", requests[:lone_ones])], _is_good, options.seconds)
    held_before = _held(pool, len(asking))[0]
    lanes = [requests[lone_ones + lane :: options.connections] for lane in range(options.connections)]
    found = stage.put_under([load.straight("claim", lane) for lane in lanes], _is_good, options.seconds)
    answers = list(found.load.answers)
    figures = line.timed(answers)
    held, by_strangers, shut = _held(pool, len(asking))
    granted = sum(answer.is_good for answer in [*answers, *lone.load.answers])
    promised = min(granted * BUCKET, pool.open)
    claimed = held - held_before
    return {
        **figures,
        "count": claimed,
        "rate": round(claimed / figures["seconds"], 1) if figures["seconds"] else 0.0,
        "claims": figures["count"],
        "lone_p95_ms": line.timed(list(lone.load.answers))["p95_ms"],
        "lost": max(0, promised - held),
        "doubled": by_strangers + int(rows(_TOO_MANY, [BUCKET, BUCKET])[0][0]),
        "out_of_hours": shut,
        "first_problem": found.load.first_problem or lone.load.first_problem,
        **line.cpu(found.cpu, found.load, len(answers)),
    }


def _is_good(status: int, answer: bytes) -> bool:
    return status == 302 and b"/texting/" in answer


def _held(pool: Shape, asking: int) -> list[int]:
    open_until = round(pool.contacts * (1 - pool.shut))
    (found,) = rows(_HELD, [1 + asking, open_until, pool.factor, pool.contacts])
    return list(found)
