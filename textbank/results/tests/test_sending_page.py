from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.base import Event, EventKind, Meaning
from textbank.carriers.models import CarrierAccount, PhoneNumber, TMobileDay
from textbank.conftest import Cast
from textbank.results.labelling import _WORDS
from textbank.results.throughput import read
from textbank.texting.dispatching import claim_outbox
from textbank.texting.governing import tmobile_day
from textbank.texting.models import Script
from textbank.texting.refusals import Safeguard
from textbank.texting.tests.inboxes import SignIn
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events
from textbank.texting.tests.test_governing import allow, queue


def page(name: str = "sending", **ids: int) -> str:
    return reverse(name, kwargs={"campaign_slug": "green-valley", **ids})


def plain(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_each_limit_shows_its_cap_what_is_used_and_what_waits(cast: Cast) -> None:
    allow(cast, number=6_000, att=240, tmobile=2_000)
    queue(cast, 30)
    claim_outbox(cast.campaign, 100, clock.now())
    TMobileDay.objects.create(campaign=cast.campaign, day=tmobile_day(clock.now()), segments=1_200)

    number, att, tmobile = read(cast.campaign, clock.now()).limits

    assert (number.label, number.cap, number.used, number.waiting) == (cast.green.number.number, 6_000, 24, 0)
    assert (att.cap, att.used, att.waiting) == (240, 24, 6)
    assert (tmobile.cap, tmobile.used, tmobile.share) == (2_000, 1_200, 60)


def test_every_text_that_waits_stands_in_one_row(cast: Cast) -> None:
    allow(cast, att=240)
    queue(cast, 30)
    claim_outbox(cast.campaign, 100, clock.now())
    queue(cast, 2)

    found = read(cast.campaign, clock.now())

    assert {reason.label: reason.texts for reason in found.reasons} == {
        "AT&T's cap for the minute": 6,
        "Their turn": 2,
    }
    assert found.waiting == 8
    assert read(cast.river.campaign, clock.now()).waiting == 0


def test_an_admin_pauses_all_texting_and_reads_what_had_gone(cast: Cast, sign_in: SignIn) -> None:
    queue(cast, 3)
    claim_outbox(cast.campaign, 2, clock.now())

    answer = sign_in(cast.adam).post(page("campaign_pause"), follow=True)

    assert "2 first texts of running actions had already gone; 1 text waits" in answer.content.decode()
    assert Campaign.objects.get(id=cast.campaign.id).paused_at == clock.now()
    assert Campaign.objects.get(id=cast.river.campaign.id).paused_at is None
    assert claim_outbox(cast.campaign, 10, clock.now()) == []


def test_the_page_says_once_that_and_since_when_all_texting_is_paused(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    client.post(page("campaign_pause"))
    client.get(page())  # shows what the pause has to say
    found = plain(client, page())
    assert found.count("All texting is paused") == 1
    assert "No text has left since October 13, 2:30 PM" in found


def test_what_has_gone_is_not_said_to_be_left(cast: Cast, sign_in: SignIn) -> None:
    assert "segments sent in the last minute" in plain(sign_in(cast.adam), page())


def test_what_waited_goes_on_when_texting_is_resumed(cast: Cast, sign_in: SignIn) -> None:
    queue(cast, 1)
    client = sign_in(cast.adam)
    client.post(page("campaign_pause"))
    client.post(page("campaign_resumption"))
    assert len(claim_outbox(cast.campaign, 10, clock.now())) == 1


def test_the_page_polls_for_its_numbers_alone(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    assert "<html" in client.get(page()).content.decode()
    part = client.get(page(), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div class="numbers" id="throughput"')


def test_the_page_says_which_phones_tmobiles_count_sees(cast: Cast, sign_in: SignIn) -> None:
    said = "Only phones that the carrier has told us are T-Mobile's count, and Twilio never tells."
    assert said in html.unescape(plain(sign_in(cast.adam), page()))


def test_texts_that_wait_for_what_cannot_be_read_lead_to_it(cast: Cast, sign_in: SignIn) -> None:
    [message] = queue(cast, 1)
    phone = message.conversation.contact.phone
    store(cast.green.account, [Event(EventKind.REPLY, "SM5", "nonsense", phone)], clock.now())
    process_events(clock.now())
    claim_outbox(cast.campaign, 10, clock.now())
    client = sign_in(cast.adam)

    shown = plain(client, page())

    assert Safeguard.UNREAD_REPLY.label in shown
    assert f'href="{page("carrier_accounts")}#parked"' in shown
    there = plain(client, page("carrier_accounts"))
    assert 'id="parked"' in there
    assert "Whoever wrote what could not be read gets no text until it is." in there


def test_volunteers_do_not_come_in(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.vera).get(page()).status_code in (403, 404)


def test_an_account_in_trouble_is_told_above_every_page_of_staff(cast: Cast, sign_in: SignIn) -> None:
    CarrierAccount.objects.filter(id=cast.green.account.id).update(
        trouble="Authenticate", trouble_at=clock.now()
    )
    client = sign_in(cast.adam)
    assert "Nothing goes out through Twilio" in plain(client, page())
    assert "It says: “Authenticate”" in plain(client, page("carrier_accounts"))
    assert "Nothing goes out" not in plain(sign_in(cast.rosa), reverse("sending", args=["river-city"]))


def test_saving_the_account_ends_its_trouble(cast: Cast, sign_in: SignIn, settings: object) -> None:
    settings.CARRIERS = ["http://127.0.0.1:9"]
    account = cast.green.account
    CarrierAccount.objects.filter(id=account.id).update(trouble="Authenticate", trouble_at=clock.now())
    form = {"name": "Twilio", "base_url": account.base_url, "account_id": account.account_id}
    form |= {"new_secret": "another", "kind": "twilio", "answers_keywords": "usual"}
    answer = sign_in(cast.adam).post(page("carrier_account", account_id=account.id), form)
    assert answer.status_code == 302
    assert CarrierAccount.objects.get(id=account.id).trouble_at is None


def test_a_number_that_was_switched_off_says_why(cast: Cast, sign_in: SignIn) -> None:
    PhoneNumber.objects.filter(id=cast.green.number.id).update(
        is_active=False, off_because="The carrier refuses it: 21606"
    )
    assert "The carrier refuses it: 21606" in plain(sign_in(cast.adam), page("carrier_accounts"))


@pytest.fixture
def paused(cast: Cast) -> Script:
    script: Script = cast.published([cast.contact()]).scripts.get()
    because = "Carriers took 6 of its last 200 first texts for spam."
    Script.objects.filter(id=script.id).update(paused_at=clock.now(), paused_because=because)
    return script


def test_an_admin_sees_on_the_actions_pages_that_a_script_is_paused(
    cast: Cast, sign_in: SignIn, paused: Script
) -> None:
    client = sign_in(cast.adam)
    for name in ("results", "action_setup"):
        assert "Carriers took 6 of its last 200" in plain(client, page(name, action_id=paused.action_id))


def test_an_admin_resumes_a_script(cast: Cast, sign_in: SignIn, paused: Script) -> None:
    address = page("script_resumption", action_id=paused.action_id, script_id=paused.id)
    sign_in(cast.adam).post(address)
    assert Script.objects.get(id=paused.id).paused_at is None


def test_every_meaning_of_a_carriers_code_has_plain_words() -> None:
    assert set(_WORDS) == set(Meaning) - {Meaning.OTHER}


def test_a_campaign_without_registration_has_no_caps_that_we_know_of(cast: Cast) -> None:
    Registration.objects.filter(campaign=cast.campaign).delete()
    assert [limit.cap for limit in read(cast.campaign, clock.now()).limits] == [6_000, None, None]
