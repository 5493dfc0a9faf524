"""The forms of an action's pages for staff."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db.models import Count, QuerySet

from textbank.campaigns.models import Campaign
from textbank.carriers.models import PhoneNumber
from textbank.contacts.models import ContactList, Tag
from textbank.texting.models import Script, TextingAction


class ActionFilter(forms.Form):
    """The state of the table of actions; it lives in the address."""

    q = forms.CharField(
        label="Search",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Title", "data-key": "/"}),
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any"), *TextingAction.Status.choices, ("paused", "Paused")],
    )


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What volunteers see of an action before they start."""

    class Meta:
        model = TextingAction
        fields = ("title", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "title": "Volunteers see it in their list. Contacts never do.",
            "description": "What this is about, and why it matters. Volunteers read it before they start.",
        }
        error_messages = {"title": {"required": "Give the action a title."}}

    def clean_description(self) -> str:
        description = str(self.cleaned_data["description"])
        if not description.strip() and self.instance.status != TextingAction.Status.DRAFT:
            raise forms.ValidationError("Volunteers see this action, so it needs a description.")
        return description


class ContactListField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.size:,})"


def ready_lists(campaign: Campaign) -> QuerySet[Any]:
    """The lists that can be texted, each with its `size`, the newest first."""
    ready = ContactList.objects.filter(campaign=campaign, status=ContactList.Status.READY)
    return ready.annotate(size=Count("entries")).order_by("-id")


class ContactListForm(forms.Form):
    """Whom an action texts: one ready list of the campaign."""

    contact_list = ContactListField(
        queryset=ContactList.objects.none(),
        label="Contact list",
        empty_label="Choose a list",
        help_text="Only lists that are ready stand here.",
        error_messages={
            "required": "Choose the contact list to text.",
            "invalid_choice": "That list is not here, or not ready. Choose another one.",
        },
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact_list"]
        assert isinstance(field, ContactListField)
        field.queryset = ready_lists(campaign)


class AreaCodesForm(forms.Form):
    """Which of the campaign's area codes an action likes to text from, with how many numbers it has in each."""

    preferred_area_codes = forms.MultipleChoiceField(
        required=False, label="Preferred area codes", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, action: TextingAction) -> None:
        super().__init__(data, initial={"preferred_area_codes": action.preferred_area_codes})
        numbers = PhoneNumber.objects.filter(campaign=action.campaign_id, is_active=True)
        have = Counter(number.area_code for number in numbers)
        # One that was chosen and has left the campaign's settings since can still be taken away here.
        codes = dict.fromkeys([*action.campaign.area_codes, *action.preferred_area_codes])
        field = self.fields["preferred_area_codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, _with_numbers(code, have[code])) for code in codes]


def _with_numbers(area_code: str, numbers: int) -> str:
    return f"{area_code} ({numbers:,} number{'' if numbers == 1 else 's'})"


class NewActionForm(DetailsForm):
    """The first step: a title is enough."""

    contact_list = ContactListField(
        queryset=ContactList.objects.none(),
        required=False,
        label="Contact list",
        empty_label="Choose later",
        help_text="Only lists that are ready stand here.",
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact_list"]
        assert isinstance(field, ContactListField)
        field.queryset = ready_lists(campaign)


class ScriptForm(forms.ModelForm):  # type: ignore[type-arg]
    """One script. `version` is the one that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Script
        fields = ("name", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 1600, "spellcheck": "true"})}
        labels = {"name": "Name", "text": "Text"}
        help_texts = {"text": ""}
        error_messages = {
            "name": {"required": "Give the script a name, so that results can tell them apart."},
            "text": {"required": "Write the text.", "max_length": "Carriers take 1,600 characters at most."},
        }


class ReportTagsForm(forms.Form):
    """Which tags the report asks for."""

    tags = forms.ModelMultipleChoiceField(
        queryset=Tag.objects.none(),
        required=False,
        label="Tags in the report",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tags"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Tag.objects.filter(campaign=campaign, is_reportable=True)


class TagForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label="New tag",
        help_text="A word or a short phrase: “Wants a yard sign”.",
        error_messages={"required": "Write the tag first."},
    )
