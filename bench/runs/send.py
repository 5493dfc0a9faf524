"""`send`: 50 volunteers press Send, card by card, as fast as they are answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from bench import line, proof
from bench.load import straight
from bench.options import Options
from bench.shape import CURRENT, VOLUNTEERS_AT_ONCE, Shape
from bench.stage import Stage
from bench.visitors import CAMPAIGN, Visitor, arrive

if TYPE_CHECKING:
    from textbank.texting.models import Script


def shape(options: Options) -> Shape:
    return options.shape()


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    from textbank.texting.models import Script

    stage.start_web(options.web, options.threads)
    held = shape(options)
    script = Script.objects.get(action_id=CURRENT, kind=Script.Kind.INITIAL)
    each = options.ready(12_000, held.held) // VOLUNTEERS_AT_ONCE
    dealt = [list(islice(held.held_by(number), each)) for number in range(VOLUNTEERS_AT_ONCE)]
    scripts = [
        straight("send", list(_presses(arrive(stage.port, number), script, dealt[number])))
        for number in range(VOLUNTEERS_AT_ONCE)
    ]
    found = stage.put_under(scripts, _is_good, options.seconds)
    answers = list(found.load.answers)
    proved = proof.of_first_texts(CURRENT, acknowledged(dealt, found.load.lanes))
    return {
        **line.timed(answers),
        **proved._asdict(),
        "first_problem": found.load.first_problem,
        **line.cpu(found.cpu, found.load, len(answers)),
    }


def acknowledged(asked: Sequence[Sequence[Any]], lanes: Sequence[Sequence[Any]]) -> list[Any]:
    """What was asked with success, lane by lane; what a lane did not get to has no answer."""
    return [
        what
        for lane, answers in zip(asked, lanes, strict=True)
        for what, answer in zip(lane, answers, strict=False)
        if answer.is_good
    ]


def _presses(visitor: Visitor, script: Script, numbers: Sequence[int]) -> Iterator[bytes]:
    """The cards that the page would show, signed by the product itself, as the page sends them back."""
    from textbank.campaigns.models import Membership
    from textbank.contacts.models import Contact
    from textbank.texting import cards
    from textbank.texting.segments import measure
    from textbank.texting.writing import write

    member = Membership.objects.select_related("user", "campaign").get(id=visitor.member_id)
    contacts = Contact.objects.in_bulk(numbers)
    for number in numbers:
        text = write(script.text, contacts[number], member.user, member.campaign)
        card = cards.sign(number, script, member, text, measure(text).segments)
        address = f"{CAMPAIGN}/assignments/{number}/initial-message"
        yield visitor.post(address, {"card": card}, "application/json")


def _is_good(status: int, answer: bytes) -> bool:
    return status == 200 and b'"verdict": "queued"' in answer
