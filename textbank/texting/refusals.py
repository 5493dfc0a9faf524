"""The safeguards by code, and in words: why a text may not go out. The rules themselves are in `safeguards.py`.

The codes stand on messages and in results, so a code, once given, means the same for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import get_language


class Safeguard(IntEnum):
    """1xxx: not at this moment, the card stays in hand. 2xxx: not to this contact, the volunteer moves on."""

    ACTION_PAUSED = 1001
    ACTION_CLOSED = 1002
    NOT_PUBLISHED = 1003
    CAMPAIGN_PAUSED = 1004
    CAMPAIGN_HOURS = 1101
    CONTACT_HOURS = 1102
    FLOOR_HOURS = 1103
    NO_NUMBER = 1201
    SCRIPT_PAUSED = 1202
    OWN_WORDS = 1301
    UNCLEAR_REPLY = 1302
    UNREAD_REPLY = 1303
    NOT_REGISTERED = 1401
    REGISTRATION_ENDED = 1402
    DAILY_CAP = 1501
    MINUTE_CAP = 1502
    NUMBER_CAP = 1503
    OPTED_OUT = 2001
    TEXTED_RECENTLY = 2002
    WRONG_NUMBER = 2003
    NOT_US = 2004
    LANDLINE = 2005
    DEAD_NUMBER = 2006
    BLOCKED = 2007
    TOO_LATE = 2008

    @property
    def is_about_the_contact(self) -> bool:
        return self >= 2000

    @property
    def is_about_hours(self) -> bool:
        return 1100 <= self < 1200

    @property
    def is_about_everyone(self) -> bool:
        """Whether it stops every text at this moment, not only the one to this contact."""
        return not self.is_about_the_contact and self not in _ONE_CARD

    @property
    def sentence(self) -> str:
        """What a volunteer reads, in the language of the page."""
        words = WORDS[self]
        return words.spanish if (get_language() or "").startswith("es") else words.english

    @property
    def label(self) -> str:
        """What stands beside the count in results."""
        return WORDS[self].label


_ONE_CARD = frozenset(
    [
        Safeguard.CONTACT_HOURS,
        Safeguard.FLOOR_HOURS,
        Safeguard.OWN_WORDS,
        Safeguard.SCRIPT_PAUSED,
        Safeguard.UNCLEAR_REPLY,
        Safeguard.UNREAD_REPLY,
        Safeguard.DAILY_CAP,
        Safeguard.NUMBER_CAP,
    ]
)


@dataclass(frozen=True, slots=True)
class Words:
    """A safeguard as results name it, and as a volunteer reads it in either language."""

    label: str
    english: str
    spanish: str


WORDS = {
    Safeguard.ACTION_PAUSED: Words(
        "Paused",
        "This text bank is paused. Your contacts are kept for you.",
        "Este banco de textos está en pausa. Sus contactos le esperan.",
    ),
    Safeguard.ACTION_CLOSED: Words(
        "Closed before the text left",
        "This text bank has closed. Thank you for texting.",
        "Este banco de textos ya cerró. Gracias por participar.",
    ),
    Safeguard.NOT_PUBLISHED: Words(
        "Not published to this volunteer",
        "This text bank is not open to you. Please ask an admin.",
        "Este banco de textos no está abierto para usted. Pregunte a quien lo administra.",
    ),
    Safeguard.CAMPAIGN_PAUSED: Words(
        "All texting paused",
        "The campaign has paused all texting for the moment. Your contacts are kept for you.",
        "La campaña ha puesto en pausa todos los textos por el momento. Sus contactos le esperan.",
    ),
    Safeguard.CAMPAIGN_HOURS: Words(
        "Outside texting hours", "It is outside texting hours.", "Está fuera del horario de textos."
    ),
    Safeguard.CONTACT_HOURS: Words(
        "Outside texting hours where they may be",
        "It is too early or too late where this person may be.",
        "Es demasiado temprano o demasiado tarde donde puede estar esta persona.",
    ),
    Safeguard.FLOOR_HOURS: Words(
        "Before 8:00 or after 21:00 where they may be",
        "Nobody is texted before 8 in the morning or after 9 at night, their time.",
        "A nadie se le escribe antes de las 8 de la mañana ni después de las 9 de la noche, hora de esa persona.",
    ),
    Safeguard.NO_NUMBER: Words(
        "No number to send from",
        "This campaign has no phone number to text from. Please tell an admin.",
        "Esta campaña no tiene número desde el cual escribir. Avise a quien la administra.",
    ),
    Safeguard.SCRIPT_PAUSED: Words(
        "Script paused",
        "This script is paused, because carriers took texts like it for spam. An admin will look at it.",
        "Este guion está en pausa porque las operadoras tomaron textos como este por spam. Alguien lo revisará.",
    ),
    Safeguard.OWN_WORDS: Words(
        "Not one of the response scripts",
        "This campaign answers with its own scripts only. Choose one and send it unchanged.",
        "Esta campaña responde solo con sus propios guiones. Elija uno y envíelo sin cambios.",
    ),
    Safeguard.UNCLEAR_REPLY: Words(
        "Their last reply has to be read first",
        "This person may have asked for no more texts. Somebody has to read their reply first.",
        "Puede que esta persona haya pedido que no le escriban más. Antes alguien tiene que leer su respuesta.",
    ),
    Safeguard.UNREAD_REPLY: Words(
        "What they wrote could not be taken in",
        "This person wrote something that could not be taken in. Please tell an admin: it is on the Carrier page.",
        "Esta persona escribió algo que no se pudo recibir. Avise a quien administra la campaña: está en la página "
        "Carrier.",
    ),
    Safeguard.NOT_REGISTERED: Words(
        "Registration not approved",
        "The carriers have not approved this campaign yet, so nothing can be sent. Please tell an admin.",
        "Las operadoras aún no han aprobado esta campaña, así que no se puede enviar nada. Avise a quien la "
        "administra.",
    ),
    Safeguard.REGISTRATION_ENDED: Words(
        "Registration ended",
        "The campaign's registration with the carriers has ended, so nothing can be sent. Please tell an admin.",
        "El registro de la campaña ante las operadoras venció, así que no se puede enviar nada. Avise a quien la "
        "administra.",
    ),
    Safeguard.DAILY_CAP: Words(
        "T-Mobile's cap for the day",
        "T-Mobile takes no more texts from this campaign today. This card can go tomorrow.",
        "T-Mobile no acepta más textos de esta campaña hoy. Esta tarjeta puede salir mañana.",
    ),
    Safeguard.MINUTE_CAP: Words(
        "AT&T's cap for the minute",
        "The carriers take no more for a moment. It goes by itself in a minute or two.",
        "Las operadoras no aceptan más por un momento. Saldrá solo en uno o dos minutos.",
    ),
    Safeguard.NUMBER_CAP: Words(
        "The number's own cap",
        "This phone number sends as fast as it may. It goes by itself in a minute or two.",
        "Este número ya envía tan rápido como puede. Saldrá solo en uno o dos minutos.",
    ),
    Safeguard.OPTED_OUT: Words(
        "Opted out",
        "This person asked not to be texted.",
        "Esta persona pidió que no le escriban.",
    ),
    Safeguard.TEXTED_RECENTLY: Words(
        "Texted in the last 6 hours",
        "This person got a first text less than 6 hours ago.",
        "Esta persona recibió un primer texto hace menos de 6 horas.",
    ),
    Safeguard.WRONG_NUMBER: Words(
        "Wrong number",
        "This phone belongs to somebody else.",
        "Este teléfono es de otra persona.",
    ),
    Safeguard.NOT_US: Words(
        "Not a US number",
        "This phone is not in the United States. Only US phones can be texted.",
        "Este teléfono no es de Estados Unidos. Solo se puede escribir a teléfonos de ese país.",
    ),
    Safeguard.LANDLINE: Words(
        "Landline",
        "This phone is a landline and takes no texts.",
        "Este teléfono es fijo y no recibe textos.",
    ),
    Safeguard.DEAD_NUMBER: Words(
        "Not in service",
        "This phone is not in service.",
        "Este teléfono no está en servicio.",
    ),
    Safeguard.BLOCKED: Words(
        "Blocks our texts",
        "This phone or its carrier blocks our texts.",
        "Este teléfono o su operadora bloquea nuestros textos.",
    ),
    Safeguard.TOO_LATE: Words(
        "Too late to answer by itself",
        "The automatic answer could not go within five minutes, so it was not sent.",
        "La respuesta automática no pudo salir en cinco minutos, así que no se envió.",
    ),
}
