"""What each carrier wants to know of an account, in its own words: the carrier page is drawn from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textbank.carriers.models import CarrierAccount


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in. `field` is the account's. What is secret goes in and never comes out.

    `pattern`: what the whole of it must look like, or `mistake` is said.
    """

    field: str
    label: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = True
    pattern: str = ""
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One carrier. `base_url` is its usual address; `where`: where its blanks are found; `paste`: what to do there.

    `together`: who fills in the first must fill in the second, or is told the third.
    `account_is_application`: the carrier knows no account but what holds our numbers and callbacks.
    """

    base_url: str
    where: str
    paste: str
    blanks: tuple[Blank, ...]
    together: tuple[str, str, str] | None = None
    account_is_application: bool = False


TWILIO = Kind(
    base_url="https://api.twilio.com",
    where="Account SID and auth token stand on the first page of Twilio's console.",
    paste="Paste it at the carrier as the address for incoming messages, by POST, of each number or of its "
    "messaging service. Receipts need nothing: every text carries its own address.",
    blanks=(
        Blank("account_id", "Account SID"),
        Blank("secret", "Auth token", "Or the secret of the API key, if you name one below.", is_secret=True),
        Blank(
            "user",
            "API key SID",
            "Only if we shall sign in with one. It begins with SK.",
            is_required=False,
        ),
        Blank(
            "second_secret",
            "Second auth token",
            "Callbacks signed with it are believed too: the other token while you replace one, or the account's "
            "auth token if we sign in with an API key.",
            is_secret=True,
            is_required=False,
        ),
        Blank(
            "application",
            "Messaging service SID",
            "Only if texts shall go through a service. Our numbers must be in it. It begins with MG.",
            is_required=False,
        ),
        Blank(
            "proof",
            "Shared key for SHA-256 signatures",
            "Only if you have turned them on at Twilio.",
            is_secret=True,
            is_required=False,
        ),
    ),
    together=(
        "user",
        "second_secret",
        "Callbacks are signed with the auth token, never with an API key. Write the token here.",
    ),
)
TELNYX = Kind(
    base_url="https://api.telnyx.com",
    where="The API key and the public key stand under “Keys & Credentials” in Telnyx's portal, the profile under "
    "“Messaging”. Take one profile for one campaign: whoever says STOP is blocked for the whole profile.",
    paste="Paste it at Telnyx as the webhook address of the messaging profile, API version 2. Everything that "
    "happens comes to it. When you buy a number here, we set it for you.",
    blanks=(
        Blank("account_id", "Messaging profile ID"),
        Blank("secret", "API key", is_secret=True),
        Blank(
            "proof",
            "Public key",
            "It proves that callbacks are Telnyx's.",
            pattern=r"[A-Za-z0-9+/]{43}=",
            mistake="A public key has 44 characters and ends with =. Copy it whole.",
        ),
    ),
    account_is_application=True,
)
BANDWIDTH = Kind(
    base_url="https://messaging.bandwidth.com",
    where="The account number, the API credentials and the application stand in Bandwidth's dashboard.",
    paste="Paste it at Bandwidth as both callback addresses of the application, for incoming texts and for news "
    "of ours, with the user name and the password that you write below.",
    blanks=(
        Blank("account_id", "Account ID"),
        Blank("user", "API user", "Or the client ID of an API credential."),
        Blank("secret", "API secret", is_secret=True),
        Blank("application", "Application ID"),
        Blank(
            "proof",
            "User name and password of callbacks",
            "As you set them at the application, with a colon between: user:password. Nobody else may know them.",
            is_secret=True,
            pattern=r"[^:\s]+:.{8,}",
            mistake="Write a user name, a colon, and a password of at least 8 characters.",
        ),
    ),
)
KINDS: Mapping[str, Kind] = {
    CarrierAccount.Kind.TWILIO: TWILIO,
    CarrierAccount.Kind.TELNYX: TELNYX,
    CarrierAccount.Kind.BANDWIDTH: BANDWIDTH,
}
