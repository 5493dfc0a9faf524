"""The forms of the pages about wrong numbers."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from textbank.contacts.models import WrongNumber


class WrongNumberFilter(forms.Form):
    """What is looked up among the wrong numbers; it lives in the address."""

    q = forms.CharField(
        required=False,
        label="Phone",
        max_length=30,
        widget=forms.TextInput(attrs={"type": "search", "inputmode": "tel", "data-key": "/"}),
    )
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "Any"), ("live", "Not to be texted"), ("released", "Released")],
    )

    def narrow(self, found: QuerySet[WrongNumber]) -> QuerySet[WrongNumber]:
        """Those with these digits in the phone, in this state."""
        digits = "".join(letter for letter in self.cleaned_data["q"] if letter.isdigit())
        found = found.filter(phone__contains=digits) if digits else found
        state = self.cleaned_data["state"]
        return found.filter(released_at__isnull=state == "live") if state else found


class ReleasingForm(forms.Form):
    """Why a phone may be texted again; nobody may do that without a reason."""

    because = forms.CharField(
        label="Why it is released",
        max_length=500,
        error_messages={"required": "Say why this phone may be texted again. It is kept with it."},
    )
