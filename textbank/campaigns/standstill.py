"""What staff read above every page while nothing can leave, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.registering import registration_of
from textbank.campaigns.registration_ending import in_days, last_mark

Status = Registration.Status


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why nothing can leave, or soon will not: what staff read above every page. `page`: where it is mended."""

    title: str
    text: str
    page: str
    verb: str
    is_warning: bool = False


def standstills(campaign: Campaign, now: datetime) -> list[Standstill]:
    """All that holds back every text of the campaign at this moment, and what is about to."""
    found = []
    if campaign.paused_at:
        since = f"{campaign.paused_at.astimezone(campaign.zone):%B %-d, %-I:%M %p}"
        text = f"No text has left since {since}, in whatever action. Volunteers keep their contacts."
        found.append(Standstill("All texting is paused", text, "sending", "Resume"))
    registration = registration_of(campaign)
    unapproved = _UNAPPROVED.get(Status(registration.status))
    of_registration = unapproved or _of_approved(registration, now.astimezone(campaign.zone).date())
    return [*found, of_registration] if of_registration else found


def _of_approved(registration: Registration, today: date) -> Standstill | None:
    if registration.has_expired(today):
        text = f"Its last day was {registration.expires_on:%B %-d, %Y}. Nothing leaves until it is renewed."
        return Standstill("The registration with the carriers has ended", text, "registration", "Renew it")
    if registration.expires_on is None or last_mark(registration, today) is None:
        return None
    title = f"The registration with the carriers ends {in_days((registration.expires_on - today).days)}"
    text = f"After {registration.expires_on:%B %-d, %Y} nothing leaves until it is renewed."
    return Standstill(title, text, "registration", "Renew it", is_warning=True)


_UNAPPROVED = {
    Status.DRAFT: Standstill(
        "Nothing can be sent yet",
        "US carriers block texts of campaigns they do not know. Say who you are, and have it approved.",
        "registration",
        "Register the campaign",
    ),
    Status.SUBMITTED: Standstill(
        "Nothing can be sent yet",
        "The carriers' registry has the registration. An owner writes its answer down when it comes.",
        "registration",
        "See the registration",
    ),
    Status.REJECTED: Standstill(
        "Nothing can be sent: the carriers' registry has rejected the registration",
        "Its reasons are with the registration. Change what it asks for, and hand it in again.",
        "registration",
        "See why",
    ),
}
