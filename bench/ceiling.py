"""The ceiling: how many of the least durable texts this PostgreSQL takes on this machine at this moment.

One statement updates an assignment and inserts a message, in the very tables of the run, and is committed. No
program can store texts one by one faster than that; what Textbank does beyond it stands beside it as `ratio`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from django.db import connection
from psycopg import ClientCursor

from bench.filling import INITIAL, insert
from bench.shape import CURRENT, Shape

CLIENTS, THREADS = 16, 2


def ceiling(postgres: Path, database: str, shape: Shape, seconds: float) -> float:
    """Texts a second. Takes contacts that the run itself has not touched, in the same scattered order.

    `postgres` is the data folder of the PostgreSQL. Raises `ValueError` when not every statement wrote a text.
    """
    script = postgres.with_name("ceiling.sql")
    script.write_text(_script(shape), encoding="utf-8")
    free = (shape.contacts - shape.held) // CLIENTS - 1
    limit = ("-T", str(max(1, round(seconds)))) if free > 5_000 else ("-t", str(free))
    server = shlex.split((postgres / "postmaster.opts").read_text())[0]
    options = ("-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS), "-D", "turn=0", *limit)
    before = _texts()
    said = subprocess.run(
        [Path(server).with_name("pgbench"), *options, "-f", script, database],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    done = re.search(r"actually processed: (\d+)", said)
    if not rate or not done or int(done[1]) != _texts() - before:
        raise ValueError(f"The ceiling was not reached by writing texts: {said}")
    return round(float(rate[1]), 1)


def _texts() -> int:
    """How many there are of the current action."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM texting_message WHERE action_id = %s AND kind = 'initial'", [CURRENT]
        )
        return int(cursor.fetchone()[0])


def _script(shape: Shape) -> str:
    from textbank.texting.models import Message

    values: dict[str, object] = {"text": INITIAL}
    statement = insert(
        Message,
        "settled",
        values,
        campaign_id="1",
        conversation_id="contact_id",
        kind="'initial'",
        status="'queued'",
        text="%(text)s",
        token="uuidv7()",  # noqa: S106
        key="uuidv7()",
        action_id=str(CURRENT),
        assignment_id="id",
        script_id="3",
        sender_id="2",
        created_at="now()",
        due_at="now()",
    )
    with connection.cursor() as cursor:
        written = ClientCursor(cursor.connection).mogrify(statement, values)
    return (  # numbers of ours alone
        f"\\set turn :turn + 1\n"
        f"\\set deal {shape.held} + :turn * {CLIENTS} + :client_id\n"
        f"\\set number :deal * {pow(shape.factor, -1, shape.contacts)} % {shape.contacts}\n"
        "WITH settled AS (UPDATE texting_assignment SET outcome = 'texted', texted_at = now() "
        f"WHERE id = :number AND action_id = {CURRENT} AND outcome = 'untexted' RETURNING id, contact_id) "
        f"{written};\n"
    )
