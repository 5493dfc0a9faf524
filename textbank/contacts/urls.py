"""The addresses of contacts, beneath those of their campaign."""

from django.urls import path

from textbank.contacts import views

urlpatterns = [
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/<int:contact_id>/", views.contact, name="contact"),
    path("contacts/imports/new/", views.new_import, name="new_import"),
    path("contacts/imports/<int:import_id>/", views.contact_import, name="contact_import"),
    path("contacts/imports/<int:import_id>/preview/", views.import_preview, name="import_preview"),
    path("contacts/imports/<int:import_id>/columns/", views.import_columns, name="import_columns"),
    path(
        "contacts/imports/<int:import_id>/cancellation/",
        views.import_cancellation,
        name="import_cancellation",
    ),
    path("contacts/imports/<int:import_id>/rejected-rows/", views.rejected_rows, name="rejected_rows"),
]
