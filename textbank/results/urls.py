"""Where staff see what came of the texting; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.results import views

urlpatterns = [
    path("actions/<int:action_id>/results/", views.results, name="results"),
    path("actions/<int:action_id>/reassignment/", views.reassignment, name="reassignment"),
    path("conversations/", views.conversations, name="conversations"),
]
