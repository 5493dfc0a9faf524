"""A person whom a campaign may text, and the named sets they stand in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from textbank.campaigns.models import Campaign
from textbank.querying import rows

_MERGE_FIELD_NAMES = """
    SELECT DISTINCT jsonb_object_keys(contact.merge_fields) AS name
    FROM contacts_contactlistentry AS entry
    JOIN contacts_contact AS contact
      ON contact.id = entry.contact_id AND contact.campaign_id = entry.campaign_id
    WHERE entry.contact_list_id = %(list)s AND entry.campaign_id = %(campaign)s
    ORDER BY 1
"""


class ContactQuerySet(models.QuerySet["Contact"]):
    def matching(self, words: str) -> ContactQuerySet:
        """Contacts whose names begin with these words, or whose phone ends with these digits."""
        digits = "".join(char for char in words if char.isdigit())
        if len(digits) >= 10:
            return self.filter(phone=f"+1{digits[-10:]}")
        if len(digits) >= 3:
            return self.filter(phone__endswith=digits)
        found = self
        for word in words.split():
            begins = models.Q(first_name__istartswith=word) | models.Q(last_name__istartswith=word)
            found = found.filter(begins)
        return found

    def on_list(self, contact_list: ContactList) -> ContactQuerySet:
        return self.filter(list_entries__contact_list=contact_list)


class Contact(models.Model):
    """One person per (campaign, phone). Nothing in this row changes when a text is sent.

    `zones` is the set of time zones the person may be in, as bits (see `contacts/zones.py`).
    `merge_fields` holds every other column of the imported file, by its slug.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    phone = models.CharField(max_length=16, help_text="E.164, like +19195550123")
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=20, blank=True)
    van_id = models.CharField(max_length=40, blank=True)
    pdi_id = models.CharField(max_length=40, blank=True)
    merge_fields = models.JSONField(default=dict, blank=True)
    zones = models.SmallIntegerField(help_text="Time zones this person may be in, as bits")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Contact]] = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "phone"], name="one_contact_per_campaign_and_phone"),
            models.CheckConstraint(
                condition=models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="contact_phone_is_e164"
            ),
            models.CheckConstraint(condition=models.Q(zones__gt=0), name="contact_has_a_zone"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.phone

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in (self.first_name, self.last_name) if part).upper() or "#"

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.state) if part)


class ContactList(models.Model):
    """A named set of contacts.

        processing ──> ready
              └──────> failed

    Only a ready list can be texted.
    """

    class Status(models.TextChoices):
        PROCESSING = "processing", "Processing"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contact_lists")
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROCESSING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="one_contact_list_per_name"),
            # What the entries refer to.
            models.UniqueConstraint(fields=["id", "campaign"], name="one_campaign_per_contact_list"),
        ]

    def __str__(self) -> str:
        return self.name

    def merge_field_names(self) -> list[str]:
        """The names of all further columns that contacts of this list carry."""
        found = rows(_MERGE_FIELD_NAMES, list=self.id, campaign=self.campaign_id)
        return [row["name"] for row in found]


class ContactListEntry(models.Model):
    """A contact's place in a contact list."""

    # A million rows come at once, and each pays for every index and every reference. The index that keeps entries
    # unique serves the list too, and one reference, `entry_is_of_its_lists_campaign`, says that list and campaign
    # belong together.
    pk = models.CompositePrimaryKey("contact_list_id", "contact_id")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.CASCADE, related_name="entries", db_index=False, db_constraint=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="list_entries")

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.contact_list_id}"
