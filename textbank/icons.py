"""The tags of heroicons, which draw an icon from its parts each time: here each is drawn once, and then remembered.

A page of the inbox has fifty of them. The settings put this library in the place of theirs.
"""

from __future__ import annotations

from functools import lru_cache

from django.template import Library
from heroicons.templatetags import heroicons

REMEMBERED = (
    1_024  # icons with their size and attributes; those come from templates, not from anybody's words
)

register = Library()
for _tag in (
    heroicons.heroicon_micro,
    heroicons.heroicon_mini,
    heroicons.heroicon_outline,
    heroicons.heroicon_solid,
):
    register.simple_tag(lru_cache(REMEMBERED)(_tag), name=_tag.__name__)
