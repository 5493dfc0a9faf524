"""The one thread with a contact."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.carriers.models import PhoneNumber
from textbank.contacts.models import Contact
from textbank.texting.models.action import TextingAction


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """An inbox folder is a named query, nothing more."""

    def heard_from(self) -> ConversationQuerySet:
        """The contact wrote, and did not ask to be left alone with a stop word."""
        return self.filter(last_inbound_at__isnull=False, hidden_at=None)

    def of(self, member: Membership) -> ConversationQuerySet:
        """Those in this member's own hands."""
        return self.filter(campaign=member.campaign_id, assignee=member)

    def open_to(self, member: Membership) -> ConversationQuerySet:
        """Those this member may read: a volunteer their own, staff all of the campaign."""
        if member.is_staff_member:
            return self.filter(campaign=member.campaign_id)
        return self.of(member).filter(hidden_at=None)

    def needs_attention(self) -> ConversationQuerySet:
        return self.heard_from().filter(needs_attention=True)

    def waiting_by_action(self) -> dict[int | None, int]:
        """How many need attention, by the id of the action that texted them last."""
        return dict(self.needs_attention().values_list("action_id").annotate(models.Count("id")).order_by())

    def unread(self) -> ConversationQuerySet:
        return self.heard_from().filter(is_unread=True)

    def current(self) -> ConversationQuerySet:
        return self.heard_from().filter(archived_at=None)

    def archived(self) -> ConversationQuerySet:
        return self.heard_from().filter(archived_at__isnull=False)


class Conversation(models.Model):
    """One thread per contact, over all actions; a person has one thread on their phone too.

    It needs attention from the moment the contact writes until somebody replies or files a report.
    `number` is ours and stays the same. `action` is the latest one that texted this contact.
    """

    class Suggestion(models.TextChoices):
        NOTHING = "", "Nothing"
        OPT_OUT = "opt_out", "They may want no more texts"
        WRONG_NUMBER = "wrong_number", "This may be the wrong number"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="conversations", db_index=False
    )
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="conversation")
    action = models.ForeignKey(
        TextingAction,
        null=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
        db_index=False,
        db_constraint=False,
    )
    assignee = models.ForeignKey(
        Membership,
        null=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
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
    )
    needs_attention = models.BooleanField(default=False)
    is_unread = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True, help_text="Opted out by a stop word: no volunteer sees it")
    suggestion = models.CharField(
        max_length=12,
        choices=Suggestion,
        blank=True,
        default="",
        db_default="",
        help_text="What the latest words may mean; a person decides, and first texts wait until then",
    )
    helped_at = models.DateTimeField(null=True, help_text="When HELP was answered; once is enough")
    last_inbound_at = models.DateTimeField(null=True)
    last_initial_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["assignee", "-last_inbound_at"],
                condition=models.Q(last_inbound_at__isnull=False, hidden_at=None),
                name="conversation_inbox",
            ),
            models.Index(
                fields=["assignee", "last_inbound_at"],
                condition=models.Q(needs_attention=True, hidden_at=None),
                name="conversation_attention",
            ),
            models.Index(
                fields=["campaign", "-last_inbound_at"],
                condition=models.Q(last_inbound_at__isnull=False),
                name="conversation_campaign",
            ),
            models.Index(
                models.F("campaign"),
                models.F("last_message_at").desc(nulls_last=True),
                models.F("id").desc(),
                name="conversation_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"conversation with contact {self.contact_id}"

    def mark_read(self) -> None:
        """The person it is assigned to has seen it."""
        Conversation.objects.filter(id=self.id, is_unread=True).update(is_unread=False)

    def archive(self, now: datetime) -> None:
        """Out of the list of current ones, until the contact writes again."""
        Conversation.objects.filter(id=self.id, archived_at=None).update(archived_at=now)

    def bring_back(self) -> None:
        Conversation.objects.filter(id=self.id).update(archived_at=None)
