from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from pytest_django import Settings

from textbank import urls
from textbank.campaigns import outbox

DEMONSTRATION = "textbank.campaigns.tests.demonstration_urls"


def write(folder: Path, subject: str, text: str) -> None:
    """Sends a letter through the very backend that keeps letters in a folder."""
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    EmailMessage(subject, text, "Textbank <t@example.org>", ["maria@example.org"], connection=backend).send()


@pytest.mark.parametrize(
    ("demo", "debug", "email_url", "is_there"),
    [
        (True, False, "", True),
        (False, True, "", True),
        (False, False, "", False),
        (True, False, "smtp://mail.example.org", False),
        (True, True, "smtp://mail.example.org", False),
    ],
)
def test_the_outbox_is_there_only_in_a_demonstration_that_sends_no_mail(
    client: Client,
    db: None,
    settings: Settings,
    demo: bool,
    debug: bool,
    email_url: str,
    is_there: bool,
) -> None:
    settings.DEMO, settings.DEBUG, settings.EMAIL_URL = demo, debug, email_url
    assert bool(urls.demonstration_pages()) is is_there
    settings.ROOT_URLCONF = DEMONSTRATION
    assert client.get("/outbox/").status_code == (200 if is_there else 404)


def test_the_outbox_is_not_mounted_in_ordinary_use(client: Client, db: None) -> None:
    assert client.get("/outbox/").status_code == 404


def test_letters_come_newest_first_with_their_words(tmp_path: Path) -> None:
    write(tmp_path, "First", "One")
    write(tmp_path, "¿Zweite? Ñandú", "Línea — " + "long " * 40 + "\nhttps://example.org/a?b=c&d=e")
    found = outbox.letters(tmp_path)
    assert [letter.subject for letter in found] == ["¿Zweite? Ñandú", "First"]
    assert "Línea" in found[0].text
    assert "https://example.org/a?b=c&d=e" in found[0].text
    assert found[0].to == "maria@example.org"


def test_several_letters_of_one_file_are_all_shown(tmp_path: Path) -> None:
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path))
    backend.send_messages(
        [EmailMessage(name, "Text", "t@example.org", ["m@example.org"]) for name in ("One", "Two")]
    )
    assert [letter.subject for letter in outbox.letters(tmp_path)] == ["Two", "One"]


def test_an_outbox_without_a_folder_or_with_rubbish_is_empty_rather_than_broken(tmp_path: Path) -> None:
    assert outbox.letters(tmp_path / "nowhere") == []
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "rubbish.log").write_bytes(b"\xff\xfe\x00rubbish")
    assert len(outbox.letters(tmp_path)) == 1


def test_only_the_latest_letters_are_read(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path, f"Letter {number}", "Text")
    assert len(outbox.letters(tmp_path, limit=3)) == 3


def test_the_page_shows_letters_with_links_to_press_and_no_markup_of_theirs(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.ROOT_URLCONF, settings.DEMO, settings.EMAIL_URL = DEMONSTRATION, True, ""
    settings.OUTBOX = tmp_path
    write(
        tmp_path, "<b>Code</b>", "Open http://127.0.0.1:8000/sign-in/link/1/x-y/?join=a&action=1 <i>now</i>"
    )
    page = client.get("/outbox/").content.decode()
    assert 'href="http://127.0.0.1:8000/sign-in/link/1/x-y/?join=a&amp;action=1"' in page
    assert "<b>Code" not in page
    assert "<i>now" not in page
