"""The voters: in known shares, steady, brief; and what Twilio does when one of them says stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from smsutil import split
from twilio.base.exceptions import TwilioRestException

from simulator.tests.conftest import OTHER_OF_OURS, OURS, Customer, Running, eventually, phone_of
from simulator.tests.test_webhooks import FIRST_TEXT, send
from simulator.texts import segment_count
from simulator.voters import CHARACTERS, MIXES, character_of, words

ANSWERING = [name for name, character in CHARACTERS.items() if character.turns]
PHONES = [f"+1{area}555{n:04}" for area in (919, 216) for n in range(10_000)]


@pytest.mark.parametrize("mix", MIXES)
def test_characters_come_in_the_shares_that_the_table_names(mix: str) -> None:
    assert sum(MIXES[mix].values()) == 1000
    counts = Counter(character_of(phone, 7, mix) for phone in PHONES)
    for name, share in MIXES[mix].items():
        assert abs(counts[name] / len(PHONES) - share / 1000) < 0.01


def test_about_four_in_five_never_answer() -> None:
    silent = sum(not CHARACTERS[character_of(phone, 7)].turns for phone in PHONES)
    assert 0.78 < silent / len(PHONES) < 0.86


def test_a_phone_is_the_same_with_the_same_seed_and_another_with_another() -> None:
    def characters(seed: int) -> list[str]:
        return [character_of(phone, seed) for phone in PHONES]

    assert characters(7) == characters(7)
    assert characters(7) != characters(8)


@pytest.mark.parametrize("character", ANSWERING)
def test_every_kind_of_voter_has_several_wordings_and_comes_to_an_end(character: str) -> None:
    assert len({words(character, 0, phone, 7) for phone in PHONES[:300]}) >= 3
    assert all(words(character, 4, phone, 7) is None for phone in PHONES[:300])


def answers(customer: Customer, phone: str) -> list[str]:
    return [heard.form["Body"] for heard in customer.at("/replies") if heard.form["From"] == phone]


def test_a_voter_answers_a_first_text_and_may_answer_the_next(simulator: Running, customer: Customer) -> None:
    phone = next(
        phone for n in range(50) if words("question", 1, phone := phone_of("question", skip=n), 7) is not None
    )
    send(simulator, customer, phone)
    eventually(lambda: answers(customer, phone) == [words("question", 0, phone, 7)])
    send(simulator, customer, phone, "We are your neighbors. Where do you live?")
    eventually(lambda: len(answers(customer, phone)) == 2)
    assert answers(customer, phone)[1] == words("question", 1, phone, 7)
    for n in range(4):
        send(simulator, customer, phone, f"And {n}?")
    eventually(lambda: not simulator.network._under_way)
    assert len(answers(customer, phone)) <= 3
    send(simulator, customer, phone, FIRST_TEXT)
    eventually(lambda: answers(customer, phone)[-1] == words("question", 0, phone, 7))


@pytest.mark.parametrize("character", ["silent", "landline", "filtered", "failed"])
def test_who_is_silent_or_out_of_reach_does_not_answer(
    simulator: Running, customer: Customer, character: str
) -> None:
    send(simulator, customer, phone_of(character))
    eventually(lambda: not simulator.network._under_way)
    assert customer.at("/replies") == []


def test_voters_can_be_told_to_be_silent(simulator: Running, customer: Customer) -> None:
    simulator.door.post("/settings", json={"silent": True}).raise_for_status()
    send(simulator, customer, phone_of("yes"))
    eventually(lambda: not simulator.network._under_way)
    assert customer.at("/replies") == []


def test_a_voter_played_by_a_person_does_not_answer_by_itself(simulator: Running, customer: Customer) -> None:
    simulator.said(phone_of("yes"), "It is me")
    send(simulator, customer, phone_of("yes"))
    eventually(lambda: not simulator.network._under_way)
    assert answers(customer, phone_of("yes")) == ["It is me"]


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "optout"])
def test_after_a_stop_word_that_sender_is_blocked_until_start(
    simulator: Running, customer: Customer, word: str
) -> None:
    voter = phone_of("silent")
    simulator.said(voter, word)
    assert customer.heard[-1].form["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as caught:
        send(simulator, customer, voter)
    assert caught.value.code == 21610
    simulator.twilio.messages.create(to=voter, from_=OTHER_OF_OURS, body="Another sender may")
    simulator.twilio.messages.create(to=phone_of("silent", skip=1), from_=OURS, body="So may another phone")
    simulator.said(voter, "start")
    assert customer.heard[-1].form["OptOutType"] == "START"
    send(simulator, customer, voter)


@pytest.mark.parametrize("text", ["Please stop", "STOP it", "Take me off your list", "no"])
def test_other_words_are_for_the_customer_to_understand(
    simulator: Running, customer: Customer, text: str
) -> None:
    simulator.said(phone_of("silent"), text)
    assert "OptOutType" not in customer.heard[-1].form
    send(simulator, customer, phone_of("silent"))


def test_a_yes_is_an_answer_unless_it_comes_from_someone_who_had_stopped(
    simulator: Running, customer: Customer
) -> None:
    voter = phone_of("silent")
    simulator.said(voter, "Yes")
    assert "OptOutType" not in customer.heard[-1].form
    simulator.said(voter, "STOP")
    simulator.said(voter, "Yes")
    assert customer.heard[-1].form["OptOutType"] == "START"
    simulator.said(voter, "HELP")
    assert customer.heard[-1].form["OptOutType"] == "HELP"


def test_a_voter_who_says_stop_by_itself_is_blocked(
    start: Callable[..., Running], customer: Customer
) -> None:
    voter = next(
        phone
        for n in range(60)
        if str(words("stop", 0, phone := phone_of("stop", skip=n), 7)).upper() == "STOP"
    )
    simulator = start()
    send(simulator, customer, voter)
    eventually(lambda: customer.at("/replies"))
    with pytest.raises(TwilioRestException):
        send(simulator, customer, voter)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 160,
        "a" * 161,
        "a" * 306,
        "a" * 307,
        "€" * 80,
        "€" * 81,
        "a" * 152 + "€" + "a" * 100,
        "it’s",
        "ñ" * 160,
        "á" * 70,
        "á" * 71,
        "😀" * 35,
        "😀" * 36,
        "a" * 66 + "😀" * 10,
        "Hi\nthere",
        "sí",
    ],
)
def test_segments_are_counted_as_an_independent_counter_does(text: str) -> None:
    assert segment_count(text) == len(split(text).parts)
