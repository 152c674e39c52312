from __future__ import annotations

from typing import Any

import grpc

from og.extract.v1 import extract_pb2 as pb
from og.extract.v1 import extract_pb2_grpc
from og_extract.extractor import Extractor
from og_extract.inspection_messages import inspection_message, user_agent_of
from og_extract.messages import (
    addresses_of,
    explanation_message,
    given_wishes_of,
    image_message,
    is_ai_wished,
    page_message,
    url_of,
    wishes_of,
)

Context = grpc.aio.ServicerContext[Any, Any]


class ExtractServicer(extract_pb2_grpc.ExtractServiceServicer):
    """og.extract.v1.ExtractService over an Extractor."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    async def ExtractPage(  # noqa: N802 - named by the contract
        self, request: pb.ExtractPageRequest, context: Context
    ) -> pb.ExtractPageResponse:
        """Read a page and fetch the pictures asked for."""
        extraction = await self._extractor.extract(
            url_of(request),
            wishes_of(request.images),
            context.time_remaining() or 0,
            addresses_of(request.ignored_image_addresses),
            fresh=request.fresh,
            by_ai=is_ai_wished(request.mode),
        )
        return page_message(extraction)

    async def FetchImages(  # noqa: N802 - named by the contract
        self, request: pb.FetchImagesRequest, context: Context
    ) -> pb.FetchImagesResponse:
        """Fetch pictures without a page."""
        wishes = given_wishes_of(request.images)
        images = await self._extractor.fetch_images(wishes, context.time_remaining() or 0)
        return pb.FetchImagesResponse(images=map(image_message, images))

    async def ExplainPage(  # noqa: N802 - named by the contract
        self, request: pb.ExplainPageRequest, context: Context
    ) -> pb.ExplainPageResponse:
        """Read a page and tell what became of all that it offers."""
        page = await self._extractor.explain(url_of(request), context.time_remaining() or 0)
        return explanation_message(page)

    async def InspectPage(  # noqa: N802 - named by the contract
        self, request: pb.InspectPageRequest, context: Context
    ) -> pb.InspectPageResponse:
        """Look at a page as a link preview does."""
        inspection = await self._extractor.inspect(
            url_of(request), user_agent_of(request), context.time_remaining() or 0
        )
        return inspection_message(inspection)

    async def GetCapabilities(  # noqa: N802 - named by the contract
        self, request: pb.GetCapabilitiesRequest, context: Context
    ) -> pb.GetCapabilitiesResponse:
        """Tell what the service is set up for."""
        del request, context
        return pb.GetCapabilitiesResponse(ai_configured=self._extractor.has_ai)
