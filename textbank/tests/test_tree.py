"""What must be true of the files themselves."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]

# Written so that the patterns do not find themselves.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:tmp|work|root|home/\w+|Users|opt)/")
REGISTRY = re.compile(
    r"\b(?:py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|debia[n]\.org|ubunt[u]\.com)"
)


def _texts() -> list[tuple[Path, str]]:
    texts = []
    for path in TRACKED:
        try:
            texts.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_file_names_a_path_of_one_machine_or_where_packages_come_from(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}" for path, text in _texts() for match in pattern.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_pinned_requirements_are_names_versions_and_hashes(name: str) -> None:
    line_of_a_pin = re.compile(
        r"^(?:[\w.-]+(?:\[[\w,-]+\])?==[\w.+!-]+(?: ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?)$"
    )
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line_of_a_pin.match(line)] == []


def test_development_runs_on_the_very_versions_that_production_runs_on() -> None:
    base, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("base", "dev")
    )
    assert base <= dev


def test_every_dependency_says_why_it_is_here() -> None:
    wanted = {
        re.split(r"[\[~=<> ;]", line)[0]
        for name in ("base", "dev")
        for line in (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    }
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([\w.-]+)`", reasons, re.MULTILINE))
    assert explained == wanted


def test_every_setting_is_documented() -> None:
    sources = [ROOT / "textbank/settings.py", ROOT / "textbank/__main__.py"]
    settings = "".join(path.read_text(encoding="utf-8") for path in sources)
    names = set(re.findall(r'"((?:TEXTBANK_|DATABASE_)[A-Z_]+)"', settings))
    documented = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in _texts()
        if path.suffix == ".md"
        for target in re.findall(r"(?:\]\(|src=\")([^)#\"\s]+)", text)
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_commands_can_be_run() -> None:
    commands = [*(ROOT / "bin").iterdir(), ROOT / ".ci/run"]
    assert [path.name for path in commands if not path.stat().st_mode & 0o111] == []


def test_the_command_is_installed_under_its_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"textbank": "textbank.__main__:main"}
