"""A text leaves, second half: queued messages go to the carrier, once each.

Three steps, and no transaction is open while the network is asked:

1. `claim_outbox`  many queued messages become `sending`, the safeguards having been asked once more;
2. the carrier takes them, many at a time;
3. `recording.record_results`  what the carrier said is written down.

A worker that dies between 1 and 3 leaves messages in `sending`: see `settling.py`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Login, Network, OutgoingText
from textbank.querying import execute, rows
from textbank.texting.governing import Drawer, draw, tmobile_day, tmobile_midnight
from textbank.texting.holding_back import PAUSES, hold_back, lock_threads, postpone, set_aside
from textbank.texting.hours import latest_delivery, next_opening
from textbank.texting.models import Message
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import (
    PHONE_COLUMNS,
    PHONE_JOIN,
    PROMPT,
    Facts,
    Moment,
    phone_facts,
    refusal,
)

PAUSED_WAIT = timedelta(seconds=30)
READ_FIRST = timedelta(seconds=1)
TRIED_EVERY = timedelta(minutes=1)  # one text of an account that the carrier refuses
EVERY = 100_000  # more than anybody claims at once
IN_LINE = frozenset([Safeguard.MINUTE_CAP, Safeguard.NUMBER_CAP])

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outbound:
    """One claimed message, ready for the carrier; with the rows that its answer may be about.

    `counted_on`: the day of T-Mobile's on which its segments were counted; None for a phone of another network.
    """

    message_id: int
    campaign_id: int
    account_id: int
    number_id: int
    script_id: int | None
    attempts: int
    carrier: str
    login: Login
    text: OutgoingText
    segments: int
    counted_on: date | None = None


_LOGIN = ("base_url", "account_id", "secret", "user", "second_secret", "application", "proof")

# Found by hopping through the index from campaign to campaign, however many texts wait in each.
_CAMPAIGNS_WAITING = """
    WITH RECURSIVE hop AS (
        (SELECT campaign_id, due_at FROM texting_message WHERE stage = 'queued'
         ORDER BY campaign_id, due_at, id LIMIT 1)
        UNION ALL
        SELECT next.* FROM hop CROSS JOIN LATERAL (
            SELECT campaign_id, due_at FROM texting_message
            WHERE stage = 'queued' AND campaign_id > hop.campaign_id
            ORDER BY campaign_id, due_at, id LIMIT 1
        ) AS next
    )
    SELECT campaign_id FROM hop WHERE %(now)s::timestamptz IS NULL OR due_at <= %(now)s
"""

# A message with everything its carrier and the safeguards need. It leaves from the number it was written for, else
# from the one its contact knows, else, when those are off, from another of ours; what has left is asked after under
# the number it left from.
OUTBOX = f"""
    SELECT m.id, m.kind, m.text, m.segments, m.key, m.attempts, m.assignment_id, m.created_at AS asked_at,
           ARRAY(SELECT jsonb_array_elements_text(m.media)) AS media,
           c.zones, n.number, n.id AS number_id, v.number_id AS known_number_id,
           script.paused_at IS NOT NULL AS script_is_paused, v.suggestion <> '' AS has_unclear_reply, {PHONE_COLUMNS},
           EXISTS (SELECT FROM carriers_carrierevent AS e
                   WHERE e.campaign_id = m.campaign_id AND e.phone = c.phone AND e.phone <> ''
                     AND e.processed_at IS NULL AND e.parked_at IS NULL) AS has_unread_reply,
           m.safeguard, m.script_id, account.id AS account_key,
           account.kind AS carrier, account.base_url, account.account_id, account.secret, account.user,
           account.second_secret, account.application, account.proof, account.webhook_key,
           act.status AS action_status, act.paused_at IS NOT NULL AS action_is_paused
    FROM texting_message AS m
    JOIN texting_conversation AS v ON v.id = m.conversation_id AND v.campaign_id = %(campaign)s
    JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
    {PHONE_JOIN}
    LEFT JOIN texting_script AS script ON script.id = m.script_id AND script.campaign_id = %(campaign)s
    LEFT JOIN texting_textingaction AS act ON act.id = m.action_id AND act.campaign_id = %(campaign)s
    LEFT JOIN LATERAL (
        SELECT * FROM carriers_phonenumber AS own
        WHERE own.campaign_id = %(campaign)s
          AND CASE WHEN m.status = 'queued' THEN own.is_active ELSE own.id = m.number_id END
        ORDER BY own.id = m.number_id DESC NULLS LAST, own.id = v.number_id DESC NULLS LAST, own.id LIMIT 1
    ) AS n ON true
    LEFT JOIN carriers_carrieraccount AS account ON account.id = n.account_id
    WHERE m.campaign_id = %(campaign)s
"""  # noqa: S608 (put together from constants of ours)
# Somebody waits for a reply and for an automatic answer: they are found by an index of their own (`message_replies`).
_DUE = """
      AND m.stage = 'queued' AND m.kind {kind} 'initial' AND m.due_at <= %(now)s AND m.id <> ALL(%(seen)s::bigint[])
    ORDER BY m.due_at, m.id LIMIT %(limit)s
    FOR UPDATE OF m SKIP LOCKED
"""
_DUE_REPLIES, _DUE_FIRST_TEXTS = OUTBOX + _DUE.format(kind="<>"), OUTBOX + _DUE.format(kind="=")

_MARK_SENDING = """
    WITH going AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(numbers)s::bigint[]) AS g(message_id, number_id)
    ), known_by AS (
        UPDATE texting_conversation AS v SET number_id = going.number_id
        FROM going JOIN texting_message AS m ON m.id = going.message_id AND m.campaign_id = %(campaign)s
        WHERE v.id = m.conversation_id AND v.campaign_id = %(campaign)s AND m.id = ANY(%(renumbered)s)
    )
    UPDATE texting_message AS m
    SET status = 'sending', sending_at = %(now)s, due_at = NULL, safeguard = NULL, attempts = attempts + 1,
        number_id = going.number_id
    FROM going WHERE m.id = going.message_id AND m.campaign_id = %(campaign)s
"""


def campaigns_waiting(now: datetime | None) -> list[Campaign]:
    """The campaigns with texts to send now; the dispatcher takes turns over them. None: now or at any later time."""
    ids = [row["campaign_id"] for row in rows(_CAMPAIGNS_WAITING, now=now)]
    return list(Campaign.objects.filter(id__in=ids).order_by("id"))


@transaction.atomic
def claim_outbox(campaign: Campaign, limit: int, now: datetime) -> list[Outbound]:
    """Takes up to `limit` queued messages of one campaign for sending; nobody else gets the same ones.

    Replies and automatic answers come first. What a safeguard refuses by now stays back: a contact who opted out
    after the press is not texted. What the carriers' limits have no room for waits in line.
    """
    moment = Moment.of(campaign, now)
    if moment.is_paused or moment.registration:
        return []  # nothing of this campaign leaves; there is no need to look at each text
    tries = _tries(campaign, now)
    claim = Claim(campaign, moment, tries, min(limit, tries.most))
    claim.look(_DUE_REPLIES)
    claim.look(_DUE_FIRST_TEXTS)
    if claim.has_met_a_pause:
        set_aside(campaign, now)
        claim.look(_DUE_FIRST_TEXTS)
    claim.draw()
    renumbered = [row["id"] for row in claim.going if row["number_id"] != row["known_number_id"]]
    lock_threads(campaign, [*renumbered, *(message_id for message_id, _found in claim.held_back)])
    _mark_sending(campaign, claim.going, renumbered, now)
    hold_back(campaign, claim.held_back, now)
    postpone(claim.postponed)
    valid_for = {
        zones: latest_delivery(campaign, zones, now) for zones in {row["zones"] for row in claim.going}
    }
    return [
        outbound_of(campaign, row, left_to_answer(row, now) or valid_for[row["zones"]], day_counted(row, now))
        for row in claim.going
    ]


@dataclass(slots=True)
class Tries:
    """How many texts may be tried just now, of accounts that the carrier refuses: none, or one a minute."""

    of_account: dict[int, int]
    most: int

    def take(self, account_id: int) -> bool:
        """Whether a text of this account may be tried, and then it is one less."""
        left = self.of_account.get(account_id)
        if left is None:
            return True
        self.of_account[account_id] = 0
        return left > 0


@dataclass(slots=True)
class Claim:
    """The texts of one turn, by what becomes of each. `room`: how many more may be looked at."""

    campaign: Campaign
    moment: Moment
    tries: Tries
    room: int
    seen: list[int] = field(default_factory=list)
    has_met_a_pause: bool = False
    going: list[Row] = field(default_factory=list)
    held_back: list[tuple[int, Safeguard]] = field(default_factory=list)
    postponed: list[tuple[int, datetime, Safeguard | None]] = field(default_factory=list)
    _openings: dict[tuple[int, datetime], datetime] = field(default_factory=dict)

    def look(self, due: str) -> None:
        """At as many of these as there is room for. Those of a paused action or script take none of it."""
        if not self.room:
            return
        found = rows(due, campaign=self.campaign.id, now=self.moment.now, limit=self.room, seen=self.seen)
        self.seen += [row["id"] for row in found]
        self.room -= sum(self._judge(row) for row in found)

    def _judge(self, row: Row) -> bool:
        """False when it is left as it is."""
        found, now = refusal(_facts(row), self.moment), self.moment.now
        if found in PAUSES:
            self.has_met_a_pause = True
            return False
        if row["has_unread_reply"]:
            # They have just written, and it may be "stop": it is read first.
            self.postponed.append((row["id"], now + READ_FIRST, None))
        elif found is None and self.tries.take(row["account_key"]):
            self.going.append(row)
        elif found is None:
            self.postponed.append((row["id"], now + TRIED_EVERY, None))
        elif found.is_about_the_contact or found == Safeguard.ACTION_CLOSED:
            self.held_back.append((row["id"], found))
        else:
            self.postponed.append((row["id"], self._next_try(row, found), found))
        return True

    def draw(self) -> None:
        """Of those that may go, as many as the limits have room for; the others wait in line."""
        waits = draw(self.campaign, [_drawer(row) for row in self.going], self.moment.now)
        ready = self.going
        self.going = [row for row, wait in zip(ready, waits, strict=True) if wait is None]
        for row, wait in zip(ready, waits, strict=True):
            if wait:
                is_for_today = wait.safeguard == Safeguard.DAILY_CAP
                until = self._opening(row["zones"], wait.until) if is_for_today else wait.until
                self.postponed.append((row["id"], until, wait.safeguard))

    def _next_try(self, row: Row, found: Safeguard) -> datetime:
        now = self.moment.now
        if found == Safeguard.DAILY_CAP:
            return self._opening(row["zones"], tmobile_midnight(now))
        if found.is_about_hours:
            return max(self._opening(row["zones"], now), now + PAUSED_WAIT)
        return now + PAUSED_WAIT

    def _opening(self, zones: int, after: datetime) -> datetime:
        """The next opening is looked for in small steps: once for all contacts of the same zones."""
        if (zones, after) not in self._openings:
            self._openings[zones, after] = next_opening(self.campaign, zones, after)
        return self._openings[zones, after]


# Whoever changes the moment of the last try is the one who tries.
_TRIES = """
    WITH tried AS (
        UPDATE carriers_carrieraccount SET trouble_at = %(now)s
        WHERE campaign_id = %(campaign)s AND trouble_at <= %(before)s RETURNING id
    )
    SELECT account.id, account.trouble_at IS NOT NULL AS is_in_trouble, tried.id IS NOT NULL AS is_tried
    FROM carriers_carrieraccount AS account LEFT JOIN tried ON tried.id = account.id
    WHERE account.campaign_id = %(campaign)s
      AND EXISTS (SELECT FROM carriers_phonenumber AS n WHERE n.account_id = account.id AND n.is_active)
"""


def _tries(campaign: Campaign, now: datetime) -> Tries:
    accounts = rows(_TRIES, campaign=campaign.id, now=now, before=now - TRIED_EVERY)
    of_account = {row["id"]: int(row["is_tried"]) for row in accounts if row["is_in_trouble"]}
    are_all_in_trouble = bool(accounts) and len(of_account) == len(accounts)
    return Tries(of_account, most=sum(of_account.values()) if are_all_in_trouble else EVERY)


def _facts(row: Row) -> Facts:
    # "Texted recently" was decided at the press, under a lock; by now the text's own press would trip it.
    return Facts(
        kind=row["kind"],
        zones=row["zones"],
        action_status=row["action_status"] or "",
        action_is_paused=bool(row["action_is_paused"]),
        script_is_paused=row["script_is_paused"],
        has_unclear_reply=row["has_unclear_reply"],
        asked_at=row["asked_at"],
        **phone_facts(row),
    )


def _drawer(row: Row) -> Drawer:
    return Drawer(
        number_id=row["number_id"],
        network=row["network"] or "",
        segments=row["segments"],
        is_initial=row["kind"] == Message.Kind.INITIAL,
        has_waited=row["safeguard"] in IN_LINE or row["attempts"] > 0,
    )


def _mark_sending(campaign: Campaign, going: list[Row], renumbered: list[int], now: datetime) -> None:
    ids, numbers = [row["id"] for row in going], [row["number_id"] for row in going]
    execute(_MARK_SENDING, campaign=campaign.id, now=now, ids=ids, numbers=numbers, renumbered=renumbered)


def left_to_answer(row: Row, now: datetime) -> timedelta | None:
    """How long an automatic answer may still be delivered, whatever the hour; None for any other text.

    A minute at least: no carrier takes a text that is to be forgotten at once.
    """
    if row["kind"] not in (Message.Kind.CONFIRMATION, Message.Kind.HELP):
        return None
    left: timedelta = row["asked_at"] + PROMPT - now
    return max(left, timedelta(minutes=1))


def day_counted(row: Row, now: datetime) -> date | None:
    """The day of T-Mobile's on which a text that leaves now was counted."""
    return tmobile_day(now) if row["network"] == Network.T_MOBILE else None


def outbound_of(
    campaign: Campaign, row: Row, valid_for: timedelta, counted_on: date | None = None
) -> Outbound:
    return Outbound(
        message_id=row["id"],
        campaign_id=campaign.id,
        account_id=row["account_key"],
        number_id=row["number_id"],
        script_id=row["script_id"],
        attempts=row["attempts"],
        carrier=row["carrier"],
        login=Login(*(row[name] for name in _LOGIN)),
        text=OutgoingText(
            from_number=row["number"],
            to_number=row["phone"],
            text=row["text"],
            callback_url=receipt_address(row["webhook_key"], row["key"]),
            valid_for=valid_for,
            key=str(row["key"]),
            media=tuple(row["media"]),
        ),
        segments=row["segments"],
        counted_on=counted_on,
    )


def receipt_address(webhook_key: str, key: uuid.UUID) -> str:
    """Where the carrier reports on one message; our own key stands in the address."""
    return f"{settings.WEBHOOK_URL}/webhooks/{webhook_key}/receipts/{key}"
