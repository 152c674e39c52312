"""A generation as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from og_edge.ai import AI_SOURCE, AiStatus
from og_edge.drawing import OVERRIDE_SOURCE
from og_edge.history import CardState, Record
from og_edge.payers import PayerNames

HISTORY_PATH: Final = "/dashboard/history"

_BADGES: Final = {
    CardState.SERVED: ("", ""),
    CardState.REPLACED: ("Drawn again since", "neutral"),
    CardState.DELETED: ("Deleted", "neutral"),
    CardState.BLOCKED: ("Blocked", "bad"),
}
_AI_WORDS: Final = {
    AiStatus.DELIVERED: "Words on it were written by AI.",
    AiStatus.FAILED: "AI could not be asked, so it is a standard card at the standard price.",
    AiStatus.TIMEOUT: "AI took too long, so it is a standard card at the standard price.",
    AiStatus.REJECTED: (
        "What AI wrote was not borne out by the page, so it is a standard card at the standard "
        "price."
    ),
    AiStatus.UNUSED: "The request left no words for AI to write, so it is a standard card.",
}
_SOURCE_WORDS: Final = {
    OVERRIDE_SOURCE: "given in the request",
    AI_SOURCE: "written by AI",
    "page": "a picture that the page names",
    "siteName": "the name of the site, as nothing on the page is taken for it",
    "host": "the page's host, as nothing on the page is taken for it",
}


@dataclass(frozen=True)
class Item:
    """A generation in a list; `label` is its page's URL as people read it."""

    record: Record
    href: str
    label: str
    title: str
    by: str
    badge: tuple[str, str]

    @property
    def picture(self) -> str:
        """The address of its picture."""
        return f"{self.href}/card"


@dataclass(frozen=True)
class FieldRow:
    """A field of a card: how it reads, where that came from, and whether its picture failed.

    A `source_code` is a name from the page's markup; a `source` is told in words.
    """

    name: str
    text: str
    is_picture: bool
    source: str
    source_code: str
    has_failed: bool


def item_of(record: Record, names: PayerNames) -> Item:
    """Show a generation in a list."""
    generation = record.generation
    label = generation.page_url.partition("://")[2].removesuffix("/")
    return Item(
        record=record,
        href=f"{HISTORY_PATH}/{generation.generation_id}",
        label=label,
        title=generation.texts.get("title", "") or label,
        by=names.of(generation.payer_id),
        badge=_BADGES[record.state],
    )


def field_rows(record: Record) -> Sequence[FieldRow]:
    """Show each field of a card, and those that it had to do without."""
    generation = record.generation
    failed = dict.fromkeys(generation.failed_images, "")
    given = generation.options.get("overrides", {})
    rows = []
    for name, source in {**failed, **generation.sources}.items():
        text = generation.texts.get(name, "")
        if not text and source == OVERRIDE_SOURCE and isinstance(given, dict):
            text = str(given.get(name, ""))
        words = _SOURCE_WORDS.get(source, "")
        rows.append(
            FieldRow(
                name=name,
                text=text,
                is_picture=not text and (bool(generation.texts) or name in failed),
                source=words,
                source_code="" if words else source,
                has_failed=name in failed,
            )
        )
    return rows


def ai_words(status: AiStatus | None) -> str:
    """Say how AI did with a card; "" where it was not asked for."""
    return _AI_WORDS[status] if status else ""
