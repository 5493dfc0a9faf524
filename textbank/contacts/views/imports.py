"""The pages by which a file of contacts comes in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from textbank.campaigns.access import MemberRequest, for_admins
from textbank.contacts import importing
from textbank.contacts.forms import ColumnsForm, UploadForm
from textbank.contacts.importing import OUTCOMES, UnreadableFile
from textbank.contacts.importing.outcomes import ACCEPTED, REJECTED
from textbank.contacts.models import ContactImport


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def new_import(request: MemberRequest) -> HttpResponse:
    """A file is chosen and sent; what cannot be read is refused here, in words."""
    if request.method != "POST":
        return render(request, "contacts/new_import.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = importing.upload(request.campaign, request.membership, file.name, file)
            return _to_page(uploaded)
        except UnreadableFile as problem:
            form.add_error("file", str(problem))
    return render(request, "contacts/new_import.html", {"form": form}, status=422)


@require_safe
@for_admins
def contact_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """An import, from its columns over its progress to its outcome. Asks for itself while it runs."""
    found = _import(request, import_id)
    if found.status == ContactImport.Status.UPLOADED:
        return _columns_page(request, found, ColumnsForm(found))
    context = {"import": found, "outcomes": _outcomes(found), "rejected": _rejected(found)}
    template = "contacts/_import.html" if request.htmx else "contacts/import.html"
    return render(request, template, context)


@require_safe
@for_admins
def import_preview(request: MemberRequest, import_id: int) -> HttpResponse:
    """The first rows as they will be read with the columns chosen so far."""
    found = _import(request, import_id)
    form = ColumnsForm(found, request.GET)
    return render(request, "contacts/_preview.html", {"preview": importing.preview(found, form.mapping)})


@require_POST
@for_admins
def import_columns(request: MemberRequest, import_id: int) -> HttpResponse:
    """The columns are named; the import begins."""
    found = _import(request, import_id)
    form = ColumnsForm(found, request.POST)
    if form.is_valid():
        try:
            importing.start(found, form.cleaned_data["list_name"], form.mapping)
            return _to_page(found)
        except ValidationError as refusal:
            form.add_refusal(refusal)
    return _columns_page(request, found, form, status=422)


@require_POST
@for_admins
def import_cancellation(request: MemberRequest, import_id: int) -> HttpResponse:
    found = _import(request, import_id)
    if not importing.cancel(found):
        messages.info(request, "It is too late to cancel: the contacts are already being put in place.")
    return _to_page(found)


@require_safe
@for_admins
def rejected_rows(request: MemberRequest, import_id: int) -> StreamingHttpResponse:
    """The error file: rejected rows as they came, with the reason."""
    found = _import(request, import_id)
    return StreamingHttpResponse(
        importing.rejected_rows(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected-rows-{found.pk}.csv"'},
    )


def _import(request: MemberRequest, import_id: int) -> ContactImport:
    imports = request.campaign.contact_imports.select_related("campaign", "contact_list")
    return get_object_or_404(imports, pk=import_id)


def _to_page(found: ContactImport) -> HttpResponse:
    return redirect("contact_import", campaign_slug=found.campaign.slug, import_id=found.pk)


def _columns_page(
    request: MemberRequest, found: ContactImport, form: ColumnsForm, status: int = 200
) -> HttpResponse:
    context = {
        "import": found,
        "form": form,
        "rows": form.rows(importing.samples(found)),
        "preview": importing.preview(found, form.mapping),
    }
    return render(request, "contacts/import_columns.html", context, status=status)


def _outcomes(found: ContactImport) -> list[dict[str, object]]:
    """The counts that are not zero, in the order in which people read them."""
    return [
        {"label": label, "rows": found.counts[outcome], "is_listed": outcome in ACCEPTED}
        for outcome, label in OUTCOMES.items()
        if found.counts.get(outcome)
    ]


def _rejected(found: ContactImport) -> int:
    return sum(found.counts.get(outcome, 0) for outcome in REJECTED)
