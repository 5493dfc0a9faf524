"""The control door, the page on which a person plays a voter, and the faults that can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import httpx
import pytest

from simulator.tests.conftest import ACCOUNT, OTHER_OF_OURS, OURS, Customer, Running, eventually, phone_of

VOTER = "+19195550142"
FORM = {"From": OURS, "Body": "Hi. Reply STOP to end"}


def test_texts_can_be_looked_at_and_filtered(start: Callable[..., Running]) -> None:
    simulator = start(voters="silent")
    simulator.api.post("/Messages.json", data=FORM | {"To": VOTER})
    simulator.api.post("/Messages.json", data=FORM | {"To": "+19195550143"})
    simulator.said(VOTER, "Who is this?")

    def bodies(**wanted: str) -> list[str]:
        return [text["body"] for text in simulator.door.get("/messages", params=wanted).json()["messages"]]

    assert bodies() == [FORM["Body"], FORM["Body"], "Who is this?"]
    assert bodies(to=VOTER) == [FORM["Body"]]
    assert bodies(**{"from": VOTER}) == bodies(direction="inbound") == ["Who is this?"]
    assert simulator.door.get("/messages", params={"to": VOTER}).json()["count"] == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"from": "me", "to": OURS, "body": "Hi"},
        {"from": VOTER, "to": "", "body": "Hi"},
        {"from": VOTER, "to": OURS, "body": "  "},
        {"from": VOTER, "to": OURS, "body": "a" * 1601},
        {},
        ["not", "an", "object"],
    ],
)
def test_a_reply_that_makes_no_sense_is_refused_with_a_sentence(shared: Running, wish: object) -> None:
    answer = shared.door.post("/replies", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "wish",
    [
        {"fail": "sideways"},
        {"fail": None},
        {"latency_ms": -1},
        {"latency_ms": True},
        {"silent": "yes"},
        {"receipts": "late"},
        {"speed": 3},
        {"silent": True, "fail": "sideways"},
        "nonsense",
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(shared: Running, wish: object) -> None:
    before = shared.door.get("/settings").json()
    assert shared.door.post("/settings", json=wish).status_code == 400
    assert shared.door.get("/settings").json() == before


def test_settings_are_taken_over(simulator: Running) -> None:
    wish = {"fail": "busy", "latency_ms": 5, "silent": True, "receipts": "doubled"}
    before = simulator.door.get("/settings").json()
    assert simulator.door.post("/settings", json=wish).json() == before | wish
    assert simulator.door.post("/settings", json={"fail": ""}).json() == before | wish | {"fail": ""}


def test_answers_can_be_made_slow(simulator: Running) -> None:
    simulator.door.post("/settings", json={"latency_ms": 2000}).raise_for_status()
    with pytest.raises(httpx.ReadTimeout):
        simulator.api.get("/Messages.json")


def test_a_person_sees_the_phones_and_answers_as_the_voter(
    start: Callable[..., Running], customer: Customer
) -> None:
    simulator = start(voters="silent")
    assert "No text has arrived yet" in simulator.door.get("/").text
    simulator.api.post("/Messages.json", data=FORM | {"To": VOTER, "Body": "Hi <b>María</b> & co"})
    eventually(lambda: "(919) 555-0142" in simulator.door.get("/").text)
    page = simulator.door.get(f"/phones/{VOTER}").text
    assert "Your answer" in page
    assert "(919) 555-0001" in page
    form = {"from": VOTER, "to": OURS, "body": "¿<i>Quién</i> es?"}
    answer = simulator.door.post("/replies", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/simulator/phones/%2B19195550142")
    assert customer.heard[-1].form["Body"] == "¿<i>Quién</i> es?"
    thread = simulator.door.get(f"/phones/{VOTER}/thread").text
    assert "Hi &lt;b&gt;María&lt;/b&gt; &amp; co" in thread
    assert "¿&lt;i&gt;Quién&lt;/i&gt; es?" in thread
    assert "You play this voter" in simulator.door.get(f"/phones/{VOTER}").text
    simulator.said(VOTER, "STOP")
    assert "successfully been unsubscribed" in simulator.door.get(f"/phones/{VOTER}/thread").text


def test_a_phone_that_gets_nothing_shows_nothing(simulator: Running) -> None:
    simulator.api.post("/Messages.json", data=FORM | {"To": phone_of("landline")})
    eventually(lambda: not simulator.network._under_way)
    assert "No text has arrived yet" in simulator.door.get("/").text
    assert "No texts yet" in simulator.door.get(f"/phones/{phone_of('landline')}/thread").text
    assert "landline" in simulator.door.get(f"/phones/{phone_of('landline')}").text


def test_the_controls_change_the_settings(simulator: Running) -> None:
    page = simulator.door.get("/controls").text
    assert "Make the network misbehave" in page
    assert "(216) 555-0001" in page
    simulator.door.post("/settings", data={"fail": "busy", "silent": "on"})
    assert simulator.door.get("/settings").json()["fail"] == "busy"
    simulator.door.post("/settings", data={"fail": ""})
    settings = simulator.door.get("/settings").json()
    assert (settings["fail"], settings["silent"]) == ("", False)


class Fields(HTMLParser):
    """The controls' settings form as a browser would send it: what is chosen, filled in and ticked."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._form = self._name = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = known["action"]
        if self._form != "/simulator/settings":
            return
        if tag == "select":
            self._name = known["name"]
        if tag == "option" and "selected" in known:
            self.values[self._name] = known["value"]
        if tag == "input" and (known["type"] != "checkbox" or "checked" in known):
            self.values[known["name"]] = known.get("value", "on")


def test_every_switch_is_on_the_page_and_saving_it_unchanged_changes_nothing(simulator: Running) -> None:
    simulator.told(all=0.05, fail="busy", late_by=1.5, hold=True, number_per_second=3, receipts="doubled")
    before = simulator.door.get("/settings").json()
    form = Fields(simulator.door.get("/controls").text).values
    assert form.keys() == before.keys() - {"silent"}
    assert simulator.door.post("/settings", data=form).status_code == 303
    assert simulator.door.get("/settings").json() == before


def test_a_person_breaks_the_network_and_mends_it(start: Callable[..., Running]) -> None:
    simulator = start(voters="silent")
    form = Fields(simulator.door.get("/controls").text).values
    simulator.door.post("/settings", data=form | {"error_after": "100", "silent": "on"})
    assert simulator.api.post("/Messages.json", data=FORM | {"To": VOTER}).status_code == 500
    page = simulator.door.get("/controls").text
    assert "Texts taken: 1; refused: 0;" in page
    assert Fields(page).values["error_after"] == "100"
    simulator.door.post("/settings", data=form)
    assert simulator.api.post("/Messages.json", data=FORM | {"To": VOTER}).status_code == 201
    assert simulator.door.post("/settings", data=form | {"error_after": "101"}).status_code == 400


def test_a_person_replays_and_switches_the_network_off(simulator: Running, customer: Customer) -> None:
    simulator.said(VOTER, "Hi")
    assert simulator.door.post("/replay", data={"": ""}).status_code == 303
    eventually(lambda: len(customer.heard) == 2)
    assert simulator.door.post("/outage", data={"seconds": "0.2"}).status_code == 303


@pytest.mark.parametrize("path", ["/", "/controls", f"/phones/{VOTER}", f"/phones/{VOTER}/thread"])
def test_pages_run_no_script(shared: Running, path: str) -> None:
    answer = shared.door.get(path)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert shared.door.get("/simulator.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("number", ["<b>", "12", "+1919555014'onclick"])
def test_what_is_no_phone_has_no_page(shared: Running, number: str) -> None:
    assert shared.door.get(f"/phones/{number}").status_code == 404
    assert shared.door.get(f"/phones/{number}/thread").status_code == 404


@pytest.mark.parametrize("path", ["/replies", "/settings", "/replay", "/outage"])
def test_forms_of_other_sites_are_refused(simulator: Running, customer: Customer, path: str) -> None:
    form = {"from": VOTER, "to": OTHER_OF_OURS, "body": "Hi", "fail": "busy", "seconds": "1"}
    answer = simulator.door.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (customer.heard, simulator.network.behavior.fail) == ([], "")


def test_a_request_that_is_too_large_is_refused(shared: Running) -> None:
    answer = shared.api.post("/Messages.json", data=FORM | {"To": VOTER, "Body": "a" * 200_000})
    assert answer.status_code == 413
    assert ACCOUNT not in answer.text
