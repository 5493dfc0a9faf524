import re

from hypothesis import given, settings
from hypothesis import strategies as st

from textbank.texting.beginnings import compiled

PATTERNS = (
    r"\b(?:stop|quit)(?: it)? (?:me|us)\b",
    r"(?<=t )(?:me|us)|to+p",
    r"(?!me)\w+ us|its?",
    r"(?:m|e){2,3}s|(?>(?:it )*)us",
    r"(?:it ){0,1}me|[su]t|(?:me ?)++s",
    r"\d+ me|s\.t",
    r"^us|me$",
    r"(?P<name>stop)|(?=us)u",
    r"(?:it )*",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["stop", "quit", "it", "me", "us", " ", "t", "s", ".", "7"]), max_size=12))
def test_a_glance_passes_over_nothing_that_matches(pieces: list[str]) -> None:
    text = "".join(pieces)
    for pattern in PATTERNS:
        found = [match.span() for match in compiled(pattern).finditer(text)]
        assert found == [match.span() for match in re.finditer(pattern, text)], pattern


def test_a_glance_is_taken_only_where_first_letters_are_known() -> None:
    assert compiled("(?:stop|stay)").pattern == "(?=(?:[s](?:[t](?:[a](?:[y])|[o](?:[p])))))(?:(?:stop|stay))"
    assert compiled(r"\w+ stop").pattern == r"\w+ stop"
