# ruff: noqa: N802 - the names are the contract's
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from og.render.v1 import render_pb2 as pb
from og.render.v1 import render_pb2_grpc
from og_render.messages import (
    card_message,
    card_of,
    example_message,
    example_of,
    template_message,
)
from og_render.templates import TEMPLATES

if TYPE_CHECKING:
    import grpc

    from og_render.workers.pool import WorkerPool


class RenderServicer(render_pb2_grpc.RenderServiceServicer):
    """og.render.v1.RenderService."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    async def RenderCard(
        self, request: pb.RenderCardRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.RenderCardResponse:
        """Draw one card; gRPC cancels the call at its deadline, and with it its place in line."""
        del context
        card = card_of(request)
        return card_message(card, await self._pool.draw(card))

    async def ListTemplates(
        self, request: pb.ListTemplatesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.ListTemplatesResponse:
        """Describe every template."""
        del request, context
        return pb.ListTemplatesResponse(
            templates=[template_message(template) for template in TEMPLATES.values()]
        )

    async def RenderExample(
        self, request: pb.RenderExampleRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.RenderExampleResponse:
        """Draw what shows a template; it waits in line as every card does."""
        del context
        card = example_of(request)
        return example_message(card, await self._pool.draw(card))
