import pytest

from textbank.texting.script_checks import (
    OPT_OUT_SENTENCE,
    has_opt_out_wording,
    is_shouting,
    names,
    public_shorteners,
)


@pytest.mark.parametrize(
    "script",
    [
        OPT_OUT_SENTENCE,
        "Text STOP to opt out",
        "STOP=end",
        "Stop2Quit",
        "stop to unsubscribe",
        'Reply "STOP" to end',
        "Send stop to quit.",
        "Responda ALTO para no recibir más mensajes",
        "Envíe STOP para cancelar",
        "ALTO=fin",
        "Reply with STOP any time",
    ],
)
def test_opt_out_wording_is_recognised(script: str) -> None:
    assert has_opt_out_wording(script)


@pytest.mark.parametrize(
    "script",
    [
        "Hi, can you vote?",
        "Please stop by our office",
        "Stop the pipeline",
        "Don't stop now",
        "El alto costo",
        "",
    ],
)
def test_other_sentences_are_not_opt_out_wording(script: str) -> None:
    assert not has_opt_out_wording(script)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("Read this: https://bit.ly/3xyz", ["bit.ly"]),
        ("BIT.LY/a and tinyurl.com/b and bit.ly/c", ["bit.ly", "tinyurl.com"]),
        ("See t.co/x.", ["t.co"]),
        ("See green.org/bit.lynch", []),
        ("at.com is at.co/x", []),
        ("https://smart.co/x", []),
        ("habit.ly", []),
        ("my-bit.ly", []),
        ("bit.ly.green.org", []),
    ],
)
def test_public_link_shorteners_are_found_as_whole_hosts(script: str, found: list[str]) -> None:
    assert public_shorteners(script) == found


@pytest.mark.parametrize(
    ("script", "is_loud"),
    [
        ("VOTE TODAY, {{first_name}}, IT IS THE LAST DAY", True),
        ("Hi {{first_name}}, vote today. Reply STOP to end", False),
        ("NAACP: GOTV", False),
        ("{{FIRST_NAME}} {{USER.FIRST_NAME}} hi, can you come along to this", False),
        ("¡VOTA HOY, MAÑANA SERÁ TARDE!", True),
    ],
)
def test_shouting_is_mostly_capitals_and_not_just_a_stop_word(script: str, is_loud: bool) -> None:
    assert is_shouting(script) is is_loud


@pytest.mark.parametrize(
    ("script", "is_named"),
    [
        ("Hi from Green Valley Votes", True),
        ("hi from green  valley\nvotes!", True),
        ("Hi from {{ Campaign }}", True),
        ("Hi from Green Valley", False),
        ("Hi {{first_name}}", False),
    ],
)
def test_a_script_names_its_campaign_in_words_or_by_merge_field(script: str, is_named: bool) -> None:
    assert names(script, "Green Valley Votes") is is_named
