"""The rows of the inbox, each drawn once and then remembered.

A list of thirty is drawn whenever a conversation is opened, and nearly all of its rows are as they were.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from textbank.texting.templatetags.moments import age
from textbank.texting.views.folders import Row

REMEMBERED = 20_000  # rows of one or two kilobytes

register = template.Library()


@register.simple_tag
def inbox_row(row: Row, query: str) -> SafeString:
    """The row as components/inbox_row.html draws it. `query`: what brings its folder and search back."""
    draw = _drawn if "q=" not in query else _drawn.__wrapped__  # what a search finds is seen once
    return draw(row, query, age(row.last_inbound_at), get_language())


@lru_cache(REMEMBERED)
def _drawn(row: Row, query: str, row_age: str, _language: str | None) -> SafeString:
    return render_to_string(
        "components/inbox_row.html",
        {
            "name": row.name,
            "url": f"{row.url}?{query}",
            "archive_url": row.archive_url,
            "last": row.words,
            "ours": row.is_ours,
            "age": row_age,
            "moment": row.last_inbound_at.isoformat(),
            "initials": row.initials,
            "unread": row.is_unread,
            "attention": row.needs_attention,
            "current": row.is_current,
        },
    )
