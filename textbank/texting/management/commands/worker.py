"""`textbank worker`: sends texts, takes in replies and receipts, runs jobs. Run one or many."""

from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app as jobs

from textbank.carriers.dialects import CARRIERS
from textbank.texting.worker import Worker


class Command(BaseCommand):
    help = "Sends texts, takes in replies and receipts, runs jobs (imports, the schedule)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--in-flight", type=int, default=1000, help="texts handed to carriers at once")

    def handle(self, *, in_flight: int, **_options: object) -> None:
        asyncio.run(_work(in_flight))


async def _work(in_flight: int) -> None:
    worker = Worker(CARRIERS, in_flight)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, worker.stopping.set)
    async with jobs.with_connector(jobs.connector.get_worker_connector()).open_async() as app:  # type: ignore[attr-defined]
        running_jobs = asyncio.create_task(
            app.run_worker_async(concurrency=2, install_signal_handlers=False, fetch_job_polling_interval=1.0)
        )
        await worker.run()
        running_jobs.cancel()
        await asyncio.gather(running_jobs, return_exceptions=True)
