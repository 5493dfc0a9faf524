"""Where volunteers text and answer."""

from django.urls import path

from textbank.texting.views import inbox, presses, volunteer

urlpatterns = [
    path("", volunteer.feed, name="feed"),
    path("actions/<int:action_id>/", volunteer.action, name="action"),
    path("actions/<int:action_id>/bucket", volunteer.bucket, name="bucket"),
    path("actions/<int:action_id>/returned-bucket", volunteer.returned_bucket, name="returned_bucket"),
    path("actions/<int:action_id>/thanks/", volunteer.thanks, name="thanks"),
    path("actions/<int:action_id>/texting/", volunteer.texting, name="texting"),
    path("actions/<int:action_id>/texting/cards", volunteer.texting_cards, name="texting_cards"),
    path("assignments/<int:assignment_id>/initial-message", presses.initial_message, name="initial_message"),
    path("assignments/<int:assignment_id>/skip", presses.skip, name="skip"),
    path("messages/<int:message_id>/withdrawal", presses.withdrawal, name="withdrawal"),
    path("waiting-replies", volunteer.waiting_replies, name="waiting_replies"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("conversations/<int:conversation_id>/", inbox.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/messages", inbox.thread, name="thread"),
    path("conversations/<int:conversation_id>/live", inbox.live, name="live"),
    path("conversations/<int:conversation_id>/reply", inbox.reply, name="reply"),
    path("conversations/<int:conversation_id>/report", inbox.report, name="report"),
    path("conversations/<int:conversation_id>/opt-out", inbox.opt_out, name="opt_out"),
    path("conversations/<int:conversation_id>/wrong-number", inbox.wrong_number, name="wrong_number"),
    path("conversations/<int:conversation_id>/suggestion", inbox.suggestion, name="suggestion"),
    path("conversations/<int:conversation_id>/archive", inbox.archive, name="archive"),
    path("segments", inbox.segments, name="segments"),
]
