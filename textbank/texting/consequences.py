"""What follows from what a carrier says about a text, for the phone, the script, the number and the account.

The same whether it said so at once or in a receipt, and written down here alone, for many texts of one campaign at a
time. What becomes of the text itself is written down by whoever asks: see `MAY_GO_AGAIN`.

Rows are locked after the messages: accounts, limits (see `governing.py`), conversations, phones, scripts, numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from textbank.campaigns.models import Campaign
from textbank.carriers.base import Meaning, Network
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.contacts.models import OptOut
from textbank.contacts.models.known_phone import DEAD_AFTER, KnownPhone
from textbank.contacts.opting_out import opt_out
from textbank.querying import execute, rows
from textbank.texting.governing import (
    CLOSED_FOR,
    close_for_a_minute,
    close_for_the_day,
    give_back,
    tmobile_midnight,
)
from textbank.texting.models import Script
from textbank.texting.refusals import Safeguard

# Refused at once, for a reason that is not the text's or the phone's: never taken, so it goes another time or from
# another number. After a receipt no text goes again.
MAY_GO_AGAIN = frozenset([Meaning.DAILY_CAP, Meaning.MINUTE_CAP, Meaning.NUMBER_OFF, Meaning.ACCOUNT_OFF])

LINES: Mapping[Meaning, KnownPhone.Line] = {
    Meaning.BLOCKED: KnownPhone.Line.BLOCKED,
    Meaning.LANDLINE: KnownPhone.Line.LANDLINE,
    Meaning.DEAD_NUMBER: KnownPhone.Line.DEAD,
}
# A script is paused when so many of its last first texts, since it was last resumed, were taken for spam.
LOOKED_AT, FEWEST_FILTERED, SHARE_FILTERED = 200, 5, 0.03


@dataclass(frozen=True, slots=True)
class Finding:
    """What a carrier said about one text of ours, and the rows it may be about.

    `meaning`: None when it complained of nothing. `is_delivered`: the text has reached the phone. `detail`: the
    carrier's own words. `counted_on`: the day of T-Mobile's on which its `segments` were counted, of a text that was
    surely not taken.
    """

    phone: str
    meaning: Meaning | None = None
    code: str = ""
    detail: str = ""
    is_delivered: bool = False
    network: Network | None = None
    account_id: int | None = None
    number_id: int | None = None
    script_id: int | None = None
    counted_on: date | None = None
    segments: int = 0


def follow(campaign: Campaign, findings: Sequence[Finding], now: datetime) -> None:
    """Does what follows, in the transaction of the caller. Each finding is to be told once: some are counted."""
    _note_trouble(campaign, [one for one in findings if one.meaning == Meaning.ACCOUNT_OFF], now)
    said = {one.meaning for one in findings}
    if Meaning.MINUTE_CAP in said:
        close_for_a_minute(campaign, now)
    give_back(campaign, _never_counted(findings))
    if Meaning.DAILY_CAP in said:
        close_for_the_day(campaign, now)
    _opt_out(campaign, sorted({one.phone for one in findings if one.meaning == Meaning.OPTED_OUT}), now)
    _learn(campaign, findings, now)
    for script_id in sorted(
        {one.script_id or 0 for one in findings if one.meaning == Meaning.FILTERED} - {0}
    ):
        _look_at_script(campaign, script_id, now)
    _switch_off(campaign, [one for one in findings if one.meaning == Meaning.NUMBER_OFF])


def _never_counted(findings: Sequence[Finding]) -> Counter[date]:
    never: Counter[date] = Counter()
    for one in findings:
        if one.counted_on is not None:
            never[one.counted_on] += one.segments
    return never


def go_again(meaning: Meaning, now: datetime) -> tuple[datetime, Safeguard | None]:
    """When a text that was refused at once for one of `MAY_GO_AGAIN` is due again, and what it waits for."""
    if meaning == Meaning.DAILY_CAP:
        return tmobile_midnight(now), Safeguard.DAILY_CAP
    if meaning == Meaning.MINUTE_CAP:
        return now + CLOSED_FOR, Safeguard.MINUTE_CAP
    return now + (timedelta(minutes=1) if meaning == Meaning.ACCOUNT_OFF else timedelta(0)), None


def learn_networks(campaign: Campaign, networks: Mapping[str, Network | None], now: datetime) -> None:
    """Keeps whose network each phone is on, where the carrier says so; by phone."""
    _learn(campaign, [Finding(phone, network=network) for phone, network in networks.items()], now)


_LOCK_ACCOUNTS = """
    SELECT id FROM carriers_carrieraccount
    WHERE (id = ANY(%(working)s) AND trouble_at IS NOT NULL) OR id = ANY(%(refused)s) ORDER BY id FOR UPDATE
"""


def accounts_work(working: Collection[int], refused: Collection[int]) -> None:
    """A carrier took a text of these accounts, so whatever was wrong with them is not any more.

    `refused`: those that are about to be in trouble. They are locked with the others, in one order.
    """
    changing = {row["id"] for row in rows(_LOCK_ACCOUNTS, working=list(working), refused=list(refused))}
    if mended := changing.intersection(working):
        CarrierAccount.objects.filter(id__in=mended).update(trouble="", trouble_at=None)


# --- The phone

_HIDE = """
    WITH found AS (
        SELECT v.id FROM texting_conversation AS v
        JOIN contacts_contact AS c ON c.id = v.contact_id AND c.campaign_id = %(campaign)s
        WHERE v.campaign_id = %(campaign)s AND c.phone = ANY(%(phones)s)
        ORDER BY v.id FOR UPDATE OF v
    )
    UPDATE texting_conversation AS v
    SET hidden_at = coalesce(v.hidden_at, %(now)s), needs_attention = false, is_unread = false
    FROM found WHERE v.id = found.id
"""
_LOCK_PHONES = """
    SELECT FROM contacts_knownphone WHERE campaign_id = %(campaign)s AND phone = ANY(%(phones)s)
    ORDER BY phone FOR UPDATE
"""
_LEARN = """
    INSERT INTO contacts_knownphone AS known
        (campaign_id, phone, line, line_learned_at, error_code, unreachable, network)
    SELECT %(campaign)s, l.phone, l.line, CASE WHEN l.line <> '' THEN %(now)s::timestamptz END, l.code,
           l.unreachable, l.network
    FROM unnest(%(phone)s::text[], %(line)s::text[], %(code)s::text[], %(unreachable)s::smallint[],
                %(network)s::text[]) AS l(phone, line, code, unreachable, network)
    ORDER BY l.phone
    ON CONFLICT (campaign_id, phone) DO UPDATE
    SET (line, line_learned_at, error_code) = (
            SELECT CASE WHEN new.line = '' THEN known.line ELSE new.line END,
                   CASE WHEN new.line = '' THEN known.line_learned_at ELSE %(now)s END,
                   CASE WHEN new.line = '' THEN known.error_code ELSE excluded.error_code END
            FROM (SELECT CASE WHEN excluded.line = '' AND excluded.unreachable > 0
                               AND known.unreachable + excluded.unreachable >= %(dead_after)s
                              THEN 'dead' ELSE excluded.line END AS line) AS new),
        unreachable = known.unreachable + excluded.unreachable,
        network = CASE WHEN excluded.network = '' THEN known.network ELSE excluded.network END
    WHERE excluded.line <> '' OR excluded.unreachable > 0
       OR (excluded.network <> '' AND excluded.network <> known.network)
"""
_REACHED = """
    UPDATE contacts_knownphone SET unreachable = 0
    WHERE campaign_id = %(campaign)s AND phone = ANY(%(phones)s) AND unreachable > 0
"""


def _opt_out(campaign: Campaign, phones: Sequence[str], now: datetime) -> None:
    if not phones:
        return
    execute(_HIDE, campaign=campaign.id, phones=phones, now=now)
    for phone in phones:
        opt_out(campaign, phone, OptOut.Source.CARRIER, now)


def lock_phones(campaign: Campaign, phones: Collection[str]) -> None:
    """What is known of these phones; before any of it is written, in their one order."""
    rows(_LOCK_PHONES, campaign=campaign.id, phones=list(phones))


def _learn(campaign: Campaign, findings: Sequence[Finding], now: datetime) -> None:
    """The line, the network, and how often in a row the phone was out of reach. A text that arrives ends the row."""
    reached = {one.phone for one in findings if one.is_delivered}
    unreached = Counter(one.phone for one in findings if one.meaning == Meaning.UNREACHABLE)
    lines = {
        one.phone: (LINES[one.meaning], one.code)
        for one in findings
        if one.meaning is not None and one.meaning in LINES
    }
    codes = {one.phone: one.code for one in findings if one.meaning == Meaning.UNREACHABLE}
    networks = {one.phone: one.network for one in findings if one.network}
    dead = {phone for phone, times in unreached.items() if times >= DEAD_AFTER}
    lines = {phone: (KnownPhone.Line.DEAD, codes[phone]) for phone in dead} | lines
    learnt = sorted(lines.keys() | unreached.keys() | networks.keys())
    if not learnt and not reached:
        return
    lock_phones(campaign, reached.union(learnt))
    execute(_REACHED, campaign=campaign.id, phones=sorted(reached))
    execute(
        _LEARN,
        campaign=campaign.id,
        now=now,
        dead_after=DEAD_AFTER,
        phone=learnt,
        line=[lines[phone][0] if phone in lines else "" for phone in learnt],
        code=[lines[phone][1] if phone in lines else codes.get(phone, "") for phone in learnt],
        unreachable=[unreached[phone] for phone in learnt],
        network=[networks.get(phone) or "" for phone in learnt],
    )


# --- The words

_LAST_FIRST_TEXTS = """
    SELECT last.error_code, account.kind AS carrier
    FROM (
        SELECT m.error_code, m.number_id, m.sending_at FROM texting_message AS m
        WHERE m.campaign_id = %(campaign)s AND m.script_id = %(script)s AND m.kind = 'initial'
          AND m.status IN ('sent', 'delivered', 'undelivered', 'failed')
        ORDER BY m.id DESC LIMIT %(limit)s
    ) AS last
    JOIN texting_script AS script ON script.id = %(script)s AND script.campaign_id = %(campaign)s
    LEFT JOIN carriers_phonenumber AS n ON n.id = last.number_id AND n.campaign_id = %(campaign)s
    LEFT JOIN carriers_carrieraccount AS account ON account.id = n.account_id
    WHERE script.resumed_at IS NULL OR last.sending_at >= script.resumed_at
"""


def _look_at_script(campaign: Campaign, script_id: int, now: datetime) -> None:
    """Pauses a script whose texts are taken for spam, so that the number and the brand are not burnt with it.

    Somebody who resumes it has looked at what went before.
    """
    last = rows(_LAST_FIRST_TEXTS, campaign=campaign.id, script=script_id, limit=LOOKED_AT)
    filtered = sum(_is_filtered(row["carrier"], row["error_code"]) for row in last)
    if filtered < FEWEST_FILTERED or filtered < SHARE_FILTERED * len(last):
        return
    Script.objects.filter(id=script_id, campaign=campaign, paused_at=None).update(
        paused_at=now,
        paused_because=f"Carriers took {filtered} of its last {len(last)} first texts for spam.",
    )


def _is_filtered(carrier: str | None, code: str) -> bool:
    return carrier is not None and CARRIERS[carrier].meaning_of(code) == Meaning.FILTERED


# --- Our number and our account


def _switch_off(campaign: Campaign, findings: Sequence[Finding]) -> None:
    """Texts that wait leave from another number, as with one that an admin switches off."""
    reasons = {one.number_id: f"{one.code} {one.detail}".strip() for one in findings if one.number_id}
    for number_id, reason in sorted(reasons.items()):
        PhoneNumber.objects.filter(id=number_id, campaign=campaign, is_active=True).update(
            is_active=False, off_because=f"The carrier refuses it: {reason}"[:200]
        )


def _note_trouble(campaign: Campaign, findings: Sequence[Finding], now: datetime) -> None:
    reasons = {one.account_id: f"{one.code} {one.detail}".strip() for one in findings if one.account_id}
    for account_id, reason in sorted(reasons.items()):
        CarrierAccount.objects.filter(id=account_id, campaign=campaign).update(
            trouble=reason[:300], trouble_at=now
        )
