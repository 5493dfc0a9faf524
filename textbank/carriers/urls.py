"""Where staff look after the carrier; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.carriers import views

urlpatterns = [
    path("carriers/", views.carrier_accounts, name="carrier_accounts"),
    path("carriers/new/", views.new_carrier_account, name="new_carrier_account"),
    path("carriers/another-try/", views.another_try, name="another_try"),
    path("carriers/<int:account_id>/", views.carrier_account, name="carrier_account"),
    path("carriers/<int:account_id>/new-number/", views.new_number, name="new_number"),
    path("carriers/numbers/<int:number_id>/activity/", views.number_activity, name="number_activity"),
]
