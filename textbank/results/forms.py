"""The forms of the results room."""

from __future__ import annotations

from typing import Any

from django import forms

from textbank.campaigns.models import Campaign, Membership
from textbank.contacts.models import OptOut
from textbank.results.labelling import FIRST_TEXTS
from textbank.texting.models import TextingAction

STATES = [
    ("", "Any"),
    ("attention", "Needs attention"),
    ("replied", "They replied"),
    ("opted_out", "Opted out"),
    ("not_delivered", "A text was not delivered"),
]
FIRST = [
    ("", "Any"),
    ("texted", "Texted"),
    *((status.value, label) for status, label in FIRST_TEXTS.items()),
    ("safeguarded", "Held back"),
]


class ConversationFilter(forms.Form):
    """What is asked of the conversations; it lives in the address. The hidden ones come from numbers of results."""

    q = forms.CharField(
        required=False,
        label="Search",
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name or phone", "data-key": "/"}),
    )
    words = forms.CharField(
        required=False,
        label="Words in a text",
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    action = forms.ModelChoiceField(
        queryset=TextingAction.objects.none(), required=False, label="Action", empty_label="Any"
    )
    state = forms.ChoiceField(required=False, label="State", choices=STATES)
    first = forms.ChoiceField(required=False, label="First text", choices=FIRST)
    assignee = forms.ChoiceField(required=False, label="Held by")
    safeguard = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=9999)
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    script = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    source = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), *OptOut.Source.choices]
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = campaign.actions.exclude(status="draft").order_by("-id")  # type: ignore[attr-defined]
        people = [(str(member.id), member.user.name) for member in _members(campaign)]
        self.fields["assignee"].choices = [("", "Anybody"), ("nobody", "Nobody"), *people]  # type: ignore[attr-defined]

    @property
    def narrowings(self) -> list[str]:
        """What the address asks for beyond the fields one sees, in words."""
        asked = [("safeguard", "safeguard"), ("code", "the carrier's code"), ("script", "script")]
        return [f"{words} {self.data[name]}" for name, words in asked if self.data.get(name)]


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user.name)


class ReassignmentForm(forms.Form):
    """Whose open conversations go to whom."""

    held_by = PersonField(
        queryset=Membership.objects.none(), required=False, label="Conversations of", empty_label="Everybody"
    )
    to = PersonField(
        queryset=Membership.objects.none(),
        label="Go to",
        empty_label="Choose a person",
        error_messages={"required": "Choose who takes them."},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = campaign.memberships.select_related("user").order_by("user__first_name", "user__email")
        self.fields["held_by"].queryset = everybody  # type: ignore[attr-defined]
        self.fields["to"].queryset = everybody.filter(suspended_at=None, user__is_active=True)  # type: ignore[attr-defined]


def _members(campaign: Campaign) -> list[Membership]:
    found = campaign.memberships.select_related("user").order_by("user__first_name", "user__email")
    return list(found)
