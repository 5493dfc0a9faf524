"""The network's own book: every text it took or refused, every reply and receipt it told, row by row.

A row is a dictionary with `row` (accepted, refused, reply, receipt). Against it a customer's own book can be held.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from simulator.numbers import place_of
from simulator.texts import API_VERSION, Text, segment_count

KINDS = ("accepted", "refused", "reply", "receipt")
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """A send that was not taken. `reason` is a fault, a limit, `full`, or `rule` for what was wrong with the request;
    `status` 0: it got no answer."""

    at: float
    from_number: str
    to_number: str
    body: str
    callback_url: str
    reason: str
    status: int
    code: int | None


@dataclass(slots=True)
class Webhook:
    """News for the customer: a receipt with the status a text had `at` a moment, or a reply. `tries` counts how often
    it was sent, `answered` how often the answer was 2xx, `replays` how many of the tries were replays. `answer` is
    the last status, None for no answer. A webhook without `url` is never sent."""

    text: Text
    url: str
    status: str
    error_code: int | None
    at: float
    keyword: str = ""  # a reply's OptOutType
    faults: tuple[str, ...] = ()
    token: str = ""  # the same at each try
    tries: int = 0
    answered: int = 0
    replays: int = 0
    answer: int | None = None

    @property
    def is_reply(self) -> bool:
        return self.text.direction == "inbound"

    def form(self) -> dict[str, str]:
        """The same each time, so that a replay is what came before, to the byte."""
        return _incoming_form(self) if self.is_reply else _receipt_form(self)


class Ledger:
    """Bounded: beyond `keep` refusals and four times as many webhooks the oldest are `forgotten`."""

    def __init__(self, keep: int) -> None:
        self.refusals: deque[Refusal] = deque(maxlen=keep)
        self.webhooks: deque[Webhook] = deque(maxlen=4 * keep)
        self.forgotten = 0

    def refuse(self, refusal: Refusal) -> None:
        self.forgotten += len(self.refusals) == self.refusals.maxlen
        self.refusals.append(refusal)

    def note(self, webhook: Webhook) -> Webhook:
        self.forgotten += len(self.webhooks) == self.webhooks.maxlen
        self.webhooks.append(webhook)
        return webhook

    def counts(self, texts: Iterable[Text]) -> dict[str, int]:
        replies = sum(webhook.is_reply for webhook in self.webhooks)
        return {
            "accepted": sum(text.direction == "outbound-api" for text in texts),
            "refused": len(self.refusals),
            "reply": replies,
            "receipt": len(self.webhooks) - replies,
            "unanswered": sum(not webhook.answered for webhook in self.webhooks if webhook.tries),
            "forgotten": self.forgotten,
        }

    async def lines(self, texts: Iterable[Text], kinds: Sequence[str] = KINDS) -> AsyncIterator[str]:
        """JSON, a line each. What happens meanwhile is left out, or seen as it is then."""
        rows: list[Text | Refusal | Webhook] = [text for text in texts if text.direction == "outbound-api"]
        rows += [*self.refusals, *self.webhooks]
        for start in range(0, len(rows), ROWS_AT_ONCE):
            facts = (_facts(row) for row in rows[start : start + ROWS_AT_ONCE])
            yield "".join(f"{json.dumps(fact)}\n" for fact in facts if fact["row"] in kinds)


def _facts(row: Text | Refusal | Webhook) -> dict[str, object]:
    if isinstance(row, Text):
        return _accepted(row)
    if isinstance(row, Refusal):
        return _refused(row)
    return _reply(row) if row.is_reply else _receipt(row)


def _accepted(text: Text) -> dict[str, object]:
    return {
        "row": "accepted",
        "sid": text.sid,
        "from": text.from_number,
        "to": text.to_number,
        "body": text.body,
        "media": text.media,
        "callback_url": text.callback_url,
        "valid_for": text.valid_for,
        "segments": segment_count(text.body),
        "at": moment(text.created_at),
        "answer": text.answer,
        "status": text.status,
        "error_code": text.error_code,
        "faults": text.faults,
    }


def _refused(refusal: Refusal) -> dict[str, object]:
    return {
        "row": "refused",
        "from": refusal.from_number,
        "to": refusal.to_number,
        "body": refusal.body,
        "callback_url": refusal.callback_url,
        "at": moment(refusal.at),
        "reason": refusal.reason,
        "http_status": refusal.status,
        "code": refusal.code,
    }


def _reply(webhook: Webhook) -> dict[str, object]:
    text = webhook.text
    facts = {"from": text.from_number, "to": text.to_number, "body": text.body, "media": text.media}
    return {"row": "reply", "sid": text.sid, **facts, "keyword": webhook.keyword, **_told(webhook)}


def _receipt(webhook: Webhook) -> dict[str, object]:
    facts = {"sid": webhook.text.sid, "status": webhook.status, "error_code": webhook.error_code}
    return {"row": "receipt", **facts, **_told(webhook)}


def _told(webhook: Webhook) -> dict[str, object]:
    return {
        "url": webhook.url,
        "at": moment(webhook.at),
        "tries": webhook.tries,
        "answered": webhook.answered,
        "replays": webhook.replays,
        "answer": webhook.answer,
        "faults": webhook.faults,
    }


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def _receipt_form(webhook: Webhook) -> dict[str, str]:
    text = webhook.text
    form = {
        "AccountSid": text.account,
        "ApiVersion": API_VERSION,
        "From": text.from_number,
        "To": text.to_number,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": webhook.status,
        "SmsStatus": webhook.status,
    }
    if webhook.error_code:
        form["ErrorCode"] = str(webhook.error_code)
    if webhook.status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = datetime.fromtimestamp(webhook.at, UTC).strftime("%y%m%d%H%M")
    return form


def _incoming_form(webhook: Webhook) -> dict[str, str]:
    text = webhook.text
    form = {
        "AccountSid": text.account,
        "ApiVersion": API_VERSION,
        "Body": text.body,
        "From": text.from_number,
        **place_of("From", text.from_number),
        "MessageSid": text.sid,
        "NumMedia": str(len(text.media)),
        "NumSegments": str(segment_count(text.body)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.to_number,
        **place_of("To", text.to_number),
    }
    for place, url in enumerate(text.media):
        form |= {f"MediaContentType{place}": "image/png", f"MediaUrl{place}": url}
    return form | ({"OptOutType": webhook.keyword} if webhook.keyword else {})
