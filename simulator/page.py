"""The page on which a person plays a voter. Everything that comes from outside is escaped; there is no script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from simulator.network import Network, Phone
from simulator.numbers import friendly

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
SHOWN = 200
NETWORK_WORDS = {
    "landline": "This is a landline: texts never arrive.",
    "unreachable": "This phone is switched off: texts never arrive.",
    "filtered": "The carrier filters texts to this phone: they never arrive.",
    "failed": "Texts to this phone fail.",
    "silent": "Left alone, this voter does not answer.",
}


def phones(network: Network) -> str:
    rows = "".join(_row(number, phone) for number, phone in _newest_first(network) if phone.lines)
    listing = (
        f"<ul class='phones'>{rows}</ul>"
        if rows
        else "<p class='empty'>No text has arrived yet. When a volunteer sends one, its phone appears here, and "
        "you can answer as the voter.</p>"
    )
    count = len(network.phones)
    shown = f"<p class='quiet'>The newest {SHOWN} of {count}.</p>" if count > SHOWN else ""
    return document(
        "Phones",
        "<main><h1>Phones</h1><p class='quiet'>A make-believe phone network. Open a phone to answer as the voter."
        f"</p>{listing}{shown}"
        "<p><a class='back' href='/simulator/controls'>Text from another phone, or make the network misbehave</a>"
        "</p></main>",
        refresh=10,
    )


def _newest_first(network: Network) -> list[tuple[str, Phone]]:
    newest = sorted(network.phones.items(), key=lambda item: item[1].changed_at, reverse=True)
    return newest[:SHOWN]


def _row(number: str, phone: Phone) -> str:
    who, text = phone.lines[-1]
    prefix = "Voter: " if who == "out" else ""
    return (
        f"<li><a href='/simulator/phones/{quote(number)}'><strong>{escape(friendly(number))}</strong>"
        f"<span>{prefix}{escape(text)}</span></a></li>"
    )


def choice(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    inner = "".join(
        f"<option value='{escape(value)}'{' selected' if value == chosen else ''}>{escape(words)}</option>"
        for value, words in options.items()
    )
    return f"<label>{label}<select name='{name}'>{inner}</select></label>"


def phone(network: Network, number: str) -> str:
    known = network.phones.get(number)
    senders = (known and known.senders) or list(network.numbers)
    name = escape(friendly(number))
    answers = {sender: friendly(sender) for sender in reversed(senders)}
    composer = (
        (
            "<form class='composer' method='post' action='/simulator/replies'>"
            f"<input type='hidden' name='from' value='{escape(number)}'>{choice('to', 'To', answers, '')}"
            "<label>Your answer<textarea name='body' rows='2' maxlength='1600' required autofocus></textarea></label>"
            "<button>Send</button></form>"
        )
        if senders
        else ""
    )
    return document(
        name,
        f"<main class='phone'><p><a class='back' href='/simulator/'>All phones</a></p><h1>{name}</h1>"
        f"<p class='quiet'>{escape(_about(network, number))}</p>"
        f"<iframe src='/simulator/phones/{quote(number)}/thread' title='Texts on this phone'></iframe>"
        f"{composer}</main>",
    )


def _about(network: Network, number: str) -> str:
    known = network.phones.get(number)
    if known and known.is_played:
        return "You play this voter; nobody else answers."
    character = network.character(number)
    return NETWORK_WORDS.get(character, f"Left alone, this voter answers by itself ({character}).")


def thread(network: Network, number: str) -> str:
    lines = network.phones[number].lines if number in network.phones else ()
    # The newest comes first and is shown last, so that the view stays at the end when it is renewed.
    bubbles = "".join(f"<li class='{who}'>{escape(text)}</li>" for who, text in reversed(lines))
    return document(
        "Texts", f"<ol class='thread'>{bubbles or '<li class=network>No texts yet.</li>'}</ol>", refresh=3
    )


def document(title: str, body: str, refresh: int = 0) -> str:
    again = f"<meta http-equiv='refresh' content='{refresh}'>" if refresh else ""
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"{again}<title>{title} · Phone network</title>"
        f"<link rel='stylesheet' href='/simulator/simulator.css'></head><body>{body}</body></html>"
    )
