"""A page's icons, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import Document

MAX_ICONS = 32
ENOUGH_PX = 512
ASSUMED_APPLE_PX = 180
SMALLEST_APPLE_PX = 57
"""What Apple takes an icon without sizes for; beside others with sizes that is what it is."""
ASSUMED_PX = 32
ASSUMED_SVG_PX = 64
"""A drawing is sharp at any size, but not each is drawn here as browsers do: a picture that is
large enough comes first."""

_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})", re.IGNORECASE)
_SIZE_IN_NAME = re.compile(r"(?<!\d)(\d{2,3})x\1(?!\d)|[-_/](\d{2,3})\.(?:png|webp|jpe?g)$")
# What a card shows sharp comes first.
_KINDS = (("png", 3), ("webp", 3), ("jpg", 2), ("jpeg", 2), ("gif", 1), ("ico", 0))


@dataclass(frozen=True, slots=True)
class _Icon:
    """A link to an icon; 0 by 0 px where it tells no size."""

    url: str
    is_apple: bool
    is_svg: bool
    kind: int
    width: int
    height: int


def read_icons(document: Document, findings: Findings) -> None:
    """Note the URLs of icons: square and largest first, png over jpg over ico."""
    icons = [icon for node in document.tagged("link") if (icon := _icon_of(document, node))]
    icons = icons[:MAX_ICONS]
    are_sized = any(icon.is_apple and icon.width for icon in icons)
    apple_px = SMALLEST_APPLE_PX if are_sized else ASSUMED_APPLE_PX
    icons.sort(key=lambda icon: _rank(icon, apple_px), reverse=True)
    findings.add_all("link:icon", dict.fromkeys(icon.url for icon in icons))


def _icon_of(document: Document, node: LexborNode) -> _Icon | None:
    rel = (node.attributes.get("rel") or "").lower()
    if "icon" not in rel or "mask-icon" in rel:
        return None
    url = document.resolve(node.attributes.get("href") or "")
    if url is None:
        return None
    file, mime = url.partition("?")[0].lower(), (node.attributes.get("type") or "").lower()
    is_svg = "svg" in mime or file.endswith((".svg", ".svgz"))
    kind = next((rank for name, rank in _KINDS if name in f"{file} {mime}"), 1)
    sizes = [(int(w), int(h)) for w, h in _SIZE.findall(node.attributes.get("sizes") or "")]
    return _Icon(url, "apple" in rel, is_svg, kind, *max(sizes, default=_size_in(file)))


def _size_in(file: str) -> tuple[int, int]:
    """Return the size in a file's name: "icon-57x57.png", "/57.png"."""
    found = _SIZE_IN_NAME.search(file)
    px = int(found[1] or found[2]) if found else 0
    return (px, px)


def _rank(icon: _Icon, apple_px: int) -> tuple[int, int, int]:
    width, height = icon.width, icon.height
    if icon.is_svg:
        width = height = ASSUMED_SVG_PX
    elif not width:
        width = height = apple_px if icon.is_apple else ASSUMED_PX
    return (int(width == height), min(width, ENOUGH_PX), icon.kind)
