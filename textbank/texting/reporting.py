"""What a volunteer learnt is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from textbank.campaigns.models import Membership
from textbank.contacts.models import Mark, OptOut, Tag
from textbank.contacts.opting_out import opt_out
from textbank.texting.models import Conversation, Report, TextingAction


def report_tags(action: TextingAction | None, conversation: Conversation) -> QuerySet[Tag]:
    """The tags a report on this conversation asks for: those the action chose, else all marked default."""
    if action is not None and action.report_tags.exists():
        return action.report_tags.all()
    return Tag.objects.filter(campaign=conversation.campaign_id, is_reportable=True, is_default=True)


def tags_on(conversation: Conversation) -> set[int]:
    """The ids of the tags that stand on the contact now."""
    latest = (
        Mark.objects.filter(contact=conversation.contact_id)
        .order_by("tag_id", "-id")
        .distinct("tag_id")
        .values_list("tag_id", "is_set")
    )
    return {tag_id for tag_id, is_set in latest if is_set}


@transaction.atomic
def file_report(
    conversation: Conversation, member: Membership, answers: Mapping[Tag, bool], now: datetime
) -> Report:
    """Keeps the answers and settles the conversation. Only a changed answer makes a new mark."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(id=conversation.id)
    standing = tags_on(conversation)
    report = Report.objects.create(
        campaign_id=conversation.campaign_id,
        conversation=conversation,
        action_id=conversation.action_id,
        filed_by=member,
        filed_at=now,
    )
    changed = [
        Mark(
            campaign_id=conversation.campaign_id,
            contact_id=conversation.contact_id,
            tag=tag,
            is_set=is_set,
            marked_by=member,
            marked_at=now,
        )
        for tag, is_set in answers.items()
        if is_set != (tag.id in standing)
    ]
    report.marks.set(Mark.objects.bulk_create(changed))
    Conversation.objects.filter(id=conversation.id).update(needs_attention=False, is_unread=False)
    return report


@transaction.atomic
def opt_contact_out(conversation: Conversation, member: Membership, now: datetime) -> None:
    """The contact wants no more texts, and told a person so: nobody texts them again. The thread is archived."""
    source = OptOut.Source.ADMIN if member.is_staff_member else OptOut.Source.VOLUNTEER
    opt_out(conversation.campaign, conversation.contact.phone, source, now, by=member)
    Conversation.objects.filter(id=conversation.id).update(
        needs_attention=False, is_unread=False, archived_at=now
    )
