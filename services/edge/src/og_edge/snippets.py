"""Ready tags that point at a card, for the places where pages are made; no framework knows ours."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from string import Template as Text
from typing import Final

from og_edge import snippet_texts as texts
from og_edge.card_request import CardRequest
from og_edge.card_url import card_url, card_url_prefix
from og_edge.options import CardSize, ImageFormat

DEFAULT_TITLE: Final = "The title of this page"
API_KEY_PLACEHOLDER: Final = "YOUR_API_KEY"
SITE_ID_PLACEHOLDER: Final = "SITE_ID"

_EXTENSIONS: Final = {ImageFormat.PNG: "png", ImageFormat.JPEG: "jpg", ImageFormat.WEBP: "webp"}
_PATH = re.compile(r"https?://[^/]+(?P<path>/[^?]*)")


class Framework(StrEnum):
    """Where pages are made; the value is a name for URLs and files."""

    HTML = "html"
    NEXT = "nextjs"
    NUXT = "nuxt"
    ASTRO = "astro"
    HUGO = "hugo"
    JEKYLL = "jekyll"
    WORDPRESS = "wordpress"
    SHOPIFY = "shopify"


@dataclass(frozen=True)
class Snippet:
    """Code to paste: `where` says in one line where it belongs, `language` what colours it."""

    framework: Framework
    name: str
    where: str
    language: str
    code: str


def snippets(request: CardRequest, base_url: str, *, title: str = "") -> list[Snippet]:
    """Write the tags of a card for every framework, plain HTML first.

    `base_url` is the API's, without a slash at its end. `title` describes the picture to those who
    do not see it, where the framework does not know the page's; "" stands for the title that
    the request gives, or a text to replace.
    """
    title = title or request.overrides.get("title", "") or DEFAULT_TITLE
    values = _values(request, base_url, title)
    return [
        Snippet(form.framework, form.name, form.where(values), form.language, form.code(values))
        for form in _FORMS
    ]


def curl_line(
    request: CardRequest, base_url: str, *, api_key: str = API_KEY_PLACEHOLDER, output: str = ""
) -> str:
    """Write the command that fetches a card with an API key, for a POSIX shell.

    `output` names the file; "" stands for "card" with the extension of the card's format.
    """
    output = output or f"card.{_EXTENSIONS[request.format]}"
    return (
        f"curl {shlex.quote(card_url(request, base_url))} \\\n"
        f"  -H {shlex.quote(f'Authorization: Bearer {api_key}')} \\\n"
        f"  --output {shlex.quote(output)}"
    )


def twitter_card(size: CardSize) -> str:
    """Name the kind of card on X whose crop takes least from a picture."""
    return "summary_large_image" if size is CardSize.WIDE else "summary"


class _Code(Text):
    delimiter = "@"


def _filled(text: str, values: dict[str, str]) -> str:
    return _Code(text).substitute(values)


@dataclass(frozen=True)
class _Form:
    framework: Framework
    name: str
    language: str
    text: str
    place: str | Callable[[dict[str, str]], str]

    def code(self, values: dict[str, str]) -> str:
        return _filled(self.text, values)

    def where(self, values: dict[str, str]) -> str:
        return self.place if isinstance(self.place, str) else self.place(values)


def _next_place(values: dict[str, str]) -> str:
    return f"In {values['next_file']}, and likewise in the page.tsx of your other routes."


_FORMS: Final = (
    _Form(Framework.HTML, "HTML", "html", texts.HTML, "In the page's <head>."),
    _Form(Framework.NEXT, "Next.js", "tsx", texts.NEXT, _next_place),
    _Form(
        Framework.NUXT,
        "Nuxt",
        "vue",
        texts.NUXT,
        "In app.vue or a layout, so that every page has them; the title where a page knows it.",
    ),
    _Form(
        Framework.ASTRO,
        "Astro",
        "astro",
        texts.ASTRO,
        "Save it as src/components/Card.astro, and put <Card title={title} /> in your layout's "
        "<head>.",
    ),
    _Form(
        Framework.HUGO,
        "Hugo",
        "go-html-template",
        texts.HUGO,
        "In the <head> of layouts/baseof.html (before Hugo 0.146: layouts/_default/baseof.html).",
    ),
    _Form(
        Framework.JEKYLL,
        "Jekyll",
        "liquid",
        texts.JEKYLL,
        "In the <head> of _layouts/default.html or _includes/head.html; url is set in _config.yml.",
    ),
    _Form(
        Framework.WORDPRESS,
        "WordPress",
        "php",
        texts.WORDPRESS,
        "At the end of your child theme's functions.php; let no SEO plugin write og:image besides.",
    ),
    _Form(
        Framework.SHOPIFY,
        "Shopify",
        "liquid",
        texts.SHOPIFY,
        "In the <head> of layout/theme.liquid, before {% render 'meta-tags' %} where that stands.",
    ),
)


def _values(request: CardRequest, base_url: str, title: str) -> dict[str, str]:
    width, height = request.size.pixels
    url, prefix = card_url(request, base_url), card_url_prefix(request, base_url)
    values = {
        "html_url": escape(url),
        "prefix": prefix,
        "html_prefix": escape(prefix),
        "width": str(width),
        "height": str(height),
        "twitter_card": twitter_card(request.size),
        "origin": request.url.origin,
        "html_title": escape(title),
        "js_title": _js(title),
    }
    return values | _next_values(request, values)


def _next_values(request: CardRequest, values: dict[str, str]) -> dict[str, str]:
    """Give the route of the page as Next.js names it, its last part standing for all like it."""
    match = _PATH.match(request.url.href)
    path = match["path"] if match else "/"
    folder, _, last = path.rstrip("/").rpartition("/")
    if not last:
        page = _filled(texts.NEXT_PAGE, values | {"path": "/"})
        return {
            "next_file": "app/page.tsx",
            "next_signature": texts.NEXT_SIGNATURE,
            "next_page": page,
        }
    parts = {"folder": f"{folder}/", "slash": "/" if path.endswith("/") else ""}
    return {
        "next_file": f"app{folder}/[slug]/page.tsx",
        "next_signature": texts.NEXT_SLUG_SIGNATURE,
        "next_page": _filled(texts.NEXT_SLUG_PAGE, values | parts),
    }


def _js(text: str) -> str:
    """Write a text as JavaScript, so that it cannot end a <script> either."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")
