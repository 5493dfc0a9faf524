"""What tests of the doors share."""

from __future__ import annotations

import pytest

from textbank.tests.doors import Doors, Here


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setattr("textbank.side_door.ThreadPoolExecutor", Here)
    # As Django's own test client does: the test's transaction stays open from one request to the next.
    for module in ("gathering", "side_door"):
        monkeypatch.setattr(f"textbank.{module}.close_old_connections", lambda: None)
    return Doors()
