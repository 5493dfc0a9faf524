"""How a script will read: written for real contacts of the list, measured, and looked over. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Length

from textbank.campaigns.models import Campaign, User
from textbank.contacts.models import Contact, ContactListEntry
from textbank.texting import merge_fields, script_checks
from textbank.texting.models import Script
from textbank.texting.publishing import script_problems
from textbank.texting.segments import Measure, costly_characters, measure
from textbank.texting.writing import EVERYWHERE, write

# Shown with every keystroke, so it looks at the head of the list rather than at a million contacts.
LOOKED_AT = 5_000
MANY_SEGMENTS = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a script. `stops`: it cannot be published, or saved once published, like this."""

    sentence: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Rendering:
    """The script as one contact will read it."""

    label: str
    contact: Contact
    text: str
    size: Measure
    costly: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A script, written for a few contacts, with what is to be said about it."""

    script: Script
    renderings: list[Rendering]
    remarks: list[Remark]
    is_invented: bool
    opt_out_sentence = script_checks.OPT_OUT_SENTENCE  # for the button

    @property
    def longest(self) -> Measure:
        """The size of the text that takes most."""
        return max((one.size for one in self.renderings), key=lambda size: (size.segments, size.units))

    @property
    def lacks_opt_out_wording(self) -> bool:
        return self.script.kind == Script.Kind.INITIAL and not script_checks.has_opt_out_wording(
            self.script.text
        )


def preview(script: Script, user: User) -> Preview:
    """Shows a script, saved or not, as contacts of its action's list will read it from this user."""
    campaign, contact_list = script.action.campaign, script.action.contact_list
    found = _samples(contact_list.entries.all(), script.text) if contact_list else []
    samples = found or [("An invented contact", _invented(campaign))]
    renderings = _told_apart([_rendering(*sample, script, user, campaign) for sample in samples])
    return Preview(script, renderings, _remarks(script, renderings, campaign), is_invented=not found)


def _samples(entries: QuerySet[ContactListEntry], text: str) -> Sequence[tuple[str, Contact]]:
    """A typical contact, the one with the longest text, the one with the emptiest; each once."""
    looked_at = entries.order_by("contact").values("contact")[:LOOKED_AT]
    by_length = (
        Contact.objects.filter(id__in=looked_at)
        .annotate(length=_length_of_values(merge_fields.fields_in(text)))
        .order_by("length", "id")
    )
    count = by_length.count()
    if count == 0:
        return []
    places = {"Typical": count // 2, "Longest": count - 1, "Emptiest": 0}
    chosen = {label: by_length[place] for label, place in places.items()}
    return list({contact.id: (label, contact) for label, contact in reversed(chosen.items())}.values())[::-1]


def _length_of_values(fields: Sequence[str]) -> Coalesce:
    total: object = Value(0)
    for field in fields:
        if field in merge_fields.CONTACT_FIELDS:
            total = total + Length(F(field))  # type: ignore[operator]
        elif field not in EVERYWHERE:
            value = KeyTextTransform(field, "merge_fields", output_field=TextField())
            total = total + Coalesce(Length(value), 0)  # type: ignore[operator]
    return Coalesce(total, 0)


def _invented(campaign: Campaign) -> Contact:
    return Contact(
        campaign=campaign, first_name="Guadalupe", last_name="Hernandez", city="Tucson", state="AZ", zones=1
    )


def _rendering(label: str, contact: Contact, script: Script, user: User, campaign: Campaign) -> Rendering:
    text = write(script.text, contact, user, campaign)
    # The script's own characters are remarked on once, below; these come from the contact.
    costly = [character for character in costly_characters(text) if character not in script.text]
    return Rendering(label, contact, text, measure(text), costly)


def _told_apart(renderings: Sequence[Rendering]) -> list[Rendering]:
    """Those that read differently: a script without merge fields reads the same for everybody."""
    return list({rendering.text: rendering for rendering in reversed(renderings)}.values())[::-1]


def _remarks(script: Script, renderings: Sequence[Rendering], campaign: Campaign) -> list[Remark]:
    remarks = [Remark(problem.sentence, stops=True) for problem in script_problems(script.action, script)]
    text = script.text
    if not text.strip():
        return remarks
    if script.kind == Script.Kind.INITIAL and not script_checks.names(text, campaign.name):
        remarks.append(Remark(f"It does not say that it is from {campaign.name}."))
    remarks += [
        Remark(
            f"{shortener} hides where a link leads; carriers often refuse such texts. Use the full address."
        )
        for shortener in script_checks.public_shorteners(text)
    ]
    if script_checks.is_shouting(text):
        remarks.append(Remark("It is mostly in capitals, which carriers and people read as shouting."))
    most = max(one.size.segments for one in renderings)
    if most > MANY_SEGMENTS:
        remarks.append(
            Remark(f"It takes up to {most} segments, each of them billed. Shorter texts arrive better.")
        )
    if costly := costly_characters(text):
        shown = " ".join(costly[:5])
        remarks.append(Remark(f"With {shown} only 70 characters fit into a segment, instead of 160."))
    return remarks
