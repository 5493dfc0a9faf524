"""The words on which Twilio itself acts, and what it answers."""

from __future__ import annotations

STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "UNSTOP"}
START_AGAIN_WORDS = START_WORDS | {"YES"}
HELP_WORDS = {"HELP", "INFO"}
GOODBYE = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
WELCOME_BACK = (
    "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe."
)


def meaning_of(text: str, is_stopped: bool) -> str:
    """STOP, START, HELP or "", when the word is the whole text. A yes is an answer, unless it comes from someone who
    had stopped."""
    word = text.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS or (is_stopped and word in START_AGAIN_WORDS):
        return "START"
    return "HELP" if word in HELP_WORDS else ""
