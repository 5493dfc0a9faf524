"""One text bank from end to end, as people walk through it. Each journey goes on where the one before it ended."""

from __future__ import annotations

import csv
import os
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
SECOND = "Once more to everybody"
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
# A network on which more cards are asked for before a press arrives, and dealt after it has been answered.
SLOW_NETWORK = """
const atOnce = window.fetch, pause = (time) => new Promise((done) => setTimeout(done, time));
window.fetch = async (url, options) => {
  if (options?.method === "POST") await pause(200);
  const answer = await atOnce(url, options);
  if (String(url).includes("shown=")) await pause(1000);
  return answer;
};
"""


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
    """Checks the page for what keeps people out. TEXTBANK_PICTURES=yes renews its picture in docs/pictures."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wider, f"{name} scrolls sideways"
    if "TEXTBANK_PICTURES" in os.environ:
        page.evaluate("scrollTo(0, 0)")
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


def received(textbank: Running) -> dict[str, str]:
    """The latest text from us on every phone that has one."""
    kept = httpx.get(f"{textbank.simulator}/simulator/messages").json()
    return {message["to"]: message["body"] for message in kept["messages"] if message["from"] == NUMBER}


def sign_in(page: Page, textbank: Running, address: str) -> None:
    """By a letter asked for on the sign-in page; later by its cookies, as four letters in a minute are too many."""
    if address in textbank.cookies:
        page.context.add_cookies(textbank.cookies[address])
        page.goto("/")
        page.wait_for_url(re.compile("/c/"))
        return
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("A letter is on its way")).to_be_visible()
    sign_in_by_link(page, textbank.link_for(address))
    textbank.cookies[address] = page.context.cookies()


def shows(page: Page, words: str) -> bool:
    """Whether the page, asked for again, has these words."""
    page.reload()
    return page.get_by_text(words, exact=True).count() > 0


def publish_a_copy(page: Page) -> None:
    page.get_by_role("link", name="Actions").first.click()
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("This is the copy")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("Title").fill(SECOND)
    page.locator("#details").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Publish to everyone").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish to everyone").click()
    expect(page.get_by_text("Published").first).to_be_visible()


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    for _ in range(int(seconds * 10)):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("It did not happen in time.")


def connect_to_the_carrier(page: Page, textbank: Running) -> None:
    """The account goes onto our page, and our callback address onto the carrier's."""
    page.get_by_role("link", name="Carrier").first.click()
    page.get_by_label("Name").fill("Simulator")
    page.get_by_label("Address").fill(textbank.simulator)
    page.get_by_label("Account SID").fill(ACCOUNT)
    page.get_by_label("Auth token", exact=True).fill(TOKEN)
    page.get_by_role("button", name="Add account").click()
    page.get_by_label("Number", exact=True).fill(NUMBER)
    page.get_by_role("button", name="Add a number you have").click()
    expect(page.get_by_role("cell", name="On")).to_be_visible()
    tell_the_carrier(textbank, page.locator("code.callback").inner_text())


def tell_the_carrier(textbank: Running, replies_url: str) -> None:
    numbers = f"{textbank.simulator}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
    (number,) = httpx.get(f"{numbers}.json", auth=(ACCOUNT, TOKEN)).json()["incoming_phone_numbers"]
    form = {"SmsUrl": replies_url, "SmsMethod": "POST"}
    assert httpx.post(f"{numbers}/{number['sid']}.json", data=form, auth=(ACCOUNT, TOKEN)).is_success


def import_contacts(page: Page, path: Path) -> None:
    """Uploads the file, agrees to what was guessed of its columns, and reads what became of its rows."""
    page.get_by_role("link", name="Contacts").first.click()
    page.get_by_role("link", name=re.compile("^Import")).first.click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What is in each column?")).to_be_visible()
    expect(page.get_by_label("Cell", exact=True)).to_have_value("phone")
    page.get_by_label("Name of the list").fill("Likely voters")
    look_at(page, "columns")
    page.get_by_role("button", name="Import the contacts").click()
    expect(page.get_by_text("All rows of the file")).to_be_visible()
    look_at(page, "import")
    rows = [int(number) for number in page.locator("#import td.number").all_inner_texts()]
    assert rows[-1] == sum(rows[:-1]) == len(PEOPLE + BAD_ROWS)
    assert rows[0] == len(PEOPLE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rejected rows").click()
    rejected = download.value.path().read_text(encoding="utf-8-sig")
    assert "Nobody" in rejected
    assert len(rejected.strip().splitlines()) == 1 + len(BAD_ROWS)


def register_with_the_carriers(page: Page) -> None:
    """As an owner does: from the banner, through the draft, to the registry's answer."""
    page.get_by_role("link", name="Register the campaign").click()
    page.get_by_label("Legal name").fill("Green Valley Votes, Inc.")
    page.get_by_label("Kind of organization").select_option("501c4")
    page.get_by_label("EIN").fill("123456789")
    page.get_by_label("What the texts are about").fill("Volunteers tell voters where they vote.")
    page.get_by_label("Sample texts").fill(f"{SCRIPT}\n\nThank you. See you Tuesday.")
    page.get_by_role("button", name="It is handed in").click()
    page.get_by_label("The registry's id").fill("CJOURNEY")
    page.get_by_label("What may be sent").select_option("75")
    page.get_by_role("button", name="It is approved").click()
    expect(page.get_by_text("4,500 segments a minute").first).to_be_visible()
    expect(page.get_by_text("Nothing can be sent")).to_have_count(0)


def make_buckets_small(page: Page) -> None:
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_label("Bucket size").fill(str(BUCKET))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Bucket size")).to_have_value(str(BUCKET))


def write_script(page: Page, kind: str, name: str, text: str) -> None:
    part = page.locator(f"#new-{kind}")
    part.locator("summary").first.click()
    part.get_by_label("Name").fill(name)
    part.get_by_label("Text").fill(text)
    part.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("article", name=name)).to_be_visible()


def press_send(page: Page) -> str:
    """Taps Send on the card that is shown; returns whom it was for."""
    name = page.locator(".texting-card:visible .texting-card-name").inner_text()
    page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(350)  # a thumb is no faster, and a double tap is taken for one
    return name


def text_everybody(page: Page) -> None:
    """Sends card after card and takes bucket after bucket, until there is nobody left."""
    again = page.get_by_role("button", name="Text again")
    while True:
        page.wait_for_timeout(500)
        if page.locator(".texting-card:visible").count():
            press_send(page)
        elif again.count():
            again.click()
        elif page.get_by_text("in this text bank").count():
            return


def number_beside(page: Page, row: str) -> int:
    """The number at the end of the row with this heading."""
    heading = page.get_by_role("rowheader", name=row, exact=True).first
    return int(heading.locator("xpath=..").locator("td.number").first.inner_text().replace(",", ""))


def test_the_owner_imports_a_file_writes_and_publishes(
    textbank: Running, open_page: Callable[..., Page], contact_file: Path
) -> None:
    link = textbank.command("new_campaign", "Green Valley Votes", OWNER)
    page = open_page(DESK)
    sign_in_by_link(page, link)

    register_with_the_carriers(page)
    connect_to_the_carrier(page, textbank)
    make_buckets_small(page)
    import_contacts(page, contact_file)

    page.get_by_role("link", name="Actions").click()
    page.get_by_role("link", name="New action").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Description").fill("Election day is Tuesday. Tell voters where they vote.")
    page.get_by_label("Contact list").select_option(index=1)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Before you can publish")).to_be_visible()
    write_script(page, "initial", "Where to vote", "Hi {{first_name}}, can you vote?")
    expect(page.get_by_role("link", name="does not say how to opt out")).to_be_visible()
    page.get_by_role("article", name="Where to vote").get_by_label("Text").fill(SCRIPT)
    page.get_by_role("article", name="Where to vote").get_by_role("button", name="Save").click()
    write_script(page, "response", "Thanks", "Thank you, {{first_name}}. See you Tuesday.")
    write_script(page, "response", "Hours", "The polls are open from 6:30 am to 7:30 pm.")
    page.get_by_label("New tag").fill("Supporter")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_label("Supporter").check()
    expect(page.get_by_text("Ready to publish")).to_be_visible()
    look_at(page, "action")
    page.get_by_role("button", name="Publish to everyone").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish to everyone").click()
    expect(page.get_by_text("Published").first).to_be_visible()


def test_a_volunteer_joins_on_a_phone_texts_a_bucket_and_answers(
    textbank: Running, open_page: Callable[..., Page]
) -> None:
    owner = open_page(DESK)
    sign_in(owner, textbank, OWNER)
    owner.get_by_role("link", name="People").first.click()
    join_link = owner.locator("#join-link").inner_text()

    page = open_page(PHONE, has_touch=True, is_mobile=True)
    page.goto(join_link)
    look_at(page, "join")
    page.get_by_label("First name").fill("Vera")
    page.get_by_label("Last name").fill("Chen")
    page.get_by_label("E-mail").fill(VOLUNTEER)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(textbank.code_for(VOLUNTEER))
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text(TITLE)).to_be_visible()
    look_at(page, "feed")

    page.add_init_script(SLOW_NETWORK)
    page.get_by_role("link", name="Start texting").click()
    page.get_by_role("button", name="Start texting").click()
    look_at(page, "volunteer")
    texted = [press_send(page) for _ in range(BUCKET - 1)]
    taken_back = press_send(page)
    page.wait_for_timeout(1500)
    expect(page.locator(".texting-card:visible")).to_have_count(0)  # who was texted is not dealt again
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".texting-card:visible .texting-card-name")).to_have_text(taken_back)
    texted.append(press_send(page))
    expect(page.get_by_text("texted by you in this text bank")).to_be_visible()
    assert len(set(texted)) == BUCKET

    until(lambda: len(received(textbank)) == BUCKET)
    phone, text = next(iter(received(textbank).items()))
    assert "Lincoln Library" in text
    assert "Reply STOP to unsubscribe." in text
    says(textbank, phone, "Yes! What are the hours?")

    page.get_by_role("link", name="Inbox").click()
    waiting = page.get_by_role("listitem").filter(has_text="Yes! What are the hours?")
    waiting.get_by_role("link").first.click()
    look_at(page, "conversation")
    page.get_by_role("button", name="Hours").click()
    composer = page.get_by_label(re.compile("^Write to"))
    expect(composer).to_have_value(re.compile("6:30 am"))
    composer.focus()
    page.keyboard.press("Escape")  # from there on, keys are those of the page again
    expect(composer).not_to_be_focused()
    page.get_by_role("button", name="Send").click()
    until(lambda: any("6:30 am" in text for text in texts_to(textbank, phone)))

    page.get_by_role("link", name="Report").click()
    page.get_by_label("Supporter").check()
    look_at(page, "report")
    page.get_by_role("button", name="Save report").click()
    page.goto(page.url.split("/conversations/")[0] + "/inbox/?folder=needs-attention")
    expect(page.get_by_text("Yes! What are the hours?")).to_have_count(0)


def test_whoever_says_stop_is_texted_by_nobody_again(
    textbank: Running, open_page: Callable[..., Page]
) -> None:
    phone = next(iter(received(textbank)))
    says(textbank, phone, "Stop")
    before = texts_to(textbank, phone)

    owner = open_page(DESK)
    sign_in(owner, textbank, OWNER)
    owner.get_by_role("link", name="Opt-outs").first.click()
    until(lambda: shows(owner, "Stop"))
    look_at(owner, "opt_outs")

    # The volunteer sees no such conversation any more …
    page = open_page(PHONE)
    sign_in(page, textbank, VOLUNTEER)
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.get_by_text("Stop", exact=True)).to_have_count(0)

    # … an admin who opens it reads it and cannot write …
    owner.get_by_role("link", name="Conversations").first.click()
    look_at(owner, "conversations")
    owner.get_by_role("row").filter(has_text="Stop").get_by_role("link").first.click()
    expect(owner.get_by_text("This person asked not to be texted")).to_be_visible()
    expect(owner.get_by_role("button", name="Send")).to_have_count(0)
    owner.go_back()

    # … and a second action over the same people holds the text back.
    publish_a_copy(owner)
    page.get_by_role("link", name="Texting").click()
    page.get_by_role("article").or_(page.locator(".card")).filter(has_text=SECOND).get_by_role("link").click()
    page.get_by_role("button", name="Start texting").click()
    page.wait_for_load_state()
    text_everybody(page)
    until(lambda: len(received(textbank)) == len(PEOPLE))
    assert texts_to(textbank, phone) == before


def test_the_owner_sees_numbers_that_add_up(textbank: Running, open_page: Callable[..., Page]) -> None:
    page = open_page(DESK)
    sign_in(page, textbank, OWNER)
    page.get_by_role("link", name="Actions").first.click()
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("link", name="Results").or_(page.get_by_role("heading", name=TITLE)).first.click()
    look_at(page, "results")

    outcomes = ("Not texted yet", "In volunteers' hands", "Texted", "Held back")
    assert sum(number_beside(page, outcome) for outcome in outcomes) == number_beside(page, "On the list")
    assert number_beside(page, "On the list") == len(PEOPLE)
    assert number_beside(page, "Texted") == number_beside(page, "First texts") == BUCKET
    assert number_beside(page, "People who replied") >= 1
    assert number_beside(page, "Replies by volunteers") == 1
    assert number_beside(page, "Reports filed") == 1

    page.get_by_role("link", name="Actions").first.click()
    page.get_by_role("link", name=SECOND, exact=True).click()
    assert number_beside(page, "Held back") == BUCKET
    assert number_beside(page, "Opted out") == 1
    assert number_beside(page, "Texted in the last 6 hours") == BUCKET - 1
    assert number_beside(page, "Texted") == len(PEOPLE) - BUCKET


def test_a_page_opens_where_something_is_wanted(textbank: Running, open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE)
    sign_in(page, textbank, OWNER)
    campaign = page.url.split("/staff/")[0]

    page.goto(f"{campaign}/staff/opt-outs/")
    page.get_by_label("Phone").first.fill("12")
    page.get_by_role("button", name="Opt out").click()
    expect(page.locator(".error-summary")).to_be_focused()

    page.goto(f"{campaign}/inbox/?folder=archived")
    expect(page.get_by_role("link", name="Archived")).to_be_in_viewport(ratio=1)

    # The clock of this Textbank is not that of the browser.
    page.goto(f"{campaign}/staff/conversations/")
    expect(page.locator("[data-local-time=age]:visible").first).to_have_text(
        re.compile(r"this minute|^\d+m ago$")
    )
