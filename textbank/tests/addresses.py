"""The address plan as a list, for the tests that walk all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from textbank.campaigns.access import View, audience_of

CAMPAIGN = "campaign_slug"
OF_CAMPAIGNS = ("volunteers", "admins", "owners")


@dataclass(frozen=True)
class Page:
    """One pattern of the plan: its whole route, the names of what it takes, and the view behind it."""

    route: str
    parameters: tuple[str, ...]
    view: View

    @property
    def audience(self) -> str:
        return audience_of(self.view)

    def path(self, values: Mapping[str, object]) -> str:
        """The address with these values in it; raises `KeyError` for one that is missing."""
        path = self.route
        for name in self.parameters:
            path = path.replace(f"<{name}>", str(values[name]))
        return f"/{path}"


def pages(patterns: Iterable[URLPattern | URLResolver] | None = None) -> list[Page]:
    """Every page of the product, or of the given part of a plan."""
    return list(_walk(get_resolver().url_patterns if patterns is None else patterns, "", ()))


def campaign_pages() -> list[Page]:
    return [page for page in pages() if page.audience in OF_CAMPAIGNS]


def _walk(
    patterns: Iterable[URLPattern | URLResolver], before: str, names: tuple[str, ...]
) -> Iterator[Page]:
    for entry in patterns:
        assert isinstance(entry.pattern, RoutePattern), (
            f"{entry.pattern} is a regular expression; write it with path(), which these tests can fill in."
        )
        route, taken = before + str(entry.pattern), (*names, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, route, taken)
        else:
            yield Page(_bare(route), taken, entry.callback)


def _bare(route: str) -> str:
    """`<int:contact_id>` and `<contact_id>` become the same `<contact_id>`."""
    parts = route.split("<")
    return parts[0] + "".join(
        "<" + part.split(":")[-1] if ":" in part.split(">")[0] else "<" + part for part in parts[1:]
    )
