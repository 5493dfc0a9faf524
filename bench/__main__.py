"""`bin/bench`: measures, proves, and prints one line of JSON for each run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import ceiling, line
from bench.options import Options
from bench.runs import ceiling as ceiling_alone
from bench.runs import claim, contact_import, dispatch, inbox, reply, send, soak, webhooks
from bench.stage import ROOT, Stage
from demo.programs import Failed

RUNS: Mapping[str, ModuleType] = {
    "claim": claim,
    "send": send,
    "reply": reply,
    "webhooks": webhooks,
    "dispatch": dispatch,
    "inbox": inbox,
    "import": contact_import,
    "ceiling": ceiling_alone,
    "soak": soak,
}
# What stores texts or events one by one, and so can be held against the ceiling.
UNDER_THE_CEILING = ("send", "reply", "webhooks", "dispatch", "ceiling")
CEILING_SECONDS = 5.0
SMALLEST = 500  # contacts, in tests


def main() -> int:
    name, runs, folder, options = _arguments()
    failures = 0
    try:
        with Stage(folder) as stage:
            for what, chosen in _program(name, options):
                lines = []
                for _ in range(runs):
                    lines.append(measure(stage, what, chosen))
                    _print(lines[-1])
                    failures += bool(lines[-1].get("lost") or lines[-1].get("doubled"))
                if runs > 1:
                    _print(line.median_of(lines))
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 2 if failures else 0


def measure(stage: Stage, name: str, options: Options) -> dict[str, Any]:
    """One run on a fresh copy, and the ceiling behind it in the same tables."""
    module = RUNS[name]
    shape = module.shape(options)
    with stage.copy_of(shape):
        figures = module.measure(stage, options)
        figures.setdefault("memory_mb", stage.memory())
        stage.end_all()
        if name in UNDER_THE_CEILING:
            seconds = min(options.seconds, CEILING_SECONDS)
            figures["ceiling"] = ceiling.ceiling(stage.postgres, stage.database, shape, seconds)
            figures["ratio"] = round(figures.get("rate", 0.0) / figures["ceiling"], 3)
    there = replace(options, contacts=shape.contacts, messages=shape.messages)
    return {"bench": name, "options": asdict(there), **figures}


def _program(name: str, options: Options) -> Iterator[tuple[str, Options]]:
    """What a name stands for: itself, or everything with its variants."""
    if name != "all":
        yield name, options
        return
    yield "claim", replace(options, contacts=max(options.contacts // 10, SMALLEST))
    yield "claim", options
    yield "claim", replace(options, shut=0.9)
    yield "claim", replace(options, left=0.01)
    for one in ("send", "reply", "webhooks", "dispatch"):
        yield one, options
    share = max(options.contacts // 100, SMALLEST) / options.contacts
    yield (
        "inbox",
        replace(options, contacts=round(options.contacts * share), messages=round(options.messages * share)),
    )
    yield "inbox", options
    yield "import", options


def _arguments() -> tuple[str, int, Path, Options]:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="How fast this Textbank is on this machine."
    )
    parser.add_argument("name", choices=[*RUNS, "all"])
    parser.add_argument(
        "--runs", type=int, default=1, help="so many runs of each, and a line with the medians"
    )
    for field in fields(Options):
        kind = type(field.default)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    chosen = vars(parser.parse_args())
    data = Path(os.environ.get("TEXTBANK_DATA", ROOT / ".textbank")).resolve()
    options = Options(**{field.name: chosen[field.name] for field in fields(Options)})
    return chosen["name"], chosen["runs"], data / "bench", options


def _print(figures: Mapping[str, Any]) -> None:
    print(json.dumps(figures, default=str), flush=True)


if __name__ == "__main__":
    sys.exit(main())
