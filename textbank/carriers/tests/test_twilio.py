"""What Twilio's webhooks say, and how they prove that they are Twilio's. The oracle is Twilio's own package."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from textbank.carriers.base import (
    DeliveryReceipt,
    Event,
    EventKind,
    Forged,
    IncomingText,
    Login,
    Malformed,
    Meaning,
    ReceiptStatus,
    WebhookRequest,
)
from textbank.carriers.twilio import Twilio, _pairs

VECTORS = json.loads(Path(__file__).with_name("twilio_vectors.json").read_text())
FORM = "application/x-www-form-urlencoded"
LOGIN = Login("https://api.twilio.com", "AC" + "0" * 32, "12345")
REPLY = {
    "ToCountry": "US",
    "SmsMessageSid": "SM1",
    "NumMedia": "0",
    "FromZip": "",
    "Body": "¿Dónde voto? 😀",
    "FromCountry": "US",
    "To": "+19195550001",
    "MessageSid": "SM1",
    "AccountSid": LOGIN.account_id,
    "From": "+19195550142",
    "SmsStatus": "received",
}


class ManyValues(dict[str, list[str]]):
    """A form in which a name may stand twice, as the oracle reads it."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def webhook(url: str, pairs: list[tuple[str, str]], secret: str = LOGIN.secret) -> WebhookRequest:
    """A form, signed by Twilio's own package."""
    form: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        form[name].append(value)
    signature = RequestValidator(secret).compute_signature(url, ManyValues(form))
    headers = {"x-twilio-signature": signature, "content-type": f"{FORM}; charset=UTF-8"}
    return WebhookRequest(url, urlencode(pairs).encode(), headers)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_signatures_that_twilio_publishes_are_accepted(vector: dict[str, Any]) -> None:
    headers = {"x-twilio-signature": vector["signature"], "content-type": FORM}
    if vector["algorithm"] == "HMAC_SHA256":
        headers["x-twilio-webhooks-signature-settings"] = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    if vector.get("body"):
        headers["content-type"] = "application/json"
    params = vector["params"]
    pairs = list(params.items()) if isinstance(params, dict) else [tuple(pair) for pair in params or ()]
    body = vector.get("body") or urlencode(pairs)
    login = Login("", "", vector["auth_token"])
    Twilio().prove(login, WebhookRequest(vector["url"], body.encode(), headers))
    with pytest.raises(Forged):
        Twilio().prove(login, WebhookRequest(vector["url"] + "x", body.encode(), headers))
    with pytest.raises(Forged):
        Twilio().prove(login, WebhookRequest(vector["url"], body.encode() + b"1", headers))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
urls = st.builds(
    "{}://{}{}/c/{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.org", "Texting.Example.org", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":443", ":8000"]),
    st.sampled_from(["", "replies", "replies?key=a%20b&x=", "réponses"]),
)


@given(urls, st.lists(st.tuples(words, words), max_size=8))
def test_whatever_twilio_signs_is_accepted_and_nothing_else(url: str, pairs: list[tuple[str, str]]) -> None:
    request = webhook(url, pairs)
    Twilio().prove(LOGIN, request)
    for login, forged in (
        (Login("", "", "another token"), request),
        (LOGIN, WebhookRequest(url, request.body + b"&Extra=1", request.headers)),
        (LOGIN, WebhookRequest(url, request.body, {})),
        (LOGIN, WebhookRequest(url.replace("/c/", "/d/"), request.body, request.headers)),
    ):
        with pytest.raises(Forged):
            Twilio().prove(login, forged)


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://example.org/a", "https://example.org:443/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://127.0.0.1/a", "http://127.0.0.1:8000/a"),
        ("http://[::1]/a", "http://[::1]:8000/a"),
    ],
)
def test_the_port_may_be_signed_or_left_out(signed: str, seen: str) -> None:
    request = webhook(signed, [("A", "1")])
    Twilio().prove(LOGIN, WebhookRequest(seen, request.body, request.headers))


def test_a_body_that_is_no_form_is_proved_by_its_hash() -> None:
    body = b'{"kind": "news"}'
    url = f"https://example.org/a?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {
        "x-twilio-signature": RequestValidator(LOGIN.secret).compute_signature(url, {}),
        "content-type": "application/json",
    }
    Twilio().prove(LOGIN, WebhookRequest(url, body, headers))
    with pytest.raises(Forged):
        Twilio().prove(LOGIN, WebhookRequest(url, b'{"kind": "lies"}', headers))


SHARED = "key=webhooks_sharedkey_1, algorithm=HMAC_SHA256"


@given(urls, st.lists(st.tuples(words, words), max_size=8))
def test_sha_256_is_proved_with_the_shared_key_and_nothing_else(
    url: str, pairs: list[tuple[str, str]]
) -> None:
    form: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        form[name].append(value)
    login = Login("", "", "the token", second_secret="another", proof="shared")
    for secret, proves in (("shared", True), ("the token", False), ("another", False)):
        signature = RequestValidator(secret).compute_signature(url, ManyValues(form), algorithm="HMAC_SHA256")
        headers = {"x-twilio-signature": signature, "content-type": FORM}
        headers["x-twilio-webhooks-signature-settings"] = SHARED
        request = WebhookRequest(url, urlencode(pairs).encode(), headers)
        if proves:
            Twilio().prove(login, request)
        else:
            with pytest.raises(Forged):
                Twilio().prove(login, request)


def test_the_shared_key_proves_nothing_that_is_signed_the_old_way() -> None:
    login = Login("", "", "the token", proof="shared")
    with pytest.raises(Forged):
        Twilio().prove(login, webhook("https://example.org/a", [("A", "1")], "shared"))


def test_while_a_token_is_replaced_both_prove() -> None:
    login = Login("", "", "the new", second_secret="the old")
    for secret in ("the new", "the old"):
        Twilio().prove(login, webhook("https://example.org/a", [("A", "1")], secret))
    with pytest.raises(Forged):
        Twilio().prove(login, webhook("https://example.org/a", [("A", "1")], "the one before"))


def test_no_token_proves_nothing() -> None:
    request = webhook("https://example.org/a", [("A", "1")], "")
    with pytest.raises(Forged):
        Twilio().prove(Login("", "", ""), request)


@given(urls, st.lists(st.tuples(st.sampled_from(["A", "AB", "B"]), st.sampled_from(["", "1", "1", "B1"]))))
def test_blank_and_repeated_parameters_are_signed_as_twilio_signs_them(url, pairs) -> None:
    Twilio().prove(LOGIN, webhook(url, pairs))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"A=1", {}),
        (b"A=1", {"x-twilio-signature": "é"}),
        (b"\xff\xfe", {"x-twilio-signature": "abc"}),
        (b"A&" * 600, {"x-twilio-signature": "abc"}),
        (b"A=1", {"x-twilio-signature": "abc", "x-twilio-webhooks-signature-settings": "algorithm=NONE"}),
    ],
)
def test_what_is_not_signed_properly_is_forged(body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(Forged):
        Twilio().prove(LOGIN, WebhookRequest("https://example.org/a", body, headers))


@given(st.one_of(st.binary(max_size=80), st.text("ab&=%+;2FéC3\0 ", max_size=60).map(str.encode)))
@example(b"a=1&&b&=c&a=%C3%A9+%zz&a=%ff")
def test_a_form_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    try:
        expected = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError:
        with pytest.raises(ValueError, match="decode"):
            _pairs(body)
    else:
        assert list(_pairs(body)) == expected


def test_a_form_of_more_fields_than_any_carrier_sends_is_malformed() -> None:
    fields = [f"a{number}=1" for number in range(498)]
    whole = "&".join(["MessageSid=SM1", "MessageStatus=sent", *fields]).encode()
    assert Twilio().events(WebhookRequest("https://x.test/", whole, {}))
    with pytest.raises(Malformed):
        Twilio().events(WebhookRequest("https://x.test/", whole + b"&one=more", {}))


def test_a_reply_is_read() -> None:
    assert Twilio().read_reply(urlencode(REPLY)) == IncomingText(
        "SM1", "+19195550142", "+19195550001", "¿Dónde voto? 😀"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"OptOutType": "STOP", "Body": "Stop"}, {"is_opt_out": True, "text": "Stop"}),
        ({"OptOutType": "START", "Body": "START"}, {"is_opt_in": True, "text": "START"}),
        ({"OptOutType": "HELP", "Body": "help"}, {"text": "help"}),
        (
            {"NumMedia": "2", "MediaUrl0": "https://m/0", "MediaUrl1": "https://m/1", "Body": ""},
            {"media": ("https://m/0", "https://m/1"), "text": ""},
        ),
        ({"NumMedia": "many", "MediaUrl0": "https://m/0"}, {"media": ()}),
        ({"NumMedia": "99999999999", "MediaUrl0": "https://m/0"}, {"media": ("https://m/0",)}),
        ({"Body": "a\0b"}, {"text": "ab"}),
    ],
)
def test_what_else_a_reply_may_carry(more: dict[str, str], expected: dict[str, object]) -> None:
    text = Twilio().read_reply(urlencode(REPLY | more))
    assert {name: getattr(text, name) for name in expected} == expected
    assert (text.is_opt_out, text.is_opt_in) == (
        more.get("OptOutType") == "STOP",
        more.get("OptOutType") == "START",
    )


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_reply_without_its_parts_is_malformed(missing: str) -> None:
    with pytest.raises(Malformed, match=missing):
        Twilio().read_reply(urlencode({name: value for name, value in REPLY.items() if name != missing}))


def test_keys_name_the_text_and_each_piece_of_news_once() -> None:
    def events(**form: str) -> list[Event]:
        return Twilio().events(WebhookRequest("https://example.org/a", urlencode(form).encode()))

    (reply,) = events(MessageSid="SM1", From="+19195550142")
    assert (reply.kind, reply.key, reply.phone) == (EventKind.REPLY, "SM1", "+19195550142")
    sent, again = (
        events(MessageSid="SM1", MessageStatus="sent"),
        events(MessageSid="SM1", MessageStatus="sent"),
    )
    assert sent == again
    assert sent[0].kind == EventKind.RECEIPT
    assert sent[0].key != events(MessageSid="SM1", MessageStatus="delivered")[0].key
    with pytest.raises(Malformed):
        events(Body="hi")
    with pytest.raises(Malformed):
        Twilio().events(WebhookRequest("https://example.org/a", b"\xff"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("accepted", ReceiptStatus.QUEUED),
        ("scheduled", ReceiptStatus.QUEUED),
        ("queued", ReceiptStatus.QUEUED),
        ("sending", ReceiptStatus.QUEUED),
        ("sent", ReceiptStatus.SENT),
        ("delivered", ReceiptStatus.DELIVERED),
        ("read", ReceiptStatus.DELIVERED),
        ("undelivered", ReceiptStatus.UNDELIVERED),
        ("failed", ReceiptStatus.FAILED),
        ("canceled", ReceiptStatus.FAILED),
    ],
)
def test_every_status_says_how_far_a_text_has_come(status: str, expected: ReceiptStatus) -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "30007"})
    assert Twilio().read_receipt(body) == DeliveryReceipt("SM1", expected, "30007")


@pytest.mark.parametrize(
    ("said", "segments"), [("3", 3), ("0", None), ("", None), ("-1", None), ("²", None), ("9" * 30, None)]
)
def test_a_receipt_may_say_how_many_segments_it_was(said: str, segments: int | None) -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": "sent", "NumSegments": said})
    assert Twilio().read_receipt(body) == DeliveryReceipt("SM1", ReceiptStatus.SENT, "", segments)


def test_an_error_code_is_as_long_as_a_row_can_hold() -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "3" * 40})
    assert Twilio().read_receipt(body).error_code == "3" * 12


def test_a_status_of_another_day_is_no_news_and_a_missing_one_is_malformed() -> None:
    assert Twilio().read_receipt("MessageSid=SM1&MessageStatus=beamed") is None
    with pytest.raises(Malformed):
        Twilio().read_receipt("MessageSid=SM1")


@pytest.mark.parametrize(
    ("name", "value"), [("MessageSid", "S" * 65), ("From", "+" * 17), ("From", ""), ("MessageSid", "")]
)
def test_what_no_row_can_hold_is_malformed(name: str, value: str) -> None:
    body = urlencode(REPLY | {name: value})
    for read in (Twilio().read_reply, lambda body: Twilio().events(WebhookRequest("", body.encode()))):
        with pytest.raises(Malformed):
            read(body)


fields = st.sampled_from([*REPLY, "MessageStatus", "NumMedia", "MediaUrl0", "NumSegments", "ErrorCode"])
values = st.one_of(st.text(max_size=90), st.sampled_from(["sent", "received", "9" * 5000, "\0", "beamed"]))
bodies = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda form: urlencode(REPLY | form, errors="replace").encode(), st.dictionaries(fields, values)
    ),
    st.builds(lambda n: urlencode(REPLY).encode()[:n], st.integers(0, 300)),
    st.builds(lambda form: urlencode(form, errors="replace").encode(), st.dictionaries(st.text(), st.text())),
)


@given(bodies)
@example(b"&" * 100_000)
@example(b"a=1&" * 501)
@example(b"MessageSid=SM1&From=%2B1\0&To=1")
def test_nothing_but_malformed_comes_of_a_body_that_is_not_as_it_should_be(body: bytes) -> None:
    request = WebhookRequest("https://example.org/a", body, {"x-twilio-signature": "abc"})
    with pytest.raises(Forged):
        Twilio().prove(LOGIN, request)
    try:
        for event in Twilio().events(request):
            assert "\0" not in event.body
            assert 0 < len(event.key) <= 80
            assert len(event.phone) <= 20
            if event.kind == EventKind.REPLY:
                reply = Twilio().read_reply(event.body)
                assert "\0" not in reply.text
                reply.text.encode()
            else:
                assert len(Twilio().read_receipt(event.body).error_code) <= 12
    except Malformed:
        pass


# The error table of Twilio's dictionary, as far as it concerns texts of ours, row by row.
ERRORS = {
    Meaning.ACCOUNT_OFF: "10001 20003 20005 20006 20008 20403 20404 21703 21704 30002 30037",
    Meaning.NUMBER_OFF: "21212 21606 21659 21660 21661 30024 30032 30034 30035 30125",
    Meaning.NOT_ALLOWED: "21408 21608 21612",
    Meaning.OPTED_OUT: "21610",
    Meaning.BLOCKED: "30004",
    Meaning.LANDLINE: "21614 21635 30006",
    Meaning.DEAD_NUMBER: "21211 30005",
    Meaning.UNREACHABLE: "30003",
    Meaning.FILTERED: "30007 30450 30454 30485",
    Meaning.DAILY_CAP: "30023 30027",
    Meaning.MINUTE_CAP: "30022",
    Meaning.TOO_LATE: "30036",
    Meaning.BAD_MEDIA: "11751 12300 30011 30019",
    # Not about a phone, a number or a login: a full queue, our own words, a carrier that does not say why.
    Meaning.OTHER: "20429 21611 21617 21619 30001 30008 30009 30410 99999",
}


@pytest.mark.parametrize(
    ("code", "meaning"), [(code, meaning) for meaning, codes in ERRORS.items() for code in codes.split()]
)
def test_error_codes_have_a_meaning(code: str, meaning: Meaning) -> None:
    assert Twilio().meaning_of(code) == meaning


def test_no_code_has_no_meaning() -> None:
    assert Twilio().meaning_of("") == Meaning.OTHER
