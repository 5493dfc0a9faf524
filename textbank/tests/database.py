"""The database of the tests: DATABASE_URL when it is set, else an embedded PostgreSQL of their own.

Loaded as a pytest plugin before anything reads the settings.
"""

import atexit
import os
import signal
from pathlib import Path

from textbank.embedded import EmbeddedPostgres

os.environ.setdefault("TEXTBANK_SECRET_KEY", "the tests keep no secrets")
os.environ.setdefault("TEXTBANK_DEBUG", "yes")
if "DATABASE_URL" not in os.environ:
    # Told to end, pytest ends as it does on Ctrl-C, in order, and this PostgreSQL with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(__file__).resolve().parents[2] / ".textbank" / "test-postgres"
    postgres = EmbeddedPostgres(folder, durable=False)
    os.environ["DATABASE_URL"] = postgres.__enter__().url()
    atexit.register(postgres.__exit__, None, None, None)
