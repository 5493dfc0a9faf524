import json
from pathlib import Path

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from textbank.texting.segments import costly_characters, measure

VECTORS = json.loads(Path(__file__).with_name("segment_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: ascii(case["text"][:20]))
def test_texts_are_counted_as_two_other_counters_count_them(case: dict[str, object]) -> None:
    measured = measure(str(case["text"]))
    assert (measured.encoding, measured.units, measured.segments) == (
        case["encoding"],
        case["units"],
        case["segments"],
    )


@given(st.text(alphabet="aZ€[ñé¿@ 😀íç’", min_size=1, max_size=400))
def test_any_text_is_counted_as_smsutil_counts_it(text: str) -> None:
    assert measure(text).segments == len(smsutil.split(text).parts)


def test_a_character_of_two_units_is_never_cut_in_half() -> None:
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3


def test_the_characters_that_cost_are_named() -> None:
    assert costly_characters("Sí, “vota”, sí") == ["í", "“", "”"]
