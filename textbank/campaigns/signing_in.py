"""A person proves an e-mail address, by the code or by the link of one letter, and is signed in.

The code belongs to the browser that asked for it; the link works in any (people read mail on another device).
Both last `settings.SIGN_IN_SECONDS`. Signing in spends the link.
"""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from textbank.campaigns import joining
from textbank.campaigns.models import User

log = logging.getLogger(__name__)


class SignInTokens(PasswordResetTokenGenerator):
    """What makes a link somebody's: it dies with their next sign-in, a change of address, or the time."""

    key_salt = "textbank.campaigns.sign_in"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        # To the microsecond: rounded to the second, a link could be used twice within one.
        last = user.last_login.isoformat() if user.last_login else "never"
        return f"{user.pk}{user.email}{last}{timestamp}"


tokens = SignInTokens()


def link_for(user: User, intent: joining.Intent | None = None) -> str:
    """The whole address of a link that signs this user in once, and takes them where they meant to join."""
    path = reverse("sign_in_link", args=[user.pk, tokens.make_token(user)])
    query = "?" + urlencode({name: value for name, value in intent.items() if value}) if intent else ""
    return f"{settings.PUBLIC_URL}{path}{query}"


def bearer_of(user_id: int, token: str) -> User | None:
    """Whose link this is; None for one that is forged, used or too old. Looking does not spend it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if tokens.check_token(user, token) else None


@transaction.atomic
def sign_in_by_link(
    request: HttpRequest, user_id: int, token: str, intent: joining.Intent | None
) -> HttpResponse | None:
    """Spends the link and signs its bearer in. None when somebody, a moment ago, spent it already."""
    User.objects.select_for_update().filter(pk=user_id).first()  # two presses at once: the second one waits
    user = bearer_of(user_id, token)
    if user is None:
        return None
    logout(request)  # whoever sat here before
    joining.remember(request.session, intent)
    response: HttpResponse = perform_login(request, user, email=user.email)
    return response


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks us about: our letters, our words, and what follows a sign-in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "That is not the code in the letter. Look again, or ask for a new one.",
        "too_many_login_attempts": "That was tried too often. Use the link in the letter, or wait an hour.",
        "rate_limited": "That was tried too often. Wait a few minutes, then try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes and sends one of our letters; a mail server that is down is said, not hidden."""
        intent = joining.intent_of(self.request.session)
        letter = context | {"campaign": joining.campaign_of(intent)}
        if template_prefix == "account/email/login_code":
            letter["link"] = link_for(User.objects.get(email=email.lower()), intent)
        try:
            super().send_mail(template_prefix, email, letter)
        except (SMTPException, OSError):
            log.exception("a sign-in letter could not be sent")
            messages.error(self.request, "The letter could not be sent just now. Try again in a minute.")

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **hooks: Any
    ) -> HttpResponse:
        """The address is proven: whoever meant to join a campaign joins it now, and lands there."""
        joined = joining.fulfil(request, user)
        response: HttpResponse = super().post_login(
            request, user, redirect_url=joined or redirect_url, **hooks
        )
        return response

    def respond_user_inactive(self, request: HttpRequest, _user: User) -> HttpResponse:
        messages.error(request, "This sign-in is switched off. Ask the people who run this Textbank.")
        return redirect("account_login")
