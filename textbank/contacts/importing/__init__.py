"""A file of contacts comes in: uploaded, its columns named by a person, read by a worker, accounted for."""

from textbank.contacts.importing.columns import FIELDS, guess, merge_names
from textbank.contacts.importing.header import UnreadableFile
from textbank.contacts.importing.outcomes import OUTCOMES, Outcome, in_words
from textbank.contacts.importing.running import cancel, rejected_rows, resume_interrupted, run
from textbank.contacts.importing.starting import PreviewRow, preview, samples, start, upload

__all__ = [
    "FIELDS",
    "OUTCOMES",
    "Outcome",
    "PreviewRow",
    "UnreadableFile",
    "cancel",
    "guess",
    "in_words",
    "merge_names",
    "preview",
    "rejected_rows",
    "resume_interrupted",
    "run",
    "samples",
    "start",
    "upload",
]
