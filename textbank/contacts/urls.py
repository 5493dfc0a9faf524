"""The addresses of contacts, beneath those of their campaign."""

from django.urls import path

from textbank.contacts.views import contacts, imports

urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<int:contact_id>/", contacts.contact, name="contact"),
    path("contacts/imports/new/", imports.new_import, name="new_import"),
    path("contacts/imports/<int:import_id>/", imports.contact_import, name="contact_import"),
    path("contacts/imports/<int:import_id>/preview/", imports.import_preview, name="import_preview"),
    path("contacts/imports/<int:import_id>/columns/", imports.import_columns, name="import_columns"),
    path(
        "contacts/imports/<int:import_id>/cancellation/",
        imports.import_cancellation,
        name="import_cancellation",
    ),
    path("contacts/imports/<int:import_id>/rejected-rows/", imports.rejected_rows, name="rejected_rows"),
]
