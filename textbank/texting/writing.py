"""A script becomes the words for one contact from one user."""

from __future__ import annotations

from collections.abc import Iterable

from textbank.campaigns.models import Campaign, Membership, User
from textbank.contacts.models import Contact, ContactList
from textbank.texting import merge_fields
from textbank.texting.models import Conversation, Script

EVERYWHERE = (*merge_fields.CONTACT_FIELDS, *merge_fields.USER_FIELDS, *merge_fields.CAMPAIGN_FIELDS)


def write(script: str, contact: Contact, user: User, campaign: Campaign) -> str:
    """The text of a script as this contact will read it, from this user."""
    values = {
        **{name: str(value) for name, value in contact.merge_fields.items()},
        **{name: getattr(contact, name) for name in merge_fields.CONTACT_FIELDS},
        "user.first_name": user.first_name,
        "user.last_name": user.last_name,
        "campaign": campaign.name,
    }
    fallbacks = {
        "first_name": campaign.contact_first_name_fallback,
        "user.first_name": campaign.user_first_name_fallback,
    }
    return merge_fields.fill(script, values, fallbacks)


def scripted_text(conversation: Conversation, script: Script, member: Membership) -> str:
    """A response script as this contact would read it from this volunteer."""
    return write(script.text, conversation.contact, member.user, conversation.campaign)


def is_unedited_script(
    campaign: Campaign, text: str, conversation_id: int, script_id: int | None, member_id: int
) -> bool:
    """Whether a text is, letter for letter, that response script of the action the conversation is about."""
    conversation = Conversation.objects.select_related("campaign", "contact").get(
        id=conversation_id, campaign=campaign
    )
    script = Script.objects.filter(
        id=script_id or 0,
        campaign=campaign,
        action=conversation.action_id,
        kind=Script.Kind.RESPONSE,
        removed_at=None,
    ).first()
    member = Membership.objects.select_related("user").get(id=member_id, campaign=campaign)
    return script is not None and text == scripted_text(conversation, script, member)


def known_fields(contact_list: ContactList | None) -> list[str]:
    """Every merge field that a script over this list may use."""
    columns: Iterable[str] = contact_list.merge_field_names() if contact_list else ()
    return [*EVERYWHERE, *columns]


def unknown_fields(script: str, contact_list: ContactList | None) -> list[str]:
    """What stands in braces in the script but is no merge field of this list."""
    # Finding the columns of a list means reading all of it; most scripts use only what every list has.
    if not merge_fields.unknown_fields(script, EVERYWHERE):
        return []
    return merge_fields.unknown_fields(script, known_fields(contact_list))
