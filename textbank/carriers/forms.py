"""The forms of the carrier page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings

from textbank.campaigns.models import Campaign
from textbank.carriers.models import CarrierAccount, PhoneNumber

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A login at a carrier. The secret goes in and never comes out: left empty, the one we have stays."""

    base_url = forms.URLField(
        label="Address",
        assume_scheme="https",
        help_text="Twilio's is https://api.twilio.com. A compatible gateway has its own.",
    )
    new_secret = forms.CharField(
        label="Auth token",
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = CarrierAccount
        fields = ("name", "base_url", "account_id")
        labels = {"name": "Name", "account_id": "Account SID"}
        help_texts = {"name": "For you, to tell accounts apart."}

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.campaign = campaign
        self.order_fields(["name", "base_url", "account_id", "new_secret"])
        is_new = self.instance.pk is None
        self.fields["new_secret"].required = is_new
        self.fields["new_secret"].help_text = (
            "It is kept and never shown again." if is_new else "Kept. Write a new one only to replace it."
        )

    def clean_base_url(self) -> str:
        """Only an address that the operator lists: our login goes there, and the call comes from inside."""
        base_url = str(self.cleaned_data["base_url"]).rstrip("/")
        if base_url not in settings.CARRIERS:
            known = ", ".join(settings.CARRIERS)
            raise forms.ValidationError(f"Whoever runs this Textbank allows only: {known}.")
        return base_url

    def clean(self) -> dict[str, Any]:
        """A login that goes elsewhere, or is another, needs its token again: the one we have is not passed on."""
        cleaned = super().clean() or self.cleaned_data
        moved = {"base_url", "account_id"} & set(self.changed_data)
        if self.instance.pk and moved and not cleaned.get("new_secret"):
            self.add_error(
                "new_secret", "Write the token of this account again, since its address or name changed."
            )
        return cleaned

    def clean_account_id(self) -> str:
        account_id = str(self.cleaned_data["account_id"])
        others = CarrierAccount.objects.filter(campaign=self.instance.campaign, account_id=account_id)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This account is here already.")
        return account_id

    def keep(self) -> CarrierAccount:
        """Saves the account, with its secret when a new one was given."""
        account: CarrierAccount = self.save(commit=False)
        account.secret = self.cleaned_data["new_secret"] or account.secret
        account.save()
        return account


class NumberForm(forms.Form):
    """A number we text from, typed in by hand."""

    number = forms.CharField(
        label="Number",
        max_length=30,
        help_text="With its area code: (919) 555-0001",
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": "Write the number first."},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        digits = "".join(letter for letter in typed if letter.isdigit())
        number = f"+1{digits}" if len(digits) == 10 and not typed.strip().startswith("+") else f"+{digits}"
        if not E164.fullmatch(number):
            raise forms.ValidationError(
                "That number is too short or too long. Ten digits, or + and the country."
            )
        if PhoneNumber.objects.filter(campaign=self.campaign, number=number).exists():
            raise forms.ValidationError("This number is here already.")
        return number
