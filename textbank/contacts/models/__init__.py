from textbank.contacts.models.contact import Contact, ContactList, ContactListEntry
from textbank.contacts.models.contact_import import ContactImport, ImportChunk, ImportRejection, ImportRow
from textbank.contacts.models.data import Mark, Tag
from textbank.contacts.models.known_phone import KnownPhone, WrongNumber
from textbank.contacts.models.opt_out import OptOut

__all__ = [
    "Contact",
    "ContactImport",
    "ContactList",
    "ContactListEntry",
    "ImportChunk",
    "ImportRejection",
    "ImportRow",
    "KnownPhone",
    "Mark",
    "OptOut",
    "Tag",
    "WrongNumber",
]
