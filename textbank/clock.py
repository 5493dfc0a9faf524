"""What time it is, for every rule that depends on it.

Texting hours, leases and waiting times all ask `now()`, so that a demonstration at midnight can run with a
clock that says early afternoon. The shift is refused outside a demonstration (see `settings.py`): with real
carriers there is one clock.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment as an aware datetime in UTC."""
    return timezone.now() + timedelta(seconds=settings.CLOCK_SHIFT_SECONDS)
