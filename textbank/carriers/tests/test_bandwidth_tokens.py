"""How we sign in at Bandwidth: tokens, how long they live, and what happens without one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from textbank.carriers.bandwidth import Bandwidth
from textbank.carriers.base import (
    Accepted,
    AccountRefused,
    Login,
    Unavailable,
)
from textbank.carriers.connections import Connections, basic
from textbank.carriers.tests.bandwidth_server import (
    ACCOUNT,
    BY_NAME,
    NOW,
    SECRET,
    TAKEN,
    TEXT,
    TOKEN_PATH,
    USER,
    Handler,
    Request,
    Server,
    answering,
    bandwidth_at,
    free_port,
    keeps_silent,
    refusal,
    resets,
    talks_nonsense,
    token,
)


@pytest.fixture(autouse=True)
def noon_on_a_tuesday() -> None:
    """Time runs here: these tests wait for connections."""


def test_a_token_is_fetched_once_for_all_texts_that_wait_and_used_until_it_ends() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token("t1"), token("t2")])
    moment = [NOW]

    async def many() -> None:
        async with bandwidth_at(server) as (ours, login):
            ours.clock = lambda: moment[0]
            await asyncio.gather(*(ours.send(login, TEXT) for _ in range(20)))
            moment[0] = NOW + timedelta(minutes=58)
            await ours.send(login, TEXT)
            assert server.asked.count("t") == 1
            moment[0] = NOW + timedelta(minutes=59)
            await ours.send(login, TEXT)

    asyncio.run(many())
    assert server.asked.count("t") == 2
    used = [one.headers["authorization"] for one in server.requests if one.path != TOKEN_PATH]
    assert used == ["Bearer t1"] * 21 + ["Bearer t2"]


def test_two_logins_never_share_a_token() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token(f"t{n}") for n in range(1, 5)])

    async def both() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)
            await ours.send(replace(login, secret="another"), TEXT)
            await ours.send(replace(login, user="another"), TEXT)
            await ours.send(replace(login, base_url=login.base_url.rstrip("/")), TEXT)

    asyncio.run(both())
    used = [one.headers["authorization"] for one in server.requests[1::2]]
    assert used == ["Bearer t1", "Bearer t2", "Bearer t3", "Bearer t4"]


@pytest.mark.parametrize(
    ("handle", "lasts"),
    [
        (token(), timedelta(minutes=59)),
        (token(seconds=10**30), timedelta(hours=23, minutes=59)),
        (token(seconds=None), timedelta(minutes=4)),
        (BY_NAME, timedelta(minutes=5)),
    ],
    ids=range(4),
)
def test_what_signs_in_is_asked_for_anew_when_it_ends(handle: Handler, lasts: timedelta) -> None:
    server, moment = Server(answering("202 Accepted", TAKEN), tokens=[handle]), [NOW]

    async def at_each_moment() -> list[int]:
        asked = []
        async with bandwidth_at(server) as (ours, login):
            ours.clock = lambda: moment[0]
            for moment[0] in (NOW, NOW + lasts - timedelta(seconds=1), NOW + lasts):
                await ours.send(login, TEXT)
                asked.append(server.asked.count("t"))
        return asked

    assert asyncio.run(at_each_moment()) == [1, 1, 2]


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"])
def test_a_login_that_gets_no_token_signs_in_by_name(status: str) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[answering(status)])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    asyncio.run(once())
    assert server.requests[-1].headers["authorization"] == basic(USER, SECRET)


def test_a_name_that_is_refused_is_not_tried_again() -> None:
    server = Server(answering("401 Unauthorized", refusal("unauthorized")))

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(AccountRefused):
        asyncio.run(once())
    assert server.asked == ["t", f"POST /api/v2/users/{ACCOUNT}/messages"]


def test_a_token_that_died_before_its_time_is_replaced_and_the_text_goes() -> None:
    stale = answering("401 Unauthorized", refusal("unauthorized"))
    server = Server(stale, answering("202 Accepted", TAKEN), tokens=[token("t1"), token("t2")])

    async def twice() -> None:
        async with bandwidth_at(server) as (ours, login):
            assert await ours.send(login, TEXT) == Accepted("m1")
            assert await ours.send(login, TEXT) == Accepted("m1")

    asyncio.run(twice())
    send = f"POST /api/v2/users/{ACCOUNT}/messages"
    assert server.asked == ["t", send, "t", send, send]


def test_two_texts_that_meet_with_a_dead_token_fetch_one_new_token() -> None:
    async def stale(request: Request, writer: asyncio.StreamWriter) -> None:
        """The second is told so when the first has gone with the new token already."""
        is_second = len(server.requests) == 4
        while is_second and len(server.requests) < 6:
            await asyncio.sleep(0.001)
        await answering("401 Unauthorized", refusal("unauthorized"))(request, writer)

    taken = answering("202 Accepted", TAKEN)
    server = Server(taken, stale, stale, taken, tokens=[token("t1"), token("t2"), token("t3")])

    async def two_at_once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)
            await asyncio.gather(ours.send(login, TEXT), ours.send(login, TEXT))

    asyncio.run(two_at_once())
    assert server.asked.count("t") == 2


async def asks_for_a_token(ours: Bandwidth, login: Login, server: Server) -> asyncio.Task[Accepted]:
    """A text on its way, which waits for a token."""
    text = asyncio.create_task(ours.send(login, TEXT))
    while not server.requests:
        await asyncio.sleep(0.001)
    return text


def test_whoever_gives_up_waiting_for_a_token_takes_it_from_nobody_else() -> None:
    is_over = asyncio.Event()

    async def slowly(request: Request, writer: asyncio.StreamWriter) -> None:
        await is_over.wait()
        await token()(request, writer)

    server = Server(answering("202 Accepted", TAKEN), tokens=[slowly])

    async def two() -> None:
        async with bandwidth_at(server) as (ours, login):
            gives_up = await asks_for_a_token(ours, login, server)
            waits = asyncio.create_task(ours.send(login, TEXT))
            await asyncio.sleep(0)
            gives_up.cancel()
            await asyncio.sleep(0)
            is_over.set()
            assert await waits == Accepted("m1")

    asyncio.run(two())
    assert server.asked.count("t") == 1


def test_a_token_whose_fetching_was_cut_off_is_fetched_anew() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token()])

    async def once() -> Accepted:
        async with bandwidth_at(server) as (ours, login):
            await asks_for_a_token(ours, login, server)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()  # as when an event loop ends
            await asyncio.sleep(0.01)
            return await ours.send(login, TEXT)

    assert asyncio.run(once()) == Accepted("m1")


def test_two_event_loops_at_once_do_not_wait_for_each_others_token() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token()])

    async def elsewhere(ours: Bandwidth, login: Login) -> Accepted:
        async with Connections() as ours.connections:
            return await ours.send(login, TEXT)

    async def both() -> None:
        async with bandwidth_at(server) as (ours, login):
            waits = await asks_for_a_token(ours, login, server)
            assert await asyncio.to_thread(asyncio.run, elsewhere(ours, login)) == Accepted("m1")
            waits.cancel()

    asyncio.run(both())


def test_a_login_whose_new_token_is_refused_too_is_the_accounts_trouble() -> None:
    server = Server(answering("401 Unauthorized", refusal("unauthorized")), tokens=[token()])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(AccountRefused):
        asyncio.run(once())
    assert len(server.requests) == 4


def test_a_token_outlives_the_event_loop_that_fetched_it() -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[keeps_silent, token("t1"), token("t2")])
    ours, port = Bandwidth(clock=lambda: NOW), free_port()

    async def once(patience: float = 5) -> None:
        async with bandwidth_at(server, port) as (here, login):
            ours.connections = here.connections
            await asyncio.wait_for(ours.send(login, TEXT), patience)

    with pytest.raises(TimeoutError):
        asyncio.run(once(0.1))  # and what this loop was waiting for dies with it
    asyncio.run(once())
    asyncio.run(once())
    assert [one.headers["authorization"] for one in server.requests[2:]] == ["Bearer t1"] * 2


@pytest.mark.parametrize("seconds", [-(10**30), 0, 10**30, None, "3600", True])
def test_a_token_with_a_strange_end_still_signs_in(seconds: object) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[token("t1", seconds)])

    async def once() -> Accepted:
        async with bandwidth_at(server) as (ours, login):
            return await ours.send(login, TEXT)

    assert asyncio.run(once()) == Accepted("m1")


@pytest.mark.parametrize(
    "handle",
    [
        resets,
        keeps_silent,
        talks_nonsense,
        answering("500 Internal Server Error", ""),
        answering("429 Too Many Requests", "", "Retry-After: 7"),
        answering("302 Found", "", "Location: https://elsewhere.example.org/"),
        answering("200 OK", "<html>welcome</html>"),
        answering("200 OK", "[1]"),
        answering("200 OK", "[" * 100_000),
        answering("200 OK", '{"access_token": null}'),
        answering("200 OK", '{"access_token": "a\\r\\nX-Evil: 1", "expires_in": 60}'),
        answering("200 OK", '{"access_token": "\\u00e9", "expires_in": 60}'),
    ],
    ids=range(12),
)
def test_without_a_token_nothing_was_sent_and_the_text_may_be_tried_again(handle: Handler) -> None:
    server = Server(answering("202 Accepted", TAKEN), tokens=[handle])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(Unavailable) as caught:
        asyncio.run(once())
    assert not isinstance(caught.value, AccountRefused)
    assert set(server.asked) == {"t"}


def test_a_token_that_cannot_be_given_yet_says_when() -> None:
    slow = answering("429 Too Many Requests", "", "Retry-After: 7")
    server = Server(answering("202 Accepted", TAKEN), tokens=[slow])

    async def once() -> None:
        async with bandwidth_at(server) as (ours, login):
            await ours.send(login, TEXT)

    with pytest.raises(Unavailable) as caught:
        asyncio.run(once())
    assert caught.value.retry_after == timedelta(seconds=7)
