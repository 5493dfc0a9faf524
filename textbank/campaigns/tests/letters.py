"""What a person does with a letter: find the code, find the link."""

import re

from django.core import mail


def latest() -> mail.EmailMessage:
    return mail.outbox[-1]


def code() -> str:
    """The six digits of the latest letter."""
    found = re.search(r"^ +(\d{6})$", str(latest().body), re.MULTILINE)
    assert found, latest().body
    return found[1]


def link() -> str:
    """The link of the latest letter, without the host."""
    found = re.search(r"^https?://[^/]+(/sign-in/link/\S+)$", str(latest().body), re.MULTILINE)
    assert found, latest().body
    return found[1]


def wrong_code() -> str:
    return f"{(int(code()) + 1) % 1_000_000:06d}"
