"""What must be true of a script before it is sent to anyone. Arithmetic on text only."""

from __future__ import annotations

import re

# "Reply STOP to unsubscribe", "Text STOP to end", "STOP=end", "Stop2Quit", "Responda ALTO para no recibir más".
# Carriers ask for it in every first text (CTIA Messaging Principles 5.1.3); a bare "stop by" is not it.
_OPT_OUT_WORDING = re.compile(
    r"\b(?:reply|text|txt|send|type|respond(?:\s+with)?|say|write)\W{1,3}(?:back\W+|with\W+)?stop\b"
    r"|\bstop\s*(?:=|2\s*(?:end|quit|stop|opt)|to\s+(?:opt|end|quit|stop|unsub|cancel|be\s+removed))"
    r"|\b(?:responda?|responde|env[ií]e?|envi[ae]|escriba?|escribe|mande?|manda|textee?|conteste?)\W{1,3}(?:con\W+)?"
    r"(?:alto|stop|parar|baja)\b"
    r"|\b(?:alto|stop|parar|baja)\s*(?:=|para\s+(?:no|dejar|terminar|cancelar|salir|darse|parar))",
    re.IGNORECASE,
)
OPT_OUT_SENTENCE = "Reply STOP to unsubscribe."


def has_opt_out_wording(script: str) -> bool:
    """Whether the script tells people how to make the texts stop."""
    return bool(_OPT_OUT_WORDING.search(script))


# Addresses that hide where they lead: carriers refuse or filter texts with them (AT&T and T-Mobile codes of conduct,
# Bandwidth 4771).
_PUBLIC_SHORTENER = re.compile(
    r"(?<![\w.-])(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|rebrand\.ly|bit\.do|ht\.ly|tiny\.cc|buff\.ly"
    r"|cutt\.ly|rb\.gy|shorturl\.at|v\.gd|t\.ly)(?![\w-])(?!\.\w)",
    re.IGNORECASE,
)
_MERGE_FIELD = re.compile(r"\{\{[^{}]*\}\}")
SHOUTING_FROM = 20


def public_shorteners(script: str) -> list[str]:
    """The public link shorteners in a script, each once, in lower case."""
    return list(dict.fromkeys(found.lower() for found in _PUBLIC_SHORTENER.findall(script)))


def is_shouting(script: str) -> bool:
    """Whether most of the script is in capitals; a stop word and a short name alone are not shouting."""
    letters = [letter for letter in _MERGE_FIELD.sub("", script) if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(letters) >= SHOUTING_FROM and capitals * 2 > len(letters)


def names(script: str, campaign: str) -> bool:
    """Whether the script says which campaign it is from, by its name or by the merge field for it."""
    fields = {field.strip("{} ").lower() for field in _MERGE_FIELD.findall(script)}
    return "campaign" in fields or campaign.casefold() in " ".join(script.split()).casefold()
