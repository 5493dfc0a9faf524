"""The components with realistic content, side by side. For whoever builds pages; mounted only while developing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from textbank.campaigns.access import for_everyone

MOCKS = {"texting", "conversation", "inbox", "actions", "entry"}

TAGS = [("volunteer", "Wants to volunteer"), ("sign", "Yard sign"), ("ride", "Needs a ride to vote")]
SUPPORT = [
    ("1", "Strong supporter"),
    ("2", "Leans our way"),
    ("3", "Undecided"),
    ("4", "Leans against"),
    ("5", "Strongly against"),
]


class SampleForm(forms.Form):
    """One field of every kind that field.html draws."""

    title = forms.CharField(help_text="Volunteers see it in their list; contacts never do.")
    email = forms.EmailField(label="E-mail of the organizer")
    script = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Initial script",
        help_text="Write {{first_name}} where the name goes.",
    )
    contact_list = forms.ChoiceField(
        choices=[
            ("", "Choose a list"),
            ("1", "Maricopa, likely voters (12,480)"),
            ("2", "Volunteers 2024 (1,284)"),
        ]
    )
    bucket_size = forms.IntegerField(
        min_value=1, max_value=1000, help_text="Contacts a volunteer gets at a time."
    )
    opens = forms.TimeField(
        label="Texting begins at", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    image = forms.FileField(required=False)
    prevent = forms.BooleanField(
        label="Prevent frequent texting",
        required=False,
        help_text="Nobody gets a first text twice within 6 hours.",
    )
    language = forms.ChoiceField(
        choices=[("", "Every language"), ("en", "English"), ("es", "Español")],
        widget=forms.RadioSelect,
        required=False,
    )
    tags = forms.MultipleChoiceField(
        choices=TAGS, widget=forms.CheckboxSelectMultiple, label="Tags in the report", required=False
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Join code",
        help_text="Six digits, from your organizer.",
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": 6,
                "pattern": "[0-9]{6}",
            }
        ),
    )


class ReportForm(forms.Form):
    tags = forms.MultipleChoiceField(
        choices=TAGS, widget=forms.CheckboxSelectMultiple, label="What you learned"
    )
    support = forms.ChoiceField(choices=[("", "Not said"), *SUPPORT], label="Support rating")
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), label="Notes")


class FilterForm(forms.Form):
    q = forms.CharField(
        label="Search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Title", "data-key": "/"}),
    )
    status = forms.ChoiceField(choices=[("", "Any"), ("published", "Published"), ("draft", "Draft")])
    folder = forms.ChoiceField(choices=[("", "Any"), ("gotv", "Get out the vote")])


@for_everyone
def gallery(request: HttpRequest, mock: str = "") -> HttpResponse:
    """Every component, or one whole page made of them."""
    if mock and mock not in MOCKS:
        raise Http404
    template = f"gallery/{mock}.html" if mock else "gallery.html"
    return render(request, template, _content(request, mock))


def _content(request: HttpRequest, mock: str) -> dict[str, Any]:
    faulty = SampleForm(
        {
            "title": "",
            "email": "rosa@",
            "script": "Hi {{first_name}}",
            "bucket_size": "5000",
            "language": "fr",
        }
    )
    faulty.fields["title"].error_messages["required"] = "Give the action a title."
    faulty.fields["email"].error_messages["invalid"] = "That address has no ending, like example.org."
    return {
        "campaign": "Rivera for Arizona",
        "other_memberships": [{"campaign": "Desert Water Alliance", "url": "#water"}],
        "sign_out_url": "#sign-out",
        "staff_navigation": _staff_places(),
        "volunteer_navigation": _volunteer_places(mock),
        "form": SampleForm(
            initial={
                "title": "Early voting reminder",
                "script": "Hi {{first_name}}, it's {{user.first_name}} with Rivera for Arizona.",
                "bucket_size": 100,
                "opens": "09:00",
                "prevent": True,
                "tags": ["volunteer"],
            },
            auto_id="sample_%s",
        ),
        "faulty": faulty,
        "code_form": CodeForm(auto_id="entry_%s"),
        "report_form": ReportForm(
            initial={"tags": ["sign"], "support": "2"}, use_required_attribute=False, auto_id="report_%s"
        ),
        "filter_form": FilterForm(request.GET or None, use_required_attribute=False, auto_id="filter_%s"),
        "sort": request.GET.get("sort", "-sent"),
        "columns": [
            {"label": "Action", "sort": "title"},
            {"label": "Status"},
            {"label": "Contacts", "sort": "contacts", "number": True, "wide_only": True},
            {"label": "Sent", "sort": "sent", "number": True, "wide_only": True},
            {"label": "Replies", "sort": "replies", "number": True, "wide_only": True},
            {"label": "Waiting", "sort": "waiting", "number": True},
        ],
        "actions": _actions(),
        "page": Paginator(range(248), 50).page(2),
        "tabs": [
            {"label": "All", "url": "#all", "count": 42, "current": True},
            {"label": "Unread", "url": "#unread", "count": 5},
            {"label": "Needs attention", "url": "#attention", "count": 3},
            {"label": "Archived", "url": "#archived"},
        ],
        "conversations": _conversations(mock),
        "facts": [
            {"label": "Contact list", "value": "Maricopa, likely voters", "url": "#list", "change": "Change"},
            {"label": "Texting hours", "value": "9:00 to 20:00, Arizona time"},
            {"label": "Published to", "value": "Everyone"},
        ],
        "steps": [
            {"label": "Contacts", "url": "#1", "done": True},
            {"label": "Scripts", "url": "#2", "current": True},
            {"label": "Report", "url": "#3"},
            {"label": "Preflight"},
        ],
    }


def _staff_places() -> list[dict[str, Any]]:
    return [
        {"label": "Actions", "url": "#actions", "icon": "paper-airplane", "current": True},
        {"label": "Conversations", "url": "#talk", "icon": "chat-bubble-left-right", "count": 12},
        {"label": "Contacts", "url": "#contacts", "icon": "identification"},
        {"label": "People", "url": "#people", "icon": "users"},
        {"label": "Results", "url": "#results", "icon": "chart-bar"},
        {"label": "Settings", "url": "#settings", "icon": "cog-6-tooth"},
    ]


def _volunteer_places(mock: str) -> list[dict[str, Any]]:
    at_inbox = mock in {"inbox", "conversation"}
    return [
        {"label": "Texting", "url": "texting", "icon": "paper-airplane", "current": not at_inbox},
        {
            "label": "Inbox",
            "url": "inbox",
            "icon": "chat-bubble-left-right",
            "current": at_inbox,
            "count": 3,
        },
    ]


def _actions() -> list[dict[str, Any]]:
    return [
        {
            "id": 1,
            "title": "Early voting reminder",
            "status": "Published",
            "kind": "good",
            "numbers": ["12,480", "8,214", "1,031", "48"],
        },
        {
            "id": 2,
            "title": "Recordatorio de voto anticipado",
            "status": "Published",
            "kind": "good",
            "numbers": ["3,905", "1,120", "204", "7"],
        },
        {
            "id": 3,
            "title": "Town hall in Tucson: who can come on Saturday",
            "status": "Paused",
            "kind": "attention",
            "numbers": ["2,310", "640", "88", "0"],
        },
        {
            "id": 4,
            "title": "Volunteer thank-you",
            "status": "Draft",
            "kind": "",
            "numbers": ["0", "0", "0", "0"],
        },
    ]


def _conversations(mock: str) -> list[dict[str, Any]]:
    rows = [
        ("Denise Whitfield", "DW", "Yes I'd love to help, what day is it?", "2 min", True, True, False),
        ("Marcus Ortega", "MO", "Can I vote early at the library on 7th?", "9 min", True, True, False),
        ("Guadalupe Hernández", "GH", "Sí, ya tengo mi plan. Gracias", "25 min", True, False, False),
        ("Thomas Begay", "TB", "Thanks Thomas. Do you need a ride?", "1 h", False, False, True),
        ("Aaliyah Brooks", "AB", "Who is this?", "3 h", False, True, False),
        ("Wei Zhang", "WZ", "Already voted this morning", "Tue", False, False, False),
        ("Contact without a name", "?", "Wrong person sorry", "Mon", False, False, False),
    ]
    names = ("name", "initials", "last", "age", "unread", "attention", "ours")
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        row["current"] = mock == "conversation" and row["name"] == "Marcus Ortega"
    return found
