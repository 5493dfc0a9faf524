"""How many segments (billing units) a text takes. Arithmetic on text only.

GSM 03.38 text has 160 septets in one segment, 153 in each of several; one character outside that alphabet turns
the whole text into UCS-2, with 70 and 67 code units (3GPP TS 23.038, 23.040). A character is never cut in two
between segments, so the count is a packing, not a division.
"""

from __future__ import annotations

from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Measure:
    """A text's encoding ("GSM-7" or "UCS-2"), its length in units of that encoding, and its segments."""

    encoding: str
    units: int
    segments: int


def measure(text: str) -> Measure:
    """Counts a text as carriers do."""
    if is_gsm(text):
        return _pack("GSM-7", [2 if character in GSM_EXTENDED else 1 for character in text], 160, 153)
    return _pack("UCS-2", [2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67)


def is_gsm(text: str) -> bool:
    return all(character in GSM_BASIC or character in GSM_EXTENDED for character in text)


def costly_characters(text: str) -> list[str]:
    """The characters that force UCS-2, each once, in order: what the editor points at."""
    return list(dict.fromkeys(c for c in text if c not in GSM_BASIC and c not in GSM_EXTENDED))


def _pack(encoding: str, widths: list[int], single: int, part: int) -> Measure:
    units = sum(widths)
    if units <= single:
        return Measure(encoding, units, 1)
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return Measure(encoding, units, segments)
