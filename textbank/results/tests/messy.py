"""An action to which everything has happened, told by the product's own stories."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.carriers.base import Accepted, Event, EventKind, Rejected, Unknown
from textbank.conftest import Cast, Company
from textbank.contacts.models import Contact, OptOut, Tag
from textbank.contacts.models.known_phone import KnownPhone, WrongNumber
from textbank.contacts.opting_out import opt_out, undo_opt_out
from textbank.texting import cards
from textbank.texting.claiming import skip
from textbank.texting.dispatching import claim_outbox
from textbank.texting.models import Assignment, Conversation, Message, Script, TextingAction
from textbank.texting.publishing import publish
from textbank.texting.recording import Result, record_results
from textbank.texting.refusals import Safeguard
from textbank.texting.replying import Reply, send_replies
from textbank.texting.reporting import file_report
from textbank.texting.sending import send_initials, undo
from textbank.texting.tests.hands import claim
from textbank.texting.tests.stored import store
from textbank.texting.tests.taking_in import process_events

WAIT = timedelta(seconds=6)
# What becomes of each contact, by first name.
PLOT = (
    *("delivered", "undelivered", "rejected", "going", "unknown", "sent", "queued", "undone", "skipped"),
    *("opted out before", "opted out between", "texted by another action", "answered", "stop", "waiting"),
    *("landline", "wrong number before", "wrong number", "asked in own words", "asked for help"),
    *("waiting for the minute", "waiting for tomorrow"),
    *(
        "opted out and undone",
        "opted out by volunteer",
        "opted out after another action",
        "free",
        "also free",
    ),
)


@dataclass
class Drive:
    """The action, and its contacts by what became of them."""

    action: TextingAction
    people: dict[str, Contact]
    company: Company
    volunteer: Membership
    colleague: Membership

    def conversation(self, name: str) -> Conversation:
        return Conversation.objects.get(contact=self.people[name])

    def message(self, name: str) -> Message:
        return Message.objects.get(
            conversation__contact=self.people[name], action=self.action, kind="initial"
        )


def run(cast: Cast, company: Company, volunteer: Membership, colleague: Membership) -> Drive:
    """Runs the whole plot in one campaign."""
    company.campaign.bucket_size = 1000
    company.campaign.save()
    people = {name: cast.contact(company.campaign, first_name=name, phone=_phone(name)) for name in PLOT}
    earlier = cast.published([people["texted by another action"]], title="Earlier today")
    _send(company, earlier, volunteer, [people["texted by another action"]])
    action = cast.draft(list(people.values()), title="Everything happens")
    _second_script(action)
    publish(action, clock.now())
    action = TextingAction.objects.get(id=action.id)
    drive = Drive(action, people, company, volunteer, colleague)
    _first_texts(drive)
    _at_the_carrier(drive)
    _answers(drive)
    _afterwards(cast, drive)
    return drive


def _phone(name: str) -> str:
    return f"+1919555{2000 + PLOT.index(name)}"


def _second_script(action: TextingAction) -> None:
    Script.objects.create(
        campaign=action.campaign,
        action=action,
        kind="initial",
        name="Second",
        position=1,
        text="Reply STOP to end",
    )


def _first_texts(drive: Drive) -> None:
    phone = drive.people["opted out before"].phone
    opt_out(drive.company.campaign, phone, OptOut.Source.ADMIN, clock.now())
    _wrong_number(drive, "wrong number before")
    KnownPhone.objects.create(
        campaign=drive.company.campaign,
        phone=drive.people["landline"].phone,
        line=KnownPhone.Line.LANDLINE,
        line_learned_at=clock.now(),
    )
    texted = [name for name in PLOT if name not in ("skipped", "free", "also free")]
    _press_by_night(drive, "skipped")
    _send(drive.company, drive.action, drive.volunteer, [drive.people[name] for name in texted])
    skipped = Assignment.objects.get(contact=drive.people["skipped"], action=drive.action)
    skip(skipped, drive.volunteer, "known", clock.now())
    for name in ("free", "also free"):
        Assignment.objects.filter(contact=drive.people[name], action=drive.action).update(
            holder=None, held_until=None
        )
    assert undo(drive.message("undone"), clock.now())
    phone = drive.people["opted out between"].phone
    opt_out(drive.company.campaign, phone, OptOut.Source.ADMIN, clock.now())


def _wrong_number(drive: Drive, name: str) -> None:
    WrongNumber.objects.create(
        campaign=drive.company.campaign,
        contact=drive.people[name],
        phone=drive.people[name].phone,
        source=WrongNumber.Source.VOLUNTEER,
        recorded_at=clock.now(),
    )


def _press_by_night(drive: Drive, name: str) -> None:
    """Somebody pressed Send, and the same card again, when texting was over for the day."""
    claim(drive.action, drive.volunteer, clock.now())
    dealt = cards.deal(drive.action, drive.volunteer, clock.now(), 1000)
    [card] = [card for card in dealt if card.contact.id == drive.people[name].id]
    for _ in range(2):
        press = cards.read(card.signed, drive.volunteer)
        send_initials(drive.company.campaign, [press], clock.now() + timedelta(hours=6))


def _send(company: Company, action: TextingAction, member: Membership, contacts: Sequence[Contact]) -> None:
    claim(action, member, clock.now())
    wanted = {contact.id for contact in contacts}
    dealt = [card for card in cards.deal(action, member, clock.now(), 1000) if card.contact.id in wanted]
    send_initials(company.campaign, [cards.read(card.signed, member) for card in dealt], clock.now())


def _at_the_carrier(drive: Drive) -> None:
    """The dispatcher hands over what is due, except what stays queued in this plot."""
    later = clock.now() + timedelta(hours=1)
    for name, cap in (
        ("queued", None),
        ("waiting for the minute", Safeguard.MINUTE_CAP),
        ("waiting for tomorrow", Safeguard.DAILY_CAP),
    ):
        Message.objects.filter(id=drive.message(name).id).update(due_at=later, safeguard=cap)
    answers = {
        "rejected": Rejected("21610x", "no such number"),
        "unknown": Unknown(),
        "going": None,
    }
    by_phone = {contact.phone: name for name, contact in drive.people.items()}
    for outbound in claim_outbox(drive.company.campaign, 1000, clock.now() + WAIT):
        name = by_phone[outbound.text.to_number]
        said = answers.get(name, Accepted(f"SM{drive.company.campaign.id}-{outbound.message_id}"))
        if said is not None:
            record_results([Result(outbound, said)], clock.now())
    for name, status, error in (("delivered", "delivered", ""), ("undelivered", "undelivered", "30006")):
        form = {"MessageSid": f"SM{name}", "MessageStatus": status, "ErrorCode": error}
        key = str(drive.message(name).key)
        event = Event(EventKind.RECEIPT, f"R{name}", urlencode(form))
        store(drive.company.account, [event], clock.now(), key)
    process_events(clock.now())


def _answers(drive: Drive) -> None:
    said = {
        "answered": "Who is this?",
        "stop": "STOP",
        "waiting": "Yes!",
        "opted out by volunteer": "Go away",
    }
    for name, words in said.items():
        _arrives(drive, words, drive.people[name].phone)
    _arrives(drive, "And when?", drive.people["waiting"].phone)
    _arrives(drive, "A stranger writes", "+13125559999")


def _arrives(drive: Drive, words: str, phone: str) -> None:
    sid = f"IN{uuid.uuid4().hex[:12]}"
    number = drive.company.number.number
    form = {"MessageSid": sid, "From": phone, "To": number, "Body": words, "NumMedia": "0"}
    store(drive.company.account, [Event(EventKind.REPLY, sid, urlencode(form), phone)], clock.now())
    process_events(clock.now())


def _afterwards(cast: Cast, drive: Drive) -> None:
    campaign, now = drive.company.campaign, clock.now()
    answered = drive.conversation("answered")
    reply = Reply(answered.id, "A volunteer", uuid.uuid4(), drive.volunteer.id)
    send_replies(campaign, [reply], now)
    tag = Tag.objects.create(campaign=campaign, name="Supporter", slug="supporter")
    file_report(answered, drive.colleague, {tag: True}, now)
    for name in ("opted out and undone", "opted out by volunteer"):
        opt_out(campaign, drive.people[name].phone, OptOut.Source.VOLUNTEER, now, by=drive.volunteer)
    opt_out(campaign, drive.people["asked in own words"].phone, OptOut.Source.WORDS, now)
    _wrong_number(drive, "wrong number")
    _automatic_texts(drive)
    undone = OptOut.objects.get(campaign=campaign, phone=drive.people["opted out and undone"].phone)
    undo_opt_out(undone, now, because="By mistake")
    _texted_again_elsewhere(cast, drive)


def _automatic_texts(drive: Drive) -> None:
    """The answers nobody pressed for, and replies that a safeguard holds; as their stories leave them."""
    now = clock.now()
    for name, kind, held in (
        ("stop", Message.Kind.CONFIRMATION, None),
        ("asked for help", Message.Kind.HELP, None),
        ("delivered", Message.Kind.HELP, None),
        ("answered", Message.Kind.HELP, Safeguard.TOO_LATE),
        ("stop", Message.Kind.REPLY, Safeguard.OPTED_OUT),
    ):
        Message.objects.create(
            campaign=drive.company.campaign,
            conversation=drive.conversation(name),
            action=drive.action,
            kind=kind,
            status="safeguarded" if held else "sent",
            safeguard=held,
            text="You will get no more texts from us.",
            sender=drive.volunteer if kind == Message.Kind.REPLY else None,
            created_at=now,
            settled_at=now,
        )
    Message.objects.filter(action=drive.action, kind="reply", status="queued").update(
        safeguard=Safeguard.CONTACT_HOURS
    )


def _texted_again_elsewhere(cast: Cast, drive: Drive) -> None:
    """A later action texts the contact too, and only then do they opt out: it counts for that one."""
    contact = drive.people["opted out after another action"]
    Conversation.objects.filter(contact=contact).update(last_initial_at=None)
    later = cast.published([contact], title="Later today")
    _send(drive.company, later, drive.colleague, [contact])
    opt_out(drive.company.campaign, contact.phone, OptOut.Source.CARRIER, clock.now())
