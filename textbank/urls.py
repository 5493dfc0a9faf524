"""The whole address plan."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from textbank.gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/", include("textbank.texting.webhook_urls")),
]
if settings.DEBUG:
    urlpatterns += [path("dev/components", gallery), path("dev/components/<str:mock>", gallery)]
