from textbank.texting.models.action import Assignment, Skip, TextingAction
from textbank.texting.models.conversation import Conversation
from textbank.texting.models.message import LOCK_TEXTS, Message, Refusal
from textbank.texting.models.report import Report
from textbank.texting.models.script import Script

__all__ = [
    "LOCK_TEXTS",
    "Assignment",
    "Conversation",
    "Message",
    "Refusal",
    "Report",
    "Script",
    "Skip",
    "TextingAction",
]
