"""Where staff set up actions; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.texting.views import publishing, scripts, setup

urlpatterns = [
    path("actions/", setup.actions, name="actions"),
    path("actions/new/", setup.new_action, name="new_action"),
    path("actions/<int:action_id>/", setup.action_setup, name="action_setup"),
    path("actions/<int:action_id>/details/", setup.action_details, name="action_details"),
    path("actions/<int:action_id>/contact-list/", setup.action_contact_list, name="action_contact_list"),
    path("actions/<int:action_id>/area-codes/", setup.action_area_codes, name="action_area_codes"),
    path("actions/<int:action_id>/report-tags/", setup.report_tags, name="report_tags"),
    path("actions/<int:action_id>/new-tag/", setup.new_tag, name="new_tag"),
    path("actions/<int:action_id>/copy/", setup.action_copy, name="action_copy"),
    path("actions/<int:action_id>/scripts/<str:kind>/new/", scripts.new_script, name="new_script"),
    path("actions/<int:action_id>/scripts/<int:script_id>/", scripts.script, name="script"),
    path("actions/<int:action_id>/scripts/<int:script_id>/removal/", scripts.removal, name="script_removal"),
    path(
        "actions/<int:action_id>/scripts/<int:script_id>/resumption/",
        scripts.resumption,
        name="script_resumption",
    ),
    path("actions/<int:action_id>/scripts/<int:script_id>/place/", scripts.place, name="script_place"),
    path("actions/<int:action_id>/script-preview/", scripts.script_preview, name="script_preview"),
    path("actions/<int:action_id>/publication/", publishing.publication, name="publication"),
    path("actions/<int:action_id>/pause/", publishing.pause, name="pause"),
    path("actions/<int:action_id>/resumption/", publishing.resumption, name="resumption"),
    path("actions/<int:action_id>/closure/", publishing.closure, name="closure"),
]
