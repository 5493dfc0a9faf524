"""Whatever an error of a carrier means, a person reads it in words."""

from __future__ import annotations

import pytest

from textbank.carriers.base import Meaning
from textbank.results.labelling import _WORDS, meaning_of
from textbank.texting.views.threads import PROBLEM_WORDS


@pytest.mark.parametrize("meaning", Meaning)
def test_every_meaning_has_its_words_in_the_thread_and_in_results(meaning: Meaning) -> None:
    assert PROBLEM_WORDS[meaning]
    assert meaning == Meaning.OTHER or _WORDS[meaning]


@pytest.mark.parametrize(
    ("code", "words"),
    [("30006", "landline"), ("40001", "landline"), ("40016", "T-Mobile"), ("30034", "our number"), ("1", "")],
)
def test_codes_of_every_carrier_are_told_in_words(code: str, words: str) -> None:
    assert words in meaning_of(code)
    assert bool(meaning_of(code)) == bool(words)
