"""Moments in words, on the clock that matters: the contact's, or the campaign's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template

from textbank import clock

register = template.Library()


@register.filter
def clock_time(moment: datetime) -> str:
    """ "2:15 pm", on whatever clock the moment carries."""
    return f"{moment:%I:%M}".lstrip("0") + moment.strftime(" %p").lower()


@register.filter
def clock_times(moments: Sequence[datetime]) -> str:
    """ "2:15 pm", or "1:15 pm or 2:15 pm" for a contact who may live by either clock."""
    return " or ".join(dict.fromkeys(clock_time(moment) for moment in moments))


@register.filter
def clock_in(moment: datetime, zone: ZoneInfo) -> str:
    """ "2:15 pm" on the clocks of a zone."""
    return clock_time(moment.astimezone(zone))


@register.filter
def opening(moment: datetime, zone: ZoneInfo) -> str:
    """ "9:00 am tomorrow, New York time"."""
    local, today = moment.astimezone(zone), clock.now().astimezone(zone).date()
    city = zone.key.rpartition("/")[2].replace("_", " ")
    day = {today: "", today + timedelta(days=1): " tomorrow"}.get(local.date(), f" on {local:%A}")
    return f"{clock_time(local)}{day}, {city} time"


@register.filter
def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """ "Today", "Yesterday", "Tuesday, October 6", or with the year when it is another one."""
    day, today = moment.astimezone(zone).date(), clock.now().astimezone(zone).date()
    named = {today: "Today", today - timedelta(days=1): "Yesterday"}
    year = "" if day.year == today.year else f", {day.year}"
    return named.get(day, f"{day:%A, %B} {day.day}{year}")


@register.filter
def age(moment: datetime) -> str:
    """How long ago, in its largest unit: "now", "5 min", "3 h", "2 d"."""
    seconds = int((clock.now() - moment).total_seconds())
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "now"
