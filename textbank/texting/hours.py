"""When texts may leave: the campaign's own hours, in every zone a contact may be in, and never at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from textbank.campaigns.models import EARLIEST, LATEST, Campaign
from textbank.contacts import zones
from textbank.texting.refusals import Safeguard


@dataclass(frozen=True, slots=True)
class Hours:
    """What is open at one moment, for one campaign. Zones are bits (see `contacts/zones.py`)."""

    campaign_is_open: bool
    closed_by_window: int
    closed_by_floor: int

    @classmethod
    def at(cls, campaign: Campaign, now: datetime) -> Hours:
        opens, closes = campaign.texting_opens, campaign.texting_closes
        return cls(
            campaign_is_open=opens <= now.astimezone(campaign.zone).time() < closes,
            closed_by_window=zones.closed_zones(now, opens, closes) if campaign.respects_contact_zones else 0,
            closed_by_floor=zones.closed_zones(now, EARLIEST, LATEST),
        )

    def refusal(self, contact_zones: int) -> Safeguard | None:
        if contact_zones & self.closed_by_floor:
            return Safeguard.FLOOR_HOURS
        if not self.campaign_is_open:
            return Safeguard.CAMPAIGN_HOURS
        if contact_zones & self.closed_by_window:
            return Safeguard.CONTACT_HOURS
        return None


def next_opening(campaign: Campaign, contact_zones: int, now: datetime) -> datetime:
    """When the hours next allow a text to a contact in these zones: an aware datetime, `now` if they do now.

    Looked for in steps of five minutes; where the windows never meet, the answer is a week ahead.
    """
    moment = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 5)
    if Hours.at(campaign, now).refusal(contact_zones) is None:
        return now
    for step in range(1, 7 * 24 * 12):
        later = moment + timedelta(minutes=5 * step)
        if Hours.at(campaign, later).refusal(contact_zones) is None:
            return later
    return now + timedelta(days=7)


def latest_delivery(campaign: Campaign, contact_zones: int, now: datetime) -> timedelta:
    """How long from now a text to these zones may still be delivered, before any of its windows closes."""
    closes = campaign.texting_closes
    floor = zones.closes_at(contact_zones, now, LATEST)
    own = datetime.combine(now.astimezone(campaign.zone).date(), closes, tzinfo=campaign.zone)
    ends = [floor, own]
    if campaign.respects_contact_zones:
        ends.append(zones.closes_at(contact_zones, now, closes))
    return max(min(ends) - now, timedelta(seconds=1))
