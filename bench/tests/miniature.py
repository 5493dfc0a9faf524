"""Every bench once, as small as can be: `python -m bench.tests.miniature FOLDER` prints its line for each."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from bench.__main__ import RUNS, measure
from bench.options import Options
from bench.stage import Stage

TINY = Options(contacts=1000, messages=2000, seconds=60, count=100, web=1, volunteers=3, every=0.1, rows=300)
BRIEF = replace(TINY, seconds=2)  # for what goes on as long as it may
# The others share one copy of the database and the programs on it, which saves the time of starting them.
TOGETHER = {"reply": TINY, "inbox": BRIEF, "send": TINY, "webhooks": TINY, "import": TINY}


def main(folder: Path) -> None:
    with Stage(folder) as stage:
        for name in ("claim", "dispatch"):
            _print(measure(stage, name, TINY))
        with stage.copy_of(TINY.shape()):
            for name, options in TOGETHER.items():
                _print({"bench": name, **RUNS[name].measure(stage, options)})


def _print(figures: object) -> None:
    print(json.dumps(figures, default=str), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
