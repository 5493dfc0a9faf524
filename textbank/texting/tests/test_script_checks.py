import pytest

from textbank.texting.script_checks import OPT_OUT_SENTENCE, has_opt_out_wording


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
