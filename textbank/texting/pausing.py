"""All texting of a campaign stops at once, and goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textbank.campaigns.models import Campaign
from textbank.texting.models import Message, TextingAction

Status = Message.Status


@dataclass(frozen=True, slots=True)
class Paused:
    """What a pause found: first texts of the running actions that had gone, those just then in a carrier's hands
    included; and texts of any kind that wait."""

    gone: int
    waiting: int


def pause_campaign(campaign: Campaign, now: datetime) -> Paused | None:
    """Nothing more leaves, in whatever action, replies included; volunteers keep what they hold. None when it was
    paused already.

    Workers ask before every claim, and hand over what they claimed within two seconds or not at all.
    """
    if not Campaign.objects.filter(id=campaign.id, paused_at=None).update(paused_at=now):
        return None
    firsts = Message.objects.filter(
        campaign=campaign,
        action__in=TextingAction.objects.filter(campaign=campaign).open_to_volunteers(),
        kind=Message.Kind.INITIAL,
    )
    had_gone = firsts.exclude(stage__in=(Status.QUEUED, Status.UNDONE, Status.SAFEGUARDED))
    return Paused(gone=had_gone.count(), waiting=waiting(campaign))


def resume_campaign(campaign: Campaign) -> bool:
    """What waits goes on by itself, within hours and limits. False when it was not paused."""
    paused = Campaign.objects.filter(id=campaign.id, paused_at__isnull=False)
    return bool(paused.update(paused_at=None))


def waiting(campaign: Campaign) -> int:
    """Texts that volunteers have sent and that have not left yet."""
    return Message.objects.filter(campaign=campaign, stage=Status.QUEUED).count()
