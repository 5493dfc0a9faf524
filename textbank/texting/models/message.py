"""One text, out or in. The row itself is the outbox: there is no other queue."""

from __future__ import annotations

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.carriers.models import PhoneNumber
from textbank.texting.models.action import Assignment, TextingAction
from textbank.texting.models.conversation import Conversation
from textbank.texting.models.script import Script

# Many texts are always locked in this order, before anything is decided about them.
LOCK_TEXTS = "SELECT FROM texting_message WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"


class MessageQuerySet(models.QuerySet["Message"]):
    def sent_by(self, member: Membership) -> MessageQuerySet:
        """The first texts this member sent and did not take back, those on their way included."""
        return self.filter(campaign=member.campaign_id, sender=member, kind=Message.Kind.INITIAL).exclude(
            stage__in=(Message.Status.UNDONE, Message.Status.SAFEGUARDED)
        )

    def shown(self) -> MessageQuerySet:
        """What a thread shows: everything but what was taken back in time."""
        return self.exclude(status=Message.Status.UNDONE)


class Message(models.Model):
    """One text.

    Outgoing, forward only:

        queued ──> sending ──> sent ──> delivered
          │ ↑__________│         ├────> undelivered
          │  (surely not taken)  └────> failed
          │            ├──> unknown ──> (settled by a receipt, or by asking)
          │            │       └──────> unheard  (nobody can say any more; a late receipt still settles it)
          │            └──> failed
          ├──> undone        (the volunteer took it back in time)
          └──> safeguarded   (a rule of ours stopped it; `safeguard` says which)

    Incoming: received.

    PostgreSQL checks of its references only the conversation: the others come out of the very statement that writes
    the row, and to look each of them up and lock it again costs a third of a press (docs/performance.md).

    `stage` is for finding texts: the status, but `sent` of a delivered one too. Indexes name it in place of the
    status, because a row of which no index changes is rewritten where it lies, and nearly every text is delivered.

    `token` is the press: the same press again finds the same row. `key` goes out in the callback address, so
    that a receipt finds its message even when it comes before we have stored the carrier's id.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "First text"
        REPLY = "reply", "Reply"
        INCOMING = "incoming", "From the contact"
        CONFIRMATION = "confirm", "Confirmation of an opt-out"
        HELP = "help", "Answer to HELP"

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting to go"
        SENDING = "sending", "Going"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        UNDELIVERED = "undelivered", "Not delivered"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Waiting to hear from the carrier"
        UNHEARD = "unheard", "Never heard from the carrier"
        UNDONE = "undone", "Taken back"
        SAFEGUARDED = "safeguarded", "Held back"
        RECEIVED = "received", "Received"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="messages", db_index=False, db_constraint=False
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=12, choices=Status)
    stage = models.GeneratedField(
        expression=models.Case(
            models.When(status="delivered", then=models.Value("sent")), default=models.F("status")
        ),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    text = models.TextField()
    media = models.JSONField(default=list, blank=True, help_text="Addresses of pictures that came with it")
    segments = models.PositiveSmallIntegerField(default=1)
    token = models.UUIDField(null=True)
    key = models.UUIDField(null=True, unique=True)
    action = models.ForeignKey(
        TextingAction,
        null=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
        db_constraint=False,
    )
    assignment = models.ForeignKey(
        Assignment,
        null=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
        db_constraint=False,
    )
    script = models.ForeignKey(
        Script,
        null=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
        db_constraint=False,
    )
    sender = models.ForeignKey(
        Membership,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    number = models.ForeignKey(
        PhoneNumber,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="The one it left from; set when it is handed to the carrier",
    )
    carrier_id = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=12, blank=True, help_text="The carrier's")
    carrier_segments = models.PositiveSmallIntegerField(null=True, help_text="As the carrier counted them")
    safeguard = models.PositiveSmallIntegerField(
        null=True, help_text="Ours; see texting/safeguards.py. Of a queued one: what it waits for"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="Not before; while queued")
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "token"], name="one_message_per_press"),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=models.Q(kind="initial") & ~models.Q(stage="undone"),
                name="one_initial_per_assignment",
            ),
            models.UniqueConstraint(
                fields=["campaign", "carrier_id"],
                condition=models.Q(kind="incoming"),
                name="one_message_per_incoming_carrier_id",
            ),
            models.CheckConstraint(
                condition=models.Q(status="queued") ^ models.Q(due_at=None), name="queued_messages_are_due"
            ),
            models.CheckConstraint(
                condition=models.Q(status="safeguarded", safeguard__isnull=False)
                | models.Q(status="queued")
                | (~models.Q(status__in=["safeguarded", "queued"]) & models.Q(safeguard=None)),
                name="held_texts_say_why",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_thread"),
            models.Index(
                fields=["campaign", "due_at", "id"],
                condition=models.Q(stage="queued"),
                name="message_outbox",
            ),
            models.Index(
                fields=["campaign", "due_at", "id"],
                condition=models.Q(stage="queued") & ~models.Q(kind="initial"),
                name="message_replies",
            ),
            models.Index(
                fields=["sending_at"],
                condition=models.Q(stage__in=["sending", "unknown"]),
                name="message_in_flight",
            ),
            models.Index(fields=["action", "kind", "stage"], name="message_results"),
            models.Index(
                fields=["sender", "action"],
                condition=models.Q(kind="initial") & ~models.Q(stage__in=["undone", "safeguarded"]),
                name="message_first_texts",
            ),
            models.Index(
                fields=["campaign", "carrier_id"],
                condition=~models.Q(carrier_id=""),
                name="message_carrier_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @staticmethod
    def stage_of(status: str) -> str:
        """As the database derives it; for finding texts of one status by an index."""
        return Message.Status.SENT if status == Message.Status.DELIVERED else status

    @property
    def is_from_contact(self) -> bool:
        return self.kind == self.Kind.INCOMING


class Refusal(models.Model):
    """How often a safeguard stopped a press or a reply in one action at that moment, with no text written for it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    action = models.ForeignKey(TextingAction, null=True, on_delete=models.CASCADE, related_name="refusals")
    safeguard = models.PositiveSmallIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "action", "safeguard"],
                nulls_distinct=False,
                name="one_tally_per_action_and_safeguard",
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.times}"
