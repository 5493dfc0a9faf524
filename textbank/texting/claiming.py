"""Contacts come into a volunteer's hands, a bucket at a time, and go back when they are not texted."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models, transaction

from textbank.campaigns.models import Campaign, Membership
from textbank.querying import execute, rows
from textbank.texting.hours import Hours, latest_delivery, next_opening
from textbank.texting.models import Assignment, Skip, TextingAction

LEASE = timedelta(minutes=60)
DRAWS = 2**31 - 1

# The free assignments of one zone group from a starting draw upwards, and then those below it, into hands in their
# order: `hands` has a member as often as they are to get one. From a random start, volunteers who ask at the same
# moment look at different rows; from the head of the queue they would all skip the same locked ones. What is locked
# does not move, so it is found again where it lies (ctid).
_FREE_FROM = """
    SELECT ctid FROM texting_assignment AS free
    WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND zones = %(zones)s
      AND outcome = 'untexted' AND holder_id IS NULL AND draw {side} %(start)s
      AND NOT EXISTS (
          SELECT FROM texting_skip
          WHERE assignment_id = free.id AND membership_id = ANY(%(members)s)
      )
    ORDER BY draw LIMIT cardinality(%(hands)s::bigint[]) - {found}
    FOR UPDATE SKIP LOCKED
"""
_CLAIM = f"""
    WITH ahead AS ({_FREE_FROM.format(side=">=", found="0")}
    ), behind AS ({_FREE_FROM.format(side="<", found="(SELECT count(*) FROM ahead)")}
    ), dealt AS (
        SELECT ctid, (%(hands)s::bigint[])[row_number() OVER ()] AS holder_id
        FROM (SELECT ctid FROM ahead UNION ALL SELECT ctid FROM behind) AS picked
    ), claimed AS (
        UPDATE texting_assignment AS a SET holder_id = dealt.holder_id, held_until = %(until)s
        FROM dealt WHERE a.ctid = dealt.ctid AND a.campaign_id = %(campaign)s
        RETURNING a.holder_id
    )
    SELECT holder_id, count(*) AS claimed FROM claimed GROUP BY holder_id
"""  # noqa: S608 (put together from constants of ours)

# The distinct zone groups that still have somebody free, found by hopping through the index.
_ZONE_GROUPS = """
    WITH RECURSIVE hop AS (
        (SELECT zones FROM texting_assignment
         WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND outcome = 'untexted'
           AND holder_id IS NULL
         ORDER BY zones LIMIT 1)
        UNION ALL
        SELECT (SELECT zones FROM texting_assignment
                WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND outcome = 'untexted'
                  AND holder_id IS NULL AND zones > hop.zones
                ORDER BY zones LIMIT 1)
        FROM hop WHERE hop.zones IS NOT NULL
    )
    SELECT zones FROM hop WHERE zones IS NOT NULL
"""

# Counted no further than anybody reads, so that a page costs the same for a list of any length.
_FREE = """
    SELECT act.id, (
        SELECT count(*) FROM (
            SELECT FROM texting_assignment
            WHERE campaign_id = %(campaign)s AND action_id = act.id AND outcome = 'untexted'
              AND holder_id IS NULL
            LIMIT %(most)s
        ) AS free
    ) AS free
    FROM texting_textingaction AS act
    WHERE act.campaign_id = %(campaign)s AND act.id = ANY(%(actions)s)
"""

_TAKE_TURNS = "SELECT FROM campaigns_membership WHERE id = ANY(%(members)s) ORDER BY id FOR NO KEY UPDATE"

# What is being pressed or dealt at this moment is left alone: waiting for it in another order could deadlock.
_EXTEND = """
    WITH quiet AS (
        SELECT id FROM texting_assignment
        WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND holder_id = ANY(%(members)s)
        FOR UPDATE SKIP LOCKED
    ), renewed AS (
        UPDATE texting_assignment AS a SET held_until = %(until)s
        FROM quiet WHERE a.id = quiet.id AND a.campaign_id = %(campaign)s
    )
    SELECT holder_id, count(*) AS held FROM texting_assignment
    WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND holder_id = ANY(%(members)s)
    GROUP BY holder_id
"""

_RELEASE = """
    WITH expired AS (
        SELECT id FROM texting_assignment
        WHERE holder_id IS NOT NULL AND held_until < %(now)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE texting_assignment AS a SET holder_id = NULL, held_until = NULL
    FROM expired WHERE a.id = expired.id
"""


@transaction.atomic
def claim(action: TextingAction, members: Sequence[Membership], now: datetime) -> dict[int, int]:
    """Puts a bucket of untexted contacts into each volunteer's hands for `LEASE`; what they hold then, by membership.

    Drawn at random, from the zone group that closes soonest first, never one that the hours forbid now, never one
    this volunteer has passed over, and never more than the bucket size in one pair of hands. Volunteers who ask at
    the same moment are served by the same statements.
    """
    held = dict.fromkeys((member.id for member in members), 0)
    if not action.takes_initials:
        return held
    # Two tabs of one volunteer take turns, or both would get a whole bucket.
    rows(_TAKE_TURNS, members=list(held))
    held |= extend(action, list(held), now)
    groups = _open_zone_groups(action, now)
    _fill_up(action, held, list(held), groups, now)
    if len(held) > 1 and min(held.values()) < action.campaign.bucket_size:
        # Together they get nobody whom any of them has passed over; so each is asked for once more who has too few.
        groups = _open_zone_groups(action, now)
        for member_id in held:
            _fill_up(action, held, [member_id], groups, now)
    return held


def extend(action: TextingAction, member_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Renews the lease on what volunteers still hold, and says how many that is, of those who hold any."""
    keys = {"campaign": action.campaign_id, "action": action.id, "members": list(member_ids)}
    return {row["holder_id"]: row["held"] for row in rows(_EXTEND, until=now + LEASE, **keys)}


def held_by(action: TextingAction, member: Membership) -> models.QuerySet[Assignment]:
    """The contacts of the action in this volunteer's hands."""
    return Assignment.objects.filter(campaign=action.campaign_id, action=action, holder=member)


def free_contacts(campaign: Campaign, actions: Sequence[TextingAction], most: int) -> dict[int, int]:
    """How many contacts of each action, by its id, are in nobody's hands; counted up to `most`."""
    found = rows(_FREE, campaign=campaign.id, actions=[action.id for action in actions], most=most)
    return {row["id"]: row["free"] for row in found}


def opens_at(action: TextingAction, member: Membership, now: datetime) -> datetime | None:
    """When this volunteer may next text somebody of the action, as far as the hours go: `now` if at once.

    None when nobody is left, neither free nor in their hands.
    """
    in_hand = held_by(action, member).values_list("zones", flat=True).distinct()
    groups = {*_zone_groups(action), *in_hand}
    return min((next_opening(action.campaign, zones, now) for zones in groups), default=None)


def in_hand(member: Membership) -> dict[int, int]:
    """How many contacts the volunteer holds, by the id of the action."""
    held = Assignment.objects.filter(campaign=member.campaign_id, holder=member)
    return dict(held.values_list("action_id").annotate(models.Count("id")).order_by())


def skip(assignment: Assignment, member: Membership, reason: str, now: datetime) -> None:
    """The volunteer passes a contact over: it goes back to the pool, but not to the same hands."""
    with transaction.atomic():
        Skip.objects.bulk_create(
            [
                Skip(
                    campaign_id=assignment.campaign_id,
                    assignment=assignment,
                    membership=member,
                    reason=reason,
                    skipped_at=now,
                )
            ],
            ignore_conflicts=True,
        )
        Assignment.objects.filter(id=assignment.id, campaign=assignment.campaign_id, holder=member).update(
            holder=None, held_until=None
        )


def return_bucket(action: TextingAction, member: Membership) -> int:
    """Gives back what the volunteer has not texted; returns how many went back to the pool."""
    return release(held_by(action, member))


@transaction.atomic
def release(held: models.QuerySet[Assignment]) -> int:
    """Gives held contacts back to the pool, except those being pressed at this moment; returns how many."""
    ids = list(held.select_for_update(skip_locked=True).values_list("id", flat=True))
    return Assignment.objects.filter(id__in=ids).update(holder=None, held_until=None)


def release_expired(now: datetime, limit: int = 10_000) -> int:
    """Gives untouched claims back to the pool when their lease is over. Runs every minute."""
    return execute(_RELEASE, now=now, limit=limit)


def _open_zone_groups(action: TextingAction, now: datetime) -> list[int]:
    """The zone groups with free contacts that may be texted now, the one that closes soonest first."""
    hours = Hours.at(action.campaign, now)
    open_now = [zones for zones in _zone_groups(action) if hours.refusal(zones) is None]
    return sorted(open_now, key=lambda zones: latest_delivery(action.campaign, zones, now))


def _zone_groups(action: TextingAction) -> list[int]:
    found = rows(_ZONE_GROUPS, campaign=action.campaign_id, action=action.id)
    return [row["zones"] for row in found]


def _fill_up(
    action: TextingAction, held: dict[int, int], member_ids: list[int], groups: list[int], now: datetime
) -> None:
    """Fills the buckets of these members out of the zone groups, one after the other."""
    size = action.campaign.bucket_size
    for zones in groups:
        hands = [member_id for member_id in member_ids for _ in range(size - held[member_id])]
        if not hands:
            return
        claimed = rows(
            _CLAIM,
            campaign=action.campaign_id,
            action=action.id,
            members=member_ids,
            hands=hands,
            zones=zones,
            start=secrets.randbelow(DRAWS),
            until=now + LEASE,
        )
        for row in claimed:
            held[row["holder_id"]] += row["claimed"]
