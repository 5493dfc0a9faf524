"""What publishing a draft would do, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from textbank.campaigns.models import Campaign
from textbank.contacts.models.known_phone import GOOD_FOR, KnownPhone
from textbank.querying import rows, wholesale
from textbank.texting.models import TextingAction
from textbank.texting.refusals import Safeguard
from textbank.texting.safeguards import FREQUENT_TEXTING, PHONE_JOIN, Moment


@dataclass(frozen=True, slots=True)
class Reach:
    """What publishing would do: contacts of the list, those of them that safeguards hold back for good, members who
    would see it. Each contact counts once, for the first safeguard that stops it."""

    contacts: int
    held_back: dict[Safeguard, int]
    members: int

    @property
    def textable(self) -> int:
        return self.contacts - sum(self.held_back.values())


# The contacts of a list by the safeguard that would settle them, in the order in which safeguards are asked; one pass
# over the list, because asking for each of a million contacts by itself takes minutes. A list holds US phones only.
_REACH = f"""
    SELECT CASE WHEN promise.phone IS NOT NULL THEN {Safeguard.OPTED_OUT:d}
                WHEN wrong.phone IS NOT NULL THEN {Safeguard.WRONG_NUMBER:d}
                WHEN k.line_learned_at < %(forgotten)s THEN NULL
                WHEN k.line = '{KnownPhone.Line.LANDLINE}' THEN {Safeguard.LANDLINE:d}
                WHEN k.line = '{KnownPhone.Line.DEAD}' THEN {Safeguard.DEAD_NUMBER:d}
                WHEN k.line = '{KnownPhone.Line.BLOCKED}' THEN {Safeguard.BLOCKED:d}
           END AS of_phone,
           coalesce(v.last_initial_at > %(lately)s, false) AS is_recent, count(*) AS contacts
    FROM contacts_contactlistentry AS entry
    JOIN contacts_contact AS c ON c.id = entry.contact_id AND c.campaign_id = %(campaign)s
    LEFT JOIN contacts_optout AS promise
      ON promise.campaign_id = %(campaign)s AND promise.phone = c.phone AND promise.undone_at IS NULL
    LEFT JOIN contacts_wrongnumber AS wrong
      ON wrong.campaign_id = %(campaign)s AND wrong.phone = c.phone AND wrong.released_at IS NULL
    {PHONE_JOIN}
    LEFT JOIN texting_conversation AS v ON v.campaign_id = %(campaign)s AND v.contact_id = c.id
    WHERE entry.campaign_id = %(campaign)s AND entry.contact_list_id = %(list)s
    GROUP BY 1, 2
"""  # noqa: S608 (put together from constants)


@transaction.atomic
def reach(action: TextingAction, now: datetime) -> Reach:
    """What publishing this draft at this moment would do, in numbers."""
    campaign = action.campaign
    wholesale()
    found = rows(
        _REACH,
        campaign=campaign.id,
        list=action.contact_list_id,
        forgotten=now - GOOD_FOR,
        lately=now - FREQUENT_TEXTING,
    )
    held_back: dict[Safeguard, int] = {}
    for row in found:
        is_recent = row["is_recent"] and campaign.prevents_frequent_texting
        if code := row["of_phone"] or (Safeguard.TEXTED_RECENTLY if is_recent else None):
            held_back[Safeguard(code)] = held_back.get(Safeguard(code), 0) + row["contacts"]
    return Reach(
        contacts=sum(row["contacts"] for row in found),
        held_back=dict(sorted(held_back.items())),
        members=campaign.memberships.live().count(),
    )


_HINDRANCES = {
    Safeguard.NOT_REGISTERED: "The carriers' registry has not approved the campaign's registration. Volunteers would "
    "see the action, and nothing would leave before it has.",
    Safeguard.REGISTRATION_ENDED: "The campaign's registration with the carriers has ended. Nothing leaves until "
    "it is renewed.",
    Safeguard.CAMPAIGN_PAUSED: "All texting of the campaign is paused. Nothing leaves until somebody resumes it.",
    Safeguard.NO_NUMBER: "No phone number to text from is switched on. Nothing leaves before one is.",
}


def hindrances(campaign: Campaign, now: datetime) -> list[str]:
    """What would keep every text of a published action from leaving, a sentence each; empty when nothing does."""
    moment = Moment.of(campaign, now)
    found = [
        moment.registration,
        Safeguard.CAMPAIGN_PAUSED if moment.is_paused else None,
        None if moment.numbers else Safeguard.NO_NUMBER,
    ]
    return [_HINDRANCES[safeguard] for safeguard in found if safeguard is not None]
