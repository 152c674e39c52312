"""InspectPage of og.extract.v1.ExtractService."""

from __future__ import annotations

from typing import Final

import grpc

from og.extract.v1 import extract_pb2, extract_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.link_previews.inspection import (
    Hop,
    InspectedPage,
    InspectedPicture,
    Inspection,
    PageKind,
    PageOutcome,
    PageTag,
    PictureOutcome,
    RobotsTxt,
)

_PAGE_OUTCOMES: Final = {
    extract_pb2.PageOutcome.Value(f"PAGE_OUTCOME_{it.name}"): it for it in PageOutcome
}
_PICTURE_OUTCOMES: Final = {
    extract_pb2.PictureOutcome.Value(f"PICTURE_OUTCOME_{it.name}"): it for it in PictureOutcome
}
_KINDS: Final = {extract_pb2.PageKind.Value(f"PAGE_KIND_{it.name}"): it for it in PageKind}


class InspectionClient:
    """See og_edge.link_previews.inspection.Inspector."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: extract_pb2_grpc.ExtractServiceAsyncStub = extract_pb2_grpc.ExtractServiceStub(
            channel
        )

    async def inspect(self, url: str, user_agent: str, timeout_s: float) -> Inspection:
        """See Inspector."""
        request = extract_pb2.InspectPageRequest(url=url, user_agent=user_agent)
        answer = await result_of(self._stub.InspectPage(request, timeout=timeout_s))
        return Inspection(
            outcome=_PAGE_OUTCOMES.get(answer.outcome, PageOutcome.UNREACHABLE),
            hops=[_hop(hop) for hop in answer.hops],
            page=_page(answer.page) if answer.HasField("page") else None,
            pictures=[_picture(picture) for picture in answer.pictures],
            robots=RobotsTxt(answer.robots_txt.status_code, answer.robots_txt.text),
        )


def _hop(hop: extract_pb2.Hop) -> Hop:
    headers = [(header.name, header.value) for header in hop.headers]
    return Hop(hop.url, hop.status_code, headers, hop.latency.ToTimedelta().total_seconds())


def _page(page: extract_pb2.InspectedPage) -> InspectedPage:
    return InspectedPage(
        tags=[_tag(tag) for tag in page.tags],
        base_url=page.base_url,
        sent_bytes=page.sent_bytes,
        html_bytes=page.html_bytes,
        is_cut=page.is_cut,
        latency_s=page.latency.ToTimedelta().total_seconds(),
        language=page.language,
        header_charset=page.header_charset,
        markup_charset=page.markup_charset,
        charset=page.charset,
        kind=_KINDS.get(page.kind, PageKind.CONTENT),
        kind_reason=page.kind_reason,
    )


def _tag(tag: extract_pb2.PageTag) -> PageTag:
    return PageTag(
        tag.element,
        tag.attribute,
        tag.name,
        tag.value,
        tag.detail,
        tag.start_byte,
        tag.is_in_body,
    )


def _picture(picture: extract_pb2.InspectedPicture) -> InspectedPicture:
    return InspectedPicture(
        url=picture.url,
        outcome=_PICTURE_OUTCOMES.get(picture.outcome, PictureOutcome.UNREACHABLE),
        hops=[_hop(hop) for hop in picture.hops],
        size_bytes=picture.size_bytes,
        format=picture.format,
        width_px=picture.width_px,
        height_px=picture.height_px,
        latency_s=picture.latency.ToTimedelta().total_seconds(),
        preview_webp=picture.preview_webp,
    )
