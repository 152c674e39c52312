"""The cards of our own pages, drawn as everybody's are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from og_edge.card_request import CardRequest
from og_edge.drawing import Renderer
from og_edge.kept_drawings import KeptDrawing, KeptDrawings
from og_edge.options import Theme
from og_edge.page import Value
from og_edge.web.rendering import packaged
from og_urls.page_url import parse_page_url

MAX_SOCIAL_PICTURES_BYTES: Final = 8_000_000
SITE_NAME: Final = "Instant OG"
ACCENT: Final = "#2a46e8"
NOWHERE: Final = parse_page_url("https://instantog.com/")
"""What is drawn here is read of no page."""
LANGUAGE: Final = "en"


@dataclass(frozen=True)
class SocialCard:
    """What a page of ours says of itself where its link is shared."""

    title: str
    description: str
    section: str = ""


class SocialPictures:
    """Draws the cards of pages; they are as many as there are pages."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._logo = packaged("static")["mark.svg"]
        self._drawings: KeptDrawings[SocialCard] = KeptDrawings(
            self._draw, MAX_SOCIAL_PICTURES_BYTES
        )

    async def get(self, card: SocialCard) -> KeptDrawing:
        """Give a card as PNG; raises as KeptDrawings does."""
        return await self._drawings.get(card)

    async def _draw(self, card: SocialCard, timeout_s: float) -> bytes:
        template = "docs/page" if card.section else "generic/standard"
        request = CardRequest(NOWHERE, template, theme=Theme.DARK, accent_color=ACCENT)
        values: dict[str, Value] = {
            "title": card.title,
            "description": card.description,
            "siteName": SITE_NAME,
            "favicon": self._logo,
        }
        if card.section:
            values["section"] = card.section
        rendering = await self._renderer.render_card(
            request, values, language_code=LANGUAGE, timeout_s=timeout_s
        )
        return rendering.image

    async def finish(self) -> None:
        """Wait for what is being drawn."""
        await self._drawings.finish()
