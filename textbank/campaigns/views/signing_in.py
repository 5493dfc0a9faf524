"""Sign in by the code or the link of a letter; sign out."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from textbank.campaigns import joining, signing_in
from textbank.campaigns.access import for_everyone


class AskForCode(RequestLoginCodeView):  # type: ignore[misc]
    """allauth's page that asks for an address and sends the letter.

    It always shows its form, even while a code is on its way: whoever mistyped the address can come back.
    `intent` is what the letter is for, beyond signing in.
    """

    intent: joining.Intent | None = None

    def _redirect_to_pending_stage(self, *_: object) -> None:
        return None

    def form_valid(self, form: Any) -> HttpResponse:
        joining.remember(self.request.session, self.intent)
        response: HttpResponse = super().form_valid(form)
        return response


class CheckCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """allauth's page that takes the code, with the way back to where this one was asked for."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        is_too_late = not hasattr(self, "stage") and not request.user.is_authenticated
        if is_too_late and request.method == "POST":
            messages.error(request, "That code can no longer be used. Ask for a new one.")
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "email": self.stage.login.email}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = joining.campaign_of(joining.intent_of(self.request.session))
        return {**super().get_context_data(**kwargs), "back_url": self.back_url(), "campaign": campaign}

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        return redirect(self.back_url()) if isinstance(response, HttpResponseRedirect) else response

    def back_url(self) -> str:
        """Where to ask for another letter: the page of the campaign to join, or plain sign-in."""
        intent = joining.intent_of(self.request.session)
        if intent is None:
            return str(self.passthrough_next_url(reverse("account_login")))
        query = f"?action={intent['action']}" if intent["action"] else ""
        return reverse("join", args=[intent["join"]]) + query


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_everyone
def sign_in_link(request: HttpRequest, user_id: int, token: str) -> HttpResponse:
    """The link of a letter. Looking at it only shows a button, because mail scanners look at links too."""
    intent = joining.intent_in(request.GET)
    bearer = signing_in.bearer_of(user_id, token)
    if bearer is not None and request.method != "POST":
        context = {"bearer": bearer, "campaign": joining.campaign_of(intent)}
        return render(request, "account/link.html", context)
    response = signing_in.sign_in_by_link(request, user_id, token, intent) if bearer else None
    if response is None and request.user.is_authenticated and request.user.pk == user_id:
        return redirect("home")  # pressed twice: they are in already
    return response or render(request, "account/link_is_spent.html", status=410)


@require_POST
@for_everyone
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, "You are signed out.")
    return redirect("home")
