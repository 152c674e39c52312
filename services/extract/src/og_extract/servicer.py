from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import grpc

from og.extract.v1 import extract_pb2 as pb
from og.extract.v1 import extract_pb2_grpc
from og_extract.extractor import Extractor
from og_extract.fetch.addresses import Addresses
from og_extract.images import Image, ImageWish, Outcome
from og_extract.limits import MAX_IMAGES
from og_extract.read.page import Field, Page
from og_service.errors import InvalidRequestError

Context = grpc.aio.ServicerContext[Any, Any]

MAX_FIELD_NAME_CHARS = 64
MAX_IGNORED_ADDRESSES = 8
KNOWN_FIELDS = frozenset({"favicon", "image", "productImage", "avatar"})

_OUTCOMES = {
    Outcome.FETCHED: pb.IMAGE_OUTCOME_FETCHED,
    Outcome.NOT_NAMED: pb.IMAGE_OUTCOME_NOT_NAMED,
    Outcome.FAILED: pb.IMAGE_OUTCOME_FAILED,
}


class ExtractServicer(extract_pb2_grpc.ExtractServiceServicer):
    """og.extract.v1.ExtractService over an Extractor."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    async def ExtractPage(  # noqa: N802 - named by the contract
        self, request: pb.ExtractPageRequest, context: Context
    ) -> pb.ExtractPageResponse:
        """Read a page and fetch the pictures asked for."""
        if not request.url:
            raise InvalidRequestError("url", "is required")
        wishes = _wishes(request.images)
        ignored = _addresses(request.ignored_image_addresses)
        extraction = await self._extractor.extract(
            request.url, wishes, context.time_remaining() or 0, ignored
        )
        return _response(extraction.page, extraction.images)

    async def FetchImages(  # noqa: N802 - named by the contract
        self, request: pb.FetchImagesRequest, context: Context
    ) -> pb.FetchImagesResponse:
        """Fetch pictures without a page."""
        wishes = _wishes(request.images)
        for index, wish in enumerate(wishes):
            if not wish.url:
                raise InvalidRequestError(f"images[{index}].url", "is required")
        images = await self._extractor.fetch_images(wishes, context.time_remaining() or 0)
        return pb.FetchImagesResponse(images=map(_image, images))


def _wishes(requests: Sequence[pb.ImageRequest]) -> list[ImageWish]:
    if len(requests) > MAX_IMAGES:
        raise InvalidRequestError("images", f"at most {MAX_IMAGES} are allowed")
    names = [request.field_name for request in requests]
    for index, request in enumerate(requests):
        field, name = f"images[{index}].field_name", request.field_name
        if not name or len(name) > MAX_FIELD_NAME_CHARS:
            raise InvalidRequestError(field, f"must have 1 to {MAX_FIELD_NAME_CHARS} characters")
        if names.index(name) != index:
            raise InvalidRequestError(field, "must occur once")
        if not request.url and name not in KNOWN_FIELDS:
            raise InvalidRequestError(field, f"without a url must be one of {_known()}")
    return [ImageWish(request.field_name, request.url) for request in requests]


def _addresses(urls: Sequence[str]) -> Addresses:
    if len(urls) > MAX_IGNORED_ADDRESSES:
        raise InvalidRequestError(
            "ignored_image_addresses", f"at most {MAX_IGNORED_ADDRESSES} are allowed"
        )
    return Addresses(tuple(urls))


def _known() -> str:
    return ", ".join(sorted(KNOWN_FIELDS))


def _response(page: Page, images: Iterable[Image]) -> pb.ExtractPageResponse:
    return pb.ExtractPageResponse(
        final_url=page.final_url,
        canonical_url=page.canonical_url,
        language_code=page.language,
        fields=[_field(name, field) for name, field in page.fields.items()],
        images=map(_image, images),
        card_tags=[pb.CardTag(property=tag.property, url=tag.url) for tag in page.card_tags],
    )


def _field(name: str, field: Field) -> pb.FieldValue:
    value = pb.FieldValue(name=name, source=field.source)
    if field.day is not None:
        year, month, day = field.day
        value.date.CopyFrom(pb.CalendarDate(year=year, month=month, day=day))
    elif field.price is not None:
        value.price.amount, value.price.currency_code = field.price.amount, field.price.currency
    elif field.rating is not None:
        value.rating.value, value.rating.best_value = field.rating.value, field.rating.best
        value.rating.rating_count = field.rating.count
    else:
        value.text = field.text
    return value


def _image(image: Image) -> pb.Image:
    return pb.Image(
        field_name=image.field_name,
        source_url=image.source_url,
        data=image.data,
        outcome=_OUTCOMES[image.outcome],
    )
