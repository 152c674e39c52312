"""The gallery as one page of HTML that needs nothing else."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from PIL import Image

from og_render.cards import CardSize, Template

# Pictures are embedded in a smaller form than they are sent in, or the page could not be opened.
_QUALITY, _EFFORT = 84, 1
_STYLE = """
:root { font: 15px/1.5 system-ui, sans-serif }
body { background: #d5d9df; margin: 0 auto; max-width: 1480px; padding: 24px }
nav { columns: 4; margin-bottom: 40px } nav a { display: block }
h2 { margin: 72px 0 0 } h3 { margin: 28px 0 8px; font-weight: 500 }
.sizes { display: flex; gap: 16px; align-items: flex-start }
.sizes div { background-size: cover; background-position: center; flex: none }
.full { width: 1200px; height: 630px }
.square { width: 600px; height: 600px } .tall { width: 600px; height: 750px }
.small { width: 220px; height: 115px; border-radius: 12px }
.crop { width: 220px; height: 220px; margin-top: 16px; border-radius: 12px }
""".strip()


@dataclass(frozen=True)
class Drawn:
    """A card that is drawn, and what is said of it."""

    caption: str
    size: CardSize
    image: bytes


@dataclass(frozen=True)
class Section:
    """A template and its cards."""

    template: Template
    cards: tuple[Drawn, ...]


def page(sections: Iterable[Section]) -> str:
    """Write the page: every card at full size, 220 px wide and as a square out of its middle."""
    shown = list(sections)
    links = "".join(
        f'<a href="#{escape(it.template.template_id)}">{escape(it.template.template_id)}</a>'
        for it in shown
    )
    body = "".join(_section(number, section) for number, section in enumerate(shown))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Cards</title>'
        f"<style>{_STYLE}</style><h1>Every card</h1><nav>{links}</nav>{body}</html>\n"
    )


def _section(number: int, section: Section) -> str:
    template = section.template
    cards = "".join(_card(f"c{number}-{at}", card) for at, card in enumerate(section.cards))
    return (
        f'<h2 id="{escape(template.template_id)}">{escape(template.template_id)}</h2>'
        f"<p>{escape(template.description)} Accent {template.default_accent}.</p>{cards}"
    )


def _card(name: str, card: Drawn) -> str:
    """Write one card. Its picture stands in a style, so that three sizes need it once."""
    title = f"<h3>{escape(card.caption)} · {len(card.image) / 1000:.0f} kB</h3>"
    style = f"<style>.{name} {{ background-image: url({_data_url(card.image)}) }}</style>"
    if card.size is not CardSize.WIDE:
        shape = card.size.name.lower()
        return f'{style}{title}<div class="sizes"><div class="{shape} {name}"></div></div>'
    small = f'<section><div class="small {name}"></div><div class="crop {name}"></div></section>'
    return f'{style}{title}<div class="sizes"><div class="full {name}"></div>{small}</div>'


def _data_url(png: bytes) -> str:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).save(out, "WEBP", quality=_QUALITY, method=_EFFORT)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
