"""What a safeguard stops at its moment leaves no text, and is counted as often as it is tried."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from textbank import clock
from textbank.campaigns.models import Campaign, Membership, Registration
from textbank.conftest import TUESDAY_NOON, Cast
from textbank.contacts.opting_out import opt_out
from textbank.texting import cards
from textbank.texting.dispatching import claim_outbox
from textbank.texting.models import Assignment, Message, Refusal, TextingAction
from textbank.texting.refusals import Safeguard
from textbank.texting.replying import Reply, send_replies
from textbank.texting.safeguards import Moment
from textbank.texting.sending import Press, Verdict, send_initials
from textbank.texting.tests.hands import claim

EVENING = TUESDAY_NOON + timedelta(hours=6)  # 20:30 in New York


def presses(cast: Cast, action: TextingAction, member: Membership | None = None) -> list[Press]:
    member = member or cast.vera
    claim(action, member, clock.now())
    dealt = cards.deal(action, member, clock.now(), 100)
    return [cards.read(card.signed, member) for card in dealt]


def tallies() -> dict[tuple[int, int | None, int], int]:
    return {
        (one.campaign_id, one.action_id, one.safeguard): one.times for one in Refusal.objects.order_by("id")
    }


def test_every_press_that_comes_at_the_wrong_moment_counts_the_same_one_again_too(cast: Cast) -> None:
    action = cast.published([cast.contact(), cast.contact()])
    first, second = presses(cast, action)

    assert [one.verdict for one in send_initials(cast.campaign, [first, second], EVENING)] == [
        Verdict.NOT_NOW,
        Verdict.NOT_NOW,
    ]
    send_initials(cast.campaign, [first], EVENING)

    assert tallies() == {(cast.campaign.id, action.id, Safeguard.CAMPAIGN_HOURS): 3}
    assert not Message.objects.exists()


def test_a_press_counts_for_its_own_action_campaign_and_safeguard(cast: Cast) -> None:
    one, two = cast.published([cast.contact()], "One"), cast.published([cast.contact()], "Two")
    theirs = cast.published([cast.contact(cast.river.campaign)], "Theirs")
    mixed = [*presses(cast, one), *presses(cast, two)]
    their_presses = presses(cast, theirs, cast.ravi)
    Campaign.objects.filter(id=cast.river.campaign.id).update(paused_at=clock.now())

    send_initials(cast.campaign, mixed, EVENING)
    send_initials(cast.river.campaign, their_presses, clock.now())

    assert tallies() == {
        (cast.campaign.id, one.id, Safeguard.CAMPAIGN_HOURS): 1,
        (cast.campaign.id, two.id, Safeguard.CAMPAIGN_HOURS): 1,
        (cast.river.campaign.id, theirs.id, Safeguard.CAMPAIGN_PAUSED): 1,
    }


def test_what_goes_or_is_held_back_for_good_has_a_text_and_no_tally(cast: Cast) -> None:
    action = cast.published([cast.contact(), cast.contact()])
    sent, held = presses(cast, action)
    opted_out = Assignment.objects.get(id=held.assignment_id).contact
    opt_out(cast.campaign, opted_out.phone, "admin", clock.now())

    outcomes = send_initials(cast.campaign, [sent, held], clock.now())

    assert [one.verdict for one in outcomes] == [Verdict.QUEUED, Verdict.HELD_BACK]
    assert tallies() == {}


def test_a_reply_at_the_wrong_moment_counts_for_the_action_of_its_conversation(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    [press] = presses(cast, action)
    [sent] = send_initials(cast.campaign, [press], clock.now())
    conversation = Message.objects.get(id=sent.message_id).conversation

    reply = Reply(conversation.id, "Thank you", uuid.uuid4(), cast.vera.id)
    for _ in range(2):
        send_replies(cast.campaign, [reply], EVENING)

    assert tallies() == {(cast.campaign.id, action.id, Safeguard.CAMPAIGN_HOURS): 2}


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Honolulu", "Pacific/Guam"])
def test_a_registration_ends_with_its_last_day_in_the_campaigns_own_zone(cast: Cast, zone: str) -> None:
    Campaign.objects.filter(id=cast.campaign.id).update(time_zone=zone)
    campaign = Campaign.objects.get(id=cast.campaign.id)
    Registration.objects.filter(campaign=campaign).update(expires_on=date(2026, 10, 31))
    last_moment = datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=campaign.zone)

    assert Moment.of(campaign, last_moment).registration is None
    ended = Moment.of(campaign, (last_moment + timedelta(microseconds=1)).astimezone(UTC)).registration
    assert ended == Safeguard.REGISTRATION_ENDED
    assert Moment.of(cast.river.campaign, last_moment + timedelta(days=1)).registration is None


def test_when_the_registration_has_ended_presses_stop_and_what_is_queued_waits_until_it_is_renewed(
    cast: Cast,
) -> None:
    action = cast.published([cast.contact(), cast.contact()])
    queued, late = presses(cast, action)
    send_initials(cast.campaign, [queued], clock.now())
    row = Registration.objects.filter(campaign=cast.campaign)
    row.update(expires_on=TUESDAY_NOON.date() - timedelta(days=1))

    [outcome] = send_initials(cast.campaign, [late], clock.now())
    assert outcome.safeguard == Safeguard.REGISTRATION_ENDED
    assert claim_outbox(cast.campaign, 100, clock.now() + timedelta(minutes=1)) == []
    assert Message.objects.get().status == Message.Status.QUEUED

    row.update(expires_on=TUESDAY_NOON.date())
    assert len(claim_outbox(cast.campaign, 100, clock.now() + timedelta(minutes=2))) == 1
