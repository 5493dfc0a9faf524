"""The ways in which Twilio refuses a request, and the numbers that provoke them.

Sources: Twilio's error dictionary and its page on test credentials, whose magic numbers work here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.responses import Response

from simulator.answers import Answer, document
from simulator.numbers import is_phone

LONGEST_BODY = 1600
ALWAYS_OURS = "+15005550006"  # the sender of Twilio's test credentials
REFUSED_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
REFUSED_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
REFUSED_PURCHASE = {"+15005550000": 21422, "+15005550001": 21421}
EMPTY_AREA_CODE = "533"

MESSAGES = {
    20001: "Unknown parameters",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "The 'To' number {to} is not a valid phone number.",
    21212: "The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
    21266: "'To' and 'From' number cannot be the same: {to}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    21421: "The phone number is invalid",
    21422: "The phone number is not available",
    21452: "No phone numbers found in area code",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number {sender} is not a valid, message-capable phone number of this account",
    21609: "The 'StatusCallback' URL {callback} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number {sender} has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and 'From' ({sender})",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    30007: "Message filtered",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
}
NO_WORDS = {"to": "", "sender": "", "callback": ""}
STATUSES = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503}


def refused(code: int, words: Mapping[str, str] = NO_WORDS, *, says_when: bool = True) -> Answer:
    """Twilio's error document. With 429, `says_when` to come again."""
    status = STATUSES.get(code, 400)
    content = {
        "code": code,
        "message": MESSAGES[code].format(**{**NO_WORDS, **words}),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    answer = document(status, content)
    if status == 429 and says_when:
        answer.headers["retry-after"] = "1"
    return answer


def refusal(code: int) -> Response:
    answer = refused(code)
    return Response(answer.body, answer.status, answer.headers)


def problem_with(
    form: Mapping[str, str], ours: Collection[str], opted_out: Collection[tuple[str, str]]
) -> int | None:
    """The code of the first thing that is wrong with a text to be sent, or None. Without any number of `ours`,
    any sender will do. `opted_out` are pairs of sender and contact."""
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback = form.get("StatusCallback", "")
    problems = (
        (21604, not to),
        (21603, not sender),
        (REFUSED_FROM.get(sender), sender in REFUSED_FROM),
        (REFUSED_TO.get(to), to in REFUSED_TO),
        (21602, not (body or form.get("MediaUrl"))),
        (21617, len(body) > LONGEST_BODY),
        (21212, not is_phone(sender)),
        (21606, ours and sender not in ours and sender != ALWAYS_OURS),
        (21211, not is_phone(to)),
        (21266, to == sender),
        (21609, callback and not callback.startswith(("http://", "https://"))),
        (21610, (sender, to) in opted_out),
    )
    return next((code for code, is_wrong in problems if is_wrong), None)
