"""The whole address plan."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from textbank.campaigns import outbox as letters
from textbank.campaigns.access import for_everyone
from textbank.campaigns.views import (
    campaign_settings,
    entry,
    joining,
    outbox,
    people,
    registration,
    signing_in,
)
from textbank.contacts.zones import AREA_CODES

Addresses = list[URLPattern | URLResolver]


def demonstration_pages() -> Addresses:
    """Only where letters stay in a folder: whoever reads them can sign in as anybody."""
    return [path("outbox/", outbox.outbox, name="outbox")] if letters.is_open() else []


def development_pages() -> Addresses:
    """Only for whoever builds Textbank."""
    if not settings.DEBUG:
        return []
    from textbank.gallery import gallery

    return [
        path("dev/components", gallery, name="gallery"),
        path("dev/components/<slug:mock>", gallery, name="gallery_mock"),
    ]


ask_for_code = for_everyone(signing_in.AskForCode.as_view())

# Three names are allauth's: it asks for them when it sends people on.
entry_pages: Addresses = [
    path("", entry.home, name="home"),
    path("campaigns/", entry.campaigns, name="campaigns"),
    path("sign-in/", ask_for_code, name="account_login"),
    path("sign-in/", ask_for_code, name="account_request_login_code"),
    path("sign-in/code/", for_everyone(signing_in.CheckCode.as_view()), name="account_confirm_login_code"),
    path("sign-in/link/<int:user_id>/<slug:token>/", signing_in.sign_in_link, name="sign_in_link"),
    path("sign-out/", signing_in.sign_out, name="account_logout"),
    path("join/", joining.join_by_code, name="join_by_code"),
    path("join/", joining.join_by_code, name="account_signup"),
    path("join/<slug:token>/", joining.join, name="join"),
]

people_pages: Addresses = [
    path("people/", people.people, name="people"),
    path("people/<int:membership_id>/", people.person, name="person"),
    path("people/<int:membership_id>/role/", people.role, name="role"),
    path("people/<int:membership_id>/suspension/", people.suspension, name="suspension"),
    path("people/<int:membership_id>/readmission/", people.readmission, name="readmission"),
    path("people/new-join-code/", people.new_join_code, name="new_join_code"),
    path("people/new-join-link/", people.new_join_link, name="new_join_link"),
    path("settings/", campaign_settings.settings, {"known_area_codes": AREA_CODES.keys()}, name="settings"),
    path("settings/registration/", registration.registration, name="registration"),
    *[
        path(f"settings/registration/{noun}/", view, name=f"registration_{noun}")
        for noun, view in {
            "details": registration.registration_details,
            "submission": registration.registration_submission,
            "approval": registration.registration_approval,
            "rejection": registration.registration_rejection,
            "draft": registration.registration_draft,
        }.items()
    ],
]

urlpatterns: Addresses = [
    *entry_pages,
    path("c/<slug:campaign_slug>/", include(people_pages)),
    path("c/<slug:campaign_slug>/", include("textbank.texting.volunteer_urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.texting.setup_urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.texting.leaving_urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.results.urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.contacts.urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.contacts.opt_out_urls")),
    path("c/<slug:campaign_slug>/staff/", include("textbank.carriers.urls")),
    path("webhooks/", include("textbank.texting.webhook_urls")),
    *demonstration_pages(),
    *development_pages(),
]
