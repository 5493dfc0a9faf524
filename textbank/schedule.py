"""Every recurring job of the product, in one list. Times are cron lines in UTC."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app

from textbank import clock
from textbank.campaigns import registration_ending
from textbank.carriers import forgetting
from textbank.contacts import importing
from textbank.texting import claiming


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="release_expired")
def release_expired_claims(timestamp: int) -> None:
    """Untouched claims go back to the pool when their hour is over."""
    del timestamp  # the minute it was meant for; being late changes nothing
    claiming.release_expired(clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resume_imports")
def resume_interrupted_imports(timestamp: int) -> None:
    """Imports whose worker was killed are given to another one."""
    del timestamp
    importing.resume_interrupted()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="warn_of_ending_registrations")
def warn_of_ending_registrations(timestamp: int) -> None:
    """Owners are told in time that their registration ends. Hourly: days begin at many hours."""
    del timestamp
    registration_ending.warn_of_the_end(clock.now())


@app.periodic(cron="17 9 * * *")
@app.task(queueing_lock="forget_what_is_old")
def forget_what_is_old(timestamp: int) -> None:
    """What carriers told us three months ago goes, and sign-ins that have run out. At night in America."""
    del timestamp
    forgetting.forget_events(clock.now())
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
