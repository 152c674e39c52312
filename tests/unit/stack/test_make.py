"""The Makefile and the lock files."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_make_help_lists_every_target() -> None:
    targets = set(re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 - make is what is tested
    assert set(re.findall(r"^  make (\S+)", shown.stdout, re.MULTILINE)) == targets


def test_every_locked_package_has_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text()).replace("\\\n", " ")
        for line in filter(None, map(str.strip, text.splitlines())):
            assert "--hash=sha256:" in line, f"{path.name}: {line}"
            assert "http" not in line.partition("==")[2], f"{path.name}: {line}"


def test_only_render_needs_the_drawing_library() -> None:
    for path in (ROOT / "services").iterdir():
        lock = (ROOT / "requirements" / f"{path.name}.txt").read_text()
        assert ("skia-python==" in lock) == (path.name == "render")
