"""A contact who wrote, and the pages on which that is read and answered, for tests."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from textbank import clock
from textbank.campaigns.models import Membership
from textbank.conftest import Cast
from textbank.contacts.models import Contact
from textbank.texting.models import Conversation, Message, Script, TextingAction

SignIn = Callable[[Membership], Client]
BY_HTMX = {"HX-Request": "true"}


def page(name: str, *ids: int, campaign: str = "green-valley") -> str:
    return reverse(name, args=[campaign, *ids])


class Wrote:
    """A contact who was texted by somebody and has written back."""

    def __init__(
        self, cast: Cast, text: str = "Yes!", to: Membership | None = None, **fields: object
    ) -> None:
        self.member = to or cast.vera
        self.contact: Contact = cast.contact(self.member.campaign, **fields)
        self.action: TextingAction = cast.published([self.contact], title=f"For {self.contact.phone}")
        self.conversation = Conversation.objects.get(contact=self.contact)
        Conversation.objects.filter(id=self.conversation.id).update(
            assignee=self.member,
            action=self.action,
            needs_attention=True,
            is_unread=True,
            last_inbound_at=clock.now(),
            last_message_at=clock.now(),
        )
        self.ours = self.message("initial", "delivered", "Hi, are you with us?", sender=self.member)
        self.theirs = self.message("incoming", "received", text, carrier_id=f"SM{self.contact.phone}")

    def message(self, kind: str, status: str, text: str, **fields: object) -> Message:
        return Message.objects.create(
            campaign=self.contact.campaign,
            conversation=self.conversation,
            kind=kind,
            status=status,
            text=text,
            action=self.action,
            created_at=clock.now(),
            **fields,
        )

    def script(self, name: str = "Thanks", text: str = "Thank you, {{first_name}}.") -> Script:
        return Script.objects.create(
            campaign=self.contact.campaign, action=self.action, kind="response", name=name, text=text
        )

    def now(self) -> Conversation:
        return Conversation.objects.get(id=self.conversation.id)


def write(browser: Client, wrote: Wrote, text: str, script: Script | None = None, **fields: str) -> Any:
    sent = {"text": text, "token": str(uuid.uuid4()), "script": str(script.id) if script else ""} | fields
    return browser.post(page("reply", wrote.conversation.id), sent)


def inbox(browser: Client, **query: str) -> str:
    return browser.get(page("inbox"), query).content.decode()
