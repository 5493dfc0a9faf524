import pytest

from textbank.texting.understanding import Meaning, understand


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "STOP!!!",
        "“Stop”",
        "stop 🛑",
        "Ｓｔｏｐ",
        "STOP (sent with slam effect)",
        "stop all",
        "Opt-out",
        "opt out",
        "OPTOUT",
        "Unsubscribe",
        "cancel",
        "END",
        "quit.",
        "ALTO",
        "Baja",
        "No más",
        "please stop",
    ],
)
def test_a_stop_word_alone_is_an_opt_out(text: str) -> None:
    assert understand(text).meaning == Meaning.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "stop by the office",
        "Don't stop",
        "end of the month",
        "cancel my shift",
        "I quit my job to volunteer",
        "parar de pensar",
        "What's the next stop?",
        "the end",
        "no",
        "yes",
        "",
        "🛑",
        "stopping by later",
        "alto y claro",
    ],
)
def test_the_same_word_in_a_sentence_is_not(text: str) -> None:
    assert understand(text).meaning == Meaning.NONE


@pytest.mark.parametrize("text", ["START", "unstop", "Start."])
def test_a_start_word_alone_opts_back_in(text: str) -> None:
    assert understand(text).meaning == Meaning.OPT_IN


def test_yes_is_an_answer_and_not_an_opt_in() -> None:
    assert understand("YES").meaning == Meaning.NONE


@pytest.mark.parametrize("text", ["HELP", "ayuda", "Info?"])
def test_a_help_word_alone_asks_for_help(text: str) -> None:
    assert understand(text).meaning == Meaning.HELP
