"""What carriers answered is written down, in batches; what follows from it is in `consequences.py`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import DataError, transaction

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Accepted, AccountRefused, Meaning, Rejected, Unavailable, Unknown
from textbank.querying import execute, rows
from textbank.texting.consequences import MAY_GO_AGAIN, Finding, accounts_work, follow, go_again
from textbank.texting.dispatching import Outbound
from textbank.texting.models import LOCK_TEXTS
from textbank.texting.refusals import Safeguard

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
LEAST_WAIT = timedelta(seconds=1)  # also when the carrier asks for none: the text would come at every turn

MOST_NUMBERS = 2  # of ours that a text is tried from


@dataclass(frozen=True, slots=True)
class Result:
    """What the carrier said to one message: accepted, or one of the three ways to fail."""

    outbound: Outbound
    answer: Accepted | Rejected | Unavailable | Unknown

    @property
    def meaning(self) -> Meaning:
        """What a refusal says."""
        if isinstance(self.answer, AccountRefused):
            return Meaning.ACCOUNT_OFF
        return self.answer.meaning if isinstance(self.answer, Rejected | Unavailable) else Meaning.OTHER

    @property
    def may_go_again(self) -> bool:
        """The text was surely not taken, and it is not to blame for it."""
        if isinstance(self.answer, Unavailable):
            return True
        if self.meaning == Meaning.NUMBER_OFF and self.outbound.attempts >= MOST_NUMBERS:
            return False
        return isinstance(self.answer, Rejected) and self.meaning in MAY_GO_AGAIN


def record_results(results: Sequence[Result], now: datetime) -> None:
    """Writes down what carriers said. An answer that no row can hold is left out, and keeps no other from it."""
    in_order = sorted(results, key=_campaign_id)
    for campaign_id, group in groupby(in_order, key=_campaign_id):
        of_campaign = list(group)
        try:
            _record(campaign_id, of_campaign, now)
        except DataError:
            _record_each(campaign_id, of_campaign, now)


def _record_each(campaign_id: int, results: Sequence[Result], now: datetime) -> None:
    for result in results:
        try:
            _record(campaign_id, [result], now)
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
    UPDATE texting_message AS m
    SET status = 'queued', due_at = said.due_at, safeguard = said.safeguard, sending_at = NULL
    FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(safeguards)s::smallint[])
      AS said(id, due_at, safeguard)
    WHERE m.id = said.id AND m.status = 'sending'
    RETURNING m.id
"""
_REJECTED = """
    UPDATE texting_message AS m SET status = 'failed', error_code = said.code, settled_at = %(now)s
    FROM unnest(%(ids)s::bigint[], %(codes)s::text[]) AS said(id, code)
    WHERE m.id = said.id AND m.status = 'sending'
    RETURNING m.id
"""
_UNCERTAIN = """
    UPDATE texting_message SET status = 'unknown' WHERE id = ANY(%(ids)s) AND status = 'sending'
"""


@transaction.atomic
def _record(campaign_id: int, results: Sequence[Result], now: datetime) -> None:
    rows(LOCK_TEXTS, ids=[_id(one) for one in results])
    accepted = [(one, one.answer.carrier_id) for one in results if isinstance(one.answer, Accepted)]
    execute(
        _ACCEPTED,
        now=now,
        ids=[_id(one) for one, _name in accepted],
        carrier_ids=[name for _one, name in accepted],
    )
    not_taken = _record_refusals(results, now)
    execute(_UNCERTAIN, ids=[_id(one) for one in results if isinstance(one.answer, Unknown)])
    accounts_work(
        {one.outbound.account_id for one, _name in accepted},
        {one.outbound.account_id for one in results if one.meaning == Meaning.ACCOUNT_OFF},
    )
    refused = [_finding(one, not_taken) for one in results if isinstance(one.answer, Rejected | Unavailable)]
    if told := [one for one in refused if one.meaning != Meaning.OTHER or one.counted_on]:
        follow(Campaign.objects.get(id=campaign_id), told, now)


def _record_refusals(results: Sequence[Result], now: datetime) -> set[int]:
    """Returns the messages that were surely not taken, and of which that is news."""
    again = [(_id(one), *_next_try(one, now)) for one in results if one.may_go_again]
    rejected = [
        (_id(one), one.answer.code)
        for one in results
        if isinstance(one.answer, Rejected) and not one.may_go_again
    ]
    found = []
    if again:
        ids, due, safeguards = (list(column) for column in zip(*again, strict=True))
        found += rows(_NOT_TAKEN, ids=ids, due=due, safeguards=safeguards)
    if rejected:
        ids, codes = (list(column) for column in zip(*rejected, strict=True))
        found += rows(_REJECTED, now=now, ids=ids, codes=codes)
    return {row["id"] for row in found}


def _finding(result: Result, not_taken: set[int]) -> Finding:
    """A number is switched off by a text that has not met with that before: some phones take none of ours, and one
    such text would switch off all of them, one after the other."""
    outbound, answer = result.outbound, result.answer
    code, detail = (answer.code, answer.detail) if isinstance(answer, Rejected) else ("", str(answer))
    return Finding(
        phone=outbound.text.to_number,
        meaning=result.meaning,
        code=code,
        detail=detail,
        account_id=outbound.account_id,
        number_id=outbound.number_id if outbound.attempts == 0 else None,
        script_id=outbound.script_id,
        counted_on=outbound.counted_on if outbound.message_id in not_taken else None,
        segments=outbound.segments,
    )


def _next_try(result: Result, now: datetime) -> tuple[datetime, Safeguard | None]:
    if result.meaning in MAY_GO_AGAIN:
        return go_again(result.meaning, now)
    asked = result.answer.retry_after if isinstance(result.answer, Unavailable) else None
    wait = _growing_wait(result.outbound.attempts) if asked is None else max(asked, LEAST_WAIT)
    return now + wait, None


def _growing_wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * int(2 ** min(attempts, 10)), LONGEST_WAIT)


def _campaign_id(result: Result) -> int:
    return result.outbound.campaign_id


def _id(result: Result) -> int:
    return result.outbound.message_id
