"""`python -m simulator`: runs the network until it is told to stop."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import sys

from simulator.app import build_app
from simulator.server import Server, configuration
from simulator.settings import Behavior, Settings, from_words
from simulator.voters import MIXES


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="A phone network in a box.")
    parser.add_argument("--host", default="127.0.0.1", help="this machine only, unless you say otherwise")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--account", required=True, help="the account's id, AC…")
    parser.add_argument("--token", required=True, help="its token, which also signs webhooks")
    parser.add_argument(
        "--incoming-url", default="", help="told of texts to numbers without an address of their own"
    )
    parser.add_argument(
        "--number", action="append", default=[], help="a number of the account; repeat as needed"
    )
    parser.add_argument("--voters", choices=sorted(MIXES), default="realistic")
    parser.add_argument("--speed", type=float, default=1.0, help="2 is twice as fast")
    parser.add_argument("--answer-after", type=float, default=20.0, help="seconds, on average")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same voters")
    parser.add_argument("--keep", type=int, default=250_000, help="texts that are remembered")
    parser.add_argument(
        "--retries", type=int, default=3, help="how often a webhook that failed is tried again"
    )
    parser.add_argument(
        "--retired", action="append", default=[], help="a number that replies may go to wrongly"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how it misbehaves from the start, like all=0.05 or latency_ms=100; repeat as needed, or name "
        "several in SIMULATOR_SET; /simulator/settings lists the names",
    )
    chosen = parser.parse_args()
    if not (chosen.speed > 0 and chosen.answer_after > 0):
        parser.error("--speed and --answer-after must be more than 0.")
    try:
        chosen.behavior = behavior(chosen.set)
    except ValueError as problem:
        parser.error(str(problem))
    return chosen


def behavior(wishes: list[str]) -> Behavior:
    """From `name=value` of the command line, after those of SIMULATOR_SET. Raises ValueError with a sentence."""
    chosen = Behavior()
    for wish in [*os.environ.get("SIMULATOR_SET", "").split(), *wishes]:
        name, _, value = wish.partition("=")
        chosen.change({name: from_words(name, value)})
    return chosen


def main() -> None:
    chosen = arguments()
    settings = Settings(
        account=chosen.account,
        token=chosen.token,
        incoming_url=chosen.incoming_url,
        numbers=tuple(chosen.number),
        voters=chosen.voters,
        speed=chosen.speed,
        seed=chosen.seed,
        answer_after=chosen.answer_after,
        keep=chosen.keep,
        retries=chosen.retries,
        retired=tuple(chosen.retired),
    )
    # Being asked to stop is no failure. uvicorn raises the signal again when it has stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A hundred thousand texts stay; to look through them all for garbage again and again would take its time.
    gc.set_threshold(100_000, 50, 100)
    config = configuration(
        build_app(settings, chosen.behavior),
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        # Longer than any client keeps a connection idle, so that none is closed under a request.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()


if __name__ == "__main__":
    main()
