import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textbank.texting.understanding import Certainty, Meaning, Understanding, understand

CERTAIN_OPT_OUT = (Meaning.OPT_OUT, Certainty.CERTAIN)


@dataclass(frozen=True)
class Labelled:
    """A reply of `replies.tsv`, and what a person says it means."""

    group: str
    text: str
    expected: Understanding


def read_labelled(*, settled: bool = True) -> Iterator[Labelled]:
    """The replies whose meaning is settled, or those that must only never be a certain opt-out."""
    group = ""
    for line in Path(__file__).with_name("replies.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            group = line.removeprefix("#").strip()
        elif line:
            text, meaning, certainty, *by = line.split("\t")
            is_settled = certainty != "unsettled"
            sure = Certainty(certainty) if is_settled else Certainty.CERTAIN
            expected = Understanding(Meaning(meaning), sure, is_keyword=by == ["keyword"])
            if is_settled == settled:
                yield Labelled(group, text.replace("\\n", "\n"), expected)


LABELLED = list(read_labelled())
GROUPS = list(dict.fromkeys(reply.group for reply in LABELLED))
TEXTS = [reply.text for reply in LABELLED]


def means(text: str) -> tuple[Meaning, Certainty]:
    understood = understand(text)
    return understood.meaning, understood.certainty


@pytest.mark.parametrize("group", GROUPS)
def test_replies_mean_what_people_say_they_mean(group: str) -> None:
    wrong = {
        reply.text: str(understand(reply.text))
        for reply in LABELLED
        if reply.group == group and understand(reply.text) != reply.expected
    }
    assert wrong == {}


def test_every_certain_opt_out_is_found_and_none_is_false() -> None:
    found = {reply.text for reply in LABELLED if means(reply.text) == CERTAIN_OPT_OUT}
    wanted = {r.text for r in LABELLED if (r.expected.meaning, r.expected.certainty) == CERTAIN_OPT_OUT}
    assert sorted(wanted - found) == []
    assert sorted(found - wanted) == []


def test_what_people_disagree_about_is_never_certain() -> None:
    disputed = list(read_labelled(settled=False))
    assert len(disputed) >= 40
    assert [reply.text for reply in disputed if means(reply.text) == CERTAIN_OPT_OUT] == []


def test_the_labelled_set_is_large_and_has_as_many_negatives_as_opt_outs() -> None:
    negatives = sum(reply.expected.meaning == Meaning.NONE for reply in LABELLED)
    assert len(LABELLED) == len(set(TEXTS))
    assert len(LABELLED) >= 4000
    assert negatives >= sum(reply.expected.meaning == Meaning.OPT_OUT for reply in LABELLED)


# --- What must hold of any text

# How long it may take has tests of its own, in processor time; a busy machine is no failure here.
unhurried = settings(deadline=None)


@unhurried
@given(st.text(max_size=1600))
@example("\x00\ud7ff\u200d\ufeff")
@example("‘’“”«»'\"")
def test_any_text_is_understood_without_an_error(text: str) -> None:
    assert understand(text).meaning in Meaning


@unhurried
@given(st.sampled_from(TEXTS), st.sampled_from([str.upper, str.lower, str.title]))
def test_capitals_change_nothing(text: str, recased) -> None:
    assert understand(recased(text)) == understand(text)


@unhurried
@given(st.sampled_from(TEXTS), st.text(alphabet=" \t\n\u00a0\u200b", max_size=4))
def test_spaces_around_it_change_nothing(text: str, space: str) -> None:
    assert understand(space + text + space) == understand(text)


@unhurried
@given(
    st.sampled_from([text for text in TEXTS if not text.endswith(("?", "¿"))]),
    st.text(alphabet="!.… 🛑😂👍🏽❤️\u200d", max_size=5),
)
def test_a_last_mark_or_emoji_changes_nothing(text: str, ending: str) -> None:
    assert understand(text + ending) == understand(text)


@unhurried
@given(st.sampled_from([text for text in TEXTS if "'" in text]))
def test_straight_and_curly_apostrophes_are_the_same(text: str) -> None:
    assert understand(text.replace("'", "’")) == understand(text)


HOSTILE = (
    "stop ", "stop the ", "stop texting ", "please ", "no ", "don't ", "s t o p ", "“stop ", "> stop\n",
    "stop?", "stop. ", "wrong number ", "you have got the ", "have got ", "remove me from all of the ",
    "take me off all any every list and ", "i do not want any more of the ", "never ever ",
    "how many times ", "no me manden mas ", "ya no mas mensajes ", "unsubscrib ", "t e x t ", "((((", "𝐒",
    "🛑", "a", "texts messages ", "i said you to please all stop so ", "is it the ", "Liked “", "reply ",
    "not maria ", "esta es el numero ", "uuuu", "textinh ", "my cell phone number and ", "if you ",
    "tell you to ", "stop you stupid ", "you stupid communist ", "if you dont ", "died remove my ",
    "maybe please you should ", "quiero volver a ", "hell no ", "help please ", "i said ", "number belongs to ",
    "si no dejan de ", "so very really ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_of_1600_characters_takes_less_than_20_milliseconds(piece: str) -> None:
    text = (piece * 1600)[:1600] + "x"
    understand(text)
    assert min(_seconds(text) for _ in range(3)) < 0.02


def _seconds(text: str) -> float:
    begun = time.thread_time()
    understand(text)
    return time.thread_time() - begun


@unhurried
@given(st.lists(st.sampled_from([word for piece in HOSTILE for word in piece.split()]), max_size=300))
def test_a_text_made_of_words_that_matter_is_understood_quickly(words: list[str]) -> None:
    text = " ".join(words)[:1600]
    assert min(_seconds(text) for _ in range(3)) < 0.02
