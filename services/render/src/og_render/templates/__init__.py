"""Every template, one file each; a new one is served once it stands in the tuple below."""

from __future__ import annotations

from og_render.cards import Template
from og_render.templates import article_blog_post, generic_standard, product_standard

_ALL: tuple[Template, ...] = (
    generic_standard.TEMPLATE,
    article_blog_post.TEMPLATE,
    product_standard.TEMPLATE,
)

TEMPLATES = {item.template_id: item for item in sorted(_ALL, key=lambda item: item.template_id)}
