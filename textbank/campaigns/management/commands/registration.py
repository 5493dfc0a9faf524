"""`textbank registration`: whoever runs Textbank writes down what the carriers' registry answered."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.forms import Form

from textbank import clock
from textbank.campaigns import registering
from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registration_forms import TYPED, ApprovalForm, RejectionForm
from textbank.campaigns.trust_classes import TRUST_CLASSES

AnyForm = TypeVar("AnyForm", bound=Form)


class Command(BaseCommand):
    help = "Writes down the answer of the carriers' registry to a campaign that has been handed in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="its place in the address, like green-valley")
        answers = parser.add_subparsers(dest="answer", required=True)
        approve = answers.add_parser("approve", help="approved, renewed or given other numbers")
        approve.add_argument(
            "--id", dest="registry_id", required=True, help="the registry's, of the use case"
        )
        approve.add_argument("--class", dest="trust_class", choices=TRUST_CLASSES, help="what may be sent")
        approve.add_argument("--att", dest="att_per_minute", help="instead: segments a minute to AT&T")
        approve.add_argument("--t-mobile", dest="tmobile_per_day", help="and a day to T-Mobile")
        approve.add_argument("--until", dest="expires_on", help="the last day, like 2027-12-31")
        approve.add_argument("--token", dest="verify_token", help="a new one of Campaign Verify")
        reject = answers.add_parser("reject", help="rejected, or an approval taken back")
        reject.add_argument("because", help="the registry's reasons")

    def handle(self, *, campaign: str, answer: str, **said: Any) -> None:
        found = Campaign.objects.filter(slug=campaign).first()
        if found is None:
            raise CommandError(f"There is no campaign at /c/{campaign}/.")
        registration = registering.registration_of(found)
        try:
            if answer == "approve":
                self._approve(registration, said)
            else:
                form = _checked(RejectionForm({"because": said["because"]}))
                registering.reject(found, form.cleaned_data["because"], clock.now())
        except registering.NotNow as reason:
            raise CommandError(f"{reason} An owner writes it and hands it in under Settings.") from reason
        self.stdout.write(f"{found}: {registering.registration_of(found).get_status_display().lower()}.")

    def _approve(self, registration: Registration, said: dict[str, Any]) -> None:
        now = clock.now()
        today = now.astimezone(registration.campaign.zone).date()
        answers = said | {"trust_class": said["trust_class"] or TYPED}
        form = ApprovalForm(answers, registration=registration, today=today)
        registering.approve(registration.campaign, _checked(form).approval(), now)


def _checked(form: AnyForm) -> AnyForm:
    """The form, if all of it is right. Raises `CommandError`."""
    if not form.is_valid():
        raise CommandError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form
