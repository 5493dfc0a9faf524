"""The forms of the carrier page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator

from textbank.campaigns.models import Campaign
from textbank.carriers.kinds import KINDS, Blank
from textbank.carriers.models import CarrierAccount, PhoneNumber

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A login at a carrier, with the blanks of its kind. A secret goes in and never comes out.

    Left empty, the one we have stays; one that is not needed any more can be forgotten.
    """

    base_url = forms.URLField(
        label="Address",
        assume_scheme="https",
        help_text="The carrier's own, unless you use a compatible gateway.",
    )

    class Meta:
        model = CarrierAccount
        fields = ("name", "base_url", "account_id", "user", "application", "proof", "answers_keywords")
        labels = {"name": "Name", "answers_keywords": "Who answers STOP and HELP"}
        help_texts = {
            "name": "For you, to tell accounts apart.",
            "answers_keywords": "Change it only if you changed it at the carrier: two answers are a breach.",
        }

    def __init__(self, *args: Any, campaign: Campaign, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.campaign = campaign
        self.instance.kind = kind or self.instance.kind
        self.kind = KINDS[self.instance.kind]
        for blank in self.kind.blanks:
            self._draw_secret(blank) if blank.is_secret else self._draw(blank)
        wanted = [_name(blank) for blank in self.kind.blanks]
        for name in {"account_id", "user", "application", "proof"} - set(wanted):
            del self.fields[name]
        forgotten = [name for name in self.fields if name.startswith("forget_")]
        self.order_fields(["name", "base_url", *wanted, *forgotten, "answers_keywords"])
        self.fields["answers_keywords"].required = False
        self._ask_for_what_is_missing()

    def _draw(self, blank: Blank) -> None:
        field = self.fields[blank.field]
        field.label, field.help_text, field.required = blank.label, blank.help, blank.is_required
        field.validators.extend(_checks(blank))

    def _draw_secret(self, blank: Blank) -> None:
        kept = bool(self.instance.pk and getattr(self.instance, blank.field))
        known = "Kept. Write a new one only to replace it." if kept else "It is kept and never shown again."
        self.fields[_name(blank)] = forms.CharField(
            label=blank.label,
            help_text=f"{blank.help} {known}".strip(),
            max_length=255,
            required=blank.is_required and not kept,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            validators=_checks(blank),
        )
        if kept and not blank.is_required:
            self.fields[f"forget_{blank.field}"] = forms.BooleanField(
                label=f"Forget the {blank.label[0].lower()}{blank.label[1:]}", required=False
            )

    def _ask_for_what_is_missing(self) -> None:
        carrier = self.instance.get_kind_display()
        for field in self.fields.values():
            field.error_messages["required"] = f"Copy it from {carrier}'s own pages."
        self.fields["name"].error_messages["required"] = "Give the account a name."
        self.fields["base_url"].error_messages["required"] = "Write the address at which the carrier listens."

    def clean_base_url(self) -> str:
        """Only an address that the operator lists: our login goes there, and the call comes from inside."""
        base_url = str(self.cleaned_data["base_url"]).rstrip("/")
        if base_url not in settings.CARRIERS:
            known = ", ".join(settings.CARRIERS)
            raise forms.ValidationError(f"Whoever runs this Textbank allows only: {known}.")
        return base_url

    def clean(self) -> dict[str, Any]:
        """A login that goes elsewhere, or is another, needs its secret again: the one we have is not passed on."""
        cleaned = super().clean() or self.cleaned_data
        moved = {"base_url", "account_id", "user"} & set(self.changed_data)
        if self.instance.pk and moved and not cleaned.get("new_secret"):
            label = self.fields["new_secret"].label
            self.add_error(
                "new_secret", f"Write the {label} again, since the address or the account changed."
            )
        if self.kind.together:
            first, second, said = self.kind.together
            if cleaned.get(first) and not self._secret(second):
                self.add_error(f"new_{second}", said)
        return cleaned

    def clean_account_id(self) -> str:
        account_id = str(self.cleaned_data["account_id"])
        others = CarrierAccount.objects.filter(
            campaign=self.instance.campaign, kind=self.instance.kind, account_id=account_id
        )
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This account is here already.")
        return account_id

    def keep(self) -> CarrierAccount:
        """Saves the account, with those secrets that were given. What was wrong with it is tried anew."""
        account: CarrierAccount = self.save(commit=False)
        account.trouble, account.trouble_at = "", None
        for blank in self.kind.blanks:
            if blank.is_secret:
                setattr(account, blank.field, self._secret(blank.field))
        if self.kind.account_is_application:
            account.application = account.account_id
        account.save()
        return account

    def _secret(self, field: str) -> str:
        """The new one if there is one, else the one we have, unless it is to be forgotten."""
        if new := self.cleaned_data.get(f"new_{field}"):
            return str(new)
        return "" if self.cleaned_data.get(f"forget_{field}") else str(getattr(self.instance, field))


def _name(blank: Blank) -> str:
    return f"new_{blank.field}" if blank.is_secret else blank.field


def _checks(blank: Blank) -> list[RegexValidator]:
    return [RegexValidator(rf"\A(?:{blank.pattern})\Z", blank.mistake)] if blank.pattern else []


class AreaCodeForm(forms.Form):
    """Where a number to buy shall be at home."""

    area_code = forms.CharField(
        label="Area code",
        max_length=3,
        help_text="Three digits, like 919.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
        validators=[RegexValidator(r"\A[2-9][0-9]{2}\Z", "An area code has three digits, like 919.")],
        error_messages={"required": "Write an area code first."},
    )


class PurchaseForm(forms.Form):
    """One offered number."""

    number = forms.RegexField(r"\A\+1[2-9][0-9]{9}\Z")


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
        here = PhoneNumber.objects.filter(campaign=self.campaign, number=number, released_at=None)
        if here.exists():
            raise forms.ValidationError("This number is here already.")
        return number
