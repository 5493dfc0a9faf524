"""`textbank new_campaign`: how the first campaign of a Textbank comes to be."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from textbank.campaigns import signing_in
from textbank.campaigns.models import Campaign, Membership, Role, User

NEXT = """
The link signs the owner in, once. What comes next, on pages:
  1. Settings, Registration: say who the campaign is to US carriers, and have it approved. Nothing leaves before.
  2. Settings: texting hours, and where people reach the campaign.
  3. Carrier: the account, and the numbers to text from."""


class Command(BaseCommand):
    help = "Makes a campaign and its owner, and prints a link that signs the owner in once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what volunteers read, like 'Green Valley Votes'")
        parser.add_argument("owner_email")
        parser.add_argument("--slug", help="its place in the address; made from the name when left out")

    @transaction.atomic
    def handle(self, *, name: str, owner_email: str, slug: str | None, **_options: object) -> None:
        slug = slug or slugify(name)
        validate_email(owner_email)
        if not slug or Campaign.objects.filter(slug=slug).exists():
            raise CommandError(f"The address /c/{slug}/ is taken or empty. Choose one with --slug.")
        campaign = Campaign.objects.create(name=name, slug=slug)
        owner = User.objects.filter(email=owner_email.lower()).first() or User.objects.create_user(
            owner_email
        )
        Membership.objects.create(campaign=campaign, user=owner, role=Role.OWNER)
        self.stdout.write(signing_in.link_for(owner))
        # Apart from the link, which others read from here.
        self.stderr.write(NEXT, style_func=str)
