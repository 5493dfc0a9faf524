"""The letters that were kept in a folder instead of being mailed, for demonstrations and development.

Whoever reads them can sign in as anybody, so the page over them exists only where no mail is really sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

# How Django's file-based mail backend ends each letter in its file.
END_OF_LETTER = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Letter:
    sent: str
    to: str
    subject: str
    text: str


def is_open() -> bool:
    """Whether letters are kept in the folder, on an installation that may show them."""
    return (settings.DEMO or settings.DEBUG) and not settings.EMAIL_URL


def letters(folder: Path, limit: int = 50) -> list[Letter]:
    """The latest letters in the folder, newest first; none when there is no folder yet."""
    found: list[Letter] = []
    files = sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for path in files:
        found += reversed(list(_letters_in(path.read_bytes())))
        if len(found) >= limit:
            break
    return found[:limit]


def _letters_in(content: bytes) -> Iterator[Letter]:
    for part in content.split(END_OF_LETTER):
        if not part.strip():
            continue
        message = message_from_bytes(part, _class=EmailMessage, policy=default)
        body = message.get_body(("plain",))
        yield Letter(
            sent=str(message["Date"] or ""),
            to=str(message["To"] or ""),
            subject=str(message["Subject"] or ""),
            text=body.get_content() if body is not None else "",
        )
