"""What Telnyx's webhooks say, and how they prove that they are Telnyx's. The oracle is Telnyx's own package."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature
from time_machine import travel

from textbank.carriers.base import (
    DeliveryReceipt,
    EventKind,
    Forged,
    IncomingText,
    Login,
    Malformed,
    Meaning,
    Network,
    ReceiptStatus,
    WebhookRequest,
)
from textbank.carriers.telnyx import Telnyx

VECTORS = json.loads(Path(__file__).with_name("telnyx_vectors.json").read_text())
THEIRS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(THEIRS.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
LOGIN = Login("https://api.telnyx.com", "profile", "a key", application="profile", proof=PUBLIC)
NOW = datetime(2026, 10, 13, 18, 30, tzinfo=UTC)
KEY = "0c8f3b5e-6d5f-4c11-9a55-3d8a0c9f1a2b"
ID = "b0c7e8cb-6227-4c74-9f32-c7f80c30934b"
REPLY: dict[str, Any] = {
    "data": {
        "event_type": "message.received",
        "id": "1b3f2b0a-1111-4222-8333-444455556666",
        "occurred_at": "2026-10-13T18:29:59.000+00:00",
        "record_type": "event",
        "payload": {
            "id": ID,
            "direction": "inbound",
            "type": "SMS",
            "from": {
                "phone_number": "+19195550142",
                "carrier": "T-Mobile USA, Inc.",
                "line_type": "Wireless",
            },
            "to": [{"phone_number": "+19195550001", "carrier": "Telnyx", "status": "webhook_delivered"}],
            "cc": [],
            "text": "¿Dónde voto? 😀",
            "media": [],
            "parts": 1,
            "tags": [],
            "errors": [],
        },
    },
    "meta": {"attempt": 1, "delivered_to": "https://example.org/webhooks/k/replies"},
}
RECEIPT: dict[str, Any] = {
    "data": {
        "event_type": "message.finalized",
        "id": "1b3f2b0a-1111-4222-8333-444455556667",
        "payload": {
            "id": ID,
            "direction": "outbound",
            "from": {"phone_number": "+19195550001", "carrier": "Telnyx"},
            "to": [{"phone_number": "+19195550142", "carrier": "Verizon Wireless", "status": "delivered"}],
            "parts": 2,
            "tags": ["a drive", KEY],
            "errors": [],
        },
    }
}


def webhook(
    body: bytes, when: datetime = NOW, key: Ed25519PrivateKey = THEIRS, stamp: str = ""
) -> WebhookRequest:
    """A body, signed as Telnyx's page on webhooks says; it comes in at `NOW`."""
    stamp = stamp or str(int(when.timestamp()))
    signature = base64.b64encode(key.sign(stamp.encode() + b"|" + body)).decode()
    headers = {"telnyx-signature-ed25519": signature, "telnyx-timestamp": stamp}
    return WebhookRequest("https://example.org/webhooks/k/replies", body, headers, NOW)


def said(event: dict, **payload: object) -> str:
    """The event with another payload."""
    changed = copy.deepcopy(event)
    changed["data"]["payload"] |= payload
    return json.dumps(changed)


def they_accept(request: WebhookRequest, public: str = PUBLIC) -> bool:
    with travel(NOW, tick=False):
        try:
            verify_webhook_signature(request.body, request.headers, public)
        except WebhookVerificationError:
            return False
    return True


def we_accept(request: WebhookRequest, login: Login = LOGIN) -> bool:
    try:
        Telnyx().prove(login, request)
    except Forged:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_the_signatures_of_the_vectors_are_accepted(vector: dict[str, str]) -> None:
    headers = {"telnyx-signature-ed25519": vector["signature"], "telnyx-timestamp": vector["timestamp"]}
    body, then = vector["payload"].encode(), datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    login = Login("", "", "", proof=vector["public_key"])
    Telnyx().prove(login, WebhookRequest("", body, headers, then))
    for forged in (
        WebhookRequest("", body + b" ", headers, then),
        WebhookRequest("", body, headers, then + timedelta(seconds=301)),
        WebhookRequest("", body, headers, then - timedelta(seconds=301)),
        WebhookRequest("", body, headers),
    ):
        with pytest.raises(Forged):
            Telnyx().prove(login, forged)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(-400, 400))
def test_we_accept_what_their_own_check_accepts(body: str, seconds: int) -> None:
    request = webhook(body.encode(), NOW + timedelta(seconds=seconds))
    assert we_accept(request) == they_accept(request) == (abs(seconds) <= 300)


signs = st.sampled_from(["telnyx-signature-ed25519", "telnyx-timestamp"])
odd = st.one_of(
    st.text(max_size=100),
    st.sampled_from(["", "é", "1e9", "-1", "٣", "9" * 5000, "AAAA", base64.b64encode(bytes(64)).decode()]),
)


@given(st.binary(max_size=60), signs, odd)
def test_a_spoilt_header_is_forged_and_nothing_else(body: bytes, sign: str, value: str) -> None:
    good = webhook(body)
    spoilt = WebhookRequest(good.url, body, {**good.headers, sign: value}, NOW)
    assert we_accept(spoilt) == (value == good.headers[sign])
    assert not we_accept(WebhookRequest(good.url, body, {}, NOW))


@pytest.mark.parametrize("proof", ["", "AAAA", "no base64 at all", "é", PUBLIC[:-4], PUBLIC + "AAAA"])
def test_a_public_key_that_is_none_proves_nothing(proof: str) -> None:
    assert not we_accept(webhook(b"{}"), Login("", "", "", proof=proof))


def test_another_key_proves_nothing() -> None:
    request = webhook(b"{}", key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert not we_accept(request)
    assert not they_accept(request)


def test_a_reply_is_read() -> None:
    assert Telnyx().read_reply(json.dumps(REPLY)) == IncomingText(
        ID, "+19195550142", "+19195550001", "¿Dónde voto? 😀", network=Network.T_MOBILE
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"autoresponse_type": "STOP", "text": "Stop"}, {"is_opt_out": True, "is_opt_in": False}),
        ({"autoresponse_type": "START", "text": "START"}, {"is_opt_out": False, "is_opt_in": True}),
        ({"autoresponse_type": "HELP"}, {"is_opt_out": False, "is_opt_in": False}),
        ({"autoresponse_type": None}, {"is_opt_out": False, "is_opt_in": False}),
        (
            {"text": None, "media": [{"url": "https://m/0", "size": 1}, {"url": "https://m/1"}]},
            {"text": "", "media": ("https://m/0", "https://m/1")},
        ),
        ({"media": [{"url": "javascript:alert(1)"}, 7, {"url": 7}, {}]}, {"media": ()}),
        (
            {"media": [{"url": f"https://m/{n}"} for n in range(11)]},
            {"media": tuple(f"https://m/{n}" for n in range(10))},
        ),
        ({"text": "a\0b\ud800"}, {"text": "ab?"}),
        ({"cc": [{"phone_number": "+19195550003"}]}, {"to_number": "+19195550001"}),
        ({"from": {"phone_number": "+19195550142"}}, {"network": None}),
    ],
)
def test_what_else_a_reply_may_carry(more: dict[str, object], expected: dict[str, object]) -> None:
    text = Telnyx().read_reply(said(REPLY, **more))
    assert {name: getattr(text, name) for name in expected} == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": 7},
        {"id": "x" * 51},
        {"id": "a\0b"},
        {"from": "+19195550142"},
        {"from": {"phone_number": "1" * 17}},
        {"to": {"phone_number": "+19195550001"}},
        {"to": []},
    ],
)
def test_a_reply_without_its_parts_is_malformed(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        Telnyx().read_reply(said(REPLY, **wrong))


def test_keys_name_the_text_and_each_piece_of_news_once() -> None:
    (reply,) = Telnyx().events(webhook(json.dumps(REPLY).encode()))
    assert (reply.kind, reply.key, reply.phone, reply.message_key) == (
        EventKind.REPLY,
        ID,
        "+19195550142",
        "",
    )
    (receipt,) = Telnyx().events(webhook(json.dumps(RECEIPT).encode()))
    assert (receipt.kind, receipt.key, receipt.message_key) == (EventKind.RECEIPT, f"{ID} delivered", KEY)
    sent = said(RECEIPT, to=[{"status": "sent"}])
    assert Telnyx().events(webhook(sent.encode()))[0].key == f"{ID} sent"


@pytest.mark.parametrize("tags", [None, [], "tag", [7], ["another's"], [KEY.upper()], [f"x{KEY}"]])
def test_only_a_tag_of_ours_names_a_message(tags: object) -> None:
    (receipt,) = Telnyx().events(webhook(said(RECEIPT, tags=tags).encode()))
    assert receipt.message_key == ""


@pytest.mark.parametrize("kind", ["number_order.complete", "message.link_click", "", None, 7])
def test_news_of_other_things_is_of_no_use(kind: object) -> None:
    event = copy.deepcopy(RECEIPT)
    event["data"]["event_type"] = kind
    assert Telnyx().events(webhook(json.dumps(event).encode())) == []


def test_a_status_of_another_day_is_no_news() -> None:
    body = said(RECEIPT, to=[{"status": "beamed"}])
    assert Telnyx().events(webhook(body.encode())) == []
    assert Telnyx().read_receipt(body) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", ReceiptStatus.QUEUED),
        ("sending", ReceiptStatus.QUEUED),
        ("sent", ReceiptStatus.SENT),
        ("delivery_unconfirmed", ReceiptStatus.SENT),
        ("delivered", ReceiptStatus.DELIVERED),
        ("delivery_failed", ReceiptStatus.UNDELIVERED),
        ("sending_failed", ReceiptStatus.FAILED),
        ("expired", ReceiptStatus.FAILED),
    ],
)
def test_every_status_says_how_far_a_text_has_come(status: str, expected: ReceiptStatus) -> None:
    body = said(
        RECEIPT,
        to=[{"status": status, "carrier": "AT&T Mobility"}],
        errors=[{"code": "40002", "title": "Spam"}, {"code": "40001"}],
    )
    assert Telnyx().read_receipt(body) == DeliveryReceipt(ID, expected, "40002", 2, Network.ATT)


@pytest.mark.parametrize("parts", [0, -1, 100, True, "2", 1.5, None])
def test_parts_that_are_none_are_left_out(parts: object) -> None:
    assert Telnyx().read_receipt(said(RECEIPT, parts=parts)).segments is None


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ({"code": "40300", "title": "Blocked due to STOP message"}, Meaning.OPTED_OUT),
        ({"code": "40300", "title": "Blocked", "detail": "By the network."}, Meaning.BLOCKED),
        ({"code": 40001}, Meaning.LANDLINE),
        ({"code": "4" * 99}, Meaning.OTHER),
        ({"code": ["40001"]}, Meaning.OTHER),
        ("40001", Meaning.OTHER),
    ],
)
def test_an_error_in_a_receipt_has_a_meaning(error: object, meaning: Meaning) -> None:
    code = Telnyx().read_receipt(said(RECEIPT, errors=[error])).error_code
    assert Telnyx().meaning_of(code) == meaning
    assert len(code) <= 12


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("\ud800\0")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
places = st.sampled_from([*REPLY["data"]["payload"], "autoresponse_type", "event_type", "payload", "data"])


def spoil(event: dict, place: str, value: object) -> bytes:
    changed = copy.deepcopy(event)
    inside = {"data": changed, "payload": changed["data"], "event_type": changed["data"]}
    inside.get(place, changed["data"]["payload"])[place] = value
    return json.dumps(changed).encode()


bodies = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda value: json.dumps(value).encode(), anything),
    st.builds(spoil, st.sampled_from([REPLY, RECEIPT]), places, anything),
    st.builds(
        lambda event, n: json.dumps(event).encode()[:n],
        st.sampled_from([REPLY, RECEIPT]),
        st.integers(0, 900),
    ),
)


@given(bodies)
@example(b"[" * 200_000)
@example(b'{"data":' * 100_000)
@example(b"\xff\xfe{\0}\0")
@example(json.dumps(REPLY).encode("utf-16"))
@example(json.dumps(REPLY).encode() + b"\0")
@example(said(REPLY, text="x" * 1_000_000).encode())
@example(b"1" * 10_000)
def test_nothing_but_malformed_comes_of_a_body_that_is_not_as_it_should_be(body: bytes) -> None:
    try:
        for event in Telnyx().events(webhook(body)):
            assert "\0" not in event.body
            assert 0 < len(event.key) <= 80
            assert len(event.phone) <= 20
            if event.kind == EventKind.REPLY:
                reply = Telnyx().read_reply(event.body)
                for kept in (reply.text, *reply.media):
                    assert "\0" not in kept
                    kept.encode()
            else:
                receipt = Telnyx().read_receipt(event.body)
                assert len(receipt.error_code) <= 12
                receipt.error_code.encode()
    except Malformed:
        pass


@pytest.mark.parametrize(
    "word", ["STOP", "stop ", "StopAll", "stop  all", "unsubscribe", "CANCEL", "end", "Quit"]
)
def test_telnyx_answers_its_stop_words(word: str) -> None:
    assert Telnyx().answers(word, "+19195550001")


@pytest.mark.parametrize(
    ("word", "toll_free", "local"),
    [
        ("stop", True, True),
        ("start", True, True),
        ("Unstop", True, True),
        ("quit", False, True),
        ("help", False, False),
        ("REVOKE", False, False),
        ("optout", False, False),
        ("yes", False, False),
        ("stop it", False, False),
        ("", False, False),
    ],
)
def test_a_toll_free_numbers_network_knows_fewer_words(word: str, toll_free: bool, local: bool) -> None:
    assert Telnyx().answers(word, "+18335550001") == toll_free
    assert Telnyx().answers(word, "+19195550001") == local
