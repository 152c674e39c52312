"""Reader of bylines: who wrote a page, as it shows that. It runs only where tags do not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings
from og_extract.read.markup.document import (
    Document,
    ancestors,
    is_visible,
    named_in,
    names_of,
    visible_text,
)
from og_extract.read.markup.words import AUTHOR_LABEL, BY, WRITTEN_BY
from og_extract.read.sources.surroundings import Run, near_headline

MAX_BYLINES = 24
MAX_BYLINE_CHARS = 160
MIN_BYLINE_WORDS = 2
MAX_LABELS = 4
MAX_PIECES = 8
"""Of a byline: names, and what joins them."""

_BYLINES = (
    ":is([class*=byline i], [class*=author i], [id*=author i], [class*=autor i], [class*=auteur i],"
    " [class*=verfasser i], [class*=writer i], [data-testid*=author i], [data-testid*=byline i])"
)
# Classes that say of what they mark that it is the author, as themes name them.
_EXACT = re.compile(
    r"(?:^|\s)(?:(?:entry|post|article|news|meta|content|blog)[-_]{0,2})?(?:authors?|autor|byline)"
    r"(?:[-_]{1,2}(?:name|link))?(?:\s|$)",
    re.IGNORECASE,
)
_AUTHOR_LINK = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|autore|redakteur(?:e|in)?|redaktion|journalists?|people"
    r"|profile?|contributors?|staff|team|users?|by)/",
    re.IGNORECASE,
)
# What stands in these was written by, or is about, others.
_OTHERS = re.compile(
    r"comment|kommentar|respond|reply|related|recommend|teaser|sidebar|widget|carousel|slider"
    r"|popular|most-?read|caption|photo|image|picture|credit|newsletter|footer|breadcrumb|review",
    re.IGNORECASE,
)
_JOINER = re.compile(r",|&|\+|,? ?(?:and|und|et|y|e|en|og|och|i|и)", re.IGNORECASE)
# Labels of tables that list facts, and of forms.
_LABEL_END = re.compile(r"</(?:th|label)\b", re.IGNORECASE)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside", "form", "figure", "figcaption"})


def read_bylines(document: Document, findings: Findings) -> None:
    """Note what stands where bylines do."""
    findings.later(("text:by",), lambda: _read_by_headline(document, findings))
    findings.later(
        ("rel:author", "byline", "byline:loose"), lambda: _read_marked(document, findings)
    )
    findings.later(("text:label",), lambda: _read_labels(document, findings))


def _read_by_headline(document: Document, findings: Findings) -> None:
    """Note what follows a "by" near the headline, and links to authors there.

    A mere "by" counts only before the text begins: sentences hold it too.
    """
    near = near_headline(document)
    head = list(takewhile(lambda run: len(run.text) <= MAX_BYLINE_CHARS, near.soon))
    after = [*near.soon, *near.later]
    findings.add_all("text:by", _names_after(BY, after, len(head)))
    findings.add_all("text:by", _names_after(BY, near.before, len(near.before)))
    findings.add_all("text:by", _names_after(WRITTEN_BY, after, len(after)))
    for run in (*head, *near.before):
        if _AUTHOR_LINK.search(run.link):
            findings.add("text:by", run.text)


def _names_after(words: re.Pattern[str], runs: Sequence[Run], count: int) -> Iterator[str]:
    """Give what follows the words in one of so many texts, or the texts after if it is no more."""
    texts = [run.text if len(run.text) <= MAX_BYLINE_CHARS else "" for run in runs]
    for at, run in enumerate(runs[:count]):
        found = None if run.is_label else words.match(texts[at])
        if found is not None:
            rest = texts[at][found.end() :]
            is_name = rest and (words is WRITTEN_BY or len(rest.split()) >= MIN_BYLINE_WORDS)
            yield rest if is_name else "" if rest else _joined(texts[at + 1 : at + MAX_PIECES])


def _joined(texts: Sequence[str]) -> str:
    """Return the first text, with those that a comma or an "and" between joins to it."""
    names = list(texts[:1])
    for joiner, name in zip(texts[1::2], texts[2::2], strict=False):
        if not _JOINER.fullmatch(joiner):
            break
        names.append(name)
    return ", ".join(names)


def _read_marked(document: Document, findings: Findings) -> None:
    links = document.tree.css('a[rel~="author" i]')[:MAX_BYLINES]
    if links:  # those that stand together wrote it together
        together = [node for node in links if _parent(node) == _parent(links[0])]
        names = dict.fromkeys(visible_text(node).strip() for node in together)
        findings.add("rel:author", ", ".join(filter(None, names)))
    for node in document.tree.css(_BYLINES)[:MAX_BYLINES]:
        if is_visible(node) and not _is_of_others(node):
            is_exact = _EXACT.search(node.attributes.get("class") or "")
            findings.add("byline" if is_exact else "byline:loose", named_in(node))


def _read_labels(document: Document, findings: Findings) -> None:
    """Note what follows the word for author and a colon, wherever it stands."""
    for found in list(AUTHOR_LABEL.finditer(document.html))[:MAX_LABELS]:
        is_label = found[1].rstrip().endswith((":", "\uff1a"))
        if not is_label and not _LABEL_END.search(found[0]):
            findings.add("text:label", found[1])


def _parent(node: LexborNode) -> int:
    return node.parent.mem_id if node.parent is not None else 0


def _is_of_others(node: LexborNode) -> bool:
    for parent in ancestors(node):
        if parent.tag in {"body", "html"}:
            return False
        is_aside = parent.tag in _ASIDE_TAGS or _OTHERS.search(names_of(parent)) is not None
        if is_aside or not is_visible(parent):
            return True
    return False
