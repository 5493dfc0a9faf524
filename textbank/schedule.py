"""Every recurring job of the product, in one list. Times are cron lines in UTC."""

from __future__ import annotations

from procrastinate.contrib.django import app

from textbank import clock
from textbank.texting import claiming


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="release_expired")
def release_expired_claims(timestamp: int) -> None:
    """Untouched claims go back to the pool when their hour is over."""
    del timestamp  # the minute it was meant for; being late changes nothing
    claiming.release_expired(clock.now())
