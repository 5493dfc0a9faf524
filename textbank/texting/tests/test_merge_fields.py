import pytest

from textbank.texting.merge_fields import fields_in, fill, unknown_fields


@pytest.mark.parametrize(
    ("script", "values", "fallbacks", "text"),
    [
        ("Hi {{first_name}}!", {"first_name": "Ana"}, {}, "Hi Ana!"),
        ("Hi {{ First_Name }}!", {"first_name": "Ana"}, {}, "Hi Ana!"),
        ("Hi {{first_name}}, it's me", {"first_name": " "}, {"first_name": "there"}, "Hi there, it's me"),
        ("Hi {{first_name}}, it's me", {}, {}, "Hi, it's me"),
        ("{{first_name}} hello", {}, {}, "hello"),
        ("Vote at {{place}} today", {}, {}, "Vote at today"),
        ("I am {{user.first_name}}", {"user.first_name": "Vera"}, {}, "I am Vera"),
        ("Hi {{first_name}}", {"first_name": "{{last_name}}", "last_name": "X"}, {}, "Hi {{last_name}}"),
        ("Hi {{first_name}}", {"first_name": r"\1 \g<0>"}, {}, r"Hi \1 \g<0>"),
        ("One\n{{nothing}}\nThree", {}, {}, "One\n\nThree"),
    ],
)
def test_fields_are_filled_in(
    script: str, values: dict[str, str], fallbacks: dict[str, str], text: str
) -> None:
    assert fill(script, values, fallbacks) == text


def test_fields_are_listed_once_in_order() -> None:
    assert fields_in("{{b}} {{A}} {{b}}") == ["b", "a"]


@pytest.mark.parametrize(
    ("script", "unknown"),
    [
        ("Hi {{first_name}}", []),
        ("Hi {{frist_name}}", ["frist_name"]),
        ("Hi {first_name}}", ["{first_name}}"]),
        ("Hi {{first name}}", ["{{first name}}"]),
        ("Hi {{first_name", ["{{first_name"]),
        ("Hi {{}}", ["{{}}"]),
        ("Use [brackets] freely", []),
    ],
)
def test_what_is_in_braces_and_no_field_is_found(script: str, unknown: list[str]) -> None:
    assert unknown_fields(script, ["first_name"]) == unknown
