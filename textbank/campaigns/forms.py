"""What people type: an address, a code, a name, the settings of a campaign."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.core.exceptions import RateLimited
from django import forms
from django.http import HttpRequest

from textbank.campaigns.joining import campaign_by_code
from textbank.campaigns.models import EARLIEST, LATEST, Campaign, Role
from textbank.campaigns.models.campaign import MOST_AREA_CODES

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 11, "autofocus": True}

NEAREST_ZONES = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona (no daylight saving)"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Puerto Rico"),
]


class SignInForm(RequestLoginCodeForm):  # type: ignore[misc]
    """An address to send a code to. allauth counts the letters and says nothing about who is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label, field.max_length = "E-mail", 254
        field.widget.attrs |= {"placeholder": "", "maxlength": 254, "autocapitalize": "none"}
        field.error_messages["invalid"] = "Write the whole address, like maria@example.org."
        field.error_messages["required"] = "Write your e-mail address."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if len(email) > 254:
            raise forms.ValidationError(
                "That address is too long. An e-mail address has 254 letters at most."
            )
        checked: str = super().clean_email()
        return checked


class JoinForm(SignInForm):
    """Who wants to join."""

    first_name = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Write your first name."},
    )
    last_name = forms.CharField(
        max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ("first_name", "last_name", "email")

    def clean_first_name(self) -> str:
        return " ".join(self.cleaned_data["first_name"].split())

    def clean_last_name(self) -> str:
        return " ".join(self.cleaned_data["last_name"].split())


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code of the letter. Right or wrong, a try counts for the account and the network address."""

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        field = self.fields["code"]
        field.label, field.help_text = "Code", "Six digits, from the letter."
        field.widget.attrs |= DIGITS | {"placeholder": ""}
        field.error_messages["required"] = "Type the code of the letter."

    def clean_code(self) -> str:
        # Counted before the look at the code, so that many tries at once cannot slip through together.
        if not ratelimit.consume(context.request, action="sign_in_code", key=self.email.lower()):
            raise forms.ValidationError(
                "That was tried too often. Use the link in the letter, or wait an hour."
            )
        code: str = super().clean_code()
        return code


class JoinCodeForm(forms.Form):
    """The six digits from the whiteboard. Spaces and dashes between them are fine."""

    code = forms.CharField(
        label="Join code",
        help_text="Six digits, from your organizer.",
        max_length=20,
        widget=forms.TextInput(attrs=DIGITS | {"autocomplete": "off", "autofocus": False}),
        error_messages={"required": "Type the code first."},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_code(self) -> str:
        code = "".join(letter for letter in self.cleaned_data["code"] if letter not in " -")
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise forms.ValidationError("A join code has six digits.")
        self.campaign = self._campaign_of(code)
        return code

    def _campaign_of(self, code: str) -> Campaign:
        try:
            campaign = campaign_by_code(self.request, code)
        except RateLimited as error:
            raise forms.ValidationError(
                "Too many codes were tried. Wait an hour, or ask your organizer for the join link."
            ) from error
        if campaign is None:
            raise forms.ValidationError("No campaign has this code. Look again, or ask for the new one.")
        return campaign


class PeopleFilter(forms.Form):
    """Which members the table shows; its state is the address of the page."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name or e-mail", "data-key": "/"}),
    )
    role = forms.ChoiceField(
        required=False, choices=[("", "Everyone"), *Role.choices, ("suspended", "Suspended")]
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role)


class AreaCodesField(forms.CharField):
    """A few area codes, with anything but digits between them, in the order of preference."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(re.findall(r"\w+", super().to_python(value) or "")))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_AREA_CODES:
            raise forms.ValidationError(f"At most {MOST_AREA_CODES} area codes. Leave the last ones out.")

    def run_validators(self, value: Any) -> None:
        pass  # those of one code are on the model's field


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The campaign's name and the texting rules that all its actions obey."""

    time_zone = forms.ChoiceField(
        choices=[
            ("In the United States", NEAREST_ZONES),
            (
                "Everywhere else",
                [
                    (name, name.replace("_", " "))
                    for name in sorted(available_timezones() - {zone for zone, _ in NEAREST_ZONES})
                    if "/" in name or name == "UTC"
                ],
            ),
        ],
        help_text="The clock that texting hours go by.",
    )
    area_codes = AreaCodesField(
        label="Area codes",
        required=False,
        max_length=60,
        help_text="Up to four, like “919 984”. An action may prefer numbers of some of them.",
    )

    class Meta:
        model = Campaign
        fields = (
            "name",
            "time_zone",
            "texting_opens",
            "texting_closes",
            "respects_contact_zones",
            "bucket_size",
            "prevents_frequent_texting",
            "allows_custom_responses",
            "contact_first_name_fallback",
            "user_first_name_fallback",
            "help_contact",
            "area_codes",
        )
        labels = {
            "help_contact": "Where people reach you",
            "texting_opens": "Texting opens",
            "texting_closes": "Texting closes",
            "respects_contact_zones": "Respect each contact's own time zone",
            "bucket_size": "Bucket size",
            "prevents_frequent_texting": "Prevent frequent texting",
            "allows_custom_responses": "Allow custom responses",
            "contact_first_name_fallback": "When a contact's first name is missing",
            "user_first_name_fallback": "When a volunteer's first name is missing",
        }
        help_texts = {
            "help_contact": "A phone or an e-mail address. It is in the answer to whoever texts HELP.",
            "name": "Volunteers see it when they join and above every page.",
            "texting_opens": "First texts and replies wait until then. 8:00 is the earliest.",
            "texting_closes": "After it nothing is sent until the next morning. 21:00 is the latest.",
            "respects_contact_zones": "A text waits until these hours have also begun where the contact "
            "may live. Nobody is ever texted before 8:00 or after 21:00 their own time, even with this off.",
            "bucket_size": "How many contacts a volunteer receives at a time, from 1 to 1,000. "
            "They can take more.",
            "prevents_frequent_texting": "Nobody gets a first text twice within 6 hours, whichever action "
            "it is from.",
            "allows_custom_responses": "Volunteers may write replies in their own words. Off: they send "
            "your response scripts exactly as written.",
            "contact_first_name_fallback": "The word in place of {{first_name}}, as in “Hi there”.",
            "user_first_name_fallback": "The word in place of {{user.first_name}}, as in “this is a "
            "volunteer”.",
        }
        error_messages = {
            "name": {"required": "Write the campaign's name."},
            "texting_opens": {"required": "Say when texting opens."},
            "texting_closes": {"required": "Say when texting closes."},
            "bucket_size": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), "Write a number from 1 to 1,000."
            ),
        }
        widgets = {
            "texting_opens": forms.TimeInput(format="%H:%M", attrs={"type": "time", "min": "08:00"}),
            "texting_closes": forms.TimeInput(format="%H:%M", attrs={"type": "time", "max": "21:00"}),
        }

    def __init__(self, *args: Any, known_area_codes: Set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_area_codes = known_area_codes

    def clean_area_codes(self) -> list[str]:
        codes: list[str] = self.cleaned_data["area_codes"]
        if unknown := [code for code in codes if code not in self.known_area_codes]:
            raise forms.ValidationError(f"{', '.join(unknown)}: no area code of the United States.")
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("texting_opens"), cleaned.get("texting_closes")
        why = "Federal law allows texts from 8:00 to 21:00 only (47 CFR 64.1200(c)(1))."
        if opens and opens < EARLIEST:
            self.add_error("texting_opens", f"{why} Choose 8:00 or later.")
        if closes and closes > LATEST:
            self.add_error("texting_closes", f"{why} Choose 21:00 or earlier.")
        if opens and closes and opens >= closes:
            self.add_error("texting_closes", "Texting has to close later than it opens.")
        return cleaned

    def keep(self) -> None:
        """Writes the settings and nothing else: the join code may have been rotated meanwhile."""
        self.instance.save(update_fields=self.Meta.fields)
