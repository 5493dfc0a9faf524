"""A text leaves, second half: queued messages go to the carrier, once each.

Three steps, and no transaction is open while the network is asked:

1. `claim_outbox`  many queued messages become `sending`, the safeguards having been asked once more;
2. the carrier takes them, many at a time;
3. `record_results`  what the carrier said is written down.

A worker that dies between 1 and 3 leaves messages in `sending`. After `SETTLE_AFTER` they are `unknown`: they may
have gone, so they are not sent again unless the carrier, when asked, has never heard of them.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DataError, transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Accepted, Login, OutgoingText, Rejected, Unavailable, Unknown
from textbank.carriers.base import Meaning as ErrorMeaning
from textbank.contacts.models import OptOut
from textbank.contacts.opting_out import opt_out
from textbank.querying import execute, rows
from textbank.texting.hours import latest_delivery, next_opening
from textbank.texting.models import Assignment, Conversation, Message
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import PHONE_COLUMNS, PHONE_JOIN, Facts, Moment, phone_facts, refusal
from textbank.texting.sending import as_before

log = logging.getLogger(__name__)

PAUSED_WAIT = timedelta(seconds=30)
READ_FIRST = timedelta(seconds=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
SETTLE_AFTER = timedelta(minutes=5)
# Carriers are asked for texts of the last day. What is older stays unknown: no answer would prove that it never went.
KNOWN_FOR = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One claimed message, ready for the carrier."""

    message_id: int
    campaign_id: int
    attempts: int
    carrier: str
    login: Login
    text: OutgoingText


@dataclass(frozen=True, slots=True)
class Result:
    """What the carrier said to one message: accepted, or one of the three ways to fail."""

    outbound: Outbound
    answer: Accepted | Rejected | Unavailable | Unknown


_LOGIN = ("base_url", "account_id", "secret", "user", "second_secret", "application", "proof")

# Found by hopping through the index from campaign to campaign, however many texts wait in each.
_CAMPAIGNS_WAITING = """
    WITH RECURSIVE hop AS (
        (SELECT campaign_id, due_at FROM texting_message WHERE status = 'queued'
         ORDER BY campaign_id, due_at, id LIMIT 1)
        UNION ALL
        SELECT next.* FROM hop CROSS JOIN LATERAL (
            SELECT campaign_id, due_at FROM texting_message
            WHERE status = 'queued' AND campaign_id > hop.campaign_id
            ORDER BY campaign_id, due_at, id LIMIT 1
        ) AS next
    )
    SELECT campaign_id FROM hop WHERE due_at <= %(now)s
"""

# A message with everything its carrier and the safeguards need. It leaves from the number it was written for, else
# from the one its contact knows, else, when those are off, from another of ours; what has left is asked after under
# the number it left from.
_OUTBOX = f"""
    SELECT m.id, m.kind, m.text, m.media, m.segments, m.key, m.attempts, m.assignment_id, m.created_at AS asked_at,
           c.zones, n.number, n.id AS number_id, script.paused_at IS NOT NULL AS script_is_paused,
           v.suggestion <> '' AS has_unclear_reply, {PHONE_COLUMNS},
           EXISTS (SELECT FROM carriers_carrierevent AS e
                   WHERE e.campaign_id = m.campaign_id AND e.phone = c.phone
                     AND e.processed_at IS NULL) AS has_unread_reply,
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
_DUE = """
      AND m.status = 'queued' AND m.due_at <= %(now)s
    ORDER BY m.due_at, m.id LIMIT %(limit)s
    FOR UPDATE OF m SKIP LOCKED
"""
_UNSETTLED = """
      AND m.status = 'unknown' AND m.sending_at < %(before)s AND m.sending_at > %(after)s
      AND n.number IS NOT NULL
    ORDER BY m.sending_at LIMIT %(limit)s
"""

_MARK_SENDING = """
    WITH going AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(numbers)s::bigint[]) AS g(message_id, number_id)
    ), known_by AS (
        UPDATE texting_conversation AS v SET number_id = going.number_id
        FROM going JOIN texting_message AS m ON m.id = going.message_id AND m.campaign_id = %(campaign)s
        WHERE v.id = m.conversation_id AND v.campaign_id = %(campaign)s
          AND v.number_id IS DISTINCT FROM going.number_id
    )
    UPDATE texting_message AS m
    SET status = 'sending', sending_at = %(now)s, due_at = NULL, safeguard = NULL, attempts = attempts + 1,
        number_id = going.number_id
    FROM going WHERE m.id = going.message_id AND m.campaign_id = %(campaign)s
"""


def campaigns_waiting(now: datetime) -> list[Campaign]:
    """The campaigns with texts to send now; the dispatcher takes turns over them."""
    ids = [row["campaign_id"] for row in rows(_CAMPAIGNS_WAITING, now=now)]
    return list(Campaign.objects.filter(id__in=ids).order_by("id"))


@transaction.atomic
def claim_outbox(campaign: Campaign, limit: int, now: datetime) -> list[Outbound]:
    """Takes up to `limit` queued messages of one campaign for sending; nobody else gets the same ones.

    What a safeguard refuses by now stays back: a contact who opted out after the press is not texted.
    """
    moment = Moment.of(campaign, now)
    if moment.is_paused or moment.registration:
        return []  # nothing of this campaign leaves; there is no need to look at each text
    found_rows = rows(_OUTBOX + _DUE, campaign=campaign.id, now=now, limit=limit)
    ready, held_back = [], []
    postponed: list[tuple[int, datetime, Safeguard | None]] = []
    for row in found_rows:
        found = refusal(_facts(row), moment)
        if row["has_unread_reply"]:
            # They have just written, and it may be "stop": it is read first.
            postponed.append((row["id"], now + READ_FIRST, None))
        elif found is None:
            ready.append(row)
        elif found.is_about_the_contact or found == Safeguard.ACTION_CLOSED:
            held_back.append((row, found))
        else:
            postponed.append((row["id"], _next_try(campaign, row, found, now), found))
    _mark_sending(campaign, ready, now)
    _hold_back(held_back, now)
    _postpone(postponed)
    valid_for = {zones: latest_delivery(campaign, zones, now) for zones in {row["zones"] for row in ready}}
    return [_outbound(campaign, row, valid_for[row["zones"]]) for row in ready]


def record_results(results: Sequence[Result], now: datetime) -> None:
    """Writes down what carriers said. An answer that no row can hold is left out, and keeps no other from it."""
    try:
        _record(results, now)
    except DataError:
        for result in results:
            try:
                _record([result], now)
            except DataError:
                log.exception("The answer to message %s cannot be kept", result.outbound.message_id)


# Only a message that is still being sent changes: receipts may be ahead of us.
_ACCEPTED = """
    UPDATE texting_message AS m
    SET carrier_id = CASE WHEN m.carrier_id = '' THEN said.carrier_id ELSE m.carrier_id END,
        status = CASE WHEN m.status IN ('sending', 'unknown') THEN 'sent' ELSE m.status END,
        sent_at = CASE WHEN m.status IN ('sending', 'unknown') THEN %(now)s ELSE m.sent_at END
    FROM unnest(%(ids)s::bigint[], %(carrier_ids)s::text[]) AS said(id, carrier_id)
    WHERE m.id = said.id
"""
_NOT_TAKEN = """
    UPDATE texting_message AS m SET status = 'queued', due_at = said.due_at, sending_at = NULL
    FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[]) AS said(id, due_at)
    WHERE m.id = said.id AND m.status = 'sending'
"""
_UNCERTAIN = """
    UPDATE texting_message SET status = 'unknown' WHERE id = ANY(%(ids)s) AND status = 'sending'
"""
_LOCK = "SELECT FROM texting_message WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"


@transaction.atomic
def _record(results: Sequence[Result], now: datetime) -> None:
    rows(_LOCK, ids=[result.outbound.message_id for result in results])
    accepted = [(_id(one), one.answer.carrier_id) for one in results if isinstance(one.answer, Accepted)]
    execute(
        _ACCEPTED,
        now=now,
        ids=[message_id for message_id, _name in accepted],
        carrier_ids=[name for _id, name in accepted],
    )
    busy = [
        (_id(one), now + (one.answer.retry_after or _growing_wait(one.outbound.attempts)))
        for one in results
        if isinstance(one.answer, Unavailable)
    ]
    execute(
        _NOT_TAKEN,
        ids=[message_id for message_id, _due in busy],
        due=[due_at for _message_id, due_at in busy],
    )
    execute(_UNCERTAIN, ids=[_id(one) for one in results if isinstance(one.answer, Unknown)])
    for one in results:
        if isinstance(one.answer, Rejected):
            _reject(one.outbound, one.answer, now)


def _reject(outbound: Outbound, answer: Rejected, now: datetime) -> None:
    Message.objects.filter(id=outbound.message_id, campaign=outbound.campaign_id, status="sending").update(
        status="failed", error_code=answer.code, settled_at=now
    )
    if answer.meaning == ErrorMeaning.OPTED_OUT:
        _note_carrier_opt_out(outbound, now)


def _id(result: Result) -> int:
    return result.outbound.message_id


def overdue(now: datetime) -> int:
    """Messages that were being sent when a worker died become `unknown`; returns how many."""
    return Message.objects.filter(status="sending", sending_at__lt=now - SETTLE_AFTER).update(
        status="unknown"
    )


def unsettled(now: datetime, limit: int = 50) -> list[Outbound]:
    """Messages that may or may not have gone, long enough ago that the carrier must know by now."""
    waiting = Message.objects.filter(status="unknown", sending_at__lt=now - SETTLE_AFTER)
    campaigns = Campaign.objects.filter(id__in=waiting.order_by().values("campaign").distinct())
    return [
        _outbound(campaign, row, timedelta(0))
        for campaign in campaigns.order_by("id")
        for row in rows(
            _OUTBOX + _UNSETTLED,
            campaign=campaign.id,
            before=now - SETTLE_AFTER,
            after=now - KNOWN_FOR,
            limit=limit,
        )
    ]


@transaction.atomic
def settle(outbound: Outbound, carrier_ids: Sequence[str], now: datetime) -> None:
    """The carrier was asked about an unknown text, and named those like it. One that no other message of ours
    claims is this one; if there is none, the text never arrived and goes after all.

    `attempts` must still be what it was when we asked: an answer about an earlier try says nothing about a later.
    """
    message = Message.objects.filter(
        id=outbound.message_id, campaign=outbound.campaign_id, status="unknown", attempts=outbound.attempts
    )
    others = Message.objects.filter(campaign=outbound.campaign_id, carrier_id__in=carrier_ids)
    free = sorted(set(carrier_ids) - set(others.values_list("carrier_id", flat=True)))
    if free:
        message.update(status="sent", carrier_id=free[0], sent_at=now)
    else:
        message.update(status="queued", due_at=now, sending_at=None)


def _facts(row: dict[str, Any]) -> Facts:
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


def _next_try(campaign: Campaign, row: dict[str, Any], found: Safeguard, now: datetime) -> datetime:
    if found.is_about_hours:
        return max(next_opening(campaign, row["zones"], now), now + PAUSED_WAIT)
    return now + PAUSED_WAIT


def _growing_wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * int(2 ** min(attempts, 10)), LONGEST_WAIT)


def _mark_sending(campaign: Campaign, going: list[dict[str, Any]], now: datetime) -> None:
    ids, numbers = [row["id"] for row in going], [row["number_id"] for row in going]
    execute(_MARK_SENDING, campaign=campaign.id, now=now, ids=ids, numbers=numbers)


def _hold_back(refused: list[tuple[dict[str, Any], Safeguard]], now: datetime) -> None:
    for row, found in refused:
        Message.objects.filter(id=row["id"]).update(
            status=Message.Status.SAFEGUARDED, safeguard=found, due_at=None, settled_at=now
        )
        if row["kind"] == Message.Kind.INITIAL:
            Assignment.objects.filter(id=row["assignment_id"]).update(
                outcome=Assignment.Outcome.SAFEGUARDED, texted_at=None
            )
            as_before(Message.objects.get(id=row["id"]))
        elif row["kind"] == Message.Kind.HELP:
            # It was to be the answer, so nobody has read the question yet.
            Conversation.objects.filter(messages=row["id"]).update(needs_attention=True)


_POSTPONE = """
    UPDATE texting_message AS m SET due_at = later.due_at, safeguard = later.safeguard
    FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(safeguards)s::smallint[])
      AS later(id, due_at, safeguard)
    WHERE m.id = later.id
"""


def _postpone(waiting: list[tuple[int, datetime, Safeguard | None]]) -> None:
    """Each waits until then, and says for what; None: for nothing that a person need know."""
    ids, due, safeguards = (
        [list(column) for column in zip(*waiting, strict=True)] if waiting else ([], [], [])
    )
    execute(_POSTPONE, ids=ids, due=due, safeguards=safeguards)


def _outbound(campaign: Campaign, row: dict[str, Any], valid_for: timedelta) -> Outbound:
    return Outbound(
        message_id=row["id"],
        campaign_id=campaign.id,
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
    )


def receipt_address(webhook_key: str, key: uuid.UUID) -> str:
    """Where the carrier reports on one message; our own key stands in the address."""
    return f"{settings.WEBHOOK_URL}/webhooks/{webhook_key}/receipts/{key}"


def _note_carrier_opt_out(outbound: Outbound, now: datetime) -> None:
    opt_out(
        Campaign.objects.get(id=outbound.campaign_id),
        outbound.text.to_number,
        OptOut.Source.CARRIER,
        now,
    )
