import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textbank.texting.folding import is_nearly
from textbank.texting.understanding import Certainty, Meaning, Understanding, is_yes, understand

CERTAIN_OPT_OUT = (Meaning.OPT_OUT, Certainty.CERTAIN)


@dataclass(frozen=True)
class Labelled:
    """A reply of `replies.tsv`, and what a person says it means."""

    group: str
    text: str
    expected: Understanding


def read_labelled() -> Iterator[Labelled]:
    group = ""
    for line in Path(__file__).with_name("replies.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            group = line.removeprefix("#").strip()
        elif line:
            text, meaning, certainty, *by = line.split("\t")
            expected = Understanding(Meaning(meaning), Certainty(certainty), is_keyword=by == ["keyword"])
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


def test_the_labelled_set_is_large_and_has_as_many_negatives_as_opt_outs() -> None:
    negatives = sum(reply.expected.meaning == Meaning.NONE for reply in LABELLED)
    assert len(LABELLED) == len(set(TEXTS))
    assert len(LABELLED) >= 600
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
    "tell you to ",
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


# --- The rules, one by one


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "Opt-out", "s.t.o.p", "Ｓｔｏｐ", "No más", "stopppp", "stop stop"]
)
def test_a_listed_word_alone_is_a_keyword(text: str) -> None:
    assert understand(text) == Understanding(Meaning.OPT_OUT, Certainty.CERTAIN, is_keyword=True)


@pytest.mark.parametrize("text", ["stop please", "sotp", "take me off your list", "Stop. I already voted."])
def test_an_opt_out_made_from_words_or_guessed_from_a_slip_is_no_keyword(text: str) -> None:
    assert understand(text) == Understanding(Meaning.OPT_OUT, Certainty.CERTAIN, is_keyword=False)


@pytest.mark.parametrize(
    "text", ["Don't stop texting me", "never take me off the list", "no me quiten de la lista"]
)
def test_a_negation_turns_a_request_round(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


@pytest.mark.parametrize(
    "text", ["I can't vote stop texting me", "I don't know who this is take me off your list"]
)
def test_a_negation_of_something_else_does_not(text: str) -> None:
    assert means(text) == CERTAIN_OPT_OUT


def test_a_request_that_is_taken_back_is_not_certain() -> None:
    assert means("Stop. Actually please don't stop texting me") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "Stop texting me before 9am",
        "Don't text me at work",
        "If this is the Trump campaign, stop texting me",
        "no me escriban los domingos",
    ],
)
def test_a_time_a_place_or_a_condition_takes_the_certainty_away(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "He should stop texting me",
        "My wife said stop texting me",
        "Tell him to stop texting me",
        "Stop texting my mom",
    ],
)
def test_a_request_of_or_for_somebody_else_is_not_certain(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["How do I opt out?", "Does STOP work?", "Why do you keep texting me?"])
def test_a_question_about_it_is_not_certain(text: str) -> None:
    assert means(text) == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_a_request_put_as_a_question_is_certain() -> None:
    assert means("Can you please take me off your list?") == CERTAIN_OPT_OUT


def test_hostility_without_a_request_is_suggested_only() -> None:
    assert means("Go to hell") == (Meaning.OPT_OUT, Certainty.LIKELY)


@pytest.mark.parametrize(
    "text",
    [
        "Liked “Reply STOP to opt out”",
        "Reaccionó con 👍 a “Responda ALTO”",
        "> Reply STOP to opt out\nSure",
        "👎 to “Stop”",
    ],
)
def test_a_reaction_to_our_text_says_nothing(text: str) -> None:
    assert means(text)[0] == Meaning.NONE


def test_a_reaction_keeps_no_request_behind_it_from_being_heard() -> None:
    assert means("Liked “Can you come Saturday?”\nStop texting me") == CERTAIN_OPT_OUT


def test_our_own_words_repeated_are_never_certain() -> None:
    assert means("You wrote: Reply STOP to opt out. What is this?")[1] == Certainty.LIKELY
    assert means("You wrote “Take me off your list and I will stop texting me” why") != CERTAIN_OPT_OUT


def test_what_they_say_they_said_is_theirs() -> None:
    assert means("I said “take me off your list”") == CERTAIN_OPT_OUT


def test_stop_runs_on_into_a_sentence_of_its_own_and_not_into_its_object() -> None:
    assert means("stop i already voted") == CERTAIN_OPT_OUT
    assert means("stop trump")[0] == Meaning.NONE
    assert means("STOP\nTHE STEAL") == (Meaning.OPT_OUT, Certainty.LIKELY)


def test_wrong_number_and_stop_is_an_opt_out() -> None:
    assert means("Wrong number, stop") == CERTAIN_OPT_OUT
    assert means("Wrong number, sorry") == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)


def test_somebody_is_told_from_something_by_their_name() -> None:
    assert means("This isn't Maria") == (Meaning.WRONG_NUMBER, Certainty.CERTAIN)
    assert means("This isn't funny")[0] == Meaning.NONE


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("start", Meaning.OPT_IN),
        ("UNSTOP", Meaning.OPT_IN),
        ("When does it start", Meaning.NONE),
        ("Help", Meaning.HELP),
        ("¿Ayuda?", Meaning.HELP),
        ("I want to help", Meaning.NONE),
    ],
)
def test_start_and_help_are_heard_only_alone(text: str, meaning: Meaning) -> None:
    assert means(text) == (meaning, Certainty.CERTAIN)


@pytest.mark.parametrize("text", ["Subscribe", "Resubscribe", "opt me back in"])
def test_other_wishes_to_come_back_are_only_suggested(text: str) -> None:
    assert means(text) == (Meaning.OPT_IN, Certainty.LIKELY)


@pytest.mark.parametrize("text", ["YES", "yes!", "Sí", "si", "yesss"])
def test_yes_is_an_answer_and_can_be_asked_for_apart(text: str) -> None:
    assert means(text)[0] == Meaning.NONE
    assert is_yes(text)


@pytest.mark.parametrize("text", ["yes please", "yesterday", "no", "", "si puedo", "START", "👍"])
def test_nothing_else_is_yes(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize("word", ["unsubscribe", "unsubcribe", "unsuscribe", "unsubscirbe", "unsubscribbe"])
def test_two_slips_leave_a_long_word_what_it_was(word: str) -> None:
    assert is_nearly(word, "unsubscribe")


@pytest.mark.parametrize("word", ["subscribe", "resubscribe", "unsubstantial", ""])
def test_another_word_is_not_nearly_it(word: str) -> None:
    assert not is_nearly(word, "unsubscribe")
