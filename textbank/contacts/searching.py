"""Questions about contacts that the pages ask."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from textbank.campaigns.models import Campaign
from textbank.contacts.models import Contact, ContactList, ContactListEntry

PAGE = 50


class ContactPage(NamedTuple):
    """Some contacts, and the key after which the next ones come; None at the end."""

    contacts: list[Contact]
    next_after: int | None


def page_of(
    campaign: Campaign, after: str | None, q: str = "", list: ContactList | None = None
) -> ContactPage:
    """The contacts that fit, newest first. Pages are cut by key: the last costs no more than the first."""
    found = Contact.objects.filter(campaign=campaign).matching(q)
    if list is not None:
        found = found.on_list(list)
    if after and after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    contacts = [*found.order_by("-pk")[: PAGE + 1]]
    return ContactPage(contacts[:PAGE], contacts[PAGE - 1].pk if len(contacts) > PAGE else None)


def lists_of(campaign: Campaign) -> QuerySet[ContactList]:
    """The lists of a campaign with their `size`, newest first."""
    entries = ContactListEntry.objects.filter(contact_list=OuterRef("pk")).order_by()
    size = entries.values("contact_list").annotate(size=Count("*")).values("size")
    lists = campaign.contact_lists.select_related("contact_import").order_by("-pk")
    return lists.annotate(size=Coalesce(Subquery(size, output_field=IntegerField()), 0))
