"""What a language model is shown of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Self

from og_extract.read import precedence
from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document
from og_extract.read.markup.text import clean_text
from og_extract.read.reduction.main_text import Block, content_of, main_blocks

MAX_DIGEST_CHARS = 6_000
MAX_NAMES = 16
MAX_VALUES_PER_SOURCE = 2
MAX_NAME_CHARS = 300
MAX_HEADINGS = 24
MAX_HEADING_CHARS = 120

# What people see of a page stands in its headings and its text anyway.
TITLES: Final = tuple(it for it in precedence.TITLE if it not in precedence.PRINTED)
DESCRIPTIONS: Final = tuple(it for it in precedence.DESCRIPTION if it not in precedence.PRINTED)
OTHERS: Final = (
    "og:site_name",
    "jsonld:publisher.name",
    "jsonld:brand",
    "jsonld:category",
    "article:section",
)


@dataclass(frozen=True, slots=True)
class Digest:
    """A page in at most MAX_DIGEST_CHARS."""

    names: list[tuple[str, str]] = field(default_factory=list)
    """(source, text): what the page says of itself in its head and its h1, each text once."""
    headings: list[str] = field(default_factory=list)
    text: str = ""
    """The main text."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild a digest from what dataclasses.asdict made of it."""
        return cls(
            names=[(source, text) for source, text in data["names"]],
            headings=data["headings"],
            text=data["text"],
        )


def digest_of(document: Document, findings: Findings) -> Digest:
    """Reduce a page to what a language model is shown."""
    blocks = main_blocks(document)
    content = content_of(blocks)
    names = _names(findings, blocks)
    headings = _headings(content)
    used = sum(len(text) for _, text in names) + sum(map(len, headings))
    text = "\n".join(block.text for block in content if not block.is_heading)
    return Digest(names, headings, text[: max(MAX_DIGEST_CHARS - used, 0)])


def _names(findings: Findings, blocks: list[Block]) -> list[tuple[str, str]]:
    """List what the page calls itself; of h1 only those that people see."""
    found = [
        (source, clean_text(raw))
        for source in (*TITLES, *DESCRIPTIONS, *OTHERS)
        for raw in findings.of(source)[:MAX_VALUES_PER_SOURCE]
    ]
    found += [("h1", block.text) for block in blocks if block.tag == "h1"]
    texts: dict[str, str] = {}
    for source, text in found:
        if text:
            texts.setdefault(text[:MAX_NAME_CHARS], source)
    return [(source, text) for text, source in texts.items()][:MAX_NAMES]


def _headings(content: list[Block]) -> list[str]:
    headings = [block.text for block in content if block.is_heading and block.tag != "h1"]
    return [text[:MAX_HEADING_CHARS] for text in headings[:MAX_HEADINGS]]
