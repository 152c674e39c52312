"""What of a page's body a reader sees as its content, block by block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from og_extract.read.markup.document import Document, ancestors
from og_extract.read.markup.text import clean_text
from og_extract.read.reduction.asides import is_apart_by_name, is_no_content, speaks_to_a_model

MAX_WALKED_NODES = 20_000
MAX_BLOCKS = 2_000
MAX_BLOCK_CHARS = 2_000
MAX_CONTENT_CHARS = 100_000
"""Of all blocks together; what comes after is not looked at."""
MIN_MAIN_CHARS = 200
"""A <main> with less is an empty frame; the whole body counts then."""
MAX_LINK_SHARE = 0.8
"""A block with more of its characters in links is navigation."""
MAX_MARKS = 8

HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS_OF_CONTENT = "h1, main"
"""What holds one is content whatever its name says: themes name wrappers at will."""
_INLINE = re.compile(
    r"a|abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|q|s|samp"
    r"|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
"""Elements that do not end a block."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or the like."""

    tag: str
    """"h1" to "h6" for headings, else "p"."""
    text: str
    is_main: bool
    """Whether it stands in <main> or <article>."""

    @property
    def is_heading(self) -> bool:
        """Whether it is one of h1 to h6."""
        return self.tag in HEADINGS


def main_blocks(document: Document) -> list[Block]:
    """List the blocks of a page's content in order, each text once.

    What is hidden by its own markup, navigation, forms, comments and what speaks to a language
    model are left out; style sheets are not applied.
    """
    body = document.tree.body
    if body is None:
        return []
    marks = document.tree.css(_MARKS_OF_CONTENT)[:MAX_MARKS]
    return _Walk({node.mem_id for mark in marks for node in (mark, *ancestors(mark))}).blocks(body)


def content_of(blocks: list[Block]) -> list[Block]:
    """Keep the blocks of <main> or <article>, or all where those hold little."""
    main = [block for block in blocks if block.is_main]
    chars = sum(len(block.text) for block in main if not block.is_heading)
    return main if chars >= MIN_MAIN_CHARS else blocks


@dataclass(frozen=True, slots=True)
class _Scope:
    """What holds for a node by those above it."""

    heading: str = ""
    is_main: bool = False
    is_link: bool = False


class _Walk:
    def __init__(self, kept: set[int]) -> None:
        self._kept = kept
        self._blocks: list[Block] = []
        self._seen: set[str] = set()
        self._parts: list[str] = []
        self._chars = self._link_chars = self._content_chars = 0

    def blocks(self, body: LexborNode) -> list[Block]:
        scope = _Scope()
        stack: list[tuple[LexborNode | None, _Scope]] = [(body.child, scope)]
        for _ in range(MAX_WALKED_NODES):
            is_full = self._content_chars > MAX_CONTENT_CHARS or len(self._blocks) >= MAX_BLOCKS
            if is_full or not stack:
                break
            node, scope = stack.pop()
            if node is None:  # the end of a block
                self._flush(scope)
                continue
            if node.next is not None:
                stack.append((node.next, scope))
            if node.is_text_node:
                self._add(node.text_content or "", scope)
            elif node.is_element_node and not self._is_left_out(node):
                self._enter(node, scope, stack)
        self._flush(scope)
        return self._blocks

    def _enter(
        self, node: LexborNode, scope: _Scope, stack: list[tuple[LexborNode | None, _Scope]]
    ) -> None:
        tag = node.tag or ""
        inner = _Scope(
            heading=tag if tag in HEADINGS else scope.heading,
            is_main=scope.is_main or tag in {"main", "article"},
            is_link=scope.is_link or tag == "a",
        )
        if not _INLINE.fullmatch(tag):
            self._flush(scope)
            stack.append((None, inner))
        else:
            self._add(" " if tag in {"img", "wbr"} else "", scope)
        if node.child is not None:
            stack.append((node.child, inner))

    def _is_left_out(self, node: LexborNode) -> bool:
        if is_no_content(node):
            return True
        return is_apart_by_name(node) and node.mem_id not in self._kept

    def _add(self, text: str, scope: _Scope) -> None:
        if not text or self._chars > MAX_BLOCK_CHARS:
            return
        self._parts.append(text[:MAX_BLOCK_CHARS])
        chars = len(text.strip())
        self._chars += chars
        self._link_chars += chars if scope.is_link else 0

    def _flush(self, scope: _Scope) -> None:
        text = clean_text("".join(self._parts))[:MAX_BLOCK_CHARS]
        is_link_list = self._link_chars > self._chars * MAX_LINK_SHARE and not scope.heading
        self._parts, self._chars, self._link_chars = [], 0, 0
        if not text or is_link_list or text in self._seen:
            return
        self._seen.add(text)
        self._content_chars += len(text)
        if not speaks_to_a_model(text):
            self._blocks.append(Block(scope.heading or "p", text, scope.is_main))
