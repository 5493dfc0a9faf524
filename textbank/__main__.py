"""The `textbank` command.

    textbank web       serve the pages and the carriers' webhooks
    textbank worker    send texts, take in replies and receipts, run jobs
    textbank …         any Django command (migrate, shell, …)

Without DATABASE_URL each of them uses the embedded PostgreSQL in .textbank/postgres.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
    from django.core.management import execute_from_command_line

    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            from textbank.embedded import EmbeddedPostgres

            folder = Path(os.environ.get("TEXTBANK_DATA", ".textbank")) / "postgres"
            os.environ["DATABASE_URL"] = stack.enter_context(EmbeddedPostgres(folder.resolve())).url()
        execute_from_command_line(["textbank", *sys.argv[1:]])


if __name__ == "__main__":
    main()
