"""What a volunteer learnt is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from textbank.campaigns.models import Membership
from textbank.contacts.models import Mark, OptOut, Tag, WrongNumber
from textbank.contacts.opting_out import opt_out
from textbank.contacts.wrong_numbers import note_wrong_number
from textbank.texting.models import Conversation, Message, Report, TextingAction


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
    conversation: Conversation,
    member: Membership,
    answers: Mapping[Tag, bool],
    now: datetime,
    seen: int | None = None,
) -> Report:
    """Keeps the answers and settles what the member had read. Only a changed answer makes a new mark.

    `seen`: the newest text that was shown to them; None: all there was.
    """
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
    if not is_behind(conversation, seen):
        _settle(conversation)
    return report


def is_behind(conversation: Conversation, seen: int | None) -> bool:
    """Whether the contact has written something newer than the text `seen`: then it is not settled unread."""
    newer = Message.objects.filter(
        campaign=conversation.campaign_id, conversation=conversation, kind=Message.Kind.INCOMING
    )
    return seen is not None and newer.filter(id__gt=seen).exists()


def lock(conversation: Conversation) -> None:
    """The conversation first, then what is known of its phone: the order in which replies are taken in."""
    Conversation.objects.select_for_update().filter(campaign=conversation.campaign_id).get(id=conversation.id)


@transaction.atomic
def opt_contact_out(conversation: Conversation, member: Membership, now: datetime) -> None:
    """The contact wants no more texts, and told a person so: nobody texts them again. The thread is archived."""
    lock(conversation)
    source = OptOut.Source.ADMIN if member.is_staff_member else OptOut.Source.VOLUNTEER
    words = _suspicious_words(conversation)
    opt_out(conversation.campaign, conversation.contact.phone, source, now, words=words, by=member)
    _settle(conversation, archived_at=now)


@transaction.atomic
def report_wrong_number(conversation: Conversation, member: Membership, now: datetime) -> None:
    """Somebody else is at this phone: it gets no more texts until an admin releases it. The thread is over.

    It leaves the inbox, and what still comes from the phone is shown to staff only.
    """
    lock(conversation)
    source = WrongNumber.Source.ADMIN if member.is_staff_member else WrongNumber.Source.VOLUNTEER
    note_wrong_number(conversation.contact, source, now, words=_suspicious_words(conversation), by=member)
    _settle(conversation, hidden_at=now)


@transaction.atomic
def dismiss_suggestion(conversation: Conversation, seen: int | None) -> bool:
    """They did not ask for it: the thread goes on, and first texts wait no longer. It still needs an answer.

    False, and nothing is changed, when the contact has written since the text `seen`.
    """
    locked = Conversation.objects.select_for_update(of=("self",)).get(id=conversation.id)
    if is_behind(locked, seen):
        return False
    Conversation.objects.filter(id=locked.id).update(suggestion=Conversation.Suggestion.NOTHING)
    return True


def _settle(conversation: Conversation, **more: datetime) -> None:
    """Somebody has decided what the contact's words meant, and nothing waits for an answer."""
    Conversation.objects.filter(id=conversation.id).update(
        needs_attention=False, is_unread=False, suggestion=Conversation.Suggestion.NOTHING, **more
    )


def _suspicious_words(conversation: Conversation) -> str:
    """The latest words of the contact, where it was suggested that they ask for this."""
    if not conversation.suggestion:
        return ""
    theirs = Message.objects.filter(
        campaign=conversation.campaign_id, conversation=conversation, kind=Message.Kind.INCOMING
    )
    return theirs.order_by("-id").values_list("text", flat=True).first() or ""
