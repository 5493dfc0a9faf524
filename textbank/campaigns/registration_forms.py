"""What an owner writes down of the campaign for the carriers' registry, and of the registry's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from textbank.campaigns.models import Registration
from textbank.campaigns.registering import DETAILS, Approval
from textbank.campaigns.trust_classes import TRUST_CLASSES

TYPED = "typed"


def day_field(**words: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **words)


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who the campaign is and what it texts about. A draft may be unfinished."""

    expires_on = day_field(
        label="Last day",
        required=False,
        help_text="Of the Campaign Verify token, or of the registration itself if it ends. Texts leave on that day, "
        "and stop by themselves after it.",
    )

    class Meta:
        model = Registration
        fields = DETAILS
        labels = {
            "legal_name": "Legal name",
            "kind": "Kind of organization",
            "use_case": "What the texts are about",
            "sample_texts": "Sample texts",
            "verify_token": "Campaign Verify token",
        }
        help_texts = {
            "legal_name": "Letter by letter as the IRS has it, “Inc.” and all.",
            "ein": "Nine digits, like 12-3456789. T-Mobile counts texts by it, over everything you text with.",
            "kind": "A 501(c)(3) may not text for or against a candidate: the carriers refuse it, and the IRS "
            "forbids it. A candidate's own committee, a party or a PAC is a 527.",
            "use_case": "In a few sentences: to whom, why, and how people came to be on your list.",
            "sample_texts": "Two or more, as they would be sent, with an empty line between them. Say who writes and "
            "how to opt out.",
            "verify_token": "Needed by a 527. Campaign Verify gives it once it knows that you are the committee.",
        }
        widgets = {
            "use_case": forms.Textarea(attrs={"rows": 3}),
            "sample_texts": forms.Textarea(attrs={"rows": 6}),
            "ein": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            "verify_token": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def clean_ein(self) -> str:
        """Nine digits get their hyphen: the IRS prints it, people leave it out."""
        ein = str(self.cleaned_data["ein"])
        return f"{ein[:2]}-{ein[2:]}" if ein.isdecimal() else ein


class ApprovalForm(forms.Form):
    """What the registry answered: the id it gave, what may be sent, until when."""

    registry_id = forms.CharField(
        label="The registry's id of the use case",
        max_length=40,
        help_text="Carriers call it the campaign id. It begins with a C.",
        error_messages={"required": "Write the id that the registry gave."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    trust_class = forms.ChoiceField(
        label="What may be sent",
        choices=[
            *((each.key, str(each)) for each in TRUST_CLASSES.values()),
            (TYPED, "Other numbers, typed below"),
        ],
        help_text="By the trust score or class that came with the answer. Textbank keeps to it.",
    )
    att_per_minute = forms.IntegerField(
        label="AT&T, segments a minute",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Counts with “Other numbers” above.",
    )
    tmobile_per_day = forms.IntegerField(
        label="T-Mobile, segments a day",
        required=False,
        min_value=1,
        max_value=100_000_000,
        help_text="Empty when T-Mobile has set no cap.",
    )
    expires_on = day_field(
        label="Last day",
        required=False,
        help_text="Texts leave on that day, and stop by themselves after it. Empty when it does not end.",
    )
    verify_token = forms.CharField(
        label="Campaign Verify token",
        required=False,
        max_length=80,
        help_text="When there is a new one.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, registration: Registration, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _known(registration))
        super().__init__(*args, **kwargs)
        self.today = today
        self.is_political = registration.kind == Registration.Kind.POLITICAL
        if not self.is_political:
            del self.fields["verify_token"]

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is None and self.is_political:
            raise forms.ValidationError(
                "A 527 may text as long as its Campaign Verify token lasts. Write its last day."
            )
        if day is not None and day < self.today:
            raise forms.ValidationError("That day is over. Write the last day that is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_missing = "att_per_minute" in cleaned and not cleaned["att_per_minute"]
        if cleaned.get("trust_class") == TYPED and is_missing:
            self.add_error("att_per_minute", "Write how many segments a minute AT&T takes.")
        return cleaned

    def approval(self) -> Approval:
        """The answer, once the form is valid. Typed numbers count only where no class was chosen."""
        said = self.cleaned_data
        known = TRUST_CLASSES.get(said["trust_class"])
        return Approval(
            registry_id=said["registry_id"],
            att_per_minute=known.att_per_minute if known else said["att_per_minute"],
            tmobile_per_day=known.tmobile_per_day if known else said["tmobile_per_day"],
            expires_on=said["expires_on"],
            verify_token=said.get("verify_token", ""),
        )


class RejectionForm(forms.Form):
    because = forms.CharField(
        label="The registry's reasons",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In its own words. They stand above the draft while you change it.",
        error_messages={"required": "Write what the registry asks for."},
    )


def _known(registration: Registration) -> dict[str, Any]:
    """What is known already: the numbers of the last answer, or the class that a 527 is in by its kind."""
    usual = {
        Registration.Kind.POLITICAL: "527",
        Registration.Kind.ADVOCACY: "501c4",
    }.get(Registration.Kind(registration.kind), "25")
    return {
        "registry_id": registration.registry_id,
        "trust_class": TYPED if registration.att_per_minute else usual,
        "att_per_minute": registration.att_per_minute,
        "tmobile_per_day": registration.tmobile_per_day,
        "expires_on": registration.expires_on,
        "verify_token": "",
    }
