"""What the scripts of a page name; none is ever run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from og_extract.read.markup.document import Document

_SLASHES: Final = ("\\/", "\\u002f", "\\u002F", "\\x2f", "\\x2F")
"""A slash as JSON and JavaScript may write it (ECMA-262, section 12.9.4)."""


def scripts_name(document: Document, addresses: Sequence[str]) -> bool:
    """Tell whether the text of a script, or JSON in one, holds an address without its scheme.

    In linear time: each script's text is gone through once for each way to write a slash and for
    each address.
    """
    names = [address.partition("://")[2].lower() for address in addresses]
    # Most pages do not even hold the host, and hosts have no slash that may be written otherwise.
    source = document.html.lower() if names else ""
    sought = [name for name in names if name and name.partition("/")[0] in source]
    if not sought:
        return False
    texts = (_plain(node.text()) for node in document.tagged("script"))
    return any(name in text for text in texts for name in sought)


def _plain(script: str) -> str:
    for slash in _SLASHES:
        script = script.replace(slash, "/")
    return script.lower()
