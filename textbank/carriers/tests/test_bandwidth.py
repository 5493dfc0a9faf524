"""What Bandwidth's webhooks say, and how they prove that they are Bandwidth's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textbank.carriers.bandwidth import MEANINGS, Bandwidth, NotSignedIn
from textbank.carriers.base import (
    Carrier,
    DeliveryReceipt,
    Event,
    EventKind,
    Forged,
    IncomingText,
    Login,
    Malformed,
    Meaning,
    Network,
    NumberShop,
    ReceiptStatus,
    WebhookRequest,
)
from textbank.carriers.connections import basic

URL = "https://example.org/webhooks/k/replies"
KEY = "0b5e7f5c-2b1d-4f7e-9a44-0d6f7c1f2a3b"
PICTURES = [f"https://m/{n}" for n in range(12)]
OURS, VOTER = "+19195550001", "+19195550142"
LOGIN = Login(
    "https://messaging.bandwidth.com", "5500001", "s", proof="callbacks:a long password: with a colon"
)


def incoming(news: dict[str, Any] | None = None, **message: Any) -> dict[str, Any]:
    """A text that came in, with changes."""
    told = {
        "id": "14762070468292kw2fuqty55yp2b2",
        "owner": OURS,
        "time": "2026-10-13T18:20:16Z",
        "to": [OURS],
        "from": VOTER,
        "text": "¿Dónde voto? 😀",
        "applicationId": "93de2206-9669-4e07-948d-329f4b722ee2",
        "direction": "in",
        "segmentCount": 1,
    }
    return {"type": "message-received", "to": OURS, "message": told | message} | (news or {})


def receipt(kind: str, news: dict[str, Any] | None = None, **message: Any) -> dict[str, Any]:
    """News about a text of ours, with changes."""
    told = {
        "id": "m1",
        "from": OURS,
        "to": [VOTER],
        "text": "",
        "tag": KEY,
        "segmentCount": 2,
        "direction": "out",
    }
    return {"type": kind, "to": VOTER, "description": "", "message": told | message} | (news or {})


def events(*news: object) -> list[Event]:
    return Bandwidth().events(WebhookRequest(URL, json.dumps(list(news)).encode()))


def read(news: dict[str, Any]) -> DeliveryReceipt | None:
    return Bandwidth().read_receipt(json.dumps(news))


def test_it_is_a_carrier_and_a_number_shop() -> None:
    carrier: Carrier = Bandwidth()
    shop: NumberShop = Bandwidth()
    assert carrier
    assert shop


# --- Proof


def prove(login: Login, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    Bandwidth().prove(login, WebhookRequest(URL, b"[]", headers))


def test_user_and_password_prove_it_and_while_they_change_the_next_ones_too() -> None:
    prove(LOGIN, basic("callbacks", "a long password: with a colon"))
    changing = Login("", "", "s", second_secret="callbacks:next", proof="callbacks:last")
    for password in ("last", "next"):
        prove(changing, basic("callbacks", password))
    prove(changing, basic("callbacks", "next").replace("Basic ", "basic  "))


@pytest.mark.parametrize(
    ("login", "authorization"),
    [
        (LOGIN, basic("callbacks", "another")),
        (LOGIN, basic("", "")),
        (LOGIN, basic("callbacks", "a long password")),
        (LOGIN, "Bearer " + basic("callbacks", "a long password: with a colon").partition(" ")[2]),
        (LOGIN, basic("callbacks", "a long password: with a colon").partition(" ")[2]),
        (LOGIN, "Basic"),
        (LOGIN, "Basic é\udcff"),
        (Login("", "", "s"), basic("", "")),
        (Login("", "", "s"), basic("s", "s")),
        (Login("", "", "s", second_secret="a:b"), basic("a", "b")),
        (Login("", "", "s", proof=":"), basic("", "")),
        (Login("", "", "s", proof=":password"), basic("", "password")),
        (Login("", "", "s", proof="callbacks"), basic("callbacks", "")),
    ],
)
def test_whatever_else_is_forged_and_so_is_everything_without_a_proof(
    login: Login, authorization: str
) -> None:
    with pytest.raises(Forged):
        prove(login, authorization)


def test_who_brings_no_password_is_asked_for_it() -> None:
    with pytest.raises(NotSignedIn) as caught:
        prove(LOGIN, None)
    assert caught.value.challenge.startswith("Basic realm=")


# --- Events


def test_each_element_is_a_piece_of_news_with_a_key_of_its_own() -> None:
    told = events(incoming(), receipt("message-sent"), receipt("message-delivered"), receipt("message-sent"))
    reply, sent, delivered, again = told
    assert (reply.kind, reply.key, reply.phone) == (EventKind.REPLY, "14762070468292kw2fuqty55yp2b2", VOTER)
    assert [one.kind for one in told[1:]] == [EventKind.RECEIPT] * 3
    assert sent == again
    assert sent.key != delivered.key
    assert Bandwidth().read_reply(reply.body).text == "¿Dónde voto? 😀"
    assert Bandwidth().read_receipt(sent.body) == read(receipt("message-sent"))


def test_a_thousand_pieces_of_news_are_a_thousand_events() -> None:
    found = events(*(incoming(id=f"m{n}") for n in range(1000)))
    assert [one.key for one in found] == [f"m{n}" for n in range(1000)]


def test_news_of_no_use_is_left_out() -> None:
    assert events() == []
    assert events(receipt("message-read"), {"type": "message-beamed"}) == []
    assert read(receipt("message-read")) is None


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        (KEY, KEY),
        (KEY.upper(), KEY),
        (None, ""),
        ("", ""),
        ("v2 lab", ""),
        (KEY[:-1], ""),
        (KEY[:-1] + "x", ""),
        ("{" + KEY + "}", ""),
        (7, ""),
        ([KEY], ""),
    ],
)
def test_our_own_key_comes_back_in_the_tag(tag: object, key: str) -> None:
    assert events(receipt("message-sent", tag=tag))[0].message_key == key


def test_a_key_and_a_phone_fit_into_their_rows() -> None:
    longest = events(receipt("message-delivered", id="m" * 64))[0]
    assert len(longest.key) <= 80
    for too_long in (receipt("message-sent", id="m" * 65), incoming(**{"from": "+" * 21})):
        with pytest.raises(Malformed):
            events(too_long)


# --- Replies


def test_a_reply_is_read() -> None:
    assert Bandwidth().read_reply(json.dumps(incoming())) == IncomingText(
        "14762070468292kw2fuqty55yp2b2", VOTER, OURS, "¿Dónde voto? 😀"
    )


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        (incoming(to=["+19195550009", OURS]), {"to_number": OURS}),
        (incoming(text="", media=PICTURES[:2]), {"text": "", "media": tuple(PICTURES[:2])}),
        (incoming(text=None, media=None), {"text": "", "media": ()}),
        (incoming(media=PICTURES), {"media": tuple(PICTURES[:10])}),
        (incoming(media=["https://m/\0\ud800"]), {"media": ("https://m/?",)}),
        (incoming(text="a\0b\ud800"), {"text": "ab?"}),
        (incoming(text="STOP"), {"is_opt_out": False, "is_opt_in": False}),
        (incoming({"carrierName": "T-Mobile"}), {"network": Network.T_MOBILE}),
        (incoming({"carrierName": "AT&T"}), {"network": Network.ATT}),
        (incoming({"carrierName": "other"}), {"network": Network.OTHER}),
        (incoming({"carrierName": None}), {"network": None}),
    ],
    ids=range(11),
)
def test_what_else_a_reply_may_carry(news: dict[str, Any], expected: dict[str, object]) -> None:
    text = Bandwidth().read_reply(json.dumps(news))
    assert {name: getattr(text, name) for name in expected} == expected


@pytest.mark.parametrize(
    "news",
    [
        incoming({"to": None}),
        incoming({"to": [OURS]}),
        incoming({"message": "hi"}),
        incoming({"carrierName": 7}),
        incoming(id=None),
        incoming(id=""),
        incoming(id="\0"),
        incoming(id=7),
        incoming(**{"from": None}),
        incoming(**{"from": {"phone_number": VOTER}}),
        incoming(text=["hi"]),
        incoming(media="https://m/0"),
        incoming(media=[None]),
    ],
    ids=range(13),
)
def test_a_reply_without_its_parts_is_malformed(news: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Bandwidth().read_reply(json.dumps(news))


@pytest.mark.parametrize(
    ("word", "number", "is_answered"),
    [
        ("STOP", OURS, False),
        ("HELP", OURS, False),
        ("START", OURS, False),
        (" stop ", "+18335550001", True),
        ("Unstop", "+18005550001", True),
        ("start", "+18885550001", True),
        ("HELP", "+18335550001", False),
        ("YES", "+18335550001", False),
        ("stop it", "+18335550001", False),
    ],
)
def test_bandwidth_answers_nothing_but_the_network_of_a_toll_free_number_does(
    word: str, number: str, is_answered: bool
) -> None:
    assert Bandwidth().answers(word, number) == is_answered


# --- Receipts


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("message-sending", ReceiptStatus.QUEUED),
        ("message-sent", ReceiptStatus.SENT),
        ("message-delivered", ReceiptStatus.DELIVERED),
    ],
)
def test_every_type_says_how_far_a_text_has_come(kind: str, expected: ReceiptStatus) -> None:
    news = receipt(kind, {"carrierName": "Verizon Wireless"})
    assert read(news) == DeliveryReceipt("m1", expected, "", 2, Network.VERIZON)


@pytest.mark.parametrize(
    ("code", "status", "kept"),
    [
        (4432, ReceiptStatus.FAILED, "4432"),
        ("4432", ReceiptStatus.FAILED, "4432"),
        (5100, ReceiptStatus.FAILED, "5100"),
        (None, ReceiptStatus.FAILED, ""),
        (0, ReceiptStatus.FAILED, ""),
        ("4" * 40, ReceiptStatus.FAILED, "4" * 12),
        (4720, ReceiptStatus.UNDELIVERED, "4720"),
        (5620, ReceiptStatus.UNDELIVERED, "5620"),
        (9902, ReceiptStatus.SENT, ""),
        (9999, ReceiptStatus.SENT, ""),
    ],
)
def test_a_failure_says_who_refused_and_a_missing_receipt_is_no_failure(
    code: object, status: ReceiptStatus, kept: str
) -> None:
    assert read(receipt("message-failed", {"errorCode": code})) == DeliveryReceipt("m1", status, kept, 2)


@pytest.mark.parametrize("code", [4720, 9902])
def test_a_code_beside_good_news_takes_nothing_from_it(code: int) -> None:
    told = read(receipt("message-delivered", {"errorCode": code}))
    assert told
    assert told.status == ReceiptStatus.DELIVERED


@pytest.mark.parametrize("count", [None, 0, -1, True, "2", 1.5, 100, 10**30])
def test_a_count_of_segments_that_cannot_be_is_left_out(count: object) -> None:
    assert read(receipt("message-sent", segmentCount=count)) == DeliveryReceipt("m1", ReceiptStatus.SENT)


@pytest.mark.parametrize(
    "news",
    [
        receipt("message-failed", {"errorCode": [4720]}),
        receipt("message-failed", {"errorCode": True}),
        receipt("message-failed", {"errorCode": 47.2}),
        receipt("message-sent", id=None),
        receipt("message-sent", {"type": None}),
        receipt("message-sent", {"type": 7}),
    ],
    ids=range(6),
)
def test_a_receipt_without_its_parts_is_malformed(news: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read(news)


ERRORS = {
    Meaning.OPTED_OUT: [4775],
    Meaning.BLOCKED: [4482, 4772],
    Meaning.LANDLINE: [4720],
    Meaning.DEAD_NUMBER: [4303, 4406, 4721],
    Meaning.UNREACHABLE: [4701, 4702],
    Meaning.FILTERED: [4470, 4770, 4771],
    Meaning.DAILY_CAP: [4780],
    Meaning.MINUTE_CAP: [4781, 4785],
    Meaning.TOO_LATE: [4360],
    Meaning.BAD_MEDIA: [4409, 4410, 4411, 4412, 4711, 4712],
    Meaning.NUMBER_OFF: [4302, 4403, 4405, 4407, 4433, 4481, 4493, 4773, 4774, 4795],
    Meaning.ACCOUNT_OFF: [4451, 4452],
    Meaning.NOT_ALLOWED: [4001, 4404, 4408, 4420, 4421, 4431, 4432, 4434, 4435, 4492],
    Meaning.OTHER: [
        *(4301, 4350, 4401, 4700, 4730, 4740, 4750, 4751, 4752, 4790, 4791, 4792, 4793),
        *(5100, 5101, 5106, 5111, 5201, 5211, 5220, 5231, 5500, 5501, 5999, 5600, 5610, 5620, 5630, 5650),
        *(9902, 9999, 4799, 1, 99999),
    ],
}


@pytest.mark.parametrize(
    ("code", "meaning"), [(str(code), meaning) for meaning, codes in ERRORS.items() for code in codes]
)
def test_every_error_code_that_bandwidth_lists_has_a_meaning(code: str, meaning: Meaning) -> None:
    assert Bandwidth().meaning_of(code) == meaning


def test_no_error_code_has_a_meaning_that_is_not_tested() -> None:
    assert set(MEANINGS) <= {str(code) for codes in ERRORS.values() for code in codes}
    assert Bandwidth().meaning_of("") == Meaning.OTHER


# --- Whatever comes


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\0",
        b"{}",
        b"null",
        b"7",
        b"[7]",
        b"[null]",
        b"[[]]",
        b"[{}]",
        b'[{"type": "message-received"}]',
        b'[{"type": "message-received", "message": {}}]',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'[{"type":' * 50_000,
        b"[" + b"9" * 5_000 + b"]",
        "[]".encode("utf-16"),
        json.dumps([incoming(), "lies"]).encode(),
    ],
    ids=range(18),
)
def test_what_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        Bandwidth().events(WebhookRequest(URL, body))


def test_a_stored_body_that_cannot_be_read_is_malformed() -> None:
    for body in ("", "[]", "{", "[" * 100_000, "9" * 5_000):
        with pytest.raises(Malformed):
            Bandwidth().read_reply(body)
        with pytest.raises(Malformed):
            Bandwidth().read_receipt(body)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
NAMES = ["id", "from", "to", "text", "tag", "media", "segmentCount"]
messages = anything | st.dictionaries(st.sampled_from(NAMES), anything)
kinds = st.sampled_from(["message-received", "message-sent", "message-failed", "message-read"]) | anything
pieces = st.fixed_dictionaries(
    {"type": kinds, "message": messages},
    optional={"to": anything, "errorCode": anything, "carrierName": anything},
)


def fits(text: str) -> bool:
    """Whether PostgreSQL can keep it."""
    return "\0" not in text and text.encode().decode() == text


@given(st.lists(pieces | anything, max_size=3).map(lambda news: json.dumps(news).encode()) | st.binary())
def test_hostile_news_is_read_or_malformed_and_nothing_else(body: bytes) -> None:
    try:
        found = Bandwidth().events(WebhookRequest(URL, body))
    except Malformed:
        return
    for event in found:
        assert all(map(fits, (event.key, event.body, event.phone)))
        assert 0 < len(event.key) <= 80
        assert event.message_key == ""


@given(pieces | anything)
def test_hostile_bodies_are_read_or_malformed_and_nothing_else(news: object) -> None:
    body = json.dumps(news)
    try:
        reply = Bandwidth().read_reply(body)
        assert all(
            map(fits, (reply.carrier_id, reply.from_number, reply.to_number, reply.text, *reply.media))
        )
    except Malformed:
        pass
    try:
        found = Bandwidth().read_receipt(body)
        assert found is None or (
            fits(found.carrier_id) and fits(found.error_code) and len(found.error_code) <= 12
        )
    except Malformed:
        pass


@given(st.text(st.characters(), max_size=40) | st.text(max_size=20).map(lambda text: f"Basic {text}"))
def test_hostile_credentials_are_forged_and_nothing_else(authorization: str) -> None:
    with pytest.raises(Forged):
        prove(LOGIN, authorization)
