"""The two texts that nobody presses: the one confirmation of an opt-out, and the answer to HELP.

Both are asked for by the contact a moment ago, so they leave at any hour, at once, and from the number that was
written to. Where the carrier answers by itself we say nothing: two answers are a breach (CTIA, Messaging
Principles 5.1.3), and so is none. A confirmation that is late is not sent (`safeguards.PROMPT`).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from textbank.campaigns.models import Campaign, Registration
from textbank.carriers.base import TOLL_FREE, IncomingText
from textbank.carriers.dialects import CARRIERS
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.names import new_name
from textbank.texting.models import Conversation, Message
from textbank.texting.segments import measure
from textbank.texting.storing import StoredEvent

HELPED_FOR = timedelta(days=30)  # whoever asks again sooner wants a person
_ANSWERS = uuid.UUID("6a1f0c52-0f0e-4f0c-9d6b-5d0f6a4f2b7e")  # the family of the tokens below

# Words that only Spanish has, among those that people stop or ask for help with.
_SPANISH = re.compile(
    r"\b(?:alto|parar|paren?|baja|cancelar|detener|terminar|eliminar|quitar|qu[ií]ten?me|ayuda|m[aá]s|escrib(?:an?|as|ir)"
    r"|mand(?:en?|es|ar)|mensajes|textos|lista|favor|dejen?|molesten|equivocado)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One incoming text, and the event that brought it."""

    event: StoredEvent
    text: IncomingText


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers one arrival by itself. The same token again is the same text."""

    arrival: Arrival
    conversation: Conversation
    kind: Message.Kind
    token: uuid.UUID


def confirmation(arrival: Arrival, conversation: Conversation, opt_out_id: int) -> Answer:
    """That they are opted out. There is one for each opt-out, however often it is handled."""
    token = uuid.uuid5(_ANSWERS, f"opt-out {opt_out_id}")
    return Answer(arrival, conversation, Message.Kind.CONFIRMATION, token)


def help_answer(arrival: Arrival, conversation: Conversation) -> Answer:
    """Who we are, how to reach us, and how to stop the texts."""
    token = uuid.uuid5(_ANSWERS, f"help {arrival.event.id}")
    return Answer(arrival, conversation, Message.Kind.HELP, token)


def carrier_answers(arrival: Arrival, *, is_keyword: bool) -> bool:
    """Whether the carrier itself answers this text, as it usually does or as the account says.

    A toll-free number's network answers whatever the account says. A request in somebody's own words is answered
    by no carrier, unless it says that it recognised it.
    """
    account, text = arrival.event.account, arrival.text
    usually = CARRIERS[account.kind].answers(text.text, text.to_number)
    if account.answers_keywords == CarrierAccount.Answers.US:
        return usually and text.to_number[2:5] in TOLL_FREE
    by_account = account.answers_keywords == CarrierAccount.Answers.CARRIER and is_keyword
    return usually or by_account or text.is_opt_out


def queue_answers(campaign: Campaign, answers: Sequence[Answer], now: datetime) -> None:
    """Puts them into the outbox, due at once. `created_at` is when they were asked for, which has its limit."""
    if not answers:
        return
    who, numbers = _sender(campaign), _numbers(campaign, answers)
    queued = []
    for answer in answers:
        text = _words(answer, campaign, who)
        queued.append(
            Message(
                campaign=campaign,
                conversation=answer.conversation,
                kind=answer.kind,
                status=Message.Status.QUEUED,
                text=text,
                segments=measure(text).segments,
                token=answer.token,
                key=new_name(),
                action_id=answer.conversation.action_id,
                number_id=numbers.get(answer.arrival.text.to_number),
                created_at=answer.arrival.event.received_at,
                due_at=now,
            )
        )
    Message.objects.bulk_create(queued, ignore_conflicts=True)


def _numbers(campaign: Campaign, answers: Sequence[Answer]) -> dict[str, int]:
    """Our numbers that were written to. One that is off by now answers from another (`dispatching.py`)."""
    written_to = {answer.arrival.text.to_number for answer in answers}
    found = PhoneNumber.objects.filter(campaign=campaign, number__in=written_to)
    return dict(found.values_list("number", "id"))


def _sender(campaign: Campaign) -> str:
    """The campaign as people know it, and as it is registered where that differs."""
    legal_names = Registration.objects.filter(campaign=campaign).values_list("legal_name", flat=True)
    legal_name = legal_names.first() or campaign.name
    same = legal_name.casefold() == campaign.name.casefold()
    return campaign.name if same else f"{campaign.name} ({legal_name})"


def _words(answer: Answer, campaign: Campaign, who: str) -> str:
    """No persuasion, no accents: those would halve what fits into a segment."""
    is_spanish = _is_spanish(answer)
    if answer.kind == Message.Kind.CONFIRMATION:
        if is_spanish:
            return f"{campaign.name}: No le escribiremos de nuevo. Responda START si quiere recibir textos otra vez."
        return f"{campaign.name}: We will not text you again. Reply START if you want our texts back."
    reach = campaign.help_contact
    if is_spanish:
        contact = f" Preguntas: {reach}." if reach else ""
        costs = "Pueden aplicarse tarifas de mensajes y datos."
        return (
            f"{who}: Le escriben personas voluntarias.{contact} {costs} Responda STOP para no recibir textos."
        )
    contact = f" Questions: {reach}." if reach else ""
    return f"{who}: Our volunteers text you.{contact} Msg & data rates may apply. Reply STOP to opt out."


def _is_spanish(answer: Answer) -> bool:
    if answer.conversation.contact.language.strip().casefold().startswith(("es", "sp")):
        return True
    return bool(_SPANISH.search(answer.arrival.text.text))
