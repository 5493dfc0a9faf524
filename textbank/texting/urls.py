"""The addresses of texting inside a campaign."""

from django.urls import include, path

urlpatterns = [path("", include("textbank.texting.volunteer_urls"))]
