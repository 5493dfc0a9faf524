"""Texts as Telnyx's own client puts them on the wire, and what its answers mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from telnyx import Telnyx as TheirClient

from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    Login,
    Meaning,
    OutgoingText,
    Rejected,
    Unavailable,
    Unknown,
)
from textbank.carriers.connections import Connections
from textbank.carriers.telnyx import Telnyx
from textbank.carriers.tests.wire import (
    Desk,
    Handler,
    Request,
    answering,
    breaks_off,
    closes_at_once,
    keeps_silent,
    listening,
    resets,
    talks_nonsense,
)

KEY = "0c8f3b5e-6d5f-4c11-9a55-3d8a0c9f1a2b"
ID = "b0c7e8cb-6227-4c74-9f32-c7f80c30934b"
PROFILE = "16fd2706-8baf-433b-82eb-8c7fada847da"
TEXT = OutgoingText(
    from_number="+19195550001",
    to_number="+19195550142",
    text="Hola María: ¿votas? 50% + 1 = you & me 😀",
    callback_url=f"https://example.org/webhooks/k/receipts/{KEY}",
    valid_for=timedelta(minutes=90),
    key=KEY,
)
TAKEN = {"data": {"id": ID, "record_type": "message", "to": [{"status": "queued"}]}}
RECORDS = "/v2/detail_records"


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


def asked(handle: Handler, question: Callable[[Telnyx, Login], Awaitable[object]], **login: str) -> object:
    async def once() -> object:
        async with listening(handle) as url, Connections(read=0.3) as connections:
            ours = Login(url, PROFILE, "a key", application=PROFILE)
            return await question(Telnyx(connections), replace(ours, **login))

    return asyncio.run(once())


def sent(handle: Handler, text: OutgoingText = TEXT) -> object:
    return asked(handle, lambda ours, login: ours.send(login, text))


def theirs(desk: Desk, question: Callable[[TheirClient], object]) -> None:
    """Telnyx's own client, calling here. It would repeat on its own, three times in all, if it were let."""

    def once(url: str) -> None:
        with TheirClient(api_key="a key", base_url=f"{url}/v2", max_retries=0) as client:
            question(client)

    async def listen() -> None:
        async with listening(desk) as url:
            await asyncio.to_thread(once, url)

    asyncio.run(listen())


def bare(request: Request) -> tuple[object, ...]:
    content = request.json if request.body else None
    headers = {name: request.headers.get(name) for name in ("authorization", "idempotency-key")}
    return request.method, request.path, sorted(request.query), headers, content


def taking() -> Desk:
    return Desk({"POST /v2/messages": [("200 OK", TAKEN)]})


def refusal(code: object, title: str = "No", detail: str = "Because.") -> str:
    return json.dumps({"errors": [{"code": code, "title": title, "detail": detail}]})


@pytest.mark.parametrize("media", [(), ("https://example.org/a?b=c&d", "https://example.org/b.png")])
def test_our_request_is_the_one_that_telnyxs_own_client_makes(media: tuple[str, ...]) -> None:
    desk, text = taking(), replace(TEXT, media=media)
    more = {"media_urls": list(media)} if media else {}
    assert sent(desk, text) == Accepted(ID)
    theirs(
        desk,
        lambda client: client.messages.send(
            to=text.to_number,
            from_=text.from_number,
            text=text.text,
            webhook_url=text.callback_url,
            # Their type leaves the tags out, though their pages and webhooks have them.
            extra_body={"tags": [KEY]},
            idempotency_key=KEY,
            **more,
        ),
    )
    our_request, their_request = desk.requests
    assert bare(our_request) == bare(their_request)
    assert our_request.headers["content-type"] == their_request.headers["content-type"]


def test_a_second_sending_has_the_same_key_and_the_same_bytes() -> None:
    desk = taking()
    for valid_for in (timedelta(hours=3), timedelta(hours=2)):
        sent(desk, replace(TEXT, valid_for=valid_for))
    first, second = desk.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == KEY
    assert first.body == second.body


def test_nothing_is_handed_over_in_the_last_moments_of_a_window() -> None:
    desk = taking()
    with pytest.raises(Unavailable) as caught:
        sent(desk, replace(TEXT, valid_for=timedelta(seconds=59)))
    assert (desk.requests, caught.value.retry_after) == ([], timedelta(seconds=59))


# The error table, row by row: what an answer with this code is, and what the code says.
ERRORS: list[tuple[str, type[Exception], Meaning]] = [
    *((code, AccountRefused, Meaning.ACCOUNT_OFF) for code in ("10009", "20012", "20100")),
    *((code, AccountRefused, Meaning.ACCOUNT_OFF) for code in ("40312", "40314", "40321")),
    *((code, Unavailable, Meaning.OTHER) for code in ("10011", "40011", "40318")),
    *(
        (code, Rejected, Meaning.OTHER) for code in ("10015", "10016")
    ),  # it does not say whose number is wrong
    *((code, Rejected, Meaning.DEAD_NUMBER) for code in ("40012", "40310")),
    *(
        (code, Rejected, Meaning.NUMBER_OFF)
        for code in ("40013", "40305", "40010", "40329", "40100", "40315")
    ),
    ("40001", Rejected, Meaning.LANDLINE),
    *((code, Rejected, Meaning.FILTERED) for code in ("40002", "40003", "40015", "40017", "40322")),
    *((code, Rejected, Meaning.OTHER) for code in ("40004", "40008", "40009", "40302")),
    *((code, Rejected, Meaning.TOO_LATE) for code in ("40005", "40014")),
    ("40006", Unavailable, Meaning.UNREACHABLE),
    ("40317", Rejected, Meaning.BAD_MEDIA),
    ("40016", Unavailable, Meaning.DAILY_CAP),
    ("40018", Unavailable, Meaning.MINUTE_CAP),
    ("40300", Rejected, Meaning.OPTED_OUT),
    ("40309", Rejected, Meaning.NOT_ALLOWED),
    ("99999", Rejected, Meaning.OTHER),
]


@pytest.mark.parametrize(("code", "expected", "meaning"), ERRORS)
def test_every_error_has_a_meaning_and_a_way_to_fail(code, expected, meaning) -> None:
    assert Telnyx().meaning_of(code) == meaning
    title = "Blocked due to STOP message" if code == "40300" else "No"
    with pytest.raises((Rejected, Unavailable, Unknown)) as caught:
        sent(answering("400 Bad Request", refusal(code, title)))
    assert (type(caught.value), caught.value.meaning) == (expected, meaning)


@pytest.mark.parametrize(
    ("title", "meaning"),
    [
        ("Blocked due to STOP message", Meaning.OPTED_OUT),
        ("", Meaning.OPTED_OUT),
        ("Blocked by the network", Meaning.BLOCKED),
    ],
)
def test_a_block_is_an_opt_out_unless_its_title_says_otherwise(title: str, meaning: Meaning) -> None:
    with pytest.raises(Rejected) as caught:
        sent(answering("403 Forbidden", refusal("40300", title, "")))
    assert caught.value.meaning == meaning == Telnyx().meaning_of(caught.value.code)
    assert len(caught.value.code) <= 12


@pytest.mark.parametrize(
    ("handle", "wait"),
    [
        (answering("429 Too Many Requests", refusal("10011"), "Retry-After: 7"), 7),
        (answering("429 Too Many Requests", "slow down"), None),
        (answering("413 Content Too Large", "<html>a firewall</html>"), None),
        (answering("400 Bad Request", '{"errors": []}'), None),
        (answering("400 Bad Request", '{"errors": [7]}'), None),
        (answering("400 Bad Request", "[" * 100_000), None),
    ],
    ids=range(6),
)
def test_what_was_surely_not_taken_may_be_tried_again(handle: Handler, wait: int | None) -> None:
    with pytest.raises(Unavailable) as caught:
        sent(handle)
    assert not isinstance(caught.value, AccountRefused)
    assert caught.value.retry_after == (timedelta(seconds=wait) if wait else None)


def test_a_key_that_is_not_accepted_is_told_apart() -> None:
    for body in (refusal("10009"), "who?"):
        with pytest.raises(AccountRefused):
            sent(answering("401 Unauthorized", body))


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        closes_at_once,
        keeps_silent,
        breaks_off,
        talks_nonsense,
        answering("500 Internal Server Error", refusal("10007")),
        answering("503 Service Unavailable", "<html>a proxy</html>"),
        answering("302 Found", "", "Location: https://elsewhere.example.org/"),
        answering("200 OK", "<html>welcome</html>"),
        answering("200 OK", '{"data": []}'),
        answering("200 OK", '{"data": {"id": 7}}'),
        answering("200 OK", json.dumps({"data": {"id": "x" * 99}})),
        # The key was used before, with another body: that one was taken. Or the first is being worked on.
        answering("422 Unprocessable Entity", refusal("10027", "Idempotency key reused", "Another body.")),
        answering("409 Conflict", refusal("10028")),
    ],
    ids=range(14),
)
def test_what_may_have_been_taken_is_unknown(handle: Handler) -> None:
    with pytest.raises(Unknown):
        sent(handle)


def record(name: str, **more: object) -> dict[str, object]:
    return {
        "uuid": name,
        "created_at": "2026-10-13T18:00:00.000Z",
        "delivery_status_webhook_url": TEXT.callback_url,
    } | more


def find(ours: Telnyx, login: Login) -> Awaitable[object]:
    return ours.find(login, TEXT)


def test_a_text_is_found_by_the_address_that_it_reports_to() -> None:
    records = [
        record("one"),
        record("another's", delivery_status_webhook_url="https://example.org/webhooks/k/receipts/2"),
        record("last week's", created_at="2026-10-06T18:00:00Z"),
        record("unsaid", delivery_status_webhook_url=None, created_at="2026-10-13T18:00:00"),
    ]
    desk = Desk({f"GET {RECORDS}": [("200 OK", {"data": records})]})
    assert asked(desk, find) == ["one", "unsaid"]


def test_records_are_asked_for_as_telnyxs_own_client_does() -> None:
    desk = Desk({f"GET {RECORDS}": [("200 OK", {"data": []})]})
    assert asked(desk, find) == []
    wanted = {
        "record_type": "messaging",
        "direction": "outbound",
        "cli": TEXT.from_number,
        "cld": TEXT.to_number,
    }
    theirs(
        desk,
        lambda client: client.detail_records.list(filter=wanted, page_size=50, sort=["-created_at"]),
    )
    our_request, their_request = desk.requests
    ours, others = dict(our_request.query), dict(their_request.query)
    assert ours.pop("sort") == others.pop("sort", others.pop("sort[]", ""))  # a list of one, and one
    assert ours == others


@pytest.mark.parametrize(
    "handle",
    [
        answering("200 OK", "[]"),
        answering("200 OK", '{"data": []}'),  # no date, so no telling what is of today
        answering("200 OK", '{"data": [{"uuid": "one"}]}', "Date: Tue, 13 Oct 2026 18:30:00 GMT"),
        answering("200 OK", '{"data": [7]}', "Date: Tue, 13 Oct 2026 18:30:00 GMT"),
        answering("500 Internal Server Error", ""),
        answering("401 Unauthorized", refusal("10009")),
        resets,
    ],
    ids=range(7),
)
def test_without_clear_records_nothing_is_concluded(handle: Handler) -> None:
    with pytest.raises(Unavailable):
        asked(handle, find)
