"""Messages of InspectPage to domain values and back."""

from __future__ import annotations

from typing import Final

from google.protobuf.duration_pb2 import Duration

from og.extract.v1 import extract_pb2 as pb
from og_extract.fetch.trail import Hop
from og_extract.inspection.outcomes import (
    InspectedPage,
    InspectedPicture,
    Inspection,
    PageOutcome,
    PictureOutcome,
)
from og_extract.inspection.tags import PageTag
from og_extract.messages import KINDS
from og_service.errors import InvalidRequestError

MAX_USER_AGENT_CHARS: Final = 256

_PICTURE_HEADERS: Final = frozenset({"cache-control", "content-length", "content-type", "location"})
_PAGE_OUTCOMES: Final = {
    PageOutcome.FETCHED: pb.PAGE_OUTCOME_FETCHED,
    PageOutcome.UNREACHABLE: pb.PAGE_OUTCOME_UNREACHABLE,
    PageOutcome.STATUS: pb.PAGE_OUTCOME_STATUS,
    PageOutcome.TOO_MANY_REDIRECTS: pb.PAGE_OUTCOME_TOO_MANY_REDIRECTS,
    PageOutcome.NOT_HTML: pb.PAGE_OUTCOME_NOT_HTML,
    PageOutcome.TOO_COMPLEX: pb.PAGE_OUTCOME_TOO_COMPLEX,
    PageOutcome.PAUSED: pb.PAGE_OUTCOME_PAUSED,
}
_PICTURE_OUTCOMES: Final = {
    PictureOutcome.FETCHED: pb.PICTURE_OUTCOME_FETCHED,
    PictureOutcome.URL_NOT_ALLOWED: pb.PICTURE_OUTCOME_URL_NOT_ALLOWED,
    PictureOutcome.UNREACHABLE: pb.PICTURE_OUTCOME_UNREACHABLE,
    PictureOutcome.STATUS: pb.PICTURE_OUTCOME_STATUS,
    PictureOutcome.TOO_MANY_REDIRECTS: pb.PICTURE_OUTCOME_TOO_MANY_REDIRECTS,
    PictureOutcome.TOO_LARGE: pb.PICTURE_OUTCOME_TOO_LARGE,
    PictureOutcome.NOT_A_PICTURE: pb.PICTURE_OUTCOME_NOT_A_PICTURE,
    PictureOutcome.BROKEN: pb.PICTURE_OUTCOME_BROKEN,
    PictureOutcome.SKIPPED: pb.PICTURE_OUTCOME_SKIPPED,
}


def user_agent_of(request: pb.InspectPageRequest) -> str:
    """Give the user agent to ask as, "" for our own. Raises InvalidRequestError."""
    name = request.user_agent
    if len(name) > MAX_USER_AGENT_CHARS or not (name.isascii() and name.isprintable()):
        raise InvalidRequestError(
            "user_agent", f"must have at most {MAX_USER_AGENT_CHARS} printable ASCII characters"
        )
    return name.strip()


def inspection_message(inspection: Inspection) -> pb.InspectPageResponse:
    """Tell what a page has for link previews."""
    return pb.InspectPageResponse(
        outcome=_PAGE_OUTCOMES[inspection.outcome],
        hops=map(_hop_message, inspection.hops),
        page=None if inspection.page is None else _page_message(inspection.page),
        pictures=map(_picture_message, inspection.pictures),
        robots_txt=pb.RobotsTxt(status_code=inspection.robots.status, text=inspection.robots.text),
    )


def _page_message(page: InspectedPage) -> pb.InspectedPage:
    tagged = page.tagged
    return pb.InspectedPage(
        sent_bytes=page.sent_bytes,
        html_bytes=tagged.html_bytes,
        is_cut=page.is_cut,
        latency=_duration(page.latency_s),
        base_url=tagged.base_url,
        language=tagged.language,
        header_charset=tagged.header_charset,
        markup_charset=tagged.markup_charset,
        charset=tagged.charset,
        kind=KINDS[tagged.kind],
        kind_reason=tagged.kind_reason,
        tags=map(_tag_message, tagged.tags),
    )


def _tag_message(tag: PageTag) -> pb.PageTag:
    return pb.PageTag(
        element=tag.element,
        attribute=tag.attribute,
        name=tag.name,
        value=tag.value,
        detail=tag.detail,
        start_byte=tag.start_byte,
        is_in_body=tag.is_in_body,
    )


def _picture_message(picture: InspectedPicture) -> pb.InspectedPicture:
    message = pb.InspectedPicture(
        url=picture.url,
        outcome=_PICTURE_OUTCOMES[picture.outcome],
        hops=map(_hop_message, picture.hops),
        size_bytes=picture.size_bytes,
        format=picture.format,
        width_px=picture.width_px,
        height_px=picture.height_px,
        latency=_duration(picture.latency_s),
        preview_webp=picture.preview_webp,
    )
    for hop in message.hops:
        kept = [header for header in hop.headers if header.name in _PICTURE_HEADERS]
        del hop.headers[:]
        hop.headers.extend(kept)
    return message


def _hop_message(hop: Hop) -> pb.Hop:
    return pb.Hop(
        url=hop.url,
        status_code=hop.status,
        headers=[pb.HttpHeader(name=name, value=value) for name, value in hop.headers],
        latency=_duration(hop.latency_s),
    )


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1_000) * 1_000_000)
    return duration
