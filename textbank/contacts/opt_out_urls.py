"""Where staff look after opt-outs; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.contacts.views import opt_outs

urlpatterns = [
    path("opt-outs/", opt_outs.opt_outs, name="opt_outs"),
]
