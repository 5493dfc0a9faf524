"""Where staff look after opt-outs; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.contacts.views import opt_outs

urlpatterns = [
    path("opt-outs/", opt_outs.opt_outs, name="opt_outs"),
    path("opt-outs/<int:opt_out_id>/undoing/", opt_outs.opt_out_undoing, name="opt_out_undoing"),
]
