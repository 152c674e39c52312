from __future__ import annotations

from dataclasses import dataclass

from og_extract.read.markup.document import Document
from og_extract.read.sources.meta import OPEN_GRAPH_IMAGES, TWITTER_IMAGES

MAX_CARD_TAGS = 16


@dataclass(frozen=True, slots=True)
class CardTag:
    """An og:image or twitter:image tag, its URL absolute."""

    property: str
    url: str


def read_card_tags(document: Document) -> list[CardTag]:
    """List a page's card tags in order of appearance, each pair of property and URL once."""
    tags: dict[CardTag, None] = {}
    for key, content in document.meta_items:
        if key in OPEN_GRAPH_IMAGES or key in TWITTER_IMAGES:
            url = document.resolve(content)
            if url is not None:
                tags[CardTag(key, url)] = None
    return list(tags)[:MAX_CARD_TAGS]
