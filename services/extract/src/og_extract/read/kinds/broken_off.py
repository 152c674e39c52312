"""What may be read of a page whose transfer broke off."""

from __future__ import annotations

import re
from typing import Final

_BEGINNING: Final = re.compile(r"<(?:title|h[1-6])(?=[\s>])", re.IGNORECASE)
_END: Final = re.compile(r"</(?:title|h[1-6])(?=[\s>])", re.IGNORECASE)


def whole_part(html: str) -> str:
    """Leave out the text that broke off, and all of a title or heading that did.

    Half a title would pass for one.
    """
    html = html[: html.rfind(">") + 1]
    begin = max((found.start() for found in _BEGINNING.finditer(html)), default=-1)
    end = max((found.start() for found in _END.finditer(html)), default=-1)
    return html[:begin] if begin > end else html
