"""A card to draw, and what a template is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

from og_render import formatting
from og_render.color.colors import Color
from og_render.color.grounds import Ground, Theme
from og_render.color.palettes import Palette
from og_render.fields import Field, Rating, Value
from og_render.layout.boxes import Node
from og_render.pictures.opening import Picture

TAB_COLUMNS = 4
_BETWEEN_ITEMS = re.compile(r"[\n|]")


class CardSize(Enum):
    """The proportions of a card, px."""

    WIDE = (1200, 630)
    SQUARE = (1080, 1080)
    TALL = (1080, 1350)

    @property
    def width(self) -> int:
        """Width, px."""
        return self.value[0]

    @property
    def height(self) -> int:
        """Height, px."""
        return self.value[1]


class ImageFormat(Enum):
    """How a card is encoded; the value is the media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


@dataclass(frozen=True)
class Card:
    """One card to draw. Values are named as the template declares them; empty ones are absent."""

    template_id: str
    theme: Theme
    accent: Color | None = None
    has_gradient: bool = False
    language_code: str = formatting.FALLBACK_LANGUAGE
    values: Mapping[str, Value] = field(default_factory=dict)
    size: CardSize = CardSize.WIDE
    format: ImageFormat = ImageFormat.PNG

    @property
    def size_bytes(self) -> int:
        """How much its pictures weigh; all else is small."""
        return sum(len(value) for value in self.values.values() if isinstance(value, bytes))

    def without_pictures(self) -> Card:
        """Give the same card with pictures that cannot be opened in place of its own."""
        values = {
            name: b"" if isinstance(value, bytes) else value for name, value in self.values.items()
        }
        return replace(self, values=values)


@dataclass(frozen=True)
class Drawing:
    """A finished card: the file, and what it had to do without."""

    image: bytes
    failed_images: tuple[str, ...] = ()
    """The names of pictures that could not be opened."""
    missing_glyphs: tuple[str, ...] = ()
    """Characters that no font has."""
    steps_s: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Seconds that each step took."""


@dataclass(frozen=True)
class Content:
    """What a template lays out: texts written out, pictures opened, colours derived."""

    palette: Palette
    has_gradient: bool
    language_code: str
    values: Mapping[str, Value]
    pictures: Mapping[str, Picture]
    size: CardSize = CardSize.WIDE

    @property
    def is_wide(self) -> bool:
        """Whether what stands side by side on a link preview has the room to do so."""
        return self.size is CardSize.WIDE

    def text(self, name: str) -> str:
        """Give a field as text, formatted in the card's language; empty where it is absent."""
        value = self.values.get(name, "")
        return "" if isinstance(value, bytes) else formatting.text_of(value, self.language_code)

    def items(self, name: str) -> list[str]:
        """Give the items of a list: one a line, or between "|"; empty ones are left out."""
        return [item.strip() for item in _BETWEEN_ITEMS.split(self.text(name)) if item.strip()]

    def code(self, name: str) -> list[str]:
        """Give lines of program text as they are, without common indentation and blank ends."""
        value = self.values.get(name)
        text = textwrap.dedent(str(value)).expandtabs(TAB_COLUMNS) if value else ""
        return [line.rstrip() for line in text.strip("\r\n").splitlines()]

    def count(self, name: str) -> str:
        """Give a number in short form, for example "12.4K"; text that is none as it is."""
        return formatting.short_count(self.text(name), self.language_code)

    def picture(self, name: str) -> Picture | None:
        """Give a picture, None where it is absent or could not be opened."""
        return self.pictures.get(name)

    def day(self, name: str) -> date | None:
        """Give a day; "2026-11-24" given as text counts as one, with or without a time."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value.strip()).date()
            except ValueError:
                return None
        return value if isinstance(value, date) else None

    def rating(self, name: str) -> Rating | None:
        """Give a rating; a plain number from 0 to 5 given as text counts as one."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                number = float(value.strip().replace(",", "."))
            except ValueError:
                return None
            return Rating(number) if 0 <= number <= Rating.best_value else None
        return value if isinstance(value, Rating) else None

    def rating_count(self, name: str) -> str:
        """Give how many rated, in brackets; empty where that is unknown."""
        rating = self.rating(name)
        return formatting.count_text(rating, self.language_code) if rating else ""


@dataclass(frozen=True)
class Template:
    """One card design."""

    template_id: str
    display_name: str
    description: str
    default_accent: Color
    fields: tuple[Field, ...]
    layout: Callable[[Content], Node] = field(repr=False)
    ground: Ground = Ground.PLAIN
    dark_ground: Ground | None = None
    """What it stands on in the dark theme, where that is another ground."""

    def ground_in(self, theme: Theme) -> Ground:
        """Give what a card of a theme stands on."""
        return (theme is Theme.DARK and self.dark_ground) or self.ground
