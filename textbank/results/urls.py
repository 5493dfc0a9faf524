"""Where staff see what came of the texting; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.results import views

urlpatterns = [
    path("actions/<int:action_id>/results/", views.results, name="results"),
    path("actions/<int:action_id>/reassignment/", views.reassignment, name="reassignment"),
    path("sending/", views.sending, name="sending"),
    path("sending/pause/", views.campaign_pause, name="campaign_pause"),
    path("sending/resumption/", views.campaign_resumption, name="campaign_resumption"),
    path("conversations/", views.conversations, name="conversations"),
]
