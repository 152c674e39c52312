"""GET and HEAD /templates/<template id>.webp: what a template looks like, for everybody."""

from __future__ import annotations

import uuid
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from og_edge.errors import ApiError, InternalError, MethodNotAllowedError
from og_edge.examples import Examples, parse_look
from og_edge.incoming import Head
from og_edge.kept_drawings import KeptDrawing
from og_edge.responses import NOT_MODIFIED, OK, error_response
from og_service.status import RemoteError

log = structlog.get_logger()

EXAMPLES_PATH: Final = "/templates/{category}/{name}.webp"
EXAMPLE_CACHE_CONTROL: Final = "public, max-age=86400, stale-while-revalidate=604800"


def example_path(template_id: str) -> str:
    """Give the path of a template's picture; its query may say theme, accentColor and more."""
    return f"/templates/{template_id}.webp"


class ExamplesEndpoint:
    """Answers with pictures of templates."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples

    async def respond(self, http: Request) -> Response:
        """Give the picture, 304 where the client has it, or an error in the form of all others."""
        headers = {"X-Request-Id": str(uuid.uuid4())}
        try:
            if http.method not in {"GET", "HEAD"}:
                raise MethodNotAllowedError("Use GET or HEAD.")
            example = await self._example(http)
        except ApiError as error:
            return error_response(error, headers)
        headers |= {"Cache-Control": EXAMPLE_CACHE_CONTROL, "ETag": f'"{example.digest}"'}
        if Head.of(http.scope).known_digests(exists=True) & {example.digest, "*"}:
            return Response(status_code=NOT_MODIFIED, headers=headers)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Content-Length"] = str(len(example.image))
        body = b"" if http.method == "HEAD" else example.image
        return Response(body, OK, headers, media_type="image/webp")

    async def _example(self, http: Request) -> KeptDrawing:
        template_id = "{category}/{name}".format(**http.path_params)
        try:
            return await self._examples.get(parse_look(template_id, http.scope["query_string"]))
        except (RemoteError, TimeoutError) as error:
            log.warning("example not drawn", template=template_id, cause=str(error))
            raise InternalError from None
