"""The font families that come in packages, and the licence that each font names in itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTCollection, TTFont

FONT_PACKAGES = (
    "dynamic-font",
    "fontpkg-inter",
    "fontpkg-jetbrains-mono",
    "fontpkg-source-serif-4",
    "manimgx-fonts",
    "manimgx-fonts-cjk",
)
SUFFIXES = {".ttf", ".otf", ".ttc", ".woff", ".woff2"}
FAMILY, TYPOGRAPHIC_FAMILY, LICENSE, LICENSE_URL = 1, 16, 13, 14
"""Ids of OpenType's table `name`."""


class FontPackage(NamedTuple):
    """A package, its families, and those of them that do not say they are under the OFL."""

    name: str
    families: list[str]
    not_ofl: list[str]


def font_packages() -> list[FontPackage]:
    """Read them all."""
    return [_read(name) for name in FONT_PACKAGES]


def _read(name: str) -> FontPackage:
    families, not_ofl = set(), set()
    for path in distribution(name).files or ():
        if path.suffix in SUFFIXES:
            for font in _fonts(Path(str(path.locate()))):
                names = font["name"]
                family = names.getDebugName(TYPOGRAPHIC_FAMILY) or names.getDebugName(FAMILY)
                families.add(family)
                said = f"{names.getDebugName(LICENSE)} {names.getDebugName(LICENSE_URL)}"
                if "SIL Open Font License" not in said:
                    not_ofl.add(family)
    return FontPackage(name, sorted(families), sorted(not_ofl))


def _fonts(path: Path) -> Iterator[Any]:
    """Give each font of a file, readable until the next is asked for."""
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            yield from collection.fonts
    else:
        with TTFont(path, lazy=True) as font:
            yield font
