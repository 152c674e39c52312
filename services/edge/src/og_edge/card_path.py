"""Where cards are served: at one path, and as files for clients that look for an extension."""

from __future__ import annotations

import re
from typing import Final

from og_edge.options import ImageFormat

API_PATH: Final = "/api/og"
FILES_PATH: Final = f"{API_PATH}/v1"

_FORMATS: Final = {
    "png": ImageFormat.PNG,
    "jpg": ImageFormat.JPEG,
    "jpeg": ImageFormat.JPEG,
    "webp": ImageFormat.WEBP,
}
EXTENSIONS: Final = tuple(_FORMATS)
_FILE = re.compile(
    rf"{FILES_PATH}/(?P<template>[^/]+/[^/]+)\.(?P<extension>{'|'.join(EXTENSIONS)})"
)


def is_below_api(path: str) -> bool:
    """Whether a decoded path is for the endpoint of cards, if only to be told what is wrong."""
    return path == API_PATH or path.startswith(f"{API_PATH}/")


def options_in_path(path: str) -> dict[str, str] | None:
    """Give the options that a decoded path names, as a query would; None where no card is served.

    "/api/og" names none; "/api/og/v1/article/blog-post.png" names template and format.
    """
    if path == API_PATH:
        return {}
    match = _FILE.fullmatch(path)
    if match is None:
        return None
    return {"template": match["template"], "format": _FORMATS[match["extension"]].value}
