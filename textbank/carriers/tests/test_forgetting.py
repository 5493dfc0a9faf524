from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from textbank import clock
from textbank.carriers import forgetting
from textbank.carriers.models import CarrierEvent
from textbank.conftest import Cast


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_A_TIME", 2)


def stored(cast: Cast, key: str, days: int, *, is_processed: bool = True) -> None:
    came = clock.now() - timedelta(days=days)
    CarrierEvent.objects.create(
        campaign=cast.campaign,
        account=cast.green.account,
        kind=CarrierEvent.Kind.REPLY,
        event_key=key,
        body="Body=Yes",
        received_at=came,
        due_at=came,
        processed_at=came if is_processed else None,
    )


def test_events_go_after_three_months_and_never_before_they_were_read(cast: Cast) -> None:
    stored(cast, "never read", 200, is_processed=False)
    for place in range(5):
        stored(cast, f"old {place}", 91)
    stored(cast, "a day before", 89)
    stored(cast, "new", 0)

    assert forgetting.forget_events(clock.now()) == 5
    kept = CarrierEvent.objects.order_by("id").values_list("event_key", flat=True)
    assert list(kept) == ["never read", "a day before", "new"]


def test_it_stops_at_the_first_page_of_young_ones(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for place in range(9):
        stored(cast, f"new {place}", 1)
    with django_assert_max_num_queries(1):
        assert forgetting.forget_events(clock.now()) == 0
