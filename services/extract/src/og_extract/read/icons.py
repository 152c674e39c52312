"""A page's icons, best first."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from og_extract.read.document import Document
from og_extract.read.findings import Findings

MAX_ICONS = 32
ENOUGH_PX = 512
ASSUMED_APPLE_PX = 180
ASSUMED_PX = 32
ASSUMED_SVG_PX = 64
"""A drawing is sharp at any size, but not each is drawn here as browsers do: a picture that is
large enough comes first."""

_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})", re.IGNORECASE)
# What a card shows sharp comes first.
_KINDS = (("png", 3), ("webp", 3), ("jpg", 2), ("jpeg", 2), ("gif", 1), ("ico", 0))


def read_icons(document: Document, findings: Findings) -> None:
    """Note the URLs of icons: square and largest first, png over jpg over ico."""
    ranked: list[tuple[tuple[int, int, int], str]] = []
    for node in document.tagged("link"):
        rel = (node.attributes.get("rel") or "").lower()
        is_icon = "icon" in rel and "mask-icon" not in rel and len(ranked) < MAX_ICONS
        url = document.resolve(node.attributes.get("href") or "") if is_icon else None
        if url is not None:
            ranked.append((_rank(node, rel, url), url))
    ranked.sort(key=lambda item: item[0], reverse=True)
    findings.add_all("link:icon", dict.fromkeys(url for _, url in ranked))


def _rank(node: LexborNode, rel: str, url: str) -> tuple[int, int, int]:
    sizes = [(int(w), int(h)) for w, h in _SIZE.findall(node.attributes.get("sizes") or "")]
    width, height = max(sizes, default=(0, 0))
    if _is_svg(node, url):
        width = height = ASSUMED_SVG_PX
    elif not width:
        width = height = ASSUMED_APPLE_PX if "apple" in rel else ASSUMED_PX
    hint = f"{url.partition('?')[0].lower()} {(node.attributes.get('type') or '').lower()}"
    kind = next((rank for name, rank in _KINDS if name in hint), 1)
    return (int(width == height), min(width, ENOUGH_PX), kind)


def _is_svg(node: LexborNode, url: str) -> bool:
    kind = (node.attributes.get("type") or "").lower()
    return "svg" in kind or url.partition("?")[0].lower().endswith((".svg", ".svgz"))
