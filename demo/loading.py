"""The made-up campaign: its people, its phone numbers, its contacts and two texting actions.

Everything comes in by the product's own stories, as it would from its pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.urls import reverse

from demo.contacts import contact_file
from textbank import clock
from textbank.campaigns import registering
from textbank.campaigns.models import Campaign, Membership, Registration, Role, User
from textbank.campaigns.registering import Approval
from textbank.campaigns.signing_in import link_for
from textbank.campaigns.trust_classes import TRUST_CLASSES
from textbank.carriers.models import CarrierAccount, PhoneNumber
from textbank.contacts import importing
from textbank.contacts.models import ContactImport, ContactList, Tag
from textbank.texting import publishing
from textbank.texting.models import Script, TextingAction

SLUG = "green-valley"
PEOPLE = (
    ("olivia@example.org", "Olivia", "Reyes", Role.OWNER),
    ("vera@example.org", "Vera", "Chen", Role.VOLUNTEER),
    ("victor@example.org", "Victor", "Ortiz", Role.VOLUNTEER),
)
OUR_NUMBERS = ("+19195550171", "+13125550172", "+13035550173", "+12135550174")
TAGS = ("Supporter", "Volunteer", "Needs a ride", "Moved away")
INITIAL_SCRIPTS = (
    (
        "Plain question",
        "Hi {{first_name}}, it's {{user.first_name}}, a volunteer with Green Valley Votes. The election is "
        "almost here. Can we count on you to vote? Reply STOP to opt out.",
    ),
    (
        "With the polling place",
        "Hello {{first_name}}, this is {{user.first_name}} with Green Valley Votes. You vote at "
        "{{polling_place}}. Do you know yet when you will go? Reply STOP to opt out.",
    ),
)
RESPONSE_SCRIPTS = (
    ("Thank you", "Wonderful, thank you {{first_name}}! Could you remind two friends as well?"),
    (
        "Where and when",
        "Your polling place is {{polling_place}}, for precinct {{precinct}}. It is open from 7 in the "
        "morning until 8 in the evening.",
    ),
    ("A ride", "We can drive you there and back. Which day and what time would suit you?"),
    (
        "Come and help",
        "We would be glad to have you. We meet on Saturday at 10 at the Green Valley office. Can you come?",
    ),
    (
        "En español",
        "Hola {{first_name}}, gracias por contestar. Soy {{user.first_name}}, de Green Valley Votes. Usted "
        "vota en {{polling_place}}. ¿Le puedo ayudar en algo más?",
    ),
)
# It lacks the words that tell people how to opt out, so that whoever publishes it sees what is said then.
DRAFT_SCRIPT = (
    "Hi {{first_name}}, {{user.first_name}} here with Green Valley Votes. We knock on doors in {{city}} this "
    "Saturday. Would you join us?"
)


def load(simulator: str) -> Iterator[str]:
    """Fills an empty database. Yields what has been done, line by line."""
    campaign = Campaign.objects.create(
        name="Green Valley Votes",
        slug=SLUG,
        bucket_size=20,
        help_contact="919-555-0100",
        area_codes=[number[2:5] for number in OUR_NUMBERS],
    )
    register(campaign)
    owner = _people(campaign)
    _numbers(campaign, simulator)
    tags = [
        Tag.objects.create(
            campaign=campaign, name=name, slug=name.lower().replace(" ", "-"), position=place, is_default=True
        )
        for place, name in enumerate(TAGS)
    ]
    contact_import = _contacts(campaign, owner)
    yield from _counts(contact_import)
    contact_list = contact_import.contact_list
    assert contact_list is not None
    _published_action(campaign, contact_list, tags)
    _draft_action(campaign, contact_list)


def sign_in_links() -> list[tuple[str, str]]:
    """Who can sign in, and a link for each that does it once."""
    members = Membership.objects.filter(
        campaign__slug=SLUG, user__email__in=[email for email, *_ in PEOPLE]
    ).select_related("user")
    return [
        (f"{member.user.name}, {member.get_role_display().lower()}", link_for(member.user))
        for member in members.order_by("id")
    ]


def join_link() -> str:
    campaign = Campaign.objects.get(slug=SLUG)
    return f"{settings.PUBLIC_URL}{reverse('join', args=[campaign.join_token])}"


def simulator_options() -> list[str]:
    """What the simulator must know of our account: its login, its numbers, where it tells of replies."""
    account = CarrierAccount.objects.get(campaign__slug=SLUG)
    replies = settings.WEBHOOK_URL + reverse("carrier_replies", args=[account.webhook_key])
    numbers = [option for number in OUR_NUMBERS for option in ("--number", number)]
    login = ["--account", account.account_id, "--token", account.secret]
    # Real people answer more seldom, and later; whoever tries a demonstration has a few minutes.
    voters = ["--voters", "lively", "--answer-after", "12"]
    return [*login, *voters, "--incoming-url", replies, *numbers]


def _people(campaign: Campaign) -> Membership:
    """Everybody of the campaign; returns its owner."""
    members = [
        Membership.objects.create(
            campaign=campaign, user=User.objects.create_user(email, first, last), role=role
        )
        for email, first, last, role in PEOPLE
    ]
    return members[0]


def register(campaign: Campaign) -> None:
    """As the carriers' registry would have it of a small campaign with a good score. Leaves alone what is there."""
    if Registration.objects.filter(campaign=campaign).exists():
        return
    registering.write_draft(
        Registration(
            campaign=campaign,
            legal_name="Green Valley Votes",
            ein="12-3456789",
            kind=Registration.Kind.ADVOCACY,
            use_case="Volunteers remind registered voters to vote, one text at a time, and answer questions.",
            sample_texts="\n\n".join(text for _name, text in INITIAL_SCRIPTS),
        )
    )
    registering.submit(campaign, clock.now())
    registering.approve(campaign, Approval.in_class(TRUST_CLASSES["50"], "CDEMO01"), clock.now())


def bring_up_to_date(simulator: str) -> None:
    """What the folder of an earlier start needs: where the simulator listens this time, and what it lacks."""
    CarrierAccount.objects.filter(campaign__slug=SLUG).update(base_url=simulator)
    register(Campaign.objects.get(slug=SLUG))


def _numbers(campaign: Campaign, simulator: str) -> None:
    account = CarrierAccount.objects.create(
        campaign=campaign,
        name="Simulated phone network",
        base_url=simulator,
        account_id="AC" + "de" * 16,
        secret="5e" * 16,
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(campaign=campaign, account=account, number=number) for number in OUR_NUMBERS
    )


def _contacts(campaign: Campaign, owner: Membership) -> ContactImport:
    stream = io.BytesIO(contact_file().content)
    contact_import = importing.upload(campaign, owner, "green-valley-voters.csv", stream)
    importing.start(contact_import, "Green Valley voters", contact_import.mapping)
    importing.run(contact_import.id)
    contact_import.refresh_from_db()
    return contact_import


def _counts(contact_import: ContactImport) -> Iterator[str]:
    yield f"{contact_import.rows_read:>6,}  rows in the contact file, of which"
    for outcome, label in importing.OUTCOMES.items():
        if rows := contact_import.counts.get(outcome):
            yield f"{rows:>6,}    {label[0].lower()}{label[1:]}"


def _published_action(campaign: Campaign, contact_list: ContactList, tags: list[Tag]) -> None:
    action = TextingAction.objects.create(
        campaign=campaign,
        contact_list=contact_list,
        title="Remind Green Valley to vote",
        description="Ask voters whether they have a plan to vote, and help those who need a ride or an answer.",
    )
    action.report_tags.set(tags)
    _scripts(action, Script.Kind.INITIAL, INITIAL_SCRIPTS)
    _scripts(action, Script.Kind.RESPONSE, RESPONSE_SCRIPTS)
    publishing.publish(action, clock.now())


def _draft_action(campaign: Campaign, contact_list: ContactList) -> None:
    action = TextingAction.objects.create(
        campaign=campaign,
        contact_list=contact_list,
        title="Invite people to knock on doors",
        description="Find volunteers for Saturday's canvass.",
    )
    _scripts(action, Script.Kind.INITIAL, [("Invitation", DRAFT_SCRIPT)])


def _scripts(action: TextingAction, kind: Script.Kind, scripts: Sequence[tuple[str, str]]) -> None:
    Script.objects.bulk_create(
        Script(campaign=action.campaign, action=action, kind=kind, name=name, text=text, position=position)
        for position, (name, text) in enumerate(scripts)
    )
