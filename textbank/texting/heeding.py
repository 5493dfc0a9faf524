"""What contacts wrote is heeded: who asks to be left alone is, and a person decides where words leave room.

For many texts of one campaign at once, in their order. What is not certain is never acted upon: it is suggested to
the volunteer, and first texts to that contact wait until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from textbank.campaigns.models import Campaign
from textbank.contacts.models import OptOut, WrongNumber
from textbank.contacts.opting_out import live_opt_outs, promise_all
from textbank.contacts.wrong_numbers import note_all, wrong_among
from textbank.querying import execute
from textbank.texting.answering import (
    HELPED_FOR,
    Answer,
    Arrival,
    carrier_answers,
    confirmation,
    help_answer,
    queue_answers,
)
from textbank.texting.consequences import learn_networks, lock_phones
from textbank.texting.models import Conversation
from textbank.texting.understanding import Certainty, Meaning, is_yes, understand

# YES takes back what the person said themselves, not what somebody of the campaign recorded for them.
TAKEN_BACK_BY_YES = (OptOut.Source.KEYWORD, OptOut.Source.WORDS, OptOut.Source.CARRIER)
SUGGESTIONS = {
    Meaning.OPT_OUT: Conversation.Suggestion.OPT_OUT,
    Meaning.WRONG_NUMBER: Conversation.Suggestion.WRONG_NUMBER,
}

# A phone that writes is neither a landline nor dead; one that asks for our texts does not block them.
_PHONES_THAT_WRITE = """
    UPDATE contacts_knownphone
    SET line = '', line_learned_at = NULL, error_code = '', unreachable = 0
    WHERE campaign_id = %(campaign)s AND phone = ANY(%(phones)s)
      AND (line IN ('landline', 'dead') OR unreachable > 0 OR (line = 'blocked' AND phone = ANY(%(back)s)))
"""


def heed(arrived: Sequence[Arrival], conversations: Mapping[str, Conversation], now: datetime) -> None:
    """Acts on the words. `conversations`: by phone, and locked; they are changed here and written by the caller."""
    if not arrived:
        return
    standing = _Standing.of(arrived[0].event.campaign, list(conversations), now)
    for arrival in arrived:
        standing.hear(arrival, conversations[arrival.text.from_number])
    standing.write(list(conversations))
    if networks := {one.text.from_number: one.text.network for one in arrived if one.text.network}:
        learn_networks(arrived[0].event.campaign, networks, now)


@dataclass(slots=True)
class _Standing:
    """What stands about the phones that wrote, and what their words change in it."""

    campaign: Campaign
    now: datetime
    promises: dict[str, OptOut]
    wrong: set[str]
    new_promises: list[tuple[OptOut, Arrival, Conversation, bool]] = field(default_factory=list)
    changed_promises: list[OptOut] = field(default_factory=list)
    new_wrong: list[WrongNumber] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    back: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, campaign: Campaign, phones: Sequence[str], now: datetime) -> _Standing:
        """Reads it; the conversations are locked, so that no other worker acts on these phones meanwhile."""
        return cls(campaign, now, live_opt_outs(campaign, phones), wrong_among(campaign, phones))

    def hear(self, arrival: Arrival, conversation: Conversation) -> None:
        """One text: what it changes for its conversation and its phone."""
        text, understood = arrival.text, understand(arrival.text.text)
        certain = understood.meaning if understood.certainty == Certainty.CERTAIN else Meaning.NONE
        heard_at, before = arrival.event.received_at, conversation.last_inbound_at
        # Words from before the last we heard are kept and shown, and take nothing back that was said since.
        is_late = before is not None and heard_at < before
        conversation.last_inbound_at = max(heard_at, before or heard_at)
        conversation.last_message_at = self.now
        conversation.archived_at = None
        if text.is_opt_out or certain == Meaning.OPT_OUT:
            self._opt_out(arrival, conversation, text.is_opt_out or understood.is_keyword)
            return
        if certain == Meaning.WRONG_NUMBER:
            self._wrong_number(arrival, conversation)
            return
        if not is_late and self._asks_for_texts(arrival, certain):
            self._opt_in(arrival)
        if not is_late and certain == Meaning.OPT_IN:
            conversation.suggestion = Conversation.Suggestion.NOTHING
        is_helped = certain == Meaning.HELP and self._help(arrival, conversation, understood.is_keyword)
        conversation.is_unread = True
        conversation.needs_attention = conversation.needs_attention or not is_helped
        self._leave_open(conversation, understood.meaning)

    def write(self, phones: list[str]) -> None:
        """Keeps what has changed, in a statement of each kind, and queues the answers."""
        # What is taken back first: a new promise for the same phone would find the old one still standing.
        if self.changed_promises:
            changed = ["reviewed_at", "undone_at", "undone_because"]
            OptOut.objects.bulk_update(self.changed_promises, changed)
        new = promise_all([promise for promise, *_ in self.new_promises])
        for promise, arrival, conversation, is_keyword in self.new_promises:
            opt_out_id = new.get(promise.phone)
            if promise.undone_at or opt_out_id is None or carrier_answers(arrival, is_keyword=is_keyword):
                continue
            self.answers.append(confirmation(arrival, conversation, opt_out_id))
        if self.new_wrong:
            note_all(self.new_wrong)
        lock_phones(self.campaign, phones)
        execute(_PHONES_THAT_WRITE, campaign=self.campaign.id, phones=phones, back=list(self.back))
        queue_answers(self.campaign, self.answers, self.now)

    def _opt_out(self, arrival: Arrival, conversation: Conversation, is_keyword: bool) -> None:
        """A promise from now on. The thread leaves the volunteer's inbox; staff still see it."""
        phone, before = conversation.contact.phone, self.promises.get(conversation.contact.phone)
        _take_away(conversation, self.now)
        if before is None:
            promise = self.promises[phone] = OptOut(
                campaign=self.campaign,
                phone=phone,
                source=OptOut.Source.KEYWORD if is_keyword else OptOut.Source.WORDS,
                words=arrival.text.text,
                opted_out_at=self.now,
            )
            self.new_promises.append((promise, arrival, conversation, is_keyword))
        elif is_keyword and before.source == OptOut.Source.WORDS and before.reviewed_at is None:
            # There is nothing left to look at: nobody shall undo it for a misunderstanding.
            before.reviewed_at = self.now
            self._note_change(before)

    def _wrong_number(self, arrival: Arrival, conversation: Conversation) -> None:
        """The conversation is over; further texts to the phone are held until an admin releases it."""
        phone = conversation.contact.phone
        _take_away(conversation, self.now)
        self.wrong.add(phone)
        self.new_wrong.append(
            WrongNumber(
                campaign=self.campaign,
                contact=conversation.contact,
                phone=phone,
                source=WrongNumber.Source.WORDS,
                words=arrival.text.text,
                recorded_at=self.now,
            )
        )

    def _asks_for_texts(self, arrival: Arrival, certain: Meaning) -> bool:
        """START, from whoever opted out; YES only takes back what they had said themselves."""
        before = self.promises.get(arrival.text.from_number)
        if before is None:
            return False
        if is_yes(arrival.text.text):
            return before.source in TAKEN_BACK_BY_YES
        return arrival.text.is_opt_in or certain == Meaning.OPT_IN

    def _opt_in(self, arrival: Arrival) -> None:
        """Back, on record. The carrier's own block is lifted by the same word, which the carrier reads too."""
        promise = self.promises.pop(arrival.text.from_number)
        promise.undone_at, promise.undone_because = self.now, f"They texted {arrival.text.text!r}"
        self._note_change(promise)
        self.back.add(promise.phone)

    def _note_change(self, promise: OptOut) -> None:
        if promise.pk and promise not in self.changed_promises:  # a new one is written as it is by then
            self.changed_promises.append(promise)

    def _help(self, arrival: Arrival, conversation: Conversation, is_keyword: bool) -> bool:
        """Whether the text has its answer by itself: once, and never for who asked to be left alone."""
        helped_at = conversation.helped_at
        if arrival.text.from_number in self.promises or (helped_at and self.now - helped_at < HELPED_FOR):
            return False
        conversation.helped_at = self.now
        if not carrier_answers(arrival, is_keyword=is_keyword):
            self.answers.append(help_answer(arrival, conversation))
        return True

    def _leave_open(self, conversation: Conversation, meaning: Meaning) -> None:
        """The thread is the volunteer's again, unless they are to leave the phone alone; what is likely is suggested.

        What was suggested stands until somebody decides, or the contact says it plainly: "ok" after "enough of this"
        takes nothing back.
        """
        phone = conversation.contact.phone
        if phone in self.promises or phone in self.wrong:
            return
        conversation.hidden_at = None
        is_new = conversation.suggestion != Conversation.Suggestion.OPT_OUT  # which is never weakened
        if is_new and meaning in SUGGESTIONS:  # what is certain has been acted upon by now
            conversation.suggestion = SUGGESTIONS[meaning]


def _take_away(conversation: Conversation, now: datetime) -> None:
    conversation.hidden_at = conversation.hidden_at or now
    conversation.needs_attention = conversation.is_unread = False
    conversation.suggestion = Conversation.Suggestion.NOTHING
