"""`{% once "a/template.html" %}`: a part that is the same on every page, drawn once in each language.

It is given no context. While developing it is drawn each time, so that a change of it shows.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()


@register.simple_tag
def once(template: str) -> SafeString:
    """The template, drawn with nothing around it."""
    return render_to_string(template) if settings.DEBUG else _drawn(template, get_language())


@lru_cache(maxsize=100)
def _drawn(template: str, _language: str | None) -> SafeString:
    return render_to_string(template)
