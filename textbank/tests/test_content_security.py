import re
from pathlib import Path

import pytest
from django.test import Client

from textbank.conftest import Cast

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
TEMPLATES = sorted(Path(__file__).parents[1].rglob("templates/**/*.html"))


@pytest.mark.parametrize(
    "address", ["/", "/sign-in/", "/no-such-page/", "/campaigns/", "/static/nothing.css"]
)
def test_every_answer_carries_the_policy(client: Client, cast: Cast, address: str) -> None:
    assert client.get(address)["Content-Security-Policy"] == POLICY


def test_a_refused_form_carries_the_policy_too(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/join/")
    assert (answer.status_code, answer["Content-Security-Policy"]) == (403, POLICY)


def test_no_template_has_what_the_policy_would_block() -> None:
    """500.html stands alone, without style sheets that could fail too; it is judged by looking."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE
    )
    found = [path.name for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))]
    assert found == []
