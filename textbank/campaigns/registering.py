"""A campaign says who it is to the carriers, hands that in, and writes down what their registry answered.

    draft ──> submitted ──> approved   (until its last day; renewed by writing down the next answer)
      ↑            └──────> rejected
      └──────────────┴──────────┘      (taken back, to be changed and handed in again)

Nothing here speaks to the registry: a campaign hands in through its carrier, as each of them asks for it, and a
person writes down the answer. What was approved is not changed; it is taken back to draft, and until the registry
has approved the new words nothing leaves (docs/decisions/0004-registration.md). Whether a text may leave is asked
in `texting/safeguards.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from textbank.campaigns.models import Campaign, Registration
from textbank.campaigns.trust_classes import TrustClass

FEWEST_SAMPLES = 2
DETAILS = ("legal_name", "ein", "kind", "use_case", "sample_texts", "verify_token", "expires_on")
Kind, Status = Registration.Kind, Registration.Status


_IS: dict[str, str] = {
    Status.DRAFT: "a draft",
    Status.SUBMITTED: "with the registry",
    Status.APPROVED: "approved",
    Status.REJECTED: "rejected",
}


class NotNow(Exception):
    """The registration is not in a state in which this can be done; the words say in which it is."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(f"The registration is {_IS[registration.status]} now. Look again.")


class Incomplete(Exception):
    """It cannot be handed in yet; `lacks` says why, a sentence by the field it is about."""

    def __init__(self, lacks: dict[str, str]) -> None:
        super().__init__(" ".join(lacks.values()))
        self.lacks = lacks


@dataclass(frozen=True, slots=True)
class Approval:
    """What the registry answered when it approved. The caps are segments; None: no cap that we know of."""

    registry_id: str
    att_per_minute: int | None
    tmobile_per_day: int | None
    expires_on: date | None = None
    verify_token: str = ""

    @classmethod
    def in_class(cls, trust_class: TrustClass, registry_id: str) -> Approval:
        return cls(registry_id, trust_class.att_per_minute, trust_class.tmobile_per_day)


def registration_of(campaign: Campaign) -> Registration:
    """The campaign's registration; a draft that is not stored yet when it has none."""
    found = Registration.objects.select_related("campaign").filter(campaign=campaign).first()
    return found or Registration(campaign=campaign)


def lacks(registration: Registration) -> dict[str, str]:
    """What keeps a draft from being handed in: a sentence by field. Empty when nothing does."""
    rules: list[tuple[str, bool, str]] = [
        ("legal_name", not registration.legal_name.strip(), "Write the name that the tax office knows."),
        (
            "ein",
            not registration.ein and registration.kind != Kind.OTHER,
            "The registry knows every organization by its EIN. Only a person who texts alone has none.",
        ),
        ("use_case", not registration.use_case.strip(), "Say what the texts are about."),
        (
            "sample_texts",
            len(samples(registration.sample_texts)) < FEWEST_SAMPLES,
            "Write at least two texts as they would be sent, with an empty line between them.",
        ),
    ]
    if registration.kind == Kind.POLITICAL:
        rules += [
            ("verify_token", not registration.verify_token, "A 527 needs a token of Campaign Verify."),
            (
                "expires_on",
                registration.expires_on is None,
                "Write the last day of the Campaign Verify token.",
            ),
        ]
    return {field: sentence for field, is_missing, sentence in rules if is_missing}


def samples(text: str) -> list[str]:
    """The sample texts one by one: an empty line stands between them."""
    return [sample.strip() for sample in re.split(r"\n\s*\n", text) if sample.strip()]


@transaction.atomic
def write_draft(wanted: Registration) -> Registration:
    """Keeps the details of a draft, finished or not. Raises `NotNow` when it is a draft no longer."""
    kept = _locked(wanted.campaign, Status.DRAFT)
    for field in DETAILS:
        setattr(kept, field, getattr(wanted, field))
    kept.save(update_fields=DETAILS)
    return kept


@transaction.atomic
def submit(campaign: Campaign, now: datetime) -> None:
    """The draft has been handed in. Raises `Incomplete`, or `NotNow` when it is no draft."""
    registration = _locked(campaign, Status.DRAFT)
    if missing := lacks(registration):
        raise Incomplete(missing)
    registration.status, registration.submitted_at = Status.SUBMITTED, now
    registration.rejected_because = ""
    registration.save(update_fields=["status", "submitted_at", "rejected_because"])


@transaction.atomic
def approve(campaign: Campaign, answer: Approval, now: datetime) -> None:
    """The registry approved it, or renewed what it had approved: texts may leave. Raises `NotNow`."""
    registration = _locked(campaign, Status.SUBMITTED, Status.APPROVED)
    registration.status, registration.decided_at = Status.APPROVED, now
    registration.registry_id, registration.expires_on = answer.registry_id, answer.expires_on
    registration.att_per_minute, registration.tmobile_per_day = answer.att_per_minute, answer.tmobile_per_day
    registration.verify_token = answer.verify_token or registration.verify_token
    registration.warned_on = None  # a new last day is warned of anew
    registration.save()


@transaction.atomic
def reject(campaign: Campaign, because: str, now: datetime) -> None:
    """The registry refused it, or took an approval back. Raises `NotNow`."""
    registration = _locked(campaign, Status.SUBMITTED, Status.APPROVED)
    registration.status, registration.decided_at = Status.REJECTED, now
    registration.rejected_because = because
    registration.save(update_fields=["status", "decided_at", "rejected_because"])


@transaction.atomic
def take_back(campaign: Campaign) -> None:
    """Makes it a draft again, to be changed. Nothing leaves until the registry has approved it once more."""
    registration = _locked(campaign, *Status)
    registration.status = Status.DRAFT
    registration.save(update_fields=["status"])


def _locked(campaign: Campaign, *wanted: Registration.Status) -> Registration:
    """The campaign's registration, made if there is none, for this transaction alone. Raises `NotNow`."""
    Registration.objects.get_or_create(campaign=campaign)
    registration = Registration.objects.select_for_update().get(campaign=campaign)
    if registration.status not in wanted:
        raise NotNow(registration)
    return registration
