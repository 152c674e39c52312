"""What of a page's body is not its content: hidden, beside it, or not meant for people."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from og_extract.read.markup.document import is_visible, names_of

_NO_CONTENT = re.compile(
    r"aside|audio|button|canvas|dialog|footer|head|iframe|map|math|menu|nav|noscript|object|script"
    r"|select|style|svg|template|textarea|video"
)
_ROLES_APART = frozenset({"navigation", "contentinfo", "complementary", "search", "dialog"})
_NAMES_APART = re.compile(
    r"(?:^|\s)(?:advert\w*|breadcrumbs?|consent|cookies?|disqus|footer|menu|modal|nav"
    r"|navbar|navigation|newsletter|pagination|popup|promo|related|share|sharing|sidebar"
    r"|social|subscribe)(?=$|[\s_-])",
    re.IGNORECASE,
)
_OF_STRANGERS = re.compile(
    r"(?:^|[\s_-])(?<!no-)(?<!has-)(?<!with-)(?:comments?|commentlist|reviews)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""What readers and customers say, whatever stands before it: "post-comments", "user-reviews"."""
_HIDING_STYLES = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0+)?(?:;|$)"
    r"|font-size:0(?:px|pt|r?em|%)?(?:;|$)|clip:rect\((?:0|1px)|clip-path:inset\((?:50|100)%"
    r"|(?:text-indent|left|top|right|margin-left|margin-top):-(?:999|\d{4,})"
    r"|(?:^|;)(?:width|height|max-height|max-width):0(?:px)?(?:;|$)",
    re.IGNORECASE,
)
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|preceding"
    r"|all|any|your)\b.{0,40}\b(?:instructions?|prompts?|rules|directions|messages)\b"
    r"|\bsystem prompt\b"
    r"|\byou are (?:now )?an? (?:ai|assistant|(?:large )?language model|chatbot)\b"
    r"|\b(?:ai|llm)s?\b.{0,20}\b(?:must|should) (?:title|describe|call|summari[sz]e|say|output)\b"
    r"|<\|[a-z_]{2,20}\|>|\[/?INST\]",
    re.IGNORECASE | re.DOTALL,
)


def is_no_content(node: LexborNode) -> bool:
    """Tell whether a node shows no content, by its kind or since its own markup hides it.

    Style sheets are not applied.
    """
    if _NO_CONTENT.fullmatch(node.tag or "") or not is_visible(node):
        return True
    attributes = node.attributes
    if attributes.get("aria-hidden") == "true":
        return True
    style = "".join((attributes.get("style") or "").split())
    return bool(style) and _HIDING_STYLES.search(style) is not None


def is_apart_by_name(node: LexborNode) -> bool:
    """Tell whether a node's role, class or id says that it stands beside the content."""
    attributes = node.attributes
    names = names_of(node)
    return (
        attributes.get("role") in _ROLES_APART
        or attributes.get("itemprop") == "comment"
        or _NAMES_APART.search(names) is not None
        or _OF_STRANGERS.search(names) is not None
    )


def speaks_to_a_model(text: str) -> bool:
    """Tell whether a text gives orders to a language model: then it is none that people read."""
    return _TO_A_MODEL.search(text) is not None
