"""og.extract.v1.ExtractService."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import grpc

from og.extract.v1 import extract_pb2, extract_pb2_grpc
from og_edge.ai import AiStatus
from og_edge.clients.calls import answer_of
from og_edge.options import Mode
from og_edge.page import CardTag, Found, Page, PayPeriod, Pictures, Price, Rating, Value

_MODES: Final = {
    Mode.STANDARD: extract_pb2.EXTRACTION_MODE_STANDARD,
    Mode.AI: extract_pb2.EXTRACTION_MODE_AI,
}
_AI_STATUSES: Final = {
    extract_pb2.AI_OUTCOME_DELIVERED: AiStatus.DELIVERED,
    extract_pb2.AI_OUTCOME_TIMEOUT: AiStatus.TIMEOUT,
    extract_pb2.AI_OUTCOME_REJECTED: AiStatus.REJECTED,
}
"""All others are failures, also those of a version that knows more of them."""

_PERIODS: Final = {extract_pb2.PayPeriod.Value(f"PAY_PERIOD_{it.name}"): it for it in PayPeriod}


class ExtractClient:
    """Reads pages and pictures. `images` maps names to URLs; "" means the page's own.

    No picture that a page names is taken from below `own_address`, where cards are served: a card
    must not be drawn from cards.
    """

    def __init__(self, channel: grpc.aio.Channel, own_address: str) -> None:
        self._own_address = own_address
        self._stub: extract_pb2_grpc.ExtractServiceAsyncStub = extract_pb2_grpc.ExtractServiceStub(
            channel
        )

    async def extract_page(
        self, url: str, images: Mapping[str, str], timeout_s: float, *, mode: Mode, fresh: bool
    ) -> Page:
        """Read a page and fetch pictures."""
        request = extract_pb2.ExtractPageRequest(
            url=url,
            images=_image_requests(images),
            ignored_image_addresses=[self._own_address],
            mode=_MODES[mode],
            fresh=fresh,
        )
        answer = await answer_of(self._stub.ExtractPage(request, timeout=timeout_s))
        return Page(
            final_url=answer.final_url,
            language_code=answer.language_code,
            fields={item.name: Found(_found_value(item), item.source) for item in answer.fields},
            pictures=_pictures(answer.images),
            card_tags=[CardTag(tag.property, tag.url) for tag in answer.card_tags],
            ai_status=_AI_STATUSES.get(answer.ai_outcome, AiStatus.FAILED)
            if mode is Mode.AI
            else None,
            canonical_url=answer.canonical_url,
            was_fetched_before=answer.fetched_before,
            is_partial=answer.is_partial,
            scripts_name_us=answer.scripts_name_ignored_address,
        )

    async def fetch_images(self, images: Mapping[str, str], timeout_s: float) -> Pictures:
        """Fetch pictures by URL."""
        request = extract_pb2.FetchImagesRequest(images=_image_requests(images))
        answer = await answer_of(self._stub.FetchImages(request, timeout=timeout_s))
        return _pictures(answer.images)

    async def ai_configured(self, timeout_s: float) -> bool:
        """Tell whether an endpoint of a language model is configured."""
        request = extract_pb2.GetCapabilitiesRequest()
        call = self._stub.GetCapabilities(request, timeout=timeout_s)
        return (await answer_of(call)).ai_configured


def _image_requests(images: Mapping[str, str]) -> list[extract_pb2.ImageRequest]:
    return [extract_pb2.ImageRequest(field_name=name, url=url) for name, url in images.items()]


def _pictures(images: Sequence[extract_pb2.Image]) -> Pictures:
    return Pictures(
        data={
            i.field_name: i.data for i in images if i.outcome == extract_pb2.IMAGE_OUTCOME_FETCHED
        },
        failed=[i.field_name for i in images if i.outcome == extract_pb2.IMAGE_OUTCOME_FAILED],
    )


def _found_value(item: extract_pb2.FieldValue) -> Value:
    match item.WhichOneof("value"):
        case "date":
            return dt.date(item.date.year, item.date.month, item.date.day)
        case "price":
            price = item.price
            return Price(
                price.amount, price.currency_code, price.amount_max, _PERIODS.get(price.per)
            )
        case "rating":
            rating = item.rating
            return Rating(rating.value, rating.best_value, rating.rating_count)
        case "duration":
            return item.duration.ToTimedelta()
        case "time":
            zone = dt.UTC if item.time.is_utc else None
            return dt.time(item.time.hours, item.time.minutes, tzinfo=zone)
        case _:
            return item.text
