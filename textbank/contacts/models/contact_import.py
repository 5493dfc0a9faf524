"""One contact file on its way in."""

from __future__ import annotations

from django.db import models

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models.contact import ContactList


class ContactImport(models.Model):
    """A file of contacts, from upload to the counts that account for every row of it.

        uploaded ──> running ──> finished
                        ├──────> failed       (why: `problem`)
                        └──────> cancelled

    The work can be stopped and started again at any moment: nothing is visible before `finished`.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for its columns"
        RUNNING = "running", "Importing"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    UNFINISHED = (Status.UPLOADED, Status.RUNNING)

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contact_imports")
    contact_list = models.OneToOneField(
        ContactList, null=True, on_delete=models.SET_NULL, related_name="contact_import"
    )
    uploaded_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField(help_text="Bytes in the file")
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    columns = models.JSONField(default=list, help_text="The header row, in order")
    mapping = models.JSONField(default=dict, help_text="Column number → contact field or merge field")
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    bytes_read = models.BigIntegerField(default=0)
    rows_read = models.IntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Outcome → rows; they add up to the rows of the file")
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_all_read(self) -> bool:
        """Whether every byte has been read, so that only the putting in place is left."""
        return self.bytes_read >= self.size


class ImportChunk(models.Model):
    """A piece of the uploaded file. It lives in the database, so that a worker on any machine can read it."""

    contact_import = models.ForeignKey(ContactImport, on_delete=models.CASCADE, related_name="chunks")
    position = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact_import", "position"], name="one_chunk_per_position")
        ]

    def __str__(self) -> str:
        return f"chunk {self.position} of import {self.contact_import_id}"


class ImportRejection(models.Model):
    """A row of the file that did not become a contact, kept as it came, with the reason."""

    contact_import = models.ForeignKey(ContactImport, on_delete=models.CASCADE, related_name="rejections")
    row_number = models.IntegerField(help_text="As a spreadsheet counts: the header is row 1")
    reason = models.CharField(max_length=60, help_text="An outcome, with the country where it tells")
    cells = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact_import", "row_number"], name="one_rejection_per_row")
        ]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.reason}"


class ImportRow(models.Model):
    """A row of a file that has been read and waits to be put in place with all the others.

    The table is unlogged: after a crash it is empty, and the import begins again. Nothing may refer to it, and
    it refers to nothing, so that writing a million rows checks nothing twice.
    """

    pk = models.CompositePrimaryKey("contact_import_id", "number")
    contact_import_id = models.BigIntegerField()
    number = models.IntegerField()
    outcome = models.CharField(max_length=60)
    phone = models.CharField(max_length=16)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.CharField(max_length=254)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(max_length=10)
    language = models.CharField(max_length=20)
    van_id = models.CharField(max_length=40)
    pdi_id = models.CharField(max_length=40)
    merge_fields = models.JSONField()
    zones = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"row {self.number} of import {self.contact_import_id}"
