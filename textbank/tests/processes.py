"""How the tests are shared out between processes (`--numprocesses`), and that nothing they start outlives them.

A file stays together, since its tests may build on each other, and so do those that collect the style sheets. What
starts programs of its own takes longest and is begun first, so that nobody waits for it at the end.

Loaded as a pytest plugin, after the one that starts the database.
"""

from __future__ import annotations

import atexit
import os
from contextlib import suppress
from typing import Any

import psutil
import pytest

RUN = "TEXTBANK_TEST_RUN"  # whatever a test starts has this in its environment
COLLECT_STATIC_FILES = ("bench/", "demo/")
START_PROGRAMS = (
    *COLLECT_STATIC_FILES,
    "textbank/tests/journeys/",
    "textbank/contacts/tests/test_import_races.py",
    "textbank/tests/test_embedded.py",
    "textbank/tests/test_web.py",
    "textbank/texting/tests/test_faults_at_work.py",
    "textbank/texting/tests/test_worker.py",
)


def end_what_is_left() -> None:
    """A process of pytest that is interrupted may have no time to end what its tests have started."""
    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(RUN) == os.environ[RUN] and process.pid != os.getpid():
                process.terminate()
                left.append(process)
    for process in psutil.wait_procs(left, timeout=10)[1]:
        with suppress(psutil.Error):
            process.kill()


if RUN not in os.environ:  # this is the process that was started, and not one that it has started
    os.environ[RUN] = str(os.getpid())
    atexit.register(end_what_is_left)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    places = (place for place, start in enumerate(START_PROGRAMS) if item.nodeid.startswith(start))
    return next(places, len(START_PROGRAMS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "static files" if nodeid.startswith(COLLECT_STATIC_FILES) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False  # the order is ours
    return Scheduling(config, log)
