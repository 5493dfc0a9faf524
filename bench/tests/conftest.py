"""One folder for everything that measures here: its PostgreSQL is made once."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for TEXTBANK_DATA."""
    return tmp_path_factory.mktemp("measured")
