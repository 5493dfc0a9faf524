"""Where staff look after the carrier; mounted under a campaign's /staff/."""

from django.urls import path

from textbank.carriers.views import accounts, numbers

urlpatterns = [
    path("carriers/", accounts.carrier_accounts, name="carrier_accounts"),
    path("carriers/new/", accounts.new_carrier_account, name="new_carrier_account"),
    path("carriers/another-try/", accounts.another_try, name="another_try"),
    path("carriers/<int:account_id>/", accounts.carrier_account, name="carrier_account"),
    path("carriers/<int:account_id>/new-number/", numbers.new_number, name="new_number"),
    path("carriers/<int:account_id>/offers/", numbers.offered_numbers, name="offered_numbers"),
    path("carriers/<int:account_id>/purchase/", numbers.number_purchase, name="number_purchase"),
    path("carriers/numbers/<int:number_id>/release/", numbers.number_release, name="number_release"),
    path("carriers/numbers/<int:number_id>/activity/", numbers.number_activity, name="number_activity"),
]
