"""Icons are those of heroicons, drawn once each."""

from __future__ import annotations

import heroicons
import pytest
from django.template import engines
from heroicons.templatetags.heroicons import heroicon_mini

ICON = '{% load heroicons %}{% heroicon_mini "check" class="icon" size=12 %}'


def test_an_icon_is_drawn_as_heroicons_draws_it_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    icon = engines["django"].from_string(ICON)
    assert icon.render() == heroicon_mini("check", size=12, **{"class": "icon"})
    monkeypatch.setattr(heroicons, "_render_icon", lambda *_args: pytest.fail("It is drawn again"))
    assert "<svg" in icon.render()


def test_an_icon_with_other_attributes_is_another() -> None:
    small = engines["django"].from_string(ICON).render()
    assert engines["django"].from_string(ICON.replace("12", "16")).render() != small
