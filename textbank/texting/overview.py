"""How far each action has come: what the table of actions shows beside a title."""

from __future__ import annotations

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from textbank.contacts.models import ContactListEntry
from textbank.texting.models import Assignment, Conversation, TextingAction


def with_progress(actions: QuerySet[TextingAction]) -> QuerySet[TextingAction]:
    """The actions with `contacts`, `texted` and `waiting` (conversations that need attention)."""
    assignments = Assignment.objects.filter(campaign=OuterRef("campaign"), action=OuterRef("pk"))
    listed = ContactListEntry.objects.filter(contact_list=OuterRef("contact_list"))
    waiting = Conversation.objects.filter(
        campaign=OuterRef("campaign"), action=OuterRef("pk"), needs_attention=True, hidden_at=None
    )
    return actions.annotate(
        contacts=Case(
            When(status=TextingAction.Status.DRAFT, then=_count(listed, "contact_list")),
            default=_count(assignments, "action"),
        ),
        texted=_count(assignments.filter(outcome=Assignment.Outcome.TEXTED), "action"),
        waiting=_count(waiting, "action"),
    )


def _count(found: QuerySet, by: str) -> Coalesce:  # type: ignore[type-arg]
    counted = found.order_by().values(by).annotate(rows=Count("*")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
