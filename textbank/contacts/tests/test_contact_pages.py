"""The pages of contacts and imports, as an admin sees them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.conftest import Cast
from textbank.contacts import importing
from textbank.contacts.models import ContactImport, OptOut
from textbank.contacts.opting_out import opt_out, undo_opt_out
from textbank.contacts.zones import EASTERN, PACIFIC

FILE = "first_name,cell,club\nAna,(919) 555-0101,Chess\nBo,416-555-0101,Go\nCy,,Go\n"


@pytest.fixture
def adam(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.adam)


def address(name: str, campaign: str = "green-valley", **keys: int) -> str:
    return reverse(name, kwargs={"campaign_slug": campaign, **keys})


def words(response: HttpResponse) -> str:
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def post_file(client: Client, content: bytes, name: str = "May voters.csv") -> Any:
    return client.post(address("new_import"), {"file": SimpleUploadedFile(name, content)})


def uploaded(cast: Cast, text: str = FILE) -> ContactImport:
    return importing.upload(cast.campaign, cast.adam, "May voters.csv", io.BytesIO(text.encode()))


def finished(cast: Cast, text: str = FILE) -> ContactImport:
    found = uploaded(cast, text)
    importing.start(found, "May", found.mapping)
    importing.run(found.pk)
    found.refresh_from_db()
    return found


def test_a_file_is_uploaded_mapped_imported_and_accounted_for(adam: Client, cast: Cast) -> None:
    response = post_file(adam, FILE.encode())
    found = ContactImport.objects.get(campaign=cast.campaign)
    page_url = address("contact_import", import_id=found.pk)
    assert response.headers["Location"] == page_url
    page = words(adam.get(page_url))
    assert "What is in each column?" in page
    assert "Ana · Bo · Cy" in page
    assert "+19195550101" in page
    assert "This phone is in Canada." in page
    choices = {"list_name": "May", "column_0": "first_name", "column_1": "phone", "column_2": "club"}
    assert adam.post(address("import_columns", import_id=found.pk), choices).headers["Location"] == page_url
    assert "Cancel the import" in words(adam.get(page_url))
    importing.run(found.pk)
    page = words(adam.get(page_url))
    assert "New contacts (on the list) 1 No phone 1 Phone of another country 1 All rows of the file 3" in page
    rejected = b"".join(adam.get(address("rejected_rows", import_id=found.pk)))
    assert rejected.decode().count("\r\n") == 3
    assert "May Ready 1" in words(adam.get(address("contacts")))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"\0" * 99, "it seems to be an Excel workbook"),
        (b"phone,phone\n1,2\n", "Column 1 and column 2 are both called"),
        (b"x" * 11_000_000, "Row 1 is longer than a million characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_page(
    adam: Client, content: bytes, sentence: str
) -> None:
    response = post_file(adam, content)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not ContactImport.objects.exists()


def test_no_file_is_no_import(adam: Client) -> None:
    response = adam.post(address("new_import"), {})
    assert (response.status_code, "Choose a file." in words(response)) == (422, True)


def test_the_preview_follows_the_chosen_columns(adam: Client, cast: Cast) -> None:
    preview = address("import_preview", import_id=uploaded(cast).pk)
    chosen = {"column_0": "last_name", "column_1": "phone", "column_2": ""}
    page = words(adam.get(preview, chosen))
    assert "+19195550101 last_name Ana" in page
    assert "Chess" not in page
    assert "Say which column holds the phone" in words(adam.get(preview, {"column_0": "first_name"}))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"list_name": "", "column_1": "phone"}, "Give the list a name."),
        ({"list_name": "Likely voters", "column_1": "phone"}, "There is already a list of this name."),
        ({"list_name": "May", "column_1": "club"}, "Select a valid choice"),
        ({"list_name": "May", "column_0": "phone", "column_1": "phone"}, "Two columns are “Phone”."),
        ({"list_name": "May", "column_0": "first_name"}, "Say which column holds the phone."),
    ],
)
def test_wrong_columns_or_a_taken_name_are_explained_on_the_page(
    adam: Client, cast: Cast, choices: dict[str, str], sentence: str
) -> None:
    cast.contact_list([cast.contact()], "Likely voters")
    found = uploaded(cast)
    response = adam.post(address("import_columns", import_id=found.pk), choices)
    assert response.status_code == 422
    assert sentence in words(response)
    found.refresh_from_db()
    assert found.status == ContactImport.Status.UPLOADED


def test_progress_asks_for_itself_until_the_import_is_done(adam: Client, cast: Cast) -> None:
    found = uploaded(cast)
    importing.start(found, "May", found.mapping)
    url = address("contact_import", import_id=found.pk)
    part = adam.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 1s"' in part
    importing.run(found.pk)
    assert "hx-trigger" not in adam.get(url, headers={"HX-Request": "true"}).content.decode()


def test_a_running_import_can_be_cancelled_from_its_page(adam: Client, cast: Cast) -> None:
    found = uploaded(cast)
    importing.start(found, "May", found.mapping)
    response = adam.post(address("import_cancellation", import_id=found.pk), follow=True)
    assert "This import was cancelled" in words(response)
    assert not cast.campaign.contact_lists.exists()


def test_it_is_said_when_it_is_too_late_to_cancel(adam: Client, cast: Cast) -> None:
    done = finished(cast)
    response = adam.post(address("import_cancellation", import_id=done.pk), follow=True)
    assert "New contacts" in words(response)
    assert "too late to cancel" in words(response)


def test_a_failed_import_says_why(adam: Client, cast: Cast) -> None:
    rows = "".join(f"Ana,919555{number:04},x\n" for number in range(300))
    done = finished(cast, "first_name,cell,club\n" + rows + 'Bo,"open,x\nCy,9195550101,x\n')
    page = words(adam.get(address("contact_import", import_id=done.pk)))
    assert "Nothing was imported" in page
    assert "Row 302 does not end where it should" in page
    assert "May Failed –" in words(adam.get(address("contacts")))


def test_people_are_found_by_the_beginning_of_a_name_and_by_the_end_of_a_phone(
    adam: Client, cast: Cast
) -> None:
    cast.contact(first_name="Ana", last_name="López", phone="+19195550177")
    cast.contact(first_name="Bo", last_name="Anders", phone="+19195550188")
    cast.contact(first_name="Cy", last_name="Dunn", phone="+19195550199")
    listed = {
        "an": "Ana Bo",
        "lóp": "Ana",
        "ana LÓP": "Ana",
        "0188": "Bo",
        "(919) 555-0199": "Cy",
        "zed": "",
    }
    for query, names in listed.items():
        response = adam.get(address("contacts"), {"q": query})
        shown = sorted(contact.first_name for contact in response.context["page"].contacts)
        assert " ".join(shown) == names, query


def test_people_of_a_list_are_shown_page_by_page(adam: Client, cast: Cast) -> None:
    contact_list = cast.contact_list([cast.contact() for _ in range(60)])
    cast.contact(first_name="Elsewhere")
    first = adam.get(address("contacts"), {"list": contact_list.pk}).context["page"]
    last = adam.get(address("contacts"), {"list": contact_list.pk, "after": first.next_after}).context["page"]
    keys = [contact.pk for contact in [*first.contacts, *last.contacts]]
    assert (len(first.contacts), len(last.contacts), last.next_after) == (50, 10, None)
    assert keys == sorted(keys, reverse=True)
    assert len(set(keys)) == 60


@pytest.mark.parametrize(
    "query", ["?list=999999", "?list=x", "?after=x", "?after=99999999999999999999", "?q=%00"]
)
def test_a_strange_address_still_gives_a_page(adam: Client, cast: Cast, query: str) -> None:
    cast.contact()
    assert adam.get(address("contacts") + query).status_code == 200


def test_an_empty_campaign_is_told_what_to_do_first(adam: Client) -> None:
    assert "No contacts yet" in words(adam.get(address("contacts")))


def test_a_contacts_page_shows_what_is_known_and_what_time_it_is_there(adam: Client, cast: Cast) -> None:
    contact = cast.contact(
        first_name="Ana", city="Cary", state="NC", zones=EASTERN | PACIFIC, merge_fields={"club": "Chess"}
    )
    cast.contact_list([contact], "May")
    page = words(adam.get(address("contact", contact_id=contact.pk)))
    assert "11:30 AM or 2:30 PM" in page
    assert "City Cary State NC" in page
    assert "club Chess" in page
    assert "Lists May" in page
    assert "Opted out" not in page


def test_a_contacts_page_leads_to_what_was_written(adam: Client, cast: Cast) -> None:
    contact = cast.contact()
    cast.published([contact])
    page = adam.get(address("contact", contact_id=contact.pk)).content.decode()
    assert "Read the conversation" not in page
    contact.conversation.last_message_at = clock.now()
    contact.conversation.save()
    page = adam.get(address("contact", contact_id=contact.pk)).content.decode()
    assert f'href="{address("conversation", conversation_id=contact.conversation.pk)}"' in page


def test_a_contacts_page_shows_opt_outs_live_and_taken_back(adam: Client, cast: Cast) -> None:
    contact = cast.contact()
    late_in_new_york = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
    opt_out(cast.campaign, contact.phone, OptOut.Source.KEYWORD, late_in_new_york, words="STOP")
    page = words(adam.get(address("contact", contact_id=contact.pk)))
    assert "Opted out on October 13, 2026" in page
    assert "“STOP”" in page
    undo_opt_out(OptOut.objects.get(undone_at=None), late_in_new_york, because="It was her sister")
    page = words(adam.get(address("contact", contact_id=contact.pk)))
    assert "was taken back on October 13, 2026: It was her sister." in page
    assert "is not texted" not in page


def test_names_of_contacts_and_files_are_shown_as_text(adam: Client, cast: Cast) -> None:
    cast.contact(first_name="<b>Ana</b>")
    importing.upload(cast.campaign, cast.adam, "<i>x</i>.csv", io.BytesIO(FILE.encode()))
    page = adam.get(address("contacts")).content.decode()
    assert "<b>Ana" not in page
    assert "<i>x" not in page


IMPORT_PAGES = ["contact_import", "import_preview", "rejected_rows"]
IMPORT_POSTS = ["import_columns", "import_cancellation"]


def test_rows_of_another_campaign_are_not_found(adam: Client, cast: Cast) -> None:
    theirs = importing.upload(cast.river.campaign, cast.rosa, "river.csv", io.BytesIO(FILE.encode()))
    contact = cast.contact(cast.river.campaign)
    assert adam.get(address("contact", contact_id=contact.pk)).status_code == 404
    assert all(adam.get(address(name, import_id=theirs.pk)).status_code == 404 for name in IMPORT_PAGES)
    assert all(adam.post(address(name, import_id=theirs.pk)).status_code == 404 for name in IMPORT_POSTS)
    theirs.refresh_from_db()
    assert theirs.status == ContactImport.Status.UPLOADED
    their_list = cast.contact_list([contact], "River")
    assert "River" not in words(adam.get(address("contacts"), {"list": their_list.pk}))
    assert contact not in adam.get(address("contacts"), {"list": their_list.pk}).context["page"].contacts


def test_volunteers_do_not_come_in(cast: Cast, sign_in: Callable[..., Client]) -> None:
    vera = sign_in(cast.vera)
    found, contact = uploaded(cast), cast.contact()
    urls = [address("contacts"), address("new_import"), address("contact", contact_id=contact.pk)]
    urls += [address(name, import_id=found.pk) for name in IMPORT_PAGES]
    assert {vera.get(url).status_code for url in urls} == {403}


def test_the_contacts_page_asks_the_database_few_questions(
    adam: Client, cast: Cast, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(5):
        cast.contact_list([cast.contact() for _ in range(10)], f"List {number}")
    with django_assert_max_num_queries(14):
        adam.get(address("contacts"))
