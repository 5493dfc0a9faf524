"""The registration as owners write it and admins read it, the banner above every page of staff, and the commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registering import submit, write_draft
from textbank.campaigns.tests.test_registering import WHOLE, written
from textbank.conftest import Cast

PAGE = "/c/green-valley/settings/registration/"
SignIn = Callable[..., Client]


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    cast.campaign.registration.delete()
    return Campaign.objects.get(id=cast.campaign.id)


@pytest.fixture
def owner(campaign: Campaign, cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia)


def status(campaign: Campaign) -> str:
    found = Registration.objects.filter(campaign=campaign).first()
    return found.status if found else "none"


def test_looking_at_the_page_writes_nothing(owner: Client, campaign: Campaign) -> None:
    page = owner.get(PAGE).content.decode()
    assert "It is handed in" in page
    assert "501(c)(3) may not text for or against a candidate" in page
    assert status(campaign) == "none"


def test_an_unfinished_draft_is_kept(owner: Client, campaign: Campaign) -> None:
    assert (
        owner.post(f"{PAGE}details/", {"legal_name": "Green Valley Votes", "kind": "527"}).status_code == 302
    )
    kept = Registration.objects.get(campaign=campaign)
    assert (kept.legal_name, kept.kind, kept.status) == ("Green Valley Votes", "527", "draft")


def test_handing_in_says_beside_each_field_what_is_missing_and_keeps_what_is_there(
    owner: Client, campaign: Campaign
) -> None:
    answer = owner.post(f"{PAGE}submission/", WHOLE | {"kind": "527", "use_case": ""})
    assert answer.status_code == 422
    assert set(answer.context["details"].errors) == {"use_case", "verify_token", "expires_on"}
    assert Registration.objects.get(campaign=campaign).legal_name == WHOLE["legal_name"]
    assert status(campaign) == "draft"


def test_what_is_wrong_and_what_is_missing_are_said_at_once(owner: Client, campaign: Campaign) -> None:
    answer = owner.post(f"{PAGE}submission/", WHOLE | {"ein": "12", "legal_name": ""})
    assert set(answer.context["details"].errors) == {"ein", "legal_name"}
    assert "Register the campaign</a>" not in answer.content.decode()


def test_from_the_draft_to_the_approval_on_pages(owner: Client, cast: Cast, campaign: Campaign) -> None:
    owner.post(f"{PAGE}submission/", WHOLE)
    assert status(campaign) == "submitted"
    wrong = owner.post(f"{PAGE}approval/", {"trust_class": "50"})
    assert wrong.status_code == 422
    assert list(wrong.context["approval"].errors) == ["registry_id"]
    owner.post(f"{PAGE}approval/", {"trust_class": "50", "registry_id": "CABC"})
    assert status(campaign) == "approved"
    page = owner.get(PAGE).content.decode()
    assert "2,400 segments a minute" in page
    assert "40,000 segments a day" in page
    assert cast.river.campaign.registration.registry_id == ""


def test_a_rejection_needs_its_reasons_and_shows_them(owner: Client, campaign: Campaign) -> None:
    owner.post(f"{PAGE}submission/", WHOLE)
    for nothing_to_keep in (" ", "x" * 2001):
        assert owner.post(f"{PAGE}rejection/", {"because": nothing_to_keep}).status_code == 422
    owner.post(f"{PAGE}rejection/", {"because": "Say who writes. " * 100})
    assert status(campaign) == "rejected"
    assert "Say who writes." in owner.get(PAGE).content.decode()
    owner.post(f"{PAGE}draft/")
    assert status(campaign) == "draft"
    assert "Say who writes." in owner.get(PAGE).content.decode()


@pytest.mark.parametrize("noun", ["details", "submission"])
def test_what_is_approved_is_not_overwritten_by_an_old_page(cast: Cast, sign_in: SignIn, noun: str) -> None:
    answer = sign_in(cast.olivia).post(f"{PAGE}{noun}/", WHOLE, follow=True)
    assert "The registration is approved now" in next(str(one) for one in answer.context["messages"])
    assert cast.campaign.registration.legal_name == "Green Valley Votes"
    assert status(cast.campaign) == "approved"


def test_an_answer_that_comes_too_late_is_told_so(owner: Client, campaign: Campaign) -> None:
    answer = owner.post(f"{PAGE}approval/", {"trust_class": "50", "registry_id": "CABC"}, follow=True)
    assert "The registration is a draft now" in next(str(one) for one in answer.context["messages"])
    assert status(campaign) == "none"


@pytest.mark.parametrize("noun", ["details", "submission", "approval", "rejection", "draft"])
def test_admins_read_and_owners_write(cast: Cast, sign_in: SignIn, noun: str) -> None:
    admin = sign_in(cast.adam)
    page = admin.get(PAGE).content.decode()
    assert "Owners change it" in page
    assert "<form" not in page.split('id="main"')[1].split("</main>")[0]
    assert admin.post(f"{PAGE}{noun}/", WHOLE | {"because": "No"}).status_code == 403
    assert status(cast.campaign) == "approved"


def test_volunteers_and_other_campaigns_do_not_see_it(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.vera).get(PAGE).status_code == 403
    assert sign_in(cast.rosa).get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["staff/actions/", "staff/contacts/", "staff/conversations/", "staff/opt-outs/", "people/", "settings/"],
)
def test_every_page_of_staff_says_that_nothing_can_leave(owner: Client, page: str) -> None:
    shown = owner.get(f"/c/green-valley/{page}").content.decode()
    assert "Nothing can be sent yet" in shown
    assert f'<a href="{PAGE}">Register the campaign</a>' in shown


def test_the_page_of_the_registration_says_so_too_and_does_not_lead_to_itself(owner: Client) -> None:
    shown = owner.get(PAGE).content.decode()
    assert "Nothing can be sent yet" in shown
    assert "Register the campaign" not in shown


def test_pages_say_nothing_while_all_is_well_and_volunteers_are_not_bothered(
    cast: Cast, sign_in: SignIn
) -> None:
    assert "staff-standstills" not in sign_in(cast.adam).get("/c/green-valley/people/").content.decode()
    cast.campaign.registration.delete()
    assert "Nothing can be sent" not in sign_in(cast.vera).get("/c/green-valley/").content.decode()


def test_the_operator_writes_the_answer_down(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    write_draft(written(campaign))
    submit(campaign, clock.now())
    call_command("registration", "green-valley", "approve", "--id", "CABC", "--class", "75")
    approved = Registration.objects.get(campaign=campaign)
    assert (approved.status, approved.att_per_minute, approved.tmobile_per_day) == (
        "approved",
        4_500,
        200_000,
    )
    assert "Green Valley Votes: approved." in capsys.readouterr().out
    call_command(
        "registration", "green-valley", "approve", "--id", "CABC", "--att", "600", "--until", "2027-01-31"
    )
    approved.refresh_from_db()
    assert (approved.att_per_minute, approved.tmobile_per_day, str(approved.expires_on)) == (
        600,
        None,
        "2027-01-31",
    )
    call_command("registration", "green-valley", "reject", "Complaints")
    assert status(campaign) == "rejected"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "reject", "No"), "There is no campaign at /c/nowhere/."),
        (("green-valley", "reject", "No"), "An owner writes it and hands it in under Settings."),
        (("green-valley", "approve", "--id", "C", "--class", "50"), "is a draft now"),
        (("green-valley", "approve", "--id", "C"), "how many segments a minute AT&T takes"),
        (("green-valley", "approve", "--id", "C", "--class", "50", "--until", "2026-01-01"), "over"),
    ],
)
def test_the_operator_is_told_what_is_wrong(campaign: Campaign, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("registration", *words)
    assert said in str(refused.value)


def test_a_new_campaign_says_what_comes_next_apart_from_its_link(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("new_campaign", "Blue Hills", "ana@example.org")
    printed = capsys.readouterr()
    assert printed.out.startswith("http")
    assert printed.out.count("\n") == 1
    assert "Settings, Registration" in printed.err
