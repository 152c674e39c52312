"""A card to draw, and what a template is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from og_render import formatting
from og_render.color.colors import Color
from og_render.color.palettes import Palette, Theme
from og_render.fields import Field, Price, Rating, Value
from og_render.layout.boxes import Node
from og_render.pictures.opening import Picture


@dataclass(frozen=True)
class Card:
    """One card to draw. Values are named as the template declares them; empty ones are absent."""

    template_id: str
    theme: Theme
    accent: Color | None = None
    has_gradient: bool = False
    language_code: str = formatting.FALLBACK_LANGUAGE
    values: Mapping[str, Value] = field(default_factory=dict)

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
    """A finished card: the PNG file, and the names of pictures it had to do without."""

    png: bytes
    failed_images: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """What a template lays out: texts written out, pictures opened, colours derived."""

    palette: Palette
    has_gradient: bool
    language_code: str
    values: Mapping[str, Value]
    pictures: Mapping[str, Picture]

    def text(self, name: str) -> str:
        """Give a field as text, formatted in the card's language; empty where it is absent."""
        value = self.values.get(name)
        match value:
            case str():
                return value.strip()
            case date():
                return formatting.date_text(value, self.language_code)
            case Price():
                return formatting.price_text(value, self.language_code)
            case Rating():
                return formatting.rating_text(value, self.language_code)
            case _:
                return ""

    def picture(self, name: str) -> Picture | None:
        """Give a picture, None where it is absent or could not be opened."""
        return self.pictures.get(name)

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
