"""Every recurring job of the product, in one list. Times are cron lines in UTC."""

from __future__ import annotations

from procrastinate.contrib.django import app

from textbank import clock
from textbank.texting import claiming, dispatching


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="release_expired")
def release_expired_claims(timestamp: int) -> None:
    """Untouched claims go back to the pool when their hour is over."""
    del timestamp  # the minute it was meant for; being late changes nothing
    claiming.release_expired(clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="settle_overdue")
def settle_overdue_messages(timestamp: int) -> None:
    """Texts that a worker took to its grave are asked after."""
    del timestamp
    dispatching.overdue(clock.now())
