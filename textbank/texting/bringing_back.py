"""A phone may be texted again: an opt-out was a mistake, or the wrong number is the right one after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import OptOut, WrongNumber
from textbank.contacts.opting_out import opted_out_among, undo_opt_out
from textbank.contacts.wrong_numbers import release_wrong_number, wrong_among
from textbank.texting.models import Conversation


@transaction.atomic
def bring_back_opted_out(promise: OptOut, now: datetime, *, because: str, by: Membership) -> bool:
    """Undoes the opt-out on record; the conversation returns to its volunteer. False when it was undone already."""
    _lock(promise.campaign, promise.phone)
    if not undo_opt_out(promise, now, because=because, by=by):
        return False
    _bring_back(promise.campaign, promise.phone)
    return True


@transaction.atomic
def bring_back_wrong_number(wrong: WrongNumber, now: datetime, *, because: str, by: Membership) -> bool:
    """Releases the phone on record; the conversation returns to its volunteer. False when it was released already."""
    _lock(wrong.campaign, wrong.phone)
    if not release_wrong_number(wrong, now, because=because, by=by):
        return False
    _bring_back(wrong.campaign, wrong.phone)
    return True


def _lock(campaign: Campaign, phone: str) -> None:
    """The conversation first: the order in which replies are taken in."""
    theirs = Conversation.objects.filter(campaign=campaign, contact__campaign=campaign, contact__phone=phone)
    list(theirs.select_for_update(of=("self",)).values_list("id"))


def _bring_back(campaign: Campaign, phone: str) -> None:
    """Into the inbox, unless there is another reason to leave the phone alone. What they wrote was never answered."""
    if opted_out_among(campaign, [phone]) or wrong_among(campaign, [phone]):
        return
    found = Conversation.objects.filter(campaign=campaign, contact__campaign=campaign, contact__phone=phone)
    found.update(hidden_at=None, archived_at=None)
    found.filter(last_inbound_at__isnull=False).update(needs_attention=True, is_unread=True)
