"""Views whose requests come by the thousand, and share their work with those that come at the same moment.

Such a view is written in parts, so that the side door can take the same steps for many at once that the front door
takes for one: what is asked (`read`), what is done (the set-based story), and what is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

from textbank.campaigns.models import Membership


@dataclass(slots=True)
class Asked:
    """What a request brings: the names in its address, its form, and whoever sent it, once the door knows.

    `address` is the path with its query, `headers` have names in lower case.
    """

    names: dict[str, Any]
    address: str
    headers: Mapping[str, str]
    campaign_slug: str = ""
    body: bytes = b""
    membership: Membership | None = None
    _fields: QueryDict | None = field(default=None)

    @property
    def fields(self) -> QueryDict:
        """The form. Raises what Django raises for one that it would not read."""
        if self._fields is None:
            self._fields = QueryDict(self.body)
        return self._fields

    @property
    def is_from_a_script(self) -> bool:
        """Whether a script of our pages sent it, rather than the browser itself, which shows a page next."""
        return self.headers.get("accept") == "application/json" or self.headers.get("hx-request") == "true"

    @property
    def member(self) -> Membership:
        assert self.membership is not None, "The door has let nobody in"
        return self.membership

    @classmethod
    def of(cls, request: HttpRequest, names: dict[str, Any]) -> Asked:
        """A request that came through the front door: of a member a form, of a carrier the body."""
        membership = getattr(request, "membership", None)
        asked = cls(
            names,
            request.get_full_path(),
            {name.lower(): value for name, value in request.headers.items()},
            body=b"" if membership else request.body,
            membership=membership,
        )
        asked._fields = request.POST if membership else None
        return asked


class Settled(Exception):
    """There is nothing to do for a request: what becomes of it is known from reading it."""

    def __init__(self, outcome: object) -> None:
        super().__init__(outcome)
        self.outcome = outcome


COOKIE = "Set-Cookie"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that needs no more than a few bytes."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, response: HttpResponse) -> Answer:
        """What Django would send for it, cookies among the headers."""
        cookies = [(COOKIE, cookie.OutputString()) for cookie in response.cookies.values()]
        return cls(response.content, response.status_code, (*response.items(), *cookies))

    def response(self) -> HttpResponse:
        """The same for Django, which keeps cookies apart."""
        response = HttpResponse(self.body, status=self.status)
        for name, value in self.headers:
            if name == COOKIE:
                response.cookies.load(value)
            else:
                response[name] = value
        return response


Read = Callable[[Asked], Any]
Story = Callable[[Sequence[Any]], Sequence[Any]]
Quick = Callable[[Asked, Any], Answer | None]
Finish = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Shared:
    """The parts of such a view.

    `read`: the call that a request makes; raises `Settled` when there is none to make. `story`: the outcomes of many
    calls of one campaign. `quick`: the answer to a plain outcome; None: `finish` makes it. `finish`: the response
    to any outcome, from the whole request. `answers_forms`: `quick` is for a plain form too, not only for a script.
    """

    read: Read
    story: Story
    quick: Quick
    finish: Finish
    answers_forms: bool = False


def shared(
    *, read: Read, story: Story, quick: Quick, answers_forms: bool = False
) -> Callable[[Finish], Callable[..., HttpResponseBase]]:
    """Makes a view of `finish`, which is given the request, the outcome, and the names in the address."""

    def declare(finish: Finish) -> Callable[..., HttpResponseBase]:
        @wraps(finish)
        def view(request: HttpRequest, **names: Any) -> HttpResponseBase:
            asked = Asked.of(request, names)
            try:
                [outcome] = story([read(asked)])
            except Settled as settled:
                outcome = settled.outcome
            is_quick = answers_forms or asked.is_from_a_script or asked.membership is None
            answer = quick(asked, outcome) if is_quick else None
            return answer.response() if answer else finish(request, outcome, **names)

        view.shared = Shared(read, story, quick, finish, answers_forms)  # type: ignore[attr-defined]
        return view

    return declare


@dataclass(frozen=True, slots=True)
class Polled:
    """What decides whether a page that asks for news again and again can have any.

    `read`: what a request asks about. `story`: the stamps of many of one campaign; as long as its stamp is the same
    there is nothing new, for a while. None: nobody can say.
    """

    read: Read
    story: Story


def polled(*, read: Read, story: Story) -> Callable[[Finish], Finish]:
    """Declares a view that answers 204 when the page that asks has everything already."""

    def declare(view: Finish) -> Finish:
        view.polled = Polled(read, story)  # type: ignore[attr-defined]
        return view

    return declare


def polled_of(view: object) -> Polled | None:
    """How news behind the view can be told, if it was declared so."""
    return getattr(view, "polled", None)


def shared_of(view: object) -> Shared | None:
    """The parts of the view, if it was written so."""
    return getattr(view, "shared", None)
