"""A texting drive over one contact list, and each of its contacts in somebody's hands."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import Contact, ContactList, Tag


class TextingActionQuerySet(models.QuerySet["TextingAction"]):
    def open_to_volunteers(self) -> TextingActionQuerySet:
        """What the feed shows: published and not closed. A paused action stays, and says it is paused."""
        return self.filter(status=TextingAction.Status.PUBLISHED)

    def matching(self, q: str, status: str) -> TextingActionQuerySet:
        """Actions with every word of `q` in their title; `status` may also be "paused"."""
        found = self
        for word in q.split():
            found = found.filter(title__icontains=word)
        if status == "paused":
            return found.filter(status=TextingAction.Status.PUBLISHED, paused_at__isnull=False)
        return found.filter(status=status) if status else found


class TextingAction(models.Model):
    """One texting drive.

        draft ──> published ──> closed
                   └─ paused_at: stopped for the moment

    Closing or pausing stops claims and initials at once; replies go on.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        CLOSED = "closed", "Closed"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="actions")
    contact_list = models.ForeignKey(
        ContactList, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    preferred_area_codes = ArrayField(
        models.CharField(max_length=3),
        default=list,
        blank=True,
        help_text="Numbers of these are chosen for new contacts where there are any; empty: any number",
    )
    report_tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = TextingActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(contact_list__isnull=False, published_at__isnull=False),
                name="published_action_has_a_contact_list",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_initials(self) -> bool:
        """Whether first texts of this action may go out, as far as the action itself is concerned."""
        return self.status == self.Status.PUBLISHED and self.paused_at is None


class Assignment(models.Model):
    """One contact of one action. Narrow, because a million of them are rewritten in a day, each time with an entry in
    every index: there is none that a query does not need (docs/performance.md).

        untexted (free) ⇄ untexted (held until …) ──> texted
                                  └────────────────> safeguarded

    `draw` is a random number that deals the contacts out and picks the initial script. `zones` is copied from
    the contact, so that a claim finds those whose hours are open without reading contacts.
    """

    class Outcome(models.TextChoices):
        UNTEXTED = "untexted", "Not texted yet"
        TEXTED = "texted", "Texted"
        SAFEGUARDED = "safeguarded", "Held back by a safeguard"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+", db_index=False)
    action = models.ForeignKey(
        TextingAction, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    draw = models.IntegerField()
    zones = models.SmallIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.UNTEXTED)
    holder = models.ForeignKey(
        Membership,
        null=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
        db_index=False,
        db_constraint=False,
    )
    held_until = models.DateTimeField(null=True)
    texted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "contact"], name="one_assignment_per_action_and_contact"
            ),
            models.CheckConstraint(
                condition=models.Q(holder=None, held_until=None)
                | models.Q(holder__isnull=False, held_until__isnull=False, outcome="untexted"),
                name="only_untexted_assignments_are_held",
            ),
        ]
        indexes = [
            models.Index(
                fields=["action", "zones", "draw"],
                condition=models.Q(outcome="untexted", holder=None),
                name="assignment_free",
            ),
            models.Index(
                fields=["holder", "action", "draw"],
                condition=models.Q(holder__isnull=False),
                name="assignment_held",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.contact_id} of action {self.action_id}"


class Skip(models.Model):
    """A volunteer passed a contact over. The contact goes back to the pool, but not to the same hands."""

    class Reason(models.TextChoices):
        KNOWN = "known", "I know this person"
        WORDING = "wording", "The text reads wrong"
        OTHER = "other", "Something else"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="skips")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.OTHER)
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "membership"], name="one_skip_per_assignment_and_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} skipped {self.assignment_id}"
