"""Where staff look after those whom the campaign leaves alone; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.texting.views import leaving

urlpatterns = [
    path("opt-outs/to-look-at/", leaving.opt_outs_to_review, name="opt_outs_to_review"),
    path("opt-outs/<int:opt_out_id>/review/", leaving.opt_out_review, name="opt_out_review"),
    path("opt-outs/<int:opt_out_id>/undoing/", leaving.opt_out_undoing, name="opt_out_undoing"),
    path("opt-outs/wrong-numbers/", leaving.wrong_numbers, name="wrong_numbers"),
    path(
        "opt-outs/wrong-numbers/<int:wrong_number_id>/release/",
        leaving.wrong_number_release,
        name="wrong_number_release",
    ),
]
