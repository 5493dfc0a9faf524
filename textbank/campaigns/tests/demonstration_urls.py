"""The address plan of a demonstration: the product's, and the outbox."""

from django.urls import path

from textbank import urls
from textbank.campaigns.views import outbox

urlpatterns = [*urls.urlpatterns, path("outbox/", outbox.outbox, name="outbox")]
