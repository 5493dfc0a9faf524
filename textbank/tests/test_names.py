"""Names of rows: unguessable, and each behind those before it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import time_machine

from textbank import clock
from textbank.names import new_name


def test_a_name_stands_behind_all_that_were_made_before_it(noon_on_a_tuesday: time_machine.Traveller) -> None:
    names = []
    for _ in range(50):
        names.append(new_name())
        noon_on_a_tuesday.move_to(clock.now() + timedelta(milliseconds=1))
    assert names == sorted(names)


def test_names_of_one_moment_differ_in_all_that_is_left_to_chance() -> None:
    names = [new_name() for _ in range(2_000)]
    assert len(set(names)) == len(names)
    for name in names:
        assert (name.version, name.variant) == (7, uuid.RFC_4122)
    chance = [name.int & ((1 << 62) - 1) | (name.int >> 64 & 0xFFF) << 62 for name in names]
    for bit in range(74):
        assert 700 < sum(number >> bit & 1 for number in chance) < 1300
