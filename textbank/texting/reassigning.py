"""Conversations move from one person to another."""

from __future__ import annotations

from django.db.models import QuerySet

from textbank.campaigns.models import Campaign, Membership
from textbank.texting.models import Conversation, TextingAction


def open_conversations(
    campaign: Campaign, *, action: TextingAction | None = None, held_by: Membership | None = None
) -> QuerySet[Conversation]:
    """The conversations that wait for an answer, of one action or one person if named."""
    waiting = Conversation.objects.filter(campaign=campaign, needs_attention=True, hidden_at=None)
    if action is not None:
        waiting = waiting.filter(action=action)
    return waiting if held_by is None else waiting.filter(assignee=held_by)


def reassign(conversations: QuerySet[Conversation], to: Membership) -> int:
    """Gives the conversations, history and all, to another member of the same campaign; returns how many."""
    return (
        conversations.filter(campaign=to.campaign_id).exclude(assignee=to).update(assignee=to, is_unread=True)
    )
