"""The pages on which staff set an action up and publish it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import Contact, ContactList, OptOut, Tag
from textbank.contacts.opting_out import opt_out
from textbank.texting.models import Script, TextingAction
from textbank.texting.publishing import close, pause
from textbank.texting.refusals import Safeguard

GOOD = "Hi {{first_name}}, {{user.first_name}} with Green Valley Votes. Coming? Reply STOP to unsubscribe."
SignIn = Callable[[Membership], Client]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


def address(name: str, action: TextingAction | None = None, **ids: int | str) -> str:
    if action is not None:
        ids["action_id"] = action.id
    return reverse(name, kwargs={"campaign_slug": "green-valley", **ids})


@pytest.fixture
def staff(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam)


@pytest.fixture
def draft(cast: Cast) -> TextingAction:
    return cast.draft(
        [cast.contact(), cast.contact(first_name="Guadalupe-Esperanza"), cast.contact(first_name="")]
    )


@pytest.fixture
def live(cast: Cast) -> TextingAction:
    return cast.published([cast.contact()], title="Rally")


def test_the_table_shows_each_action_with_its_numbers(
    cast: Cast, staff: Client, draft: TextingAction, live: TextingAction
) -> None:
    cast.published([cast.contact(cast.river.campaign)], title="Of the other campaign")
    page = staff.get(address("actions")).content.decode()
    assert "Get out the vote" in page
    assert "Rally" in page
    assert "Of the other campaign" not in page


def test_the_table_is_filtered_by_status_and_words_of_the_title(
    staff: Client, draft: TextingAction, live: TextingAction
) -> None:
    by_status = staff.get(address("actions"), {"status": "draft"}).context["page"].object_list
    by_words = staff.get(address("actions"), {"q": "rAlly"}).context["page"].object_list
    assert list(by_status) == [draft]
    assert list(by_words) == [live]


def test_a_paused_action_is_found_as_paused(staff: Client, live: TextingAction) -> None:
    pause(live, clock.now())
    assert list(staff.get(address("actions"), {"status": "paused"}).context["page"].object_list) == [live]


def test_without_actions_the_table_says_what_to_do_first(staff: Client) -> None:
    assert "No actions yet" in staff.get(address("actions")).content.decode()


def test_the_table_counts_in_the_same_number_of_queries_however_many_actions(
    cast: Cast, staff: Client, draft: TextingAction, live: TextingAction, django_assert_num_queries: Any
) -> None:
    staff.get(address("actions"))  # from now on the visitor is known
    with django_assert_num_queries(5):
        staff.get(address("actions"))
    for number in range(5):
        cast.published([cast.contact()], title=f"Another {number}")
    with django_assert_num_queries(5):
        staff.get(address("actions"))


def test_a_new_action_begins_with_a_title(cast: Cast, staff: Client) -> None:
    assert staff.post(address("new_action"), {"title": " "}).status_code == 422
    response = staff.post(address("new_action"), {"title": "Town hall"})
    action = TextingAction.objects.get(title="Town hall")
    assert action.campaign == cast.campaign
    assert response.headers["location"] == address("action_setup", action)


def test_only_ready_lists_of_the_campaign_can_be_chosen(
    cast: Cast, staff: Client, draft: TextingAction
) -> None:
    theirs = cast.contact_list([cast.contact(cast.river.campaign)])
    ours = ContactList.objects.create(campaign=cast.campaign, name="Still coming in")
    for unusable in (theirs, ours):
        response = staff.post(address("action_contact_list", draft), {"contact_list": unusable.id})
        assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.contact_list.name == "List for Get out the vote"


def test_the_list_of_a_published_action_is_fixed(cast: Cast, staff: Client, live: TextingAction) -> None:
    other = cast.contact_list([cast.contact()], "Another list")
    response = staff.post(address("action_contact_list", live), {"contact_list": other.id})
    assert response.status_code == 422
    live.refresh_from_db()
    assert live.contact_list != other


def test_a_published_action_keeps_a_description(staff: Client, live: TextingAction) -> None:
    assert (
        staff.post(address("action_details", live), {"title": "Rally", "description": ""}).status_code == 422
    )


def test_a_part_is_saved_without_leaving_the_page(staff: Client, draft: TextingAction) -> None:
    response = staff.post(
        address("action_details", draft), {"title": "Vote early", "description": ""}, **HTMX
    )
    draft.refresh_from_db()
    assert draft.title == "Vote early"
    assert "Saved" in response.content.decode()
    assert "Write a description" in response.content.decode()  # what keeps it back is refreshed with it


def test_without_scripts_of_the_browser_the_page_comes_back_at_the_part_and_says_that_it_is_saved(
    staff: Client, draft: TextingAction
) -> None:
    response = staff.post(address("action_details", draft), {"title": "Vote early", "description": "Now"})
    assert response.headers["location"] == address("action_setup", draft) + "#details"
    assert "Saved." in staff.get(response.headers["location"]).content.decode()


def test_a_draft_may_have_unfinished_scripts_and_says_what_they_lack(
    staff: Client, draft: TextingAction
) -> None:
    staff.post(address("new_script", draft, kind="initial"), {"name": "Second", "text": "Hi {{frist_name}}"})
    page = staff.get(address("action_setup", draft)).content.decode()
    assert "“Second” has “frist_name”, which is no merge field of this list." in page
    assert "“Second” does not say how to opt out." in page


def test_a_script_of_a_published_action_must_be_fit_to_send(staff: Client, live: TextingAction) -> None:
    script = live.scripts.get()
    typed = {"name": "First", "text": "No way out", "version": script.version}
    response = staff.post(address("script", live, script_id=script.id), typed)
    assert response.status_code == 422
    assert "does not say how to opt out" in response.content.decode()
    assert "No way out" in response.content.decode()  # what was typed is still there
    new = {"name": "Second", "text": "No way out"}
    assert staff.post(address("new_script", live, kind="initial"), new).status_code == 422
    assert live.scripts.get().text == script.text


def test_new_words_make_a_new_version_and_a_new_name_does_not(staff: Client, live: TextingAction) -> None:
    script = live.scripts.get()
    typed = {"name": "Renamed", "text": script.text, "version": 1}
    staff.post(address("script", live, script_id=script.id), typed)
    assert live.scripts.get().version == 1
    staff.post(address("script", live, script_id=script.id), typed | {"text": GOOD})
    assert live.scripts.get().version == 2
    assert live.scripts.get().name == "Renamed"


def test_a_script_that_somebody_else_saved_meanwhile_is_not_overwritten(
    staff: Client, draft: TextingAction
) -> None:
    script = draft.scripts.get()
    Script.objects.filter(id=script.id).update(text="Theirs", version=2)
    typed = {"name": "First", "text": "Mine", "version": 1}
    response = staff.post(address("script", draft, script_id=script.id), typed, **HTMX)
    assert "Somebody else saved this script" in response.content.decode()
    assert draft.scripts.get().text == "Theirs"


def test_one_press_adds_the_sentence_about_opting_out(staff: Client, draft: TextingAction) -> None:
    script = draft.scripts.get()
    typed = {"name": "First", "text": "Hi there", "version": 1, "append": "opt-out"}
    staff.post(address("script", draft, script_id=script.id), typed)
    assert draft.scripts.get().text == "Hi there Reply STOP to unsubscribe."


def test_a_removed_script_is_kept_for_the_messages_written_from_it(
    staff: Client, draft: TextingAction
) -> None:
    script = draft.scripts.get()
    staff.post(address("script_removal", draft, script_id=script.id))
    script.refresh_from_db()
    assert script.removed_at == clock.now()
    assert staff.post(address("script", draft, script_id=script.id)).status_code == 404


def test_the_last_initial_script_of_a_published_action_stays(staff: Client, live: TextingAction) -> None:
    script = live.scripts.get()
    staff.post(address("script_removal", live, script_id=script.id))
    assert live.scripts.get().removed_at is None
    staff.post(address("new_script", live, kind="initial"), {"name": "Second", "text": GOOD})
    staff.post(address("script_removal", live, script_id=script.id))
    assert live.scripts.get(removed_at=None).name == "Second"


def test_response_scripts_stand_in_the_order_staff_give_them(staff: Client, draft: TextingAction) -> None:
    for name in ("Where", "When", "Thanks"):
        staff.post(address("new_script", draft, kind="response"), {"name": name, "text": "Words"})
    thanks = draft.scripts.get(name="Thanks")
    staff.post(address("script_place", draft, script_id=thanks.id), {"move": "up"})
    names = draft.scripts.filter(kind="response").values_list("name", flat=True)
    assert list(names) == ["Where", "Thanks", "When"]


def test_report_tags_are_tags_of_the_campaign(cast: Cast, staff: Client, draft: TextingAction) -> None:
    ours = Tag.objects.create(campaign=cast.campaign, name="Yard sign", slug="yard-sign")
    theirs = Tag.objects.create(campaign=cast.river.campaign, name="Theirs", slug="theirs")
    assert staff.post(address("report_tags", draft), {"tags": [theirs.id]}).status_code == 422
    staff.post(address("report_tags", draft), {"tags": [ours.id]})
    assert list(draft.report_tags.all()) == [ours]


def test_a_new_tag_is_added_where_it_is_needed_and_only_once(staff: Client, draft: TextingAction) -> None:
    for name in ("Needs a ride", "needs a ride", "Needs a ride!"):
        staff.post(address("new_tag", draft), {"name": name})
    assert [(tag.name, tag.slug) for tag in draft.report_tags.all()] == [
        ("Needs a ride", "needs-a-ride"),
        ("Needs a ride!", "needs-a-ride-2"),
    ]


def test_the_preview_shows_the_longest_the_emptiest_and_a_typical_contact(
    staff: Client, draft: TextingAction
) -> None:
    typed = {"kind": "initial", "name": "Next", "text": GOOD, "editor": "new-initial"}
    shown = staff.post(address("script_preview", draft), typed).context["preview"]
    assert {one.label: one.text.split(",")[0] for one in shown.renderings} == {
        "Typical": "Hi Maria",
        "Longest": "Hi Guadalupe-Esperanza",
        "Emptiest": "Hi there",
    }
    assert shown.remarks == []


def test_the_preview_invents_a_contact_while_there_is_no_list(cast: Cast, staff: Client) -> None:
    action = TextingAction.objects.create(campaign=cast.campaign, title="Begun")
    shown = staff.post(address("script_preview", action), {"kind": "initial", "text": GOOD}).context[
        "preview"
    ]
    assert shown.is_invented
    assert len(shown.renderings) == 1


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("Hi {{first_name}}, Green Valley Votes here", "does not say how to opt out"),
        ("Hi {{favourite}}. Reply STOP to end", "no merge field"),
        ("Hi, Green Valley Votes: bit.ly/x Reply STOP to end", "bit.ly hides where a link leads"),
        ("GREEN VALLEY VOTES NEEDS YOU NOW. Reply STOP to end", "mostly in capitals"),
        ("Hi, can you come? Reply STOP to end", "does not say that it is from Green Valley Votes"),
        ("Green Valley Votes. " + "word " * 80 + "Reply STOP to end", "3 segments"),
        ("Green Valley Votes ✓ Reply STOP to end", "With ✓ only 70 characters fit into a segment"),
    ],
)
def test_the_preview_remarks_on_what_carriers_and_people_dislike(
    staff: Client, draft: TextingAction, text: str, remark: str
) -> None:
    shown = staff.post(address("script_preview", draft), {"kind": "initial", "text": text}).context["preview"]
    assert any(remark in one.sentence for one in shown.remarks)


def test_how_long_a_text_is_and_when_it_may_go_is_said_in_plain_words(
    staff: Client, draft: TextingAction
) -> None:
    Contact.objects.update(first_name="Łukasz")
    text = "Hi {{first_name}}, Green Valley Votes. Reply STOP to end"
    typed = {"kind": "initial", "text": text, "editor": "new-initial"}
    shown = staff.post(address("script_preview", draft), typed).content.decode()
    assert "48 characters · 1 segment<br>With Ł only 70 characters fit into a segment" in shown
    assert "UCS-2" not in shown
    page = staff.get(address("action_setup", draft)).content.decode()
    assert "9:00 to 20:00, New York time" in page
    assert "GSM-7" not in page


def test_a_draft_that_is_not_ready_is_not_published(staff: Client, draft: TextingAction) -> None:
    draft.scripts.update(text="No way out")
    staff.post(address("publication", draft))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_before_publishing_the_page_says_what_will_happen_in_numbers(
    cast: Cast, staff: Client, draft: TextingAction
) -> None:
    opt_out(cast.campaign, draft.contact_list.entries.first().contact.phone, OptOut.Source.ADMIN, clock.now())
    reach = staff.get(address("action_setup", draft)).context["reach"]
    assert (reach.contacts, reach.held_back, reach.members) == (3, {Safeguard.OPTED_OUT: 1}, 4)


def test_publishing_makes_it_public(staff: Client, draft: TextingAction) -> None:
    staff.post(address("publication", draft))
    draft.refresh_from_db()
    assert draft.status == "published"
    assert draft.assignments.count() == 3


def test_pausing_stops_first_texts_until_it_is_resumed(staff: Client, live: TextingAction) -> None:
    staff.post(address("pause", live))
    live.refresh_from_db()
    assert not live.takes_initials
    staff.post(address("resumption", live))
    live.refresh_from_db()
    assert live.takes_initials


@pytest.mark.parametrize(("page", "answer"), [("pause", "Nothing to pause"), ("closure", "Nothing to close")])
def test_a_draft_cannot_be_paused_or_closed(
    staff: Client, draft: TextingAction, page: str, answer: str
) -> None:
    response = staff.post(address(page, draft), follow=True)
    draft.refresh_from_db()
    assert (draft.status, draft.paused_at) == ("draft", None)
    assert answer in " ".join(str(message) for message in response.context["messages"])


def test_closing_says_how_many_will_not_be_texted(staff: Client, live: TextingAction) -> None:
    response = staff.post(address("closure", live), follow=True)
    live.refresh_from_db()
    assert live.status == "closed"
    assert "1 person will not be texted" in " ".join(str(message) for message in response.context["messages"])


def test_a_copy_is_a_draft_with_the_same_words_and_no_history(
    cast: Cast, staff: Client, live: TextingAction
) -> None:
    live.report_tags.add(Tag.objects.create(campaign=cast.campaign, name="Ride", slug="ride"))
    close(live, clock.now())
    response = staff.post(address("action_copy", live))
    copy = TextingAction.objects.get(status="draft")
    assert response.headers["location"] == address("action_setup", copy)
    assert copy.title == "Copy of Rally"
    assert copy.contact_list == live.contact_list
    assert [script.text for script in copy.scripts.all()] == [script.text for script in live.scripts.all()]
    assert copy.report_tags.count() == 1
    assert copy.assignments.count() == 0


def test_scripts_are_kept_as_typed_with_line_ends_of_one_character(
    staff: Client, draft: TextingAction
) -> None:
    staff.post(address("new_script", draft, kind="response"), {"name": "Two lines", "text": "One\r\nTwo"})
    assert draft.scripts.get(name="Two lines").text == "One\nTwo"


@pytest.mark.parametrize(
    "page",
    [
        *("action_setup", "action_details", "action_contact_list", "report_tags", "new_tag", "action_copy"),
        *("script_preview", "publication", "pause", "resumption", "closure"),
    ],
)
def test_actions_of_another_campaign_are_not_there(cast: Cast, staff: Client, page: str) -> None:
    theirs = cast.published([cast.contact(cast.river.campaign)])
    respond = staff.get if page == "action_setup" else staff.post
    assert respond(address(page, theirs)).status_code == 404


def test_scripts_of_another_action_are_not_there(cast: Cast, staff: Client, draft: TextingAction) -> None:
    theirs = cast.draft([cast.contact(cast.river.campaign)]).scripts.get()
    for page in ("script", "script_removal", "script_place"):
        assert staff.post(address(page, draft, script_id=theirs.id)).status_code == 404


def test_volunteers_have_no_way_in(cast: Cast, sign_in: SignIn, draft: TextingAction) -> None:
    volunteer = sign_in(cast.vera)
    assert volunteer.get(address("actions")).status_code == 403
    assert volunteer.post(address("publication", draft)).status_code == 403
