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
