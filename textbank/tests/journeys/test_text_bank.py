"""One text bank from end to end, as people walk through it. Each journey goes on where the one before it ended."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from textbank.tests.journeys.conftest import ACCOUNT, DESK, NUMBER, PHONE, TOKEN, Running

pytestmark = pytest.mark.journey

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
OWNER, VOLUNTEER = "olivia@example.org", "vera@example.org"
TITLE = "Remind Green Valley to vote"
SCRIPT = (
    "Hi {{first_name}}, it's {{user.first_name}} with Green Valley Votes. Your polling place is "
    "{{polling_place}}. Can we count on you Tuesday? Reply STOP to unsubscribe."
)
# Phones that exist in no directory: 555-0100 to 555-0199 are kept for stories.
PEOPLE = [
    ("Ana", "Torres", "919-555-0111"),
    ("Ben", "Okafor", "(984) 555-0112"),
    ("Carmen", "Díaz", "+1 336 555 0113"),
    ("Dev", "Patel", "2525550114"),
    ("Elena", "Ruiz", "1-704-555-0115"),
    ("Farah", "Haddad", "910.555.0116"),
    ("", "Nguyen", "828 555 0117"),
    ("Grace", "Lee", "9805550118"),
]
BAD_ROWS = [("Nobody", "Short", "555-0119"), ("No", "Phone", ""), ("Ana", "Again", "919 555 0111")]
BUCKET = 5


@pytest.fixture
def contact_file(tmp_path: Path) -> Path:
    path = tmp_path / "likely voters.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["First Name", "Last Name", "Cell", "City", "State", "Zip", "Polling Place"])
        for first, last, phone in PEOPLE + BAD_ROWS:
            writer.writerow([first, last, phone, "Raleigh", "NC", "27601", "Lincoln Library"])
    return path


def sign_in_by_link(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/c/"))


def look_at(page: Page, name: str) -> None:
    """Checks the page for what keeps people out, and keeps a picture of it."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wider, f"{name} scrolls sideways"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def says(textbank: Running, phone: str, words: str) -> None:
    """The person with this phone texts our number."""
    answer = httpx.post(
        f"{textbank.simulator}/simulator/replies", json={"from": phone, "to": NUMBER, "body": words}
    )
    assert answer.json()["webhook_status"] == 200


def texts_to(textbank: Running, phone: str) -> list[str]:
    """What this phone has received from us."""
    kept = httpx.get(f"{textbank.simulator}/simulator/messages", params={"to": phone}).json()
    return [message["body"] for message in kept["messages"] if message["from"] == NUMBER]


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    for _ in range(int(seconds * 10)):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("It did not happen in time.")


def test_the_owner_imports_a_file_writes_and_publishes(
    textbank: Running, open_page: Callable[..., Page], contact_file: Path
) -> None:
    link = textbank.command("new_campaign", "Green Valley Votes", OWNER)
    page = open_page(DESK)
    sign_in_by_link(page, link)

    connect_to_the_carrier(page, textbank)
    make_buckets_small(page)
    import_contacts(page, contact_file)

    page.get_by_role("link", name="Actions").click()
    page.get_by_role("link", name="New action").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Description").fill("Election day is Tuesday. Tell voters where they vote.")
    page.get_by_label("Contact list").select_option(label=re.compile("Likely voters"))
    page.get_by_role("button", name=re.compile("Create|Save|Continue")).click()
    expect(page.get_by_text("Before you can publish")).to_be_visible()
    write_script(page, "initial", "Where to vote", "Hi {{first_name}}, can you vote?")
    expect(page.get_by_text("does not say how to opt out")).to_be_visible()
    mend = page.locator("#initial-scripts").get_by_label("Text").first
    mend.fill(SCRIPT)
    mend.press("Tab")
    write_script(page, "response", "Thanks", "Thank you, {{first_name}}. See you Tuesday.")
    write_script(page, "response", "Hours", "The polls are open from 6:30 am to 7:30 pm.")
    add_tag(page, "Supporter")
    expect(page.get_by_text("Ready to publish")).to_be_visible()
    look_at(page, "action")
    page.get_by_role("button", name="Publish to everyone").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish to everyone").click()
    expect(page.get_by_text("Published").first).to_be_visible()
