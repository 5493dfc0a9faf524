"""Some hundred texts through every fault at once. `bin/bench soak` takes twenty thousand of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.stage import ROOT

TEXTS = 400


def test_after_every_fault_at_once_both_books_agree_to_the_row(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "bench",
        "soak",
        "--count",
        str(TEXTS),
    ]
    environment = os.environ | {"TEXTBANK_DATA": str(folder)}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert run.stdout, run.stderr
    line = json.loads(run.stdout.splitlines()[0])
    assert (line["discrepancies"], line["examples"]) == ({}, {})
    assert sum(line["killed"].values()) >= 8
    assert line["network"]["refused"] > 0
    assert line["statuses"]["delivered"] > TEXTS / 2
    assert run.returncode == 0, run.stderr
