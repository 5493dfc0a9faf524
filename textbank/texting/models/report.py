"""What a volunteer learnt in a conversation."""

from __future__ import annotations

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import Mark
from textbank.texting.models.action import TextingAction
from textbank.texting.models.conversation import Conversation


class Report(models.Model):
    """One filed form: which tags the volunteer set or took off. Filing it settles the conversation."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reports")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reports")
    action = models.ForeignKey(TextingAction, null=True, on_delete=models.SET_NULL, related_name="reports")
    filed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    filed_at = models.DateTimeField()
    marks = models.ManyToManyField(Mark, related_name="+")

    def __str__(self) -> str:
        return f"report on conversation {self.conversation_id}"
