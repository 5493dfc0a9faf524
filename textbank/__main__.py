"""The `textbank` command.

    textbank web       serve the pages and the carriers' webhooks
    textbank worker    send texts, take in replies and receipts, run jobs
    textbank …         any Django command (migrate, shell, …)

Without DATABASE_URL each of them uses the embedded PostgreSQL in .textbank/postgres, started by the first and
stopped when that one ends.
"""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
    _end_in_order_when_told_to()
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = _embedded_postgres(stack)
        from django.core.management import execute_from_command_line

        execute_from_command_line(["textbank", *sys.argv[1:]])


def _embedded_postgres(stack: ExitStack) -> str:
    from textbank.embedded import CannotStart, EmbeddedPostgres

    folder = Path(os.environ.get("TEXTBANK_DATA", ".textbank")) / "postgres"
    try:
        return stack.enter_context(EmbeddedPostgres(folder)).url()
    except CannotStart as problem:
        sys.exit(str(problem))
    except PermissionError:
        sys.exit(
            f"Textbank cannot write to {folder.parent.resolve()}. Set TEXTBANK_DATA to a folder of yours."
        )


def _end_in_order_when_told_to() -> None:
    """Makes SIGTERM and a closed terminal unwind the stack, so that an embedded PostgreSQL is stopped too.

    Commands that end in their own way (`web`, `worker`) set their own handlers and then return.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup, which ignores SIGHUP
            signal.signal(number, leave)


if __name__ == "__main__":
    main()
