"""The demo pages as a web application."""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from og_stack.demo import pictures
from og_stack.demo_data import ARTICLE_PATH, PRODUCT_PATH, card_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request


@dataclass(frozen=True)
class DemoSite:
    """The pages at own_url, their cards asked for at public_url in the name of site_id."""

    own_url: str
    public_url: str
    site_id: str

    def application(self) -> Starlette:
        """Give the application that serves the pages and their pictures."""
        article = self._page("article.html", ARTICLE_PATH, "article/blog-post", {})
        product = self._page("product.html", PRODUCT_PATH, "product/standard", {})
        return Starlette(
            routes=[
                Route("/", lambda _: RedirectResponse(ARTICLE_PATH)),
                Route(ARTICLE_PATH, _html(article)),
                Route(PRODUCT_PATH, _html(product)),
                Route("/journal.png", _png(pictures.journal_icon())),
                Route("/pottery.png", _png(pictures.pottery_icon())),
                Route("/mug.png", _png(pictures.mug())),
            ]
        )

    def _page(self, name: str, path: str, template: str, options: dict[str, str]) -> str:
        text = (resources.files("og_stack.demo") / "pages" / name).read_text("utf-8")
        page = f"{self.own_url}{path}"
        card = card_url(self.public_url, self.site_id, template, page, **options)
        values = {"page": page, "own": self.own_url, "card": card}
        links = {"article": ARTICLE_PATH, "product": PRODUCT_PATH}
        return Template(text).substitute({k: html.escape(v) for k, v in (values | links).items()})


def _html(page: str) -> Callable[[Request], Response]:
    return lambda _: HTMLResponse(page)


def _png(picture: bytes) -> Callable[[Request], Response]:
    return lambda _: Response(picture, media_type="image/png")
