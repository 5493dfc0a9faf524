"""What came of an action, counted.

Every number says what it counts, and the numbers of one reading agree with each other: they come from one snapshot
of the database, by a handful of set-based statements.

    contacts = untexted + claimed + texted + held back, by safeguard
    texted   = first texts by status = by initial script = by volunteer
    waiting to go = those that wait for something, by safeguard + those whose turn comes next
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Min

from textbank.campaigns.models import Membership
from textbank.querying import execute, rows, wholesale
from textbank.results import labelling
from textbank.results.numbers import Line, PersonLine, Results, ScriptLine
from textbank.texting.models import Refusal, Skip, TextingAction
from textbank.texting.reassigning import open_conversations
from textbank.texting.refusals import Safeguard

_CONTACTS = """
    SELECT count(*) AS contacts,
           count(*) FILTER (WHERE outcome = 'untexted' AND holder_id IS NULL) AS untexted,
           count(*) FILTER (WHERE outcome = 'untexted' AND holder_id IS NOT NULL) AS claimed,
           count(*) FILTER (WHERE outcome = 'texted') AS texted
    FROM texting_assignment WHERE campaign_id = %(campaign)s AND action_id = %(action)s
"""

_TEXTS = """
    SELECT kind, status, safeguard, error_code, count(*) AS texts
    FROM texting_message WHERE campaign_id = %(campaign)s AND action_id = %(action)s
    GROUP BY kind, status, safeguard, error_code
"""

# An opt-out belongs to the action whose first text was the last before it.
_OPTED_OUT = """
    SELECT conversation.id AS conversation_id, promise.source
    FROM contacts_optout AS promise
    JOIN contacts_contact AS contact
      ON contact.campaign_id = %(campaign)s AND contact.phone = promise.phone
    JOIN texting_conversation AS conversation
      ON conversation.campaign_id = %(campaign)s AND conversation.contact_id = contact.id
    CROSS JOIN LATERAL (
        SELECT action_id FROM texting_message
        WHERE campaign_id = %(campaign)s AND conversation_id = conversation.id AND kind = 'initial'
          AND status NOT IN ('undone', 'safeguarded') AND created_at <= promise.opted_out_at
        ORDER BY id DESC LIMIT 1
    ) AS last
    WHERE promise.campaign_id = %(campaign)s AND promise.undone_at IS NULL
      AND promise.opted_out_at >= %(since)s AND last.action_id = %(action)s
"""

_SCRIPTS = f"""
    WITH opted_out AS ({_OPTED_OUT}), answered AS (
        SELECT DISTINCT conversation_id FROM texting_message
        WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND kind = 'incoming'
    )
    SELECT first.script_id, script.name, count(*) AS texted, count(answered.conversation_id) AS replied,
           count(opted_out.conversation_id) AS opted_out
    FROM texting_message AS first
    LEFT JOIN texting_script AS script ON script.id = first.script_id AND script.campaign_id = %(campaign)s
    LEFT JOIN answered ON answered.conversation_id = first.conversation_id
    LEFT JOIN opted_out ON opted_out.conversation_id = first.conversation_id
    WHERE first.campaign_id = %(campaign)s AND first.action_id = %(action)s AND first.kind = 'initial'
      AND first.status NOT IN ('undone', 'safeguarded')
    GROUP BY first.script_id, script.name, script.position ORDER BY script.position, first.script_id
"""  # noqa: S608 (put together from the constants of this file)

# Wrong numbers of the people whom this action was the last to text before it was known.
_WRONG_NUMBERS = """
    SELECT count(DISTINCT conversation.id) AS phones
    FROM contacts_wrongnumber AS wrong
    JOIN contacts_contact AS contact ON contact.campaign_id = %(campaign)s AND contact.phone = wrong.phone
    JOIN texting_conversation AS conversation
      ON conversation.campaign_id = %(campaign)s AND conversation.contact_id = contact.id
    CROSS JOIN LATERAL (
        SELECT action_id FROM texting_message
        WHERE campaign_id = %(campaign)s AND conversation_id = conversation.id AND kind = 'initial'
          AND status NOT IN ('undone', 'safeguarded') AND created_at <= wrong.recorded_at
        ORDER BY id DESC LIMIT 1
    ) AS last
    WHERE wrong.campaign_id = %(campaign)s AND wrong.released_at IS NULL
      AND wrong.recorded_at >= %(since)s AND last.action_id = %(action)s
"""

_SOURCES = f"""
    SELECT source, count(*) AS phones FROM ({_OPTED_OUT}) AS opted_out GROUP BY source ORDER BY source
"""  # noqa: S608 (put together from the constants of this file)

_PEOPLE = """
    WITH done AS (
        SELECT sender_id AS member_id, count(*) FILTER (WHERE kind = 'initial') AS texted,
               count(*) FILTER (WHERE kind = 'reply') AS replies, 0 AS reports, 0 AS waiting
        FROM texting_message
        WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND kind IN ('initial', 'reply')
          AND status NOT IN ('undone', 'safeguarded')
        GROUP BY sender_id
        UNION ALL
        SELECT filed_by_id, 0, 0, count(*), 0 FROM texting_report
        WHERE campaign_id = %(campaign)s AND action_id = %(action)s GROUP BY filed_by_id
        UNION ALL
        SELECT assignee_id, 0, 0, 0, count(*) FROM texting_conversation
        WHERE campaign_id = %(campaign)s AND action_id = %(action)s AND needs_attention AND hidden_at IS NULL
        GROUP BY assignee_id
    )
    SELECT member_id, sum(texted)::int AS texted, sum(replies)::int AS replies, sum(reports)::int AS reports,
           sum(waiting)::int AS waiting
    FROM done GROUP BY member_id ORDER BY texted DESC, replies DESC, member_id
"""


def count(action: TextingAction) -> Results:
    """Counts one published or closed action."""
    named = {"campaign": action.campaign_id, "action": action.id, "since": action.published_at}
    with one_snapshot():
        contacts = rows(_CONTACTS, **named)[0]
        texts = rows(_TEXTS, **named)
        scripts = [_script(row) for row in rows(_SCRIPTS, **named)]
        sources = rows(_SOURCES, **named)
        wrong_numbers = rows(_WRONG_NUMBERS, **named)[0]["phones"]
        stopped = _stopped(action)
        people = rows(_PEOPLE, **named)
        members = Membership.objects.select_related("user").in_bulk([row["member_id"] for row in people])
        skips = _skips(action)
        waiting = open_conversations(action.campaign, action=action).aggregate(
            number=Count("id"), since=Min("last_inbound_at")
        )
    held_back = labelling.by_safeguard(texts, "safeguarded", "initial")
    return Results(
        contacts=Line("On the list", contacts["contacts"]),
        parts=labelling.parts(contacts, held_back),
        texted=contacts["texted"],
        held_back=held_back,
        first_texts=labelling.first_texts(texts),
        waiting=labelling.waiting(texts),
        failures=labelling.failures(texts),
        taken_back=labelling.total(texts, kind="initial", status="undone"),
        skips=skips,
        replies_received=labelling.total(texts, kind="incoming"),
        people_replied=sum(script.replied for script in scripts),
        volunteer_replies=sum(row["replies"] for row in people),
        replies_waiting=labelling.by_safeguard(texts, "queued", "reply"),
        replies_held_back=labelling.by_safeguard(texts, "safeguarded", "reply"),
        automatic=labelling.automatic(texts),
        automatic_held_back=labelling.by_safeguard(texts, "safeguarded", *labelling.AUTOMATIC),
        stopped=stopped,
        wrong_numbers=wrong_numbers,
        needs_attention=waiting["number"],
        waiting_since=waiting["since"],
        reports=sum(row["reports"] for row in people),
        opt_outs=[labelling.source(row) for row in sources],
        scripts=scripts,
        people=[_person(row, members) for row in people],
    )


def opted_out_conversations(action: TextingAction, source: str = "") -> list[int]:
    """The conversations whose contact opted out after the first text of this action, and no later one."""
    found = rows(_OPTED_OUT, campaign=action.campaign_id, action=action.id, since=action.published_at)
    return [row["conversation_id"] for row in found if not source or row["source"] == source]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All statements inside see the database as it was at the first of them.

    Inside somebody else's transaction the level is theirs to choose, since it is fixed by the first statement.
    """
    if connection.in_atomic_block:
        wholesale()
        yield
        return
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        wholesale()
        yield


def _stopped(action: TextingAction) -> list[Line]:
    found = Refusal.objects.filter(campaign=action.campaign_id, action=action).order_by("safeguard")
    return [Line(Safeguard(one.safeguard).label, one.times) for one in found]


def _skips(action: TextingAction) -> list[Line]:
    found = Skip.objects.filter(campaign=action.campaign_id, assignment__action=action)
    by_reason = found.values_list("reason").annotate(number=Count("id")).order_by("reason")
    return [Line(str(Skip.Reason(reason).label), number) for reason, number in by_reason]


def _script(row: dict[str, Any]) -> ScriptLine:
    name = row["name"] or "A script that was deleted"
    return ScriptLine(row["script_id"], name, row["texted"], row["replied"], row["opted_out"])


def _person(row: dict[str, Any], members: dict[int, Membership]) -> PersonLine:
    member = members.get(row["member_id"])
    return PersonLine(member, row["texted"], row["replies"], row["reports"], row["waiting"])
