"""The address plan of this room alone."""

from django.urls import include, path

from textbank import urls

urlpatterns = [*urls.entry_pages, path("c/<slug:campaign_slug>/", include([*urls.people_pages]))]
