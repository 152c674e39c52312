"""What an operator has still to say: placeholders that no cluster takes for something real."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scripts.manifests.render import Manifest

PLACEHOLDER: Final = re.compile(r"CHANGE-ME-([a-z-]*[a-z])")
"""With the name of the value in the overlay's ConfigMap `cluster`."""
NOWHERE: Final = "192.0.2.0/24"
"""Of documentation (RFC 5737): leads nowhere."""


def unfilled(manifests: Iterable[Manifest]) -> dict[str, list[str]]:
    """Give what is to be said, in order, each with the objects that wait for it."""
    found: dict[str, list[str]] = {}
    for manifest in manifests:
        what = f"{manifest['kind']} {manifest['metadata']['name']}"
        for text in _texts(manifest):
            for name in PLACEHOLDER.findall(text):
                _add(found, f"`{name}` in `cluster`", what)
            if text == NOWHERE and manifest["kind"] == "NetworkPolicy":
                _add(found, f"addresses of {manifest['metadata']['name']}", what)
    return dict(sorted(found.items()))


def _add(found: dict[str, list[str]], wanted: str, what: str) -> None:
    places = found.setdefault(wanted, [])
    if what not in places:
        places.append(what)


def _texts(part: Any) -> Iterator[str]:
    match part:
        case str():
            yield part
        case dict():
            for value in part.values():
                yield from _texts(value)
        case list():
            # What extract is kept from is no address to be said.
            yield from (text for value in part if value != NOWHERE for text in _texts(value))
