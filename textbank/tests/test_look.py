"""The promises of tokens.css about contrast, and a few about the rest of the front end, measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXTBANK = Path(__file__).resolve().parent.parent
CSS = TEXTBANK / "static" / "css"
TEMPLATES = TEXTBANK / "templates"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
PAIRS = [
    (text, surface, float(least))
    for text, surface, least in re.findall(r"pair: ([\w-]+) on ([\w-]+) ([\d.]+)", TOKENS)
]


def declarations(css: str) -> dict[str, str]:
    """The custom properties set in a piece of CSS, the last one winning."""
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def schemes() -> dict[str, dict[str, str]]:
    """Every token's value in light and in dark, where dark begins as light and overrides it."""
    first, rest = without_comments(TOKENS).split("@media", 1)
    dark = rest.split("(prefers-color-scheme: dark)", 1)[1].split("@media", 1)[0]
    light = declarations(first)
    return {"light": light, "dark": {**light, **declarations(dark)}}


def color(tokens: dict[str, str], name: str) -> str:
    value = tokens[name].strip()
    while reference := re.fullmatch(r"var\(--([\w-]+)\)", value):
        value = tokens[reference[1]].strip()
    assert re.fullmatch(r"#[0-9a-f]{6}", value), f"--{name} is {value}, not a plain color"
    return value


def luminance(value: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "surface", "least"), PAIRS)
def test_a_documented_pair_can_be_read(scheme: str, text: str, surface: str, least: float) -> None:
    tokens = schemes()[scheme]
    measured = contrast(color(tokens, text), color(tokens, surface))
    assert measured >= least, f"{text} on {surface} in {scheme} is {measured:.2f}, promised {least}"


def test_every_meaning_has_text_surface_and_line_in_both_schemes() -> None:
    for tokens in schemes().values():
        for meaning in ("good", "attention", "danger", "info"):
            assert {f"{meaning}-text", f"{meaning}-surface", f"{meaning}-line"} <= tokens.keys()


def test_only_the_tokens_hold_colors() -> None:
    for sheet in sorted(CSS.rglob("*.css")):
        if sheet.name != "tokens.css":
            found = re.findall(
                r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", without_comments(sheet.read_text())
            )
            assert not found, f"{sheet.name} sets its own color: {found}"


def test_every_token_used_exists() -> None:
    known = schemes()["light"].keys()
    for sheet in sorted(CSS.rglob("*.css")):
        used = set(re.findall(r"var\(--([\w-]+)", without_comments(sheet.read_text())))
        assert used <= known, f"{sheet.name} uses {sorted(used - known)}"


def test_every_style_sheet_is_linked_once() -> None:
    linked = re.findall(r"'css/([\w/]+\.css)'", (TEMPLATES / "components" / "styles.html").read_text())
    assert sorted(linked) == sorted(str(sheet.relative_to(CSS)) for sheet in CSS.rglob("*.css"))


def test_every_behavior_is_short_and_loaded() -> None:
    loader = (TEXTBANK / "static" / "js" / "textbank.js").read_text()
    for module in sorted((TEXTBANK / "static" / "js" / "behaviours").glob("*.js")):
        assert f'"./behaviours/{module.name}"' in loader
        assert len(module.read_text().splitlines()) <= 60, module.name


def test_no_template_needs_a_looser_content_policy() -> None:
    """Inline scripts, styles and handlers would be refused by the browser."""
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)")
    for template in sorted(TEXTBANK.rglob("*.html")):
        found = forbidden.findall(template.read_text())
        assert not found, f"{template.relative_to(TEXTBANK)}: {found}"


def test_no_comment_runs_over_a_line() -> None:
    """Django shows a {# comment #} that does not end on its own line to the reader."""
    for template in sorted(TEXTBANK.rglob("*.html")):
        for line in template.read_text().splitlines():
            assert line.count("{#") == line.count("#}"), f"{template.name}: {line}"


def test_a_component_is_given_only_what_it_draws() -> None:
    """A name that a component does not know is dropped without a word: its button would never appear."""
    components = {path.name: path.read_text() for path in (TEMPLATES / "components").glob("*.html")}
    drawn = {name: re.sub(r"\{#.*?#\}", "", text) for name, text in components.items()}
    for template in sorted(TEXTBANK.rglob("*.html")):
        for component, given in re.findall(
            r'{% include "components/(\w+\.html)" with (.*?) ?%}', template.read_text()
        ):
            for name in re.findall(r'(\w+)=(?:"[^"]*"|[^\s"]+)', given):
                assert re.search(rf"\b{name}\b", drawn[component]), (
                    f"{template.name} gives {component} {name}"
                )
