"""Where carriers call back. The key in the address is ours and cannot be guessed; the signature decides."""

from django.urls import path

from textbank.texting.views import webhooks

urlpatterns = [
    path("<slug:webhook_key>/replies", webhooks.replies, name="carrier_replies"),
    path("<slug:webhook_key>/receipts/<uuid:message_key>", webhooks.receipts, name="carrier_receipts"),
]
