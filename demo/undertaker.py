"""Stops what a demonstration has left when it was killed itself: `python -m demo.undertaker POSTGRES_FOLDER`.

It reads the sessions of the programs from its input, one a line, until the other end is closed. After an
orderly end there is nothing left to stop.
"""

import signal
import sys
from pathlib import Path

from demo.programs import end_all
from textbank.embedded import EmbeddedPostgres


def main(postgres: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_all([int(line) for line in sys.stdin])
    if (postgres / "postmaster.pid").exists():
        with EmbeddedPostgres(postgres):
            pass  # now it is ours, and leaving stops it


if __name__ == "__main__":
    main(Path(sys.argv[1]))
