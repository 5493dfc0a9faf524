"""The life of one text after it was taken: receipts, the phone, perhaps an answer; and what may go wrong in it."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from simulator.chaos import FAILURES, RECEIPT_CHANCES, REPLY_CHANCES
from simulator.ledger import Webhook
from simulator.texts import API_VERSION, Text, new_sid
from simulator.voters import CHARACTERS, is_opening, words

if TYPE_CHECKING:
    from simulator.network import Network

FAR_AWAY = "+1907555"  # phones of strangers
NOBODYS = "+12065550190"  # a number that was never the account's
STRANGERS_SAY = ("Hello?", "Is this the campaign?", "A friend gave me this number", "STOP")
ONE_MORE_THING = "One more thing: thank you for asking"


async def live(network: Network, text: Text, error_code: int) -> None:
    """`error_code`: a reason of the network itself for which this text will not arrive."""
    text.faults += network.dice.fallen(RECEIPT_CHANCES, text.key)
    status, error_code = _end_of(network, text, error_code)
    faults = network.dice.fallen(REPLY_CHANCES, text.key)
    if "reply_early" in faults and status == "delivered":
        await _answer(network, text, faults)
    if not text.early:
        await network.pause(network.between(0.2, 1.2))
    news: list[Webhook] = []
    if status != "failed":
        text.become("sent")
        news.append(_receipt(network, text))
        if not _comes_last_first(network, text):
            await _tell(network, text, news)
    if text.early is None or news:
        await network.pause(network.between(0.3, 2.0))
    text.become(status, error_code or None)
    news.append(_receipt(network, text))
    if status == "delivered":
        network.phone(text.to_number).show("in", text.body, text.from_number)
    await _tell(network, text, news)
    if "receipt_stranger" in text.faults:
        await _tell_of_a_stranger(network, text)
    if status == "delivered" and "reply_early" not in faults:
        await _answer(network, text, faults)


def _end_of(network: Network, text: Text, error_code: int) -> tuple[str, int]:
    if error_code:
        return "undelivered", error_code
    if "receipt_failed" in text.faults:
        code = network.dice.pick(tuple(FAILURES), text.key)
        return FAILURES[code], code
    character = CHARACTERS[network.character(text.to_number)]
    return character.status, character.error_code or 0


def _comes_last_first(network: Network, text: Text) -> bool:
    return "receipt_reordered" in text.faults or network.behavior.receipts == "reversed"


def _receipt(network: Network, text: Text) -> Webhook:
    receipt = Webhook(text, text.callback_url, text.status, text.error_code, text.updated_at)
    receipt.faults = text.faults
    return network.ledger.note(receipt) if text.callback_url else receipt


async def _tell(network: Network, text: Text, news: list[Webhook]) -> None:
    """Tells what is new about a text, the newest last unless told otherwise, and leaves nothing to tell."""
    receipts = news[::-1] if _comes_last_first(network, text) else news[:]
    news.clear()
    if text.callback_url and "receipt_lost" not in text.faults:
        if "receipt_late" in text.faults:
            network.begin(_tell_late(network, receipts))
        else:
            await _tell_now(network, receipts)
    if text.early:
        text.early.set()


async def _tell_late(network: Network, receipts: list[Webhook]) -> None:
    await asyncio.sleep(network.behavior.late_by)
    await _tell_now(network, receipts)


async def _tell_now(network: Network, receipts: list[Webhook]) -> None:
    for receipt in receipts:
        is_doubled = network.behavior.receipts == "doubled" or "receipt_doubled" in receipt.faults
        await asyncio.gather(*(network.webhooks.post(receipt, copy) for copy in range(1 + is_doubled)))


async def _tell_of_a_stranger(network: Network, text: Text) -> None:
    """A receipt for a text that the network never took, at an address like that of a text it did take: a name at its
    end is another one."""
    stranger = Text(
        text.account,
        text.from_number,
        text.to_number,
        text.body,
        "outbound-api",
        "delivered",
        sid=new_sid("SM"),
    )
    stranger.nth = text.nth
    address = another_name(text.callback_url)
    receipt = Webhook(stranger, address, "delivered", None, stranger.created_at, faults=("receipt_stranger",))
    if address:
        await network.webhooks.post(network.ledger.note(receipt))


def another_name(address: str) -> str:
    """The address with another UUID where one stands at the end of its path."""
    path, mark, rest = address.partition("?")
    start, slash, name = path.rpartition("/")
    try:
        uuid.UUID(name)
    except ValueError:
        return address
    return f"{start}{slash}{uuid.uuid4()}{mark}{rest}"


async def _answer(network: Network, text: Text, faults: tuple[str, ...]) -> None:
    """The voter reads and may write back."""
    phone = network.phone(text.to_number)
    if is_opening(text.body):
        phone.turn = 0
    turn, phone.turn = phone.turn, phone.turn + 1
    says = words(network.character(text.to_number), turn, text.to_number, network.settings.seed)
    if "reply_stop" in faults:
        says = "STOP"
    if "reply_stranger" in faults and not network.behavior.silent:
        network.begin(_let_a_stranger_speak(network, text))
    if says is None:
        return
    if "reply_early" not in faults:
        await network.pause(network.about(network.settings.answer_after))
    if not (network.behavior.silent or phone.is_played):
        await _reply(network, text, says, faults)


async def _let_a_stranger_speak(network: Network, text: Text) -> None:
    phone = FAR_AWAY + f"{int(network.dice.number('stranger', text.key) * 10_000):04}"
    said = network.dice.pick(STRANGERS_SAY, "stranger", text.key)
    reply = network.speak(phone, text.from_number, said, faults=("reply_stranger",))
    if reply.url:
        await network.webhooks.post(reply)


async def _reply(network: Network, text: Text, says: str, faults: tuple[str, ...]) -> None:
    to_number = text.from_number
    media: tuple[str, ...] = ()
    if "reply_retired" in faults:
        to_number = network.dice.pick(network.retired or (NOBODYS,), text.key)
    if "reply_blank" in faults and says != "STOP":
        says, media = "", _pictures(network, 1)
    elif "reply_media" in faults:
        media = _pictures(network, 2 + int(network.dice.number("pictures", text.key) * 2))
    replies = [network.speak(text.to_number, to_number, says, media, faults)]
    if "reply_reordered" in faults:
        replies.insert(0, network.speak(text.to_number, to_number, ONE_MORE_THING, (), faults))
    if "reply_late" in faults:
        await asyncio.sleep(network.behavior.late_by)
    for reply in replies:
        if reply.url:
            copies = range(1 + ("reply_doubled" in faults))
            await asyncio.gather(*(network.webhooks.post(reply, copy) for copy in copies))


def _pictures(network: Network, count: int) -> tuple[str, ...]:
    """Addresses here, behind which there is a picture."""
    account = f"{network.address}/{API_VERSION}/Accounts/{network.settings.account}"
    return tuple(f"{account}/Messages/{new_sid('MM')}/Media/{new_sid('ME')}" for _ in range(count))
