"""Our books held against the phone network's, row by row, after everything that can go wrong has.

What the network says is its ledger (`GET /simulator/ledger`), a list of rows. Every rule here is a promise: no text
is taken twice, none is thought sent that never was, no reply is lost or kept twice, nobody is texted after a stop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.stage import rows

Row = Mapping[str, Any]
WENT = ("sent", "delivered", "undelivered")


@dataclass
class Discrepancies:
    """What does not agree, by rule; of each a few examples for whoever has to find out why."""

    found: dict[str, int] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, rule: str, example: object) -> None:
        self.found[rule] += 1
        if len(self.examples[rule]) < 3:
            self.examples[rule].append(str(example))


_TEXTS = """
    SELECT m.key::text, m.status, m.carrier_id, m.attempts, c.phone
    FROM texting_message AS m
    JOIN texting_conversation AS v ON v.id = m.conversation_id
    JOIN contacts_contact AS c ON c.id = v.contact_id
    WHERE m.kind <> 'incoming' AND m.status <> 'undone'
"""
_REPLIES = """
    SELECT m.carrier_id, c.phone, m.text, jsonb_array_length(m.media)
    FROM texting_message AS m
    JOIN texting_conversation AS v ON v.id = m.conversation_id
    JOIN contacts_contact AS c ON c.id = v.contact_id
    WHERE m.kind = 'incoming'
"""
_TEXTED_AFTER_STOP = """
    SELECT e.phone, e.received_at, m.sending_at FROM carriers_carrierevent AS e
    JOIN contacts_contact AS c ON c.phone = e.phone AND c.campaign_id = e.campaign_id
    JOIN texting_conversation AS v ON v.contact_id = c.id
    JOIN texting_message AS m ON m.conversation_id = v.id AND m.kind IN ('initial', 'reply')
    WHERE e.kind = 'reply' AND e.event_key = ANY(%s) AND m.sending_at > e.received_at
"""


def compare(ledger: Iterable[Row]) -> Discrepancies:
    """Everything that our rows and the network's ledger do not agree about."""
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in ledger:
        by_kind[row["row"]].append(row)
    found = Discrepancies()
    _texts(found, by_kind["accepted"], by_kind["refused"])
    _receipts(found, by_kind["accepted"], by_kind["receipt"])
    _replies(found, by_kind["reply"])
    _stops(found, by_kind["reply"])
    return found


def key_of(row: Row) -> str:
    """Our own key of a text, which stands at the end of the address that its receipts go to."""
    return str(row["callback_url"]).rpartition("/")[2]


def _texts(found: Discrepancies, accepted: Sequence[Row], refused: Sequence[Row]) -> None:
    taken: dict[str, list[Row]] = defaultdict(list)
    for row in accepted:
        taken[key_of(row)].append(row)
    turned_away = {key_of(row) for row in refused if row["reason"] in ("rejected", "rule", "full")}
    ours = {key: (status, sid, attempts, phone) for key, status, sid, attempts, phone in rows(_TEXTS)}
    for key, several in taken.items():
        if len(several) > 1:
            found.note("a text was taken twice", [row["sid"] for row in several])
        if key not in ours:
            found.note("a text was taken that we know nothing of", key)
    for key, (status, sid, attempts, phone) in ours.items():
        sids = [row["sid"] for row in taken.get(key, ())]
        if status in ("queued", "sending", "unknown", "unheard"):
            found.note("the fate of a text was never settled", (key, status, attempts))
        elif status in WENT and sid not in sids:
            found.note("a text counts as sent that never was", (key, status, sid))
        elif status == "failed" and not sids and key not in turned_away:
            found.note("a text counts as failed that nobody refused", key)
        elif status == "safeguarded" and sids:
            found.note("a text was sent that counts as held back", (key, sids))
        elif status == "failed" and sids and sid not in sids:
            found.note("a text was taken that counts as refused", (key, sids))
        if sids and phone not in {row["to"] for row in taken[key]}:
            found.note("a text went to another phone", (key, phone))


def _receipts(found: Discrepancies, accepted: Sequence[Row], receipts: Sequence[Row]) -> None:
    """The furthest news that reached us is where the text stands."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in receipts:
        if row["answered"]:
            told[row["sid"]].add(row["status"])
    ours = {sid: status for _key, status, sid, _attempts, _phone in rows(_TEXTS) if sid}
    for row in accepted:
        ends = told[row["sid"]] & {"delivered", "undelivered", "failed"}
        stands = ours.get(row["sid"])
        if ends and stands not in ends:
            found.note("news of a text was lost", (row["sid"], sorted(ends), stands, _events_of(row["sid"])))
        if not ends and stands in ("delivered", "undelivered"):
            found.note("a text counts as ended of which nobody told us", (row["sid"], stands))


def _events_of(sid: str) -> list[Any]:
    keys = [f"{sid} {status}" for status in ("sent", "delivered", "undelivered", "failed")]
    columns = "event_key, message_key, processed_at, attempts, problem"
    return rows(f"SELECT {columns} FROM carriers_carrierevent WHERE event_key = ANY(%s)", [keys])


def _replies(found: Discrepancies, replies: Sequence[Row]) -> None:
    kept: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for sid, phone, text, media in rows(_REPLIES):
        kept[sid].append((phone, text, media))
    told = {row["sid"]: row for row in replies}
    for sid, row in told.items():
        if row["answered"] and not kept[sid]:
            found.note("a reply was lost", (sid, row["from"], row["body"], row["to"]))
        if len(kept[sid]) > 1:
            found.note("a reply is kept twice", sid)
        if any(one != (row["from"], row["body"], len(row["media"])) for one in kept[sid]):
            found.note("a reply is not kept as it came", (sid, kept[sid], row["body"]))
    for sid in kept.keys() - told.keys():
        found.note("a reply is kept that nobody wrote", sid)


def _stops(found: Discrepancies, replies: Sequence[Row]) -> None:
    stops = [row for row in replies if row["answered"] and row["body"].strip().casefold() == "stop"]
    opted_out = {phone for (phone,) in rows("SELECT phone FROM contacts_optout WHERE undone_at IS NULL")}
    for row in stops:
        if row["from"] not in opted_out:
            found.note("a stop was not honoured", (row["from"], row["sid"]))
    for late in rows(_TEXTED_AFTER_STOP, [[row["sid"] for row in stops]]):
        found.note("somebody was texted after their stop", late)
