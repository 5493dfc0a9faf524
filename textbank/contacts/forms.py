"""What people fill in about contacts: a search, a file, the meaning of its columns."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, NamedTuple

from django import forms

from textbank.campaigns.models import Campaign
from textbank.contacts import importing
from textbank.contacts.models import ContactImport, ContactList


class ContactFilter(forms.Form):
    """The search of the contacts page; it lives in the address."""

    q = forms.CharField(
        label="Name or phone",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    list = forms.ModelChoiceField(
        label="List", required=False, empty_label="All contacts", queryset=ContactList.objects.none()
    )

    def __init__(self, campaign: Campaign, data: Any = None) -> None:
        super().__init__(data)
        ready = campaign.contact_lists.filter(status=ContactList.Status.READY).order_by("name")
        self.fields["list"].queryset = ready  # type: ignore[attr-defined]

    @property
    def is_searching(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class UploadForm(forms.Form):
    """A file of contacts."""

    file = forms.FileField(
        label="File",
        help_text="A CSV file with a row of column names on top and one contact in each row beneath. "
        "Up to 1,000,000 rows or 300 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )


class ColumnRow(NamedTuple):
    """A column of the file as the page shows it."""

    name: str
    samples: list[str]
    field: forms.BoundField


class ColumnsForm(forms.Form):
    """What each column becomes, and the name of the list. Filled in with guesses."""

    list_name = forms.CharField(
        label="Name of the list",
        max_length=120,
        help_text="The contacts of this file become a list that you can text.",
        error_messages={"required": "Give the list a name."},
    )

    def __init__(self, contact_import: ContactImport, data: Any = None) -> None:
        initial = {f"column_{column}": field for column, field in contact_import.mapping.items()}
        initial["list_name"] = PurePath(contact_import.file_name).stem[:120]
        super().__init__(data, initial=initial)
        self.columns = contact_import.columns
        self.names = importing.merge_names(self.columns)
        for position, name in enumerate(self.columns):
            self.fields[f"column_{position}"] = _column_field(position, name, self.names.get(str(position)))

    @property
    def mapping(self) -> dict[str, str]:
        """Column number to field, as chosen; what was never offered counts as left out."""
        chosen = {str(column): self[f"column_{column}"].value() for column in range(len(self.columns))}
        offered = {column: {name, *importing.FIELDS} for column, name in self.names.items()}
        return {
            column: field
            for column, field in chosen.items()
            if field and field in offered.get(column, importing.FIELDS)
        }

    def rows(self, samples: list[list[str]]) -> list[ColumnRow]:
        names = [name or f"Column {position}" for position, name in enumerate(self.columns, start=1)]
        fields = [self[f"column_{position}"] for position in range(len(self.columns))]
        return [ColumnRow(*row) for row in zip(names, samples, fields, strict=True)]

    def add_refusal(self, refusal: forms.ValidationError) -> None:
        """Shows why the import could not begin beside the field it is about."""
        for name, sentences in refusal.message_dict.items():
            self.add_error(name if name in self.fields else None, sentences)


def _column_field(position: int, name: str, merge_name: str | None) -> forms.ChoiceField:
    contact_fields = [(field, label) for field, (label, _) in importing.FIELDS.items()]
    choices: list[Any] = [("", "Leave out"), ("Contact", contact_fields)]
    if merge_name:
        choices.append(("In scripts", [(merge_name, f"{{{{{merge_name}}}}}")]))
    return forms.ChoiceField(
        label=name or f"Column {position + 1}",
        required=False,
        choices=choices,
        widget=forms.Select(attrs={"class": "control"}),
    )
