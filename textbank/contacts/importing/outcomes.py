"""What can become of a row of a file. Every row has exactly one outcome, so that the counts add up."""

from __future__ import annotations

from enum import StrEnum

from textbank.contacts.phone_numbers import Refusal, explain


class Outcome(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OPTED_OUT = "opted_out"
    DUPLICATE = "duplicate_in_file"
    NO_PHONE = Refusal.NO_PHONE.value
    INVALID_PHONE = Refusal.INVALID_PHONE.value
    ROUNDED_PHONE = Refusal.ROUNDED_PHONE.value
    NOT_US = Refusal.NOT_US.value
    WRONG_WIDTH = "wrong_number_of_cells"
    BLANK = "blank_row"


# In the order in which people read them, with what each counts.
OUTCOMES: dict[Outcome, str] = {
    Outcome.NEW: "New contacts",
    Outcome.UPDATED: "Contacts you had, updated",
    Outcome.UNCHANGED: "Contacts you had, nothing new",
    Outcome.OPTED_OUT: "Opted out: on the list, never texted",
    Outcome.DUPLICATE: "Phone already in an earlier row",
    Outcome.NO_PHONE: "No phone",
    Outcome.INVALID_PHONE: "Not a phone number that exists",
    Outcome.ROUNDED_PHONE: "Phone rounded by the spreadsheet",
    Outcome.NOT_US: "Phone of another country",
    Outcome.WRONG_WIDTH: "Too many or too few cells",
    Outcome.BLANK: "Blank rows",
}
# On the list when all is done. A blank row is neither there nor worth a line in the error file.
ACCEPTED = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.OPTED_OUT)
REJECTED = tuple(outcome for outcome in Outcome if outcome not in ACCEPTED and outcome is not Outcome.BLANK)


def with_country(outcome: Outcome, country: str) -> str:
    """The outcome as a row keeps it: `not_us:Canada`."""
    return f"{outcome}:{country}" if country else outcome.value


def without_country(kept: str) -> Outcome:
    return Outcome(kept.partition(":")[0])


def in_words(kept: str) -> str:
    """Why a row was rejected, as a sentence."""
    outcome, country = without_country(kept), kept.partition(":")[2]
    if outcome is Outcome.DUPLICATE:
        return "An earlier row has the same phone. The first one was used."
    if outcome is Outcome.WRONG_WIDTH:
        return "This row has more or fewer cells than there are columns."
    return explain(Refusal(outcome.value), country)
