"""Every link of the documents leads to a file that exists, and to a heading that stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(
    page
    for pattern in (
        *("*.md", "docs/**/*.md", "k8s/**/*.md", "bench/**/*.md"),
        *("services/*/*.md", "libs/*/*.md", "tests/**/*.md"),
    )
    for page in ROOT.glob(pattern)
)
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2`*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
LINKED_TEXT = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
NO_PART_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Give what can be linked to in a page, by GitHub's rule: words, hyphens, -1 for the next."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(FENCE.sub("", page.read_text())):
        text = LINKED_TEXT.sub(r"\1", heading).lower()
        anchor = NO_PART_OF_AN_ANCHOR.sub("", text).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return frozenset(found)


def links(page: Path) -> Iterator[str]:
    prose = CODE.sub("", FENCE.sub("", page.read_text()))
    return (link for link in LINK.findall(prose) if not ELSEWHERE.match(link))


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or (target.suffix == ".md" and anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not [link for link in links(page) if not leads_somewhere(page, link)]


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "docs" / "architecture.md"
    assert leads_somewhere(page, "../README.md#run-it")
    assert leads_somewhere(page, "#one-request")
    for wrong in ("../README.md#walk-it", "#one-two", "nowhere.md", f"../{'../' * 9}etc/passwd"):
        assert not leads_somewhere(page, wrong)
    twice = tmp_path / "twice.md"
    twice.write_text("# It's `here`\n\n```\n# no heading\n```\n\n## [Again](x.md)\n\n## Again\n")
    assert anchors(twice) == {"its-here", "again", "again-1"}
