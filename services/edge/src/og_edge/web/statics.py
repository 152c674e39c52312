"""Style sheets, scripts, pictures and letters of pages, all our own."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from og_edge.web.fonts import FONTS, Fonts
from og_edge.web.rendering import packaged
from og_edge.web.security import STATIC_HEADERS

STATIC_PATH: Final = "/static"
VERSION_DIGITS: Final = 12
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_COMPRESSED: Final = frozenset({".css", ".js", ".json", ".svg"})


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    zipped: bytes | None
    media_type: str
    version: str


class Statics:
    """Serves the files beside this one, by URLs that change with what is in them."""

    def __init__(self) -> None:
        self._files = {name: _file(name, data) for name, data in packaged("static").items()}
        self._fonts = Fonts()

    def url(self, name: str) -> str:
        """Give the URL of a file; KeyError where there is none."""
        return f"{STATIC_PATH}/{name}?v={self._files[name].version}"

    async def respond(self, request: Request) -> Response:
        """Give a file, or 404."""
        name = request.path_params["name"]
        if name in FONTS:
            data = await self._fonts.woff2(name)
            headers = {**STATIC_HEADERS, "Cache-Control": FOR_EVER}
            return Response(data, HTTPStatus.OK, headers, media_type=_TYPES[".woff2"])
        file = self._files.get(name)
        if file is None:
            return Response(status_code=HTTPStatus.NOT_FOUND, headers={"Cache-Control": "no-store"})
        return _response(file, request)


def _file(name: str, data: bytes) -> _File:
    suffix = PurePosixPath(name).suffix
    zipped = gzip.compress(data, mtime=0) if suffix in _COMPRESSED else None
    version = hashlib.sha256(data).hexdigest()[:VERSION_DIGITS]
    return _File(data, zipped, _TYPES[suffix], version)


def _response(file: _File, request: Request) -> Response:
    is_versioned = request.query_params.get("v") == file.version
    headers = {
        **STATIC_HEADERS,
        "Cache-Control": FOR_EVER if is_versioned else ASK_AGAIN,
        "ETag": f'"{file.version}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = file.data
    if file.zipped is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = file.zipped, "gzip"
    return Response(body, HTTPStatus.OK, headers, media_type=file.media_type)
