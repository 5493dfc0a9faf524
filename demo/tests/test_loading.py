"""A demonstration can send at once, also from a folder that an earlier version made."""

from __future__ import annotations

import pytest

from demo.loading import SLUG, bring_up_to_date, register
from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registering import lacks
from textbank.texting.safeguards import Moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return Campaign.objects.create(name="Green Valley Votes", slug=SLUG)


def test_the_made_up_campaign_is_registered_as_a_real_one_would_be(campaign: Campaign) -> None:
    register(campaign)
    registration = Registration.objects.get(campaign=campaign)
    assert lacks(registration) == {}
    assert (registration.att_per_minute, registration.tmobile_per_day) == (2_400, 40_000)
    assert Moment.of(campaign, clock.now()).registration is None


def test_an_old_folder_gets_a_registration_at_its_next_start(campaign: Campaign) -> None:
    other = Campaign.objects.create(name="River City Care", slug="river-city")
    bring_up_to_date("http://127.0.0.1:9")
    assert Moment.of(campaign, clock.now()).registration is None
    assert not Registration.objects.filter(campaign=other).exists()


def test_what_somebody_did_with_the_registration_stays_at_the_next_start(campaign: Campaign) -> None:
    register(campaign)
    Registration.objects.filter(campaign=campaign).update(status="rejected", rejected_because="For a try")
    bring_up_to_date("http://127.0.0.1:9")
    assert Registration.objects.get(campaign=campaign).status == "rejected"
