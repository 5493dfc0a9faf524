"""`python -m simulator`: runs the network until it is told to stop."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from types import FrameType

import uvicorn

from simulator.app import build_app
from simulator.settings import Settings
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
    chosen = parser.parse_args()
    if not (chosen.speed > 0 and chosen.answer_after > 0):
        parser.error("--speed and --answer-after must be more than 0.")
    return chosen


class Server(uvicorn.Server):
    """Lets go of whoever is kept waiting as soon as it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        network = getattr(self.config.app.state, "network", None)  # type: ignore[union-attr]
        if network is not None:
            network.stop()
        super().handle_exit(sig, frame)


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
    )
    # Being asked to stop is no failure. uvicorn raises the signal again when it has stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(
        build_app(settings),
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        access_log=False,
        # Longer than any client keeps a connection idle, so that none is closed under a request.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()


if __name__ == "__main__":
    main()
