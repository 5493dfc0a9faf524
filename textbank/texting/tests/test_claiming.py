from collections import Counter
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from textbank import clock
from textbank.conftest import Cast
from textbank.contacts import zones
from textbank.texting import claiming
from textbank.texting.claiming import LEASE, held_by, release_expired, return_bucket, skip
from textbank.texting.models import Assignment, TextingAction
from textbank.texting.publishing import close, pause
from textbank.texting.tests.hands import claim

PACIFIC, HAWAII = zones.PACIFIC, zones.HAWAII


def test_a_bucket_holds_as_many_contacts_as_the_campaign_says(cast: Cast) -> None:
    cast.campaign.bucket_size = 3
    cast.campaign.save()
    action = cast.published([cast.contact() for _ in range(5)])

    assert claim(action, cast.vera, clock.now()) == 3
    assert held_by(action, cast.vera).count() == 3


def test_asking_again_fills_the_bucket_up_and_not_beyond(cast: Cast) -> None:
    cast.campaign.bucket_size = 3
    cast.campaign.save()
    action = cast.published([cast.contact() for _ in range(5)])

    claim(action, cast.vera, clock.now())
    assert claim(action, cast.vera, clock.now()) == 3


def test_a_bucket_that_was_made_smaller_meanwhile_takes_nothing_away(cast: Cast) -> None:
    action = cast.published([cast.contact() for _ in range(5)])
    claim(action, cast.vera, clock.now())
    action.campaign.bucket_size = 2

    assert claim(action, cast.vera, clock.now()) == 5


def test_two_volunteers_never_hold_the_same_contact(cast: Cast) -> None:
    action = cast.published([cast.contact() for _ in range(4)])

    assert claim(action, cast.vera, clock.now()) == 4
    assert claim(action, cast.victor, clock.now()) == 0


def test_contacts_of_another_action_are_not_claimed(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    cast.published([cast.contact()], "Another drive")

    assert claim(action, cast.vera, clock.now()) == 1


def test_nobody_is_claimed_where_it_is_night(cast: Cast) -> None:
    cast.contact()
    action = cast.published([cast.contact(zones=HAWAII), cast.contact()])

    # 14:30 in New York is 8:30 in Honolulu, before nine.
    assert claim(action, cast.vera, clock.now()) == 1


def test_the_zone_that_closes_soonest_comes_first(cast: Cast) -> None:
    cast.campaign.bucket_size = 2
    cast.campaign.time_zone = "America/Los_Angeles"
    cast.campaign.save()
    east = [cast.contact(zones=1) for _ in range(2)]
    action = cast.published([cast.contact(zones=PACIFIC) for _ in range(4)] + east)

    claim(action, cast.vera, clock.now())

    assert {one.contact_id for one in held_by(action, cast.vera)} == {contact.id for contact in east}


def test_a_skipped_contact_goes_to_other_hands_but_not_to_the_same(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())

    skip(held_by(action, cast.vera).get(), cast.vera, "known", clock.now())

    assert claim(action, cast.vera, clock.now()) == 0
    assert claim(action, cast.victor, clock.now()) == 1


def test_a_volunteer_cannot_skip_what_another_holds(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())

    skip(held_by(action, cast.vera).get(), cast.victor, "known", clock.now())

    assert held_by(action, cast.vera).count() == 1


def test_what_is_not_texted_can_be_given_back(cast: Cast) -> None:
    action = cast.published([cast.contact(), cast.contact()])
    claim(action, cast.vera, clock.now())

    assert return_bucket(action, cast.vera) == 2
    assert claim(action, cast.victor, clock.now()) == 2


def test_an_untouched_claim_goes_back_after_an_hour(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    claim(action, cast.vera, clock.now())

    assert release_expired(clock.now() + LEASE) == 0
    assert release_expired(clock.now() + LEASE + timedelta(seconds=1)) == 1
    assert not Assignment.objects.filter(holder=cast.vera).exists()


def test_nothing_is_claimed_from_a_draft_a_paused_or_a_closed_action(cast: Cast) -> None:
    draft = cast.draft([cast.contact()], "Draft")
    assert claim(draft, cast.vera, clock.now()) == 0

    action = cast.published([cast.contact()])
    pause(action, clock.now())
    action.refresh_from_db()
    assert claim(action, cast.vera, clock.now()) == 0

    close(action, clock.now())
    action.refresh_from_db()
    assert claim(action, cast.vera, clock.now()) == 0


def holders(action: TextingAction) -> Counter[int]:
    return Counter(
        Assignment.objects.filter(action=action, holder__isnull=False).values_list("holder", flat=True)
    )


def test_volunteers_who_ask_together_get_a_bucket_each(cast: Cast) -> None:
    cast.campaign.bucket_size = 3
    cast.campaign.save()
    action = cast.published([cast.contact() for _ in range(8)])

    held = claiming.claim(action, [cast.victor, cast.vera, cast.victor], clock.now())

    assert held == holders(action) == {cast.vera.id: 3, cast.victor.id: 3}


def test_together_each_gets_only_what_their_bucket_lacks(cast: Cast) -> None:
    cast.campaign.bucket_size = 3
    cast.campaign.save()
    action = cast.published([cast.contact() for _ in range(8)])
    claim(action, cast.vera, clock.now())
    return_one = held_by(action, cast.vera)[:1].get()
    skip(return_one, cast.vera, "known", clock.now())

    held = claiming.claim(action, [cast.vera, cast.victor], clock.now())

    assert held == holders(action) == {cast.vera.id: 3, cast.victor.id: 3}
    assert not held_by(action, cast.vera).filter(id=return_one.id)


def test_whom_one_has_passed_over_goes_to_another_who_asks_at_the_same_moment(cast: Cast) -> None:
    cast.campaign.bucket_size = 2
    cast.campaign.save()
    action = cast.published([cast.contact() for _ in range(2)])
    claim(action, cast.vera, clock.now())
    for assignment in held_by(action, cast.vera):
        skip(assignment, cast.vera, "known", clock.now())

    held = claiming.claim(action, [cast.vera, cast.victor], clock.now())

    assert held == {cast.vera.id: 0, cast.victor.id: 2}


def test_the_last_contacts_go_to_some_of_those_who_ask_together(cast: Cast) -> None:
    cast.campaign.bucket_size = 3
    cast.campaign.save()
    action = cast.published([cast.contact(zones=1), *(cast.contact(zones=zones.CENTRAL) for _ in range(3))])

    held = claiming.claim(action, [cast.vera, cast.victor], clock.now())

    assert sorted(held.values()) == [1, 3]
    assert {member: count for member, count in held.items() if count} == holders(action)


def test_where_nobody_is_left_nobody_is_asked_for_again(cast: Cast) -> None:
    action = cast.published([cast.contact()])
    volunteers = [cast.join(cast.green, f"Volunteer{number}") for number in range(10)]
    with CaptureQueriesContext(connection) as captured:
        held = claiming.claim(action, volunteers, clock.now())
    assert sorted(held.values()) == [0] * 9 + [1]
    assert sum("%(hands)s" in query["sql"] for query in captured) == 1
