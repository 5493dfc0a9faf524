"""What came of an action, counted.

Every number says what it counts, and the numbers of one reading agree with each other: they come from one snapshot
of the database, by a handful of set-based statements. `Line.rows` names the rows behind a number, as a filter of
the conversations page.

    contacts = untexted + claimed + texted + held back, by safeguard
    texted   = first texts by status = by initial script = by volunteer
    waiting to go = those that wait for something, by safeguard + those whose turn comes next

Every safeguard has its count: of contacts or texts it held back for good, of texts that wait for it to pass, and of
presses and replies it stopped at their moment, for which there is no text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Min

from textbank.campaigns.models import Membership
from textbank.carriers.base import Meaning
from textbank.carriers.dialects import CARRIERS
from textbank.contacts.models import OptOut
from textbank.querying import execute, rows, wholesale
from textbank.texting.models import Message, Refusal, Skip, TextingAction
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

# Every status a first text can have, as the page names it.
FIRST_TEXTS = {
    Message.Status.QUEUED: "Waiting to go",
    Message.Status.SENDING: "Going",
    Message.Status.SENT: "Sent, no receipt yet",
    Message.Status.DELIVERED: "Delivered",
    Message.Status.UNDELIVERED: "Not delivered",
    Message.Status.FAILED: "Failed",
    Message.Status.UNKNOWN: "Waiting to hear from the carrier",
    Message.Status.UNHEARD: "Never heard from the carrier",
}
AUTOMATIC = {
    Message.Kind.CONFIRMATION.value: "Confirmations of opt-outs",
    Message.Kind.HELP.value: "Answers to HELP",
}
_WORDS = {
    Meaning.OPTED_OUT: "they had told the carrier to stop",
    Meaning.LANDLINE: "a landline, or a phone that takes no texts",
    Meaning.DEAD_NUMBER: "the phone is not in use",
    Meaning.UNREACHABLE: "the phone was off, or out of reach",
    Meaning.BLOCKED: "the phone or its network blocks our texts",
    Meaning.FILTERED: "a carrier filtered it as unwanted",
    Meaning.DAILY_CAP: "T-Mobile's cap of the day was reached",
    Meaning.MINUTE_CAP: "a network's cap of the minute was reached",
    Meaning.TOO_LATE: "it could not be delivered in time",
    Meaning.BAD_MEDIA: "the picture could not be delivered",
    Meaning.NUMBER_OFF: "our number may not text",
    Meaning.ACCOUNT_OFF: "our account at the carrier is off",
    Meaning.NOT_ALLOWED: "our account may not text this phone",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A number and what it counts. `rows`: the filter that shows the conversations behind it, if there are any."""

    label: str
    number: int
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One initial script: people texted with it, those of them who replied, those who opted out."""

    id: int | None
    name: str
    texted: int
    replied: int
    opted_out: int

    @property
    def reply_rate(self) -> float:
        return 100 * self.replied / self.texted

    @property
    def reply_range(self) -> tuple[float, float]:
        """Between which two percentages the true share lies, 19 times in 20 (Wilson's interval)."""
        return likely_range(self.replied, self.texted)

    @property
    def opt_out_rate(self) -> float:
        return 100 * self.opted_out / self.texted


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What one member did in the action. `member` None: nobody holds these, or the person has left."""

    member: Membership | None
    texted: int
    replies: int
    reports: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Results:
    """Everything the results page of one action shows, read at one moment."""

    contacts: Line
    parts: list[Line]
    texted: int
    held_back: list[Line]
    first_texts: list[Line]
    waiting: list[Line]
    failures: list[Line]
    taken_back: int
    skips: list[Line]
    replies_received: int
    people_replied: int
    volunteer_replies: int
    replies_waiting: list[Line]
    replies_held_back: list[Line]
    automatic: list[Line]
    automatic_held_back: list[Line]
    stopped: list[Line]
    wrong_numbers: int
    needs_attention: int
    waiting_since: datetime | None
    reports: int
    opt_outs: list[Line]
    scripts: list[ScriptLine]
    people: list[PersonLine]

    @property
    def opted_out(self) -> int:
        return sum(line.number for line in self.opt_outs)

    @property
    def times_stopped(self) -> int:
        """How many presses and replies a safeguard stopped at their moment."""
        return sum(line.number for line in self.stopped)

    @property
    def response_rate(self) -> float | None:
        """People who replied among the people texted, in percent; None before the first text."""
        return 100 * self.people_replied / self.texted if self.texted else None


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
    held_back = _by_safeguard(texts, "safeguarded", "initial")
    return Results(
        contacts=Line("On the list", contacts["contacts"]),
        parts=_parts(contacts, held_back),
        texted=contacts["texted"],
        held_back=held_back,
        first_texts=_first_texts(texts),
        waiting=_waiting(texts),
        failures=_failures(texts),
        taken_back=_total(texts, kind="initial", status="undone"),
        skips=skips,
        replies_received=_total(texts, kind="incoming"),
        people_replied=sum(script.replied for script in scripts),
        volunteer_replies=sum(row["replies"] for row in people),
        replies_waiting=_by_safeguard(texts, "queued", "reply"),
        replies_held_back=_by_safeguard(texts, "safeguarded", "reply"),
        automatic=_automatic(texts),
        automatic_held_back=_by_safeguard(texts, "safeguarded", *AUTOMATIC),
        stopped=stopped,
        wrong_numbers=wrong_numbers,
        needs_attention=waiting["number"],
        waiting_since=waiting["since"],
        reports=sum(row["reports"] for row in people),
        opt_outs=[_source(row) for row in sources],
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


def likely_range(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share, in percent: honest also for few tries and for none or all of them."""
    z = 1.96
    share, spread = hits / tries, z * z / tries
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / tries + spread / tries / 4) / (1 + spread)
    return 100 * max(middle - reach, 0), 100 * min(middle + reach, 1)


def meaning_of(code: str) -> str:
    """A carrier's error code in plain words; empty for one that we do not know."""
    meanings = {carrier.meaning_of(code) for carrier in CARRIERS.values()} - {Meaning.OTHER}
    return next((_WORDS[meaning] for meaning in meanings), "")


def _total(texts: list[dict[str, Any]], **wanted: str) -> int:
    return sum(row["texts"] for row in texts if all(row[name] == value for name, value in wanted.items()))


def _parts(contacts: dict[str, int], held_back: list[Line]) -> list[Line]:
    return [
        Line("Not texted yet", contacts["untexted"]),
        Line("In volunteers' hands", contacts["claimed"]),
        Line("Texted", contacts["texted"], "first=texted"),
        Line("Held back", sum(line.number for line in held_back), "first=safeguarded"),
    ]


def _by_safeguard(texts: list[dict[str, Any]], status: str, *kinds: str) -> list[Line]:
    """Texts of these kinds that a safeguard holds in this status, by safeguard; first texts with their rows."""
    found: Counter[int] = Counter()
    for row in texts:
        if row["kind"] in kinds and row["status"] == status and row["safeguard"] is not None:
            found[row["safeguard"]] += row["texts"]
    place = f"first={status}&safeguard=" if kinds == ("initial",) else ""
    return [
        Line(Safeguard(code).label, number, f"{place}{code}" if place else "")
        for code, number in sorted(found.items())
    ]


def _waiting(texts: list[dict[str, Any]]) -> list[Line]:
    """What first texts wait for; empty when none waits for anything but its turn."""
    lines = _by_safeguard(texts, "queued", "initial")
    rest = _total(texts, kind="initial", status="queued") - sum(line.number for line in lines)
    return [*lines, Line("Their turn", rest)] if lines and rest else lines


def _automatic(texts: list[dict[str, Any]]) -> list[Line]:
    """Texts that no volunteer wrote, on their way or gone; each was asked for by the contact."""
    kept = [row for row in texts if row["status"] != "safeguarded"]
    return [Line(label, _total(kept, kind=kind)) for kind, label in AUTOMATIC.items()]


def _stopped(action: TextingAction) -> list[Line]:
    found = Refusal.objects.filter(campaign=action.campaign_id, action=action).order_by("safeguard")
    return [Line(Safeguard(one.safeguard).label, one.times) for one in found]


def _first_texts(texts: list[dict[str, Any]]) -> list[Line]:
    return [
        Line(label, _total(texts, kind="initial", status=status), f"first={status}")
        for status, label in FIRST_TEXTS.items()
    ]


def _failures(texts: list[dict[str, Any]]) -> list[Line]:
    """First texts that did not arrive, by the carrier's code, the commonest first."""
    lines = [
        Line(
            _failure(row["error_code"]),
            row["texts"],
            f"first={row['status']}&code={row['error_code'] or 'none'}",
        )
        for row in texts
        if row["kind"] == "initial" and row["status"] in ("failed", "undelivered")
    ]
    return sorted(lines, key=lambda line: -line.number)


def _failure(code: str) -> str:
    words = meaning_of(code) if code else "the carrier gave no code"
    return f"{code}: {words}".strip(": ") if code else words


def _skips(action: TextingAction) -> list[Line]:
    found = Skip.objects.filter(campaign=action.campaign_id, assignment__action=action)
    by_reason = found.values_list("reason").annotate(number=Count("id")).order_by("reason")
    return [Line(str(Skip.Reason(reason).label), number) for reason, number in by_reason]


def _source(row: dict[str, Any]) -> Line:
    label = str(OptOut.Source(row["source"]).label)
    return Line(label, row["phones"], f"state=opted_out&source={row['source']}")


def _script(row: dict[str, Any]) -> ScriptLine:
    name = row["name"] or "A script that was deleted"
    return ScriptLine(row["script_id"], name, row["texted"], row["replied"], row["opted_out"])


def _person(row: dict[str, Any], members: dict[int, Membership]) -> PersonLine:
    member = members.get(row["member_id"])
    return PersonLine(member, row["texted"], row["replies"], row["reports"], row["waiting"])
