from collections.abc import Callable
from datetime import time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from textbank.campaigns.models import Campaign
from textbank.conftest import Cast

SETTINGS = "/c/green-valley/settings/"
GOOD = {
    "name": "Green Valley Votes 2026",
    "time_zone": "America/Phoenix",
    "texting_opens": "10:00",
    "texting_closes": "19:30",
    "respects_contact_zones": "on",
    "bucket_size": "50",
    "contact_first_name_fallback": "friend",
    "user_first_name_fallback": "",
}


def test_settings_are_saved_for_this_campaign_only(sign_in: Callable[..., Client], cast: Cast) -> None:
    assert sign_in(cast.adam).post(SETTINGS, GOOD).status_code == 302
    green = Campaign.objects.get(pk=cast.campaign.pk)
    assert (green.name, green.time_zone, green.bucket_size) == (GOOD["name"], "America/Phoenix", 50)
    assert (green.texting_opens, green.texting_closes) == (time(10), time(19, 30))
    assert (green.respects_contact_zones, green.prevents_frequent_texting) == (True, False)
    assert (green.allows_custom_responses, green.user_first_name_fallback) == (False, "")
    assert Campaign.objects.get(pk=cast.river.campaign.pk).name == "River City Care"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"texting_opens": "07:59"}, "texting_opens", "47 CFR 64.1200(c)(1)"),
        ({"texting_closes": "21:01"}, "texting_closes", "47 CFR 64.1200(c)(1)"),
        ({"texting_opens": "12:00", "texting_closes": "12:00"}, "texting_closes", "later than it opens"),
        ({"texting_opens": "18:00", "texting_closes": "09:00"}, "texting_closes", "later than it opens"),
        ({"texting_opens": "noon"}, "texting_opens", ""),
        ({"texting_closes": ""}, "texting_closes", "Say when texting closes."),
        ({"bucket_size": ""}, "bucket_size", "Write a number from 1 to 1,000."),
        ({"bucket_size": "0"}, "bucket_size", "Write a number from 1 to 1,000."),
        ({"bucket_size": "1001"}, "bucket_size", "Write a number from 1 to 1,000."),
        ({"bucket_size": "many"}, "bucket_size", "Write a number from 1 to 1,000."),
        ({"name": ""}, "name", "Write the campaign's name."),
        ({"name": "G" * 121}, "name", ""),
        ({"time_zone": "Mars/Olympus"}, "time_zone", ""),
        ({"contact_first_name_fallback": "x" * 41}, "contact_first_name_fallback", ""),
    ],
)
def test_a_setting_that_cannot_be_is_refused_beside_its_field(
    sign_in: Callable[..., Client], cast: Cast, typed: dict[str, str], field: str, words: str
) -> None:
    answer = sign_in(cast.olivia).post(SETTINGS, GOOD | typed)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert Campaign.objects.get(pk=cast.campaign.pk).name == "Green Valley Votes"


def test_the_widest_hours_the_law_allows_can_be_set(sign_in: Callable[..., Client], cast: Cast) -> None:
    hours = {"texting_opens": "08:00", "texting_closes": "21:00"}
    assert sign_in(cast.olivia).post(SETTINGS, GOOD | hours).status_code == 302


@pytest.mark.parametrize("hours", [{"texting_opens": time(7, 59)}, {"texting_closes": time(21, 0, 1)}])
def test_the_database_refuses_wider_hours_whatever_code_runs(cast: Cast, hours: dict[str, time]) -> None:
    with pytest.raises(IntegrityError, match="texting_hours_within_8_to_21"), transaction.atomic():
        Campaign.objects.filter(pk=cast.campaign.pk).update(**hours)


def test_saving_settings_does_not_bring_back_a_rotated_join_code(
    sign_in: Callable[..., Client], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from textbank.campaigns.forms import SettingsForm

    form = SettingsForm(GOOD, instance=Campaign.objects.get(pk=cast.campaign.pk), known_area_codes={"919"})
    assert form.is_valid()
    Campaign.objects.filter(pk=cast.campaign.pk).update(join_code="424242")
    form.keep()
    assert Campaign.objects.get(pk=cast.campaign.pk).join_code == "424242"


def test_a_refused_name_does_not_show_in_the_menu(sign_in: Callable[..., Client], cast: Cast) -> None:
    page = sign_in(cast.olivia).post(SETTINGS, GOOD | {"name": "Other", "bucket_size": "0"}).content.decode()
    assert "<title>Settings · Green Valley Votes</title>" in page


def test_what_a_page_did_with_its_campaign_is_nobody_elses(
    sign_in: Callable[..., Client], cast: Cast
) -> None:
    olivia = sign_in(cast.olivia)
    seen = olivia.get(SETTINGS).wsgi_request
    seen.campaign.name = seen.user.first_name = "Somebody else"
    seen.membership.role = "volunteer"
    again = olivia.get(SETTINGS)
    assert again.status_code == 200
    assert "Somebody else" not in again.content.decode()
    assert again.wsgi_request.user.first_name == cast.olivia.user.first_name


def test_the_zones_of_the_united_states_come_first(sign_in: Callable[..., Client], cast: Cast) -> None:
    page = sign_in(cast.olivia).get(SETTINGS).content.decode()
    assert page.index("America/New_York") < page.index("Pacific/Honolulu") < page.index("Africa/Abidjan")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("919, 984", ["919", "984"]),
        ("(919) 984\t919 / 336 704", ["919", "984", "336", "704"]),
        ("", []),
    ],
)
def test_area_codes_are_kept_in_their_order_and_once_each(
    sign_in: Callable[..., Client], cast: Cast, typed: str, kept: list[str]
) -> None:
    answer = sign_in(cast.adam).post(SETTINGS, GOOD | {"area_codes": typed, "help_contact": "919-555-0100"})
    assert answer.status_code == 302
    green = Campaign.objects.get(pk=cast.campaign.pk)
    assert (green.area_codes, green.help_contact) == (kept, "919-555-0100")
    assert Campaign.objects.get(pk=cast.river.campaign.pk).area_codes == []
    assert f'value="{" ".join(kept)}"' in sign_in(cast.adam).get(SETTINGS).content.decode() or not kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("919 416", "416: no area code of the United States."),  # Toronto
        ("999", "999: no area code"),
        ("91", "91: no area code"),
        ("abc 919", "abc: no area code"),
        ("919 984 336 704 252", "At most 4 area codes."),
    ],
)
def test_area_codes_that_cannot_be_are_refused(
    sign_in: Callable[..., Client], cast: Cast, typed: str, words: str
) -> None:
    answer = sign_in(cast.adam).post(SETTINGS, GOOD | {"area_codes": typed})
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["area_codes"])
    assert typed in answer.content.decode()
