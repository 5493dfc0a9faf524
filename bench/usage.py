"""What a run costs: CPU seconds and memory of each group of processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class _Process(NamedTuple):
    parent: int
    seconds: float


class Meter:
    """CPU seconds since it was made, of process trees by the name of their group and the id of their root."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        self.roots = roots
        self._before = _seconds(roots)
        self._machine = _machine_seconds()

    def seconds(self) -> dict[str, float]:
        """By group. `elsewhere` is what the machine did besides, the load programs included."""
        now = _seconds(self.roots)
        used = {name: now[name] - self._before[name] for name in self.roots}
        return used | {"elsewhere": max(0.0, _machine_seconds() - self._machine - sum(used.values()))}


def memory(roots: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Megabytes by group: `peak_rss`, the sum of what each process held at most, and `pss`, what the group holds
    now with shared pages counted once."""
    processes = _processes()
    return {
        name: {
            "peak_rss": sum(_kilobytes(pid, "status", "VmHWM:") for pid in tree) // 1024,
            "pss": sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in tree) // 1024,
        }
        for name, tree in ((name, _tree(root, processes)) for name, root in roots.items())
    }


def _seconds(roots: Mapping[str, int]) -> dict[str, float]:
    processes = _processes()
    return {
        name: sum(processes[pid].seconds for pid in _tree(root, processes)) for name, root in roots.items()
    }


def _tree(root: int, processes: Mapping[int, _Process]) -> list[int]:
    tree = [root] if root in processes else []
    for pid in tree:
        tree += [child for child, process in processes.items() if process.parent == pid]
    return tree


def _processes() -> dict[int, _Process]:
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            # utime, stime, and those of its children that have ended and been waited for: fields 14 to 17 of proc(5)
            found[int(entry.name)] = _Process(int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    return found


def _machine_seconds() -> float:
    """What all processors have worked: user, nice, system, irq, softirq of the first line of /proc/stat."""
    fields = [int(text) for text in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:3]) + fields[5] + fields[6]) / TICKS


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
