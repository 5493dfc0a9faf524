"""`textbank web`: the pages and the carriers' webhooks, served by Granian."""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Granian counts open connections, idle ones too, and a phone with a page open keeps one: a small number here
# would shut people out. Work at the same time is bounded by the threads.
CONNECTIONS = 4096
SECONDS_TO_FINISH = 20


class Command(BaseCommand):
    help = "Serves the pages and the carriers' webhooks until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine)"
        )
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processes")
        parser.add_argument(
            "--threads", type=int, default=settings.WEB_THREADS, help="pages at a time, per process"
        )
        parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")

    def handle(
        self, *_args: Any, host: str, port: int, workers: int, threads: int, migrate: bool, **_options: Any
    ) -> None:
        _require_free(host, port)
        if migrate:
            call_command("migrate", interactive=False, verbosity=0)
        _require_migrated()
        _require_collected_files()
        connection.close_pool()  # type: ignore[attr-defined]
        self.stdout.write(f"Textbank answers at {settings.PUBLIC_URL} (listening on {host}:{port}).")
        self.stdout.flush()
        _serve(host, port, workers, threads)


def _serve(host: str, port: int, workers: int, threads: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # Forked workers would share the connections and locks of this process.
    os.environ["TEXTBANK_WEB_THREADS"] = str(threads)
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        "textbank.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
        log_level=LogLevels.error,
    ).serve(target_loader=load_application)


def load_application(_target: str) -> Callable[..., Any]:
    """What each worker process serves. It ends by itself when the process that started it is gone."""
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    from textbank.asgi import application

    return application


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _require_free(host: str, port: int) -> None:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Textbank cannot listen on {host}:{port} ({error}). Choose another with --port or --host."
        ) from error


def _require_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. Run 'textbank migrate', or start with --migrate.")


def _require_collected_files() -> None:
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise CommandError("The style sheets are not in place. Run 'textbank collectstatic --noinput'.")
