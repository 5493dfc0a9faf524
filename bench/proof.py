"""What was acknowledged is looked for in the database: `lost` is not there, `doubled` is there more than once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


class Proof(NamedTuple):
    lost: int
    doubled: int


def of_first_texts(action_id: int, acknowledged: Collection[int]) -> Proof:
    """`acknowledged`: the assignments whose press was answered with yes. Doubled is a second text to one contact."""
    lost = """
        SELECT count(*) FROM unnest(%s::bigint[]) AS pressed(id) WHERE NOT EXISTS (
            SELECT FROM texting_message
            WHERE assignment_id = pressed.id AND kind = 'initial' AND stage IN ('queued', 'sending', 'sent'))
    """
    doubled = """
        SELECT count(*) - count(DISTINCT conversation_id) FROM texting_message
        WHERE action_id = %s AND kind = 'initial' AND stage <> 'undone'
    """
    return Proof(_count(lost, list(acknowledged)), _count(doubled, action_id))


def of_replies(acknowledged: Collection[UUID], since: int) -> Proof:
    """`acknowledged`: the tokens of replies that were taken. `since`: the last message there was before the run."""
    lost = """
        SELECT count(*) FROM unnest(%s::uuid[]) AS sent(token) WHERE NOT EXISTS (
            SELECT FROM texting_message WHERE campaign_id = 1 AND token = sent.token AND kind = 'reply')
    """
    doubled = """
        SELECT count(*) - count(DISTINCT (conversation_id, text)) FROM texting_message
        WHERE id > %s AND kind = 'reply'
    """
    return Proof(_count(lost, list(acknowledged)), _count(doubled, since))


def of_events(acknowledged: Sequence[tuple[str, str]], since: int) -> Proof:
    """`acknowledged`: kind and key of each webhook that was answered with yes. A reply must also have become one
    incoming message, and every event must have been processed without a problem."""
    lost = """
        SELECT count(*) FROM unnest(%s::text[], %s::text[]) AS told(kind, event_key) WHERE NOT EXISTS (
            SELECT FROM carriers_carrierevent AS e
            WHERE e.kind = told.kind AND e.event_key = told.event_key AND e.processed_at IS NOT NULL
              AND e.problem = '' AND (e.kind = 'receipt' OR EXISTS (
                  SELECT FROM texting_message AS m
                  WHERE m.campaign_id = 1 AND m.carrier_id = e.event_key AND m.kind = 'incoming')))
    """
    twice_stored = """
        SELECT count(*) - count(DISTINCT (kind, event_key)) FROM carriers_carrierevent
    """
    twice_shown = """
        SELECT count(*) - count(DISTINCT carrier_id) FROM texting_message WHERE id > %s AND kind = 'incoming'
    """
    kinds, keys = [kind for kind, _key in acknowledged], [key for _kind, key in acknowledged]
    return Proof(_count(lost, kinds, keys), _count(twice_stored) + _count(twice_shown, since))


def of_departures(taken: Collection[UUID]) -> Proof:
    """`taken`: our key of each text that the phone network says it took, as often as it took it.

    Lost is what we hold for sent and it never had, or what it had and we do not know of.
    """
    known = set(taken)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM texting_message WHERE action_id = 2 AND status IN ('sent', 'delivered')"
        )
        sent = {row[0] for row in cursor.fetchall()}
    return Proof(len(sent ^ known), len(taken) - len(known))


def last_message() -> int:
    return _count("SELECT coalesce(max(id), 0) FROM texting_message")


def _count(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])
