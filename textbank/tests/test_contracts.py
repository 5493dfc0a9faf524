"""The import contracts bite: each is shown an import that it must refuse."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = PROJECT["tool"]["importlinter"]

# Contract → a file, and a line in it that breaks the contract.
WRONG_IMPORTS = {
    "Rooms are entered from above only": ("textbank/campaigns/models.py", "import textbank.contacts.models"),
    "Inside texting: views, then forms, then stories, then safeguards, then models, then arithmetic": (
        "textbank/texting/models/script.py",
        "import textbank.texting.views",
    ),
    "Carrier dialects are plain Python": ("textbank/carriers/base.py", "import django"),
    "Arithmetic knows no rows": ("textbank/texting/segments.py", "from django.db import models"),
    "The simulator and the product do not know each other": ("simulator/wrong.py", "import textbank.clock"),
    "Nothing needs the demonstration or the benches": ("textbank/clock.py", "import demo.contacts"),
}


def _lint(tree: Path) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in LINTER["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_wrong_import_to_refuse() -> None:
    assert {contract["name"] for contract in LINTER["contracts"]} == set(WRONG_IMPORTS)


def test_the_tree_as_it_stands_keeps_every_contract(tree: Path) -> None:
    said = _lint(tree)
    assert f"{len(WRONG_IMPORTS)} kept, 0 broken" in said, said


@pytest.mark.parametrize("contract", WRONG_IMPORTS)
def test_a_wrong_import_breaks_its_contract(tree: Path, contract: str) -> None:
    file, line = WRONG_IMPORTS[contract]
    with (tree / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    assert f"{contract} BROKEN" in " ".join(_lint(tree).split())
