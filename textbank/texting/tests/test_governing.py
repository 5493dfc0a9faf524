from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from textbank import clock
from textbank.campaigns.models import Registration
from textbank.carriers.base import Network
from textbank.carriers.models import Allowance, PhoneNumber, TMobileDay
from textbank.conftest import Cast
from textbank.contacts.models import KnownPhone
from textbank.texting.dispatching import claim_outbox
from textbank.texting.governing import (
    ATT,
    ON_THE_WAY,
    Drawer,
    close_for_a_minute,
    close_for_the_day,
    draw,
    number_key,
    tmobile_midnight,
    used_lately,
)
from textbank.texting.models import Conversation, Message
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import Moment

SECOND = timedelta(seconds=1)


def allow(cast: Cast, *, number: int = 6_000, att: int | None = None, tmobile: int | None = None) -> None:
    PhoneNumber.objects.filter(id=cast.green.number.id).update(per_minute=number)
    Registration.objects.filter(campaign=cast.campaign).update(att_per_minute=att, tmobile_per_day=tmobile)


def first(cast: Cast, segments: int = 1, network: str = "", **also: bool) -> Drawer:
    return Drawer(cast.green.number.id, network, segments, is_initial=True, **also)


def queue(cast: Cast, number: int, kind: str = "initial", **also: object) -> list[Message]:
    """So many texts that are due, one for each of so many contacts."""
    action = cast.published([cast.contact() for _ in range(number)], f"Drive {uuid.uuid4()}")
    threads = Conversation.objects.filter(contact__assignments__action=action).order_by("id")
    return Message.objects.bulk_create(
        Message(
            campaign=cast.campaign,
            conversation=thread,
            kind=kind,
            status="queued",
            text="Hi",
            key=uuid.uuid4(),
            action=action,
            created_at=clock.now(),
            due_at=clock.now(),
            **also,
        )
        for thread in threads
    )


def most_in_a_minute(left: Iterable[tuple[datetime, int]]) -> int:
    """The most segments that left within any 60 seconds."""
    ordered = sorted(left)
    most, start, total = 0, 0, 0
    for moment, segments in ordered:
        total += segments
        while moment - ordered[start][0] >= timedelta(minutes=1):
            total -= ordered[start][1]
            start += 1
        most = max(most, total)
    return most


@pytest.mark.parametrize("seed", range(6))
def test_in_no_60_seconds_does_more_leave_than_a_cap_allows(cast: Cast, seed: int) -> None:
    """Three workers claim at random moments, their clocks up to a second apart; texts are of every length."""
    dice = random.Random(seed)
    cap = dice.choice([60, 180, 240, 900])
    allow(cast, att=cap)
    left, moment = [], clock.now()
    clocks = [dice.random() * SECOND for _worker in range(3)]
    for _turn in range(150):
        moment += dice.choice([0.2, 1.0, 1.0, 2.0, 3.0] * 8 + [30.0]) * dice.random() * SECOND
        batch = [
            first(cast, dice.choice([1, 1, 2, 3, 24]), has_waited=True) for _ in range(dice.randrange(40, 80))
        ]
        at = moment + dice.choice(clocks)
        for drawer, wait in zip(batch, draw(cast.campaign, batch, at), strict=True):
            if wait is None:
                left.append((moment + SECOND + dice.random() * (ON_THE_WAY - SECOND), drawer.segments))
    assert most_in_a_minute(left) <= cap
    assert sum(segments for _moment, segments in left) > cap / 4  # and yet something leaves


def test_what_leaves_late_and_what_leaves_at_once_make_no_more_than_a_cap(cast: Cast) -> None:
    """All that may be drawn in 62 seconds may leave within 60: the first two seconds late, the others at once."""
    allow(cast, att=900)
    drawn = 0
    for second in range(62):
        waits = draw(cast.campaign, [first(cast, has_waited=True)] * 90, clock.now() + second * SECOND)
        drawn += waits.count(None)
    assert 880 <= drawn <= 900


def test_a_text_that_is_longer_than_the_bucket_leaves_when_it_is_full_and_the_rest_is_owed(
    cast: Cast,
) -> None:
    allow(cast, att=15)
    texts = [first(cast, 10, has_waited=True), first(cast, has_waited=True)]

    long, short = draw(cast.campaign, texts, clock.now())

    assert long is None
    assert short.until > clock.now()
    assert draw(cast.campaign, texts, clock.now() + 60 * SECOND)[0].safeguard == Safeguard.MINUTE_CAP


def test_when_more_waits_than_may_leave_the_cap_is_used(cast: Cast) -> None:
    allow(cast, att=240)
    now, left = clock.now(), 0
    for turn in range(5 * 120):  # ten minutes, twice a second
        waits = draw(cast.campaign, [first(cast, has_waited=True)] * 10, now + turn * SECOND / 2)
        left += waits.count(None)
    assert left >= 0.8 * 240 * 5


def test_texts_that_do_not_fit_wait_spread_over_the_time_they_need(cast: Cast) -> None:
    allow(cast, att=240)
    queue(cast, 400)

    going = claim_outbox(cast.campaign, 500, clock.now())

    waiting = Message.objects.filter(status="queued")
    assert len(going) == 24  # a tenth of the cap at once
    assert set(waiting.values_list("safeguard", flat=True)) == {Safeguard.MINUTE_CAP}
    moments = list(waiting.order_by("due_at").values_list("due_at", flat=True))
    assert len(set(moments)) == 376
    assert moments[0] - clock.now() < SECOND
    # 376 segments, at nine tenths of 216 in 62 seconds.
    assert moments[-1] - clock.now() == pytest.approx(timedelta(seconds=376 / (216 / 62 * 0.9)), abs=SECOND)


def test_a_second_turn_promises_later_moments_than_the_first(cast: Cast) -> None:
    allow(cast, att=240)
    queue(cast, 200)
    claim_outbox(cast.campaign, 100, clock.now())
    first_promise = Message.objects.filter(safeguard=Safeguard.MINUTE_CAP).latest("due_at")

    claim_outbox(cast.campaign, 100, clock.now())

    later = Message.objects.filter(status="queued", id__gt=first_promise.id)
    assert later.count() == 100
    assert later.earliest("due_at").due_at > first_promise.due_at


def test_a_long_queue_is_looked_at_about_twice(cast: Cast) -> None:
    """Every text is promised its moment at the first look, and keeps to it."""
    allow(cast, att=960)
    texts = len(queue(cast, 600))
    looks, now = 0, clock.now()
    while Message.objects.filter(status="queued").exists():
        due = Message.objects.filter(status="queued", due_at__lte=now).count()
        looks += min(due, 200)
        claim_outbox(cast.campaign, 200, now)
        now += SECOND
        assert now - clock.now() < timedelta(minutes=3)
    assert looks < 2.2 * texts


def test_first_texts_go_to_the_end_of_the_line_and_replies_pass_it(cast: Cast) -> None:
    allow(cast, att=240)
    draw(cast.campaign, [first(cast)] * 100, clock.now())
    later = clock.now() + timedelta(seconds=10)
    reply = Drawer(cast.green.number.id, "", 1, is_initial=False)

    waits = draw(cast.campaign, [first(cast), reply, first(cast, has_waited=True)], later)

    assert waits[0].until > later + timedelta(seconds=10)
    assert waits[1:] == [None, None]


def test_a_reply_waits_only_until_the_bucket_has_room_again(cast: Cast) -> None:
    allow(cast, att=240)
    draw(cast.campaign, [first(cast)] * 500, clock.now())
    reply = Drawer(cast.green.number.id, "", 1, is_initial=False)

    wait, next_wait = draw(cast.campaign, [reply, reply], clock.now())

    assert wait.until - clock.now() < SECOND
    assert wait.until < next_wait.until


def test_att_is_asked_for_its_own_phones_and_for_those_whose_network_we_do_not_know(cast: Cast) -> None:
    allow(cast, att=240)
    draw(cast.campaign, [first(cast)] * 24, clock.now())

    waits = draw(
        cast.campaign,
        [first(cast, network=network) for network in ("att", "", "verizon", "tmobile", "other")],
        clock.now(),
    )

    refused = [wait.safeguard if wait else None for wait in waits]
    assert refused == [Safeguard.MINUTE_CAP, Safeguard.MINUTE_CAP, None, None, None]


def test_a_number_sends_no_faster_than_its_own_cap(cast: Cast) -> None:
    allow(cast, number=240)
    other = PhoneNumber.objects.create(
        campaign=cast.campaign, account=cast.green.account, number="+19195550002"
    )

    waits = draw(cast.campaign, [first(cast, network="verizon")] * 25, clock.now())
    elsewhere = draw(cast.campaign, [Drawer(other.id, "verizon", 1, is_initial=True)], clock.now())

    assert waits[:24] == [None] * 24
    assert waits[24].safeguard == Safeguard.NUMBER_CAP
    assert elsewhere == [None]


def test_a_cap_of_nothing_holds_texts_back_and_is_no_fault(cast: Cast) -> None:
    allow(cast, att=0)
    assert draw(cast.campaign, [first(cast)] * 2, clock.now())[1].safeguard == Safeguard.MINUTE_CAP


def test_what_fits_under_neither_limit_waits_for_the_slower(cast: Cast) -> None:
    allow(cast, number=60, att=240)

    waits = draw(cast.campaign, [first(cast)] * 40, clock.now())

    assert [wait.safeguard for wait in waits if wait] == [Safeguard.NUMBER_CAP] * 16


def test_another_campaigns_texts_draw_from_nothing_of_ours(cast: Cast) -> None:
    allow(cast, number=240, att=240)
    draw(cast.campaign, [first(cast)] * 100, clock.now())

    theirs = Drawer(cast.river.number.id, "", 1, is_initial=True)

    assert draw(cast.river.campaign, [theirs], clock.now()) == [None]


def test_tmobile_counts_the_segments_of_a_day(cast: Cast) -> None:
    allow(cast, tmobile=4)

    waits = draw(cast.campaign, [first(cast, 3, "tmobile"), first(cast, 2, "tmobile")], clock.now())

    assert waits[0] is None
    assert waits[1].safeguard == Safeguard.DAILY_CAP
    assert TMobileDay.objects.get().segments == 3


def test_whoever_types_our_ein_neither_uses_up_our_day_nor_closes_it(cast: Cast) -> None:
    Registration.objects.update(ein="12-3456789", tmobile_per_day=10)
    theirs = Drawer(cast.river.number.id, "tmobile", 9, is_initial=True)

    assert draw(cast.river.campaign, [theirs], clock.now()) == [None]
    close_for_the_day(cast.river.campaign, clock.now())

    assert draw(cast.campaign, [first(cast, 9, "tmobile")], clock.now()) == [None]
    assert not Moment.of(cast.campaign, clock.now()).full_networks
    close_for_the_day(cast.campaign, clock.now())
    assert Moment.of(cast.campaign, clock.now()).full_networks


def test_tmobiles_day_ends_at_midnight_pacific_and_the_hours_hold_then_too(cast: Cast) -> None:
    allow(cast, tmobile=1)
    for message in queue(cast, 2):
        phone = message.conversation.contact.phone
        KnownPhone.objects.create(campaign=cast.campaign, phone=phone, network=Network.T_MOBILE)

    assert len(claim_outbox(cast.campaign, 10, clock.now())) == 1

    waiting = Message.objects.get(status="queued")
    assert waiting.safeguard == Safeguard.DAILY_CAP
    # Midnight in Los Angeles is 3:00 in New York, where texting opens at 9:00.
    assert waiting.due_at == datetime(2026, 10, 14, 13, 0, tzinfo=UTC)
    assert len(claim_outbox(cast.campaign, 10, waiting.due_at)) == 1


def test_a_new_day_begins_at_midnight_pacific(cast: Cast) -> None:
    allow(cast, tmobile=1)
    draw(cast.campaign, [first(cast, network="tmobile")], clock.now())
    midnight = tmobile_midnight(clock.now()).astimezone(UTC)

    [before] = draw(cast.campaign, [first(cast, network="tmobile")], midnight - SECOND)
    [after] = draw(cast.campaign, [first(cast, network="tmobile")], midnight)

    assert before.until == midnight == datetime(2026, 10, 14, 7, 0, tzinfo=UTC)
    assert after is None


def test_when_att_says_that_it_is_full_nothing_goes_to_it_for_a_minute(cast: Cast) -> None:
    close_for_a_minute(cast.campaign, clock.now())
    close_for_a_minute(cast.campaign, clock.now() - SECOND)  # by a worker whose clock is behind
    reply = Drawer(cast.green.number.id, "", 1, is_initial=False)

    texts = [first(cast), first(cast, network="verizon"), reply]
    att, verizon, answer = draw(cast.campaign, texts, clock.now())
    after = draw(cast.campaign, [first(cast, has_waited=True)], clock.now() + timedelta(minutes=1))

    assert att.safeguard == Safeguard.MINUTE_CAP
    assert min(att.until, answer.until) >= clock.now() + timedelta(minutes=1)
    assert verizon is None
    assert after == [None]


def test_when_tmobile_says_that_it_is_full_nothing_goes_to_it_today(cast: Cast) -> None:
    close_for_the_day(cast.campaign, clock.now())

    [wait] = draw(cast.campaign, [first(cast, network="tmobile")], clock.now())

    assert wait.safeguard == Safeguard.DAILY_CAP


def test_what_left_in_the_last_minute_can_be_seen(cast: Cast) -> None:
    key, noon = number_key(cast.green.number.id), clock.now()
    draw(cast.campaign, [first(cast)] * 100, noon)

    assert used_lately(cast.campaign, [key], noon) == {key: 100}
    assert used_lately(cast.campaign, [key], noon + timedelta(seconds=90)) == {key: 50}
    assert used_lately(cast.campaign, [key], noon + timedelta(minutes=2)) == {key: 0}
    draw(cast.campaign, [first(cast)] * 30, noon + timedelta(minutes=1))
    assert used_lately(cast.campaign, [key], noon + timedelta(seconds=75)) == {key: 105}
    assert Allowance.objects.filter(key=ATT).count() == 1
