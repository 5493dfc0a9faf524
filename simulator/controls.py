"""The page on which a person texts from any phone, and breaks the network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from simulator.chaos import FAULTS, OTHER_CHANCES, RECEIPT_CHANCES, REPLY_CHANCES, SEND_CHANCES
from simulator.network import Network
from simulator.numbers import friendly
from simulator.page import SHOWN, choice, document
from simulator.settings import DURATIONS, LIMITS, LONGEST_DURATION, RECEIPT_ORDERS, TICKS, WHOLE, Behavior

GROUPS = {
    "When a text is sent": SEND_CHANCES,
    "Receipts": RECEIPT_CHANCES,
    "Replies": REPLY_CHANCES,
    "The line": OTHER_CHANCES,
}


def controls(network: Network) -> str:
    return document(
        "Controls",
        "<main><p><a class='back' href='/simulator/'>All phones</a></p>"
        f"{_first_words(network)}{_so_far(network)}{_settings(network.behavior)}</main>",
    )


def _first_words(network: Network) -> str:
    senders = sorted(
        {sender for phone in network.phones.values() for sender in phone.senders} | set(network.numbers)
    )
    if not senders:
        return ""
    return (
        "<h1>Text from another phone</h1>"
        "<form method='post' action='/simulator/replies'>"
        "<label>From<input name='from' required placeholder='+19195550142' autocomplete='off'></label>"
        f"{choice('to', 'To', {sender: friendly(sender) for sender in senders[:SHOWN]}, '')}"
        "<label>Text<textarea name='body' rows='2' maxlength='1600' required></textarea></label>"
        "<button>Send</button></form>"
    )


def _so_far(network: Network) -> str:
    counts = network.ledger.counts(network.texts.values())
    return (
        "<h1>What happened so far</h1>"
        f"<p>Texts taken: {counts['accepted']:,}; refused: {counts['refused']:,}; still on their way: "
        f"{network.under_way:,}. Replies: {counts['reply']:,}. Receipts: {counts['receipt']:,}. "
        "<a href='/simulator/ledger'>The whole book</a></p>"
        "<form method='post' action='/simulator/replay'>"
        "<p class='quiet'>Tells everything that was ever told once more, as somebody might who listened in.</p>"
        "<button>Replay all webhooks</button></form>"
        "<form method='post' action='/simulator/outage'>"
        f"{_number('seconds', 'Switch the network off, for seconds', 10, 1, LONGEST_DURATION)}"
        "<button>Switch off</button></form>"
    )


def _settings(behavior: Behavior) -> str:
    fails = {name: f"{name}: {words}" if name else words for name, words in FAULTS.items()}
    ticks = "".join(
        f"<label class='tick'><input type='checkbox' name='{name}'{' checked' * getattr(behavior, name)}>"
        f"{words}</label>"
        for name, words in TICKS.items()
    )
    return (
        "<h1>Make the network misbehave</h1>"
        "<form method='post' action='/simulator/settings'>"
        f"{choice('fail', 'Every request', fails, behavior.fail)}"
        f"{_number('latency_ms', 'Answers take, in milliseconds', behavior.latency_ms, 0, WHOLE['latency_ms'])}"
        f"{choice('receipts', 'All receipts', RECEIPT_ORDERS, behavior.receipts)}{ticks}"
        f"{''.join(_chances(title, names, behavior) for title, names in GROUPS.items())}"
        f"{_numbers('How long, in seconds', DURATIONS, behavior, LONGEST_DURATION)}"
        f"{_numbers('Limits (0 is none)', LIMITS, behavior, WHOLE['network_per_second'])}"
        "<button>Save</button></form>"
    )


def _chances(title: str, names: Mapping[str, str], behavior: Behavior) -> str:
    fields = "".join(
        _number(name, words[0].upper() + words[1:], round(behavior.chances[name] * 100, 6), 0, 100)
        for name, words in names.items()
    )
    return f"<fieldset><legend>{title}: in how many of a hundred</legend>{fields}</fieldset>"


def _numbers(title: str, names: Mapping[str, str], behavior: Behavior, most: float) -> str:
    fields = "".join(
        _number(name, words[0].upper() + words[1:], getattr(behavior, name), 0, most)
        for name, words in names.items()
    )
    return f"<fieldset><legend>{title}</legend>{fields}</fieldset>"


def _number(name: str, words: str, value: float, least: float, most: float) -> str:
    return (
        f"<label>{escape(words)}<input type='number' name='{name}' value='{value:g}' min='{least:g}' "
        f"max='{most:.0f}' step='any' required></label>"
    )
