"""What is the same on every page is drawn once."""

from __future__ import annotations

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from textbank import once

SHEETS = "components/styles.html"


def test_it_is_as_the_template_draws_it_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = engines["django"].from_string(f'{{% load once %}}{{% once "{SHEETS}" %}}')
    assert page.render() == render_to_string(SHEETS)
    monkeypatch.setattr(once, "render_to_string", lambda *_args: pytest.fail("It is drawn again"))
    assert "<link" in page.render()


def test_while_developing_it_is_drawn_each_time(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.DEBUG = True
    once.once(SHEETS)
    monkeypatch.setattr(once, "render_to_string", lambda *_args: "changed")
    assert once.once(SHEETS) == "changed"


@pytest.mark.django_db
def test_every_page_has_the_style_sheets_and_the_list_of_keys(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert 'rel="stylesheet"' in page
    assert 'id="shortcuts"' in page
