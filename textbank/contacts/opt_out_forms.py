"""The forms of the opt-out ledger."""

from __future__ import annotations

from django import forms

from textbank.contacts.models import OptOut
from textbank.contacts.phone_numbers import InvalidPhone, to_e164


class OptOutFilter(forms.Form):
    """What is looked up in the ledger; it lives in the address."""

    q = forms.CharField(
        required=False,
        label="Phone",
        max_length=30,
        widget=forms.TextInput(attrs={"type": "search", "inputmode": "tel", "data-key": "/"}),
    )
    source = forms.ChoiceField(required=False, label="How", choices=[("", "Any"), *OptOut.Source.choices])
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "Any"), ("live", "Not to be texted"), ("undone", "Undone")],
    )


class NewOptOutForm(forms.Form):
    """A promise that was asked for somewhere else: by phone, by e-mail, at the door."""

    phone = forms.CharField(
        label="Phone",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": "Write the phone that is not to be texted."},
    )
    words = forms.CharField(
        required=False,
        label="Note: what they said, and where",
        max_length=500,
    )

    def clean_phone(self) -> str:
        try:
            return to_e164(self.cleaned_data["phone"])
        except InvalidPhone as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class UndoingForm(forms.Form):
    """Why a promise is taken back; nobody may do that without a reason."""

    because = forms.CharField(
        label="Why it is undone",
        max_length=500,
        error_messages={"required": "Say why this opt-out is undone. It is kept with it."},
    )
