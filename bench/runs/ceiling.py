"""`ceiling`: only what the other benches are compared with. The pages are not even started."""

from __future__ import annotations

from typing import Any

from bench.options import Options
from bench.shape import Shape
from bench.stage import Stage


def shape(options: Options) -> Shape:
    return options.shape()


def measure(_stage: Stage, options: Options) -> dict[str, Any]:
    return {"seconds": options.seconds}
