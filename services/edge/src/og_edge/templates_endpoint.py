"""GET and HEAD /api/templates: public, free and cacheable."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from og_edge.errors import ApiError, MethodNotAllowedError
from og_edge.incoming import Head
from og_edge.responses import NOT_MODIFIED, OK, error_response
from og_edge.template_list import template_list
from og_edge.templates import Template, TemplateCatalog

LIST_CACHE_CONTROL: Final = "public, max-age=300"


class TemplatesEndpoint:
    """Answers with the list of templates; it is written once for each listing."""

    def __init__(self, catalog: TemplateCatalog) -> None:
        self._catalog = catalog
        self._written_of: Mapping[str, Template] | None = None
        self._written = b""
        self._digest = ""

    async def respond(self, http: Request) -> Response:
        """Give the list, 304 where the client has it, or an error in the form of all others."""
        headers = {"X-Request-Id": str(uuid.uuid4())}
        try:
            if http.method not in {"GET", "HEAD"}:
                raise MethodNotAllowedError("Use GET or HEAD.")
            self._write(await self._catalog.all())
        except ApiError as error:
            return error_response(error, headers)
        headers |= {"Cache-Control": LIST_CACHE_CONTROL, "ETag": f'"{self._digest}"'}
        if Head.of(http.scope).known_digests(exists=True) & {self._digest, "*"}:
            return Response(status_code=NOT_MODIFIED, headers=headers)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Content-Length"] = str(len(self._written))
        body = b"" if http.method == "HEAD" else self._written
        return Response(body, OK, headers, media_type="application/json")

    def _write(self, templates: Mapping[str, Template]) -> None:
        if templates is not self._written_of:
            self._written = template_list(templates.values())
            self._digest = hashlib.sha256(self._written).hexdigest()
            self._written_of = templates
