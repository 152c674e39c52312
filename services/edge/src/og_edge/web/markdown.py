"""Markdown to the HTML of the docs: anchors on headings, code in classes, tables that scroll."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight  # type: ignore[import-untyped]  # it ships no types
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # as above
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # as above
from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # as above

_LISTED_LEVELS: Final = (2, 3)
"""Headings that the table of contents lists."""
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")
_PAGE_LINK: Final = re.compile(r"(?P<page>[a-z0-9-]+)\.md(?P<anchor>#.*)?")
_NAMES_OF_CODE: Final = {
    "sh": "shell",
    "html": "HTML",
    "json": "JSON",
    "http": "HTTP",
    "python": "Python",
    "ini": "settings",
}
_COLOURS: Final = HtmlFormatter(nowrap=True, classprefix="hl-")


@dataclass(frozen=True)
class Heading:
    """A heading that can be linked to; level 2 or 3."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Section:
    """What stands under a heading, as plain text, for the search. The first has no anchor."""

    heading: str
    anchor: str
    text: str


@dataclass
class Document:
    """A page as HTML. `title` is its first heading, `summary` its first paragraph (plain text)."""

    title: str = ""
    summary: str = ""
    html: str = ""
    headings: list[Heading] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def to_document(markdown: str, base_url: str) -> Document:
    """Read a page. Links to `other.md` lead to /docs/other, those to base_url to our own path."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    environment: dict[str, Any] = {"base_url": base_url}
    tokens = parser.parse(markdown, environment)
    document = _outline(tokens)
    document.html = parser.renderer.render(tokens, parser.options, environment)
    return document


def _outline(tokens: Sequence[Token]) -> Document:
    """Name the headings, and take title and text of a page."""
    document = Document()
    heading, texts = Heading(1, "", ""), list[str]()
    taken: set[str] = set()
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            document.sections += _section(heading, texts)
            level, text = int(token.tag[1]), plain_text(tokens[at + 1])
            heading, texts = Heading(level, _free_anchor(text, taken), text), []
            token.attrSet("id", heading.anchor)
            document.title = document.title or text
            if level in _LISTED_LEVELS:
                document.headings.append(heading)
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            text = plain_text(token)
            document.summary = document.summary or text
            texts.append(text)
        elif token.type == "fence":
            texts.append(token.content)
    document.sections += _section(heading, texts)
    return document


def _section(heading: Heading, texts: Sequence[str]) -> list[Section]:
    anchor = heading.anchor if heading.level > 1 else ""
    return [Section(heading.text, anchor, " ".join(texts))] if heading.text else []


def _free_anchor(text: str, taken: set[str]) -> str:
    """Name a heading as GitHub does, so that links hold there too."""
    base = anchor = _NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-")
    number = 0
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    taken.add(anchor)
    return anchor


def plain_text(inline: Token) -> str:
    """Give the text of an inline token without its markup."""
    return "".join(
        " " if child.type == "softbreak" else child.content for child in inline.children or []
    )


class _Renderer(RendererHTML):
    """Renders what is particular to the docs; markdown-it does the rest."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Open a heading that shows a link to itself."""
        return self.renderToken(tokens, idx, options, env)

    def heading_close(
        self, tokens: Sequence[Token], idx: int, _: OptionsDict, __: MutableMapping[str, Any]
    ) -> str:
        """Close a heading behind the link to it."""
        opened = next(it for it in reversed(tokens[:idx]) if it.type == "heading_open")
        tag, anchor = tokens[idx].tag, opened.attrGet("id")
        link = f'<a class="anchor" href="#{anchor}" aria-label="Link to this section">#</a>'
        return f"{link if tag != 'h1' else ''}</{tag}>\n"

    def table_open(self, *_: object) -> str:
        """Open a table that scrolls by itself."""
        return '<div class="table" tabindex="0" role="region" aria-label="Table"><table>\n'

    def table_close(self, *_: object) -> str:
        """Close it."""
        return "</table></div>\n"

    def fence(
        self, tokens: Sequence[Token], idx: int, _: OptionsDict, __: MutableMapping[str, Any]
    ) -> str:
        """Give code to copy, coloured by classes."""
        token = tokens[idx]
        language = token.info.strip().partition(" ")[0]
        name = escape(_NAMES_OF_CODE.get(language, language or "text"))
        return (
            f'<div class="code" data-copy><pre tabindex="0" role="region" aria-label="{name}">'
            f"<code>{coloured(token.content, language)}</code></pre></div>\n"
        )

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Lead links between sources to the pages made of them."""
        token = tokens[idx]
        token.attrSet("href", _href(str(token.attrGet("href")), env))
        return self.renderToken(tokens, idx, options, env)

    def image(
        self, tokens: Sequence[Token], idx: int, _: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Show a card."""
        token = tokens[idx]
        source = escape(_href(str(token.attrGet("src")), env))
        return (
            f'<img class="card-picture" src="{source}" alt="{escape(plain_text(token))}" '
            'width="1200" height="630" loading="lazy" decoding="async">'
        )


def _href(link: str, environment: Mapping[str, Any]) -> str:
    """Give a link as it stands in a page of ours."""
    if match := _PAGE_LINK.fullmatch(link):
        return f"/docs/{match['page']}{match['anchor'] or ''}"
    base_url = environment["base_url"]
    return (link.removeprefix(base_url) or "/") if link.startswith(base_url) else link


def coloured(code: str, language: str) -> str:
    """Give code as HTML whose classes begin with "hl-"; as it is in a language nobody knows."""
    text = code.rstrip("\n")
    if not language or language == "text":
        return escape(text)
    try:
        lexer = get_lexer_by_name(language, ensurenl=False, startinline=True)
    except ClassNotFound:
        return escape(text)
    html: str = highlight(text, lexer, _COLOURS)
    return html
