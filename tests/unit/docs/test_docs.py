"""What the documents name exists, and the reference pages say what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "k8s/**/*.md", "services/*/*.md", "libs/*/*.md")
    for page in ROOT.glob(pattern)
)
MAKE = re.compile(r"(?:^    |`)make ((?:[a-z-]+ ?)+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_make_targets_exist(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    used = {name for names in MAKE.findall(page.read_text()) for name in names.split()}
    assert used <= targets


def test_the_reference_pages_say_what_the_code_says() -> None:
    script = ROOT / "scripts" / "generate_reference.py"
    result = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_every_service_has_a_page() -> None:
    pages = {named(page) for page in PAGES}
    for service in ("edge", "auth", "extract", "render", "billing"):
        assert f"services/{service}/README.md" in pages
