"""One folder for everything that measures here: its PostgreSQL is made once."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder for TEXTBANK_DATA. Not among pytest's, which every run of pytest closes to PostgreSQL's user anew."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
