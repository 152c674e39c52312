"""Messages of og.extract.v1 to domain values and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from og.extract.v1 import extract_pb2 as pb
from og_extract.ai.outcome import AiOutcome
from og_extract.extractor import Extraction
from og_extract.fetch.addresses import Addresses
from og_extract.images import Image, ImageWish, Outcome
from og_extract.limits import MAX_IMAGES
from og_extract.read.choosing.page import Field, Page
from og_extract.read.choosing.rules import Candidate
from og_extract.read.choosing.rules import Outcome as CandidateOutcome
from og_extract.read.kinds.page_kind import PageKind
from og_extract.read.values.prices import PayPeriod, Price
from og_service.errors import InvalidRequestError

MAX_FIELD_NAME_CHARS = 64
MAX_IGNORED_ADDRESSES = 8
KNOWN_FIELDS: Final = ("avatar", "favicon", "image", "productImage")

_OUTCOMES = {
    Outcome.FETCHED: pb.IMAGE_OUTCOME_FETCHED,
    Outcome.NOT_NAMED: pb.IMAGE_OUTCOME_NOT_NAMED,
    Outcome.FAILED: pb.IMAGE_OUTCOME_FAILED,
}
_CANDIDATE_OUTCOMES = {
    CandidateOutcome.CHOSEN: pb.CANDIDATE_OUTCOME_CHOSEN,
    CandidateOutcome.LOST: pb.CANDIDATE_OUTCOME_LOST,
    CandidateOutcome.REFUSED: pb.CANDIDATE_OUTCOME_REFUSED,
}
_MODES = {
    pb.EXTRACTION_MODE_UNSPECIFIED: False,
    pb.EXTRACTION_MODE_STANDARD: False,
    pb.EXTRACTION_MODE_AI: True,
}
"""Whether a language model is asked."""
_AI_OUTCOMES = {
    None: pb.AI_OUTCOME_UNSPECIFIED,
    AiOutcome.DELIVERED: pb.AI_OUTCOME_DELIVERED,
    AiOutcome.FAILED: pb.AI_OUTCOME_FAILED,
    AiOutcome.TIMEOUT: pb.AI_OUTCOME_TIMEOUT,
    AiOutcome.REJECTED: pb.AI_OUTCOME_REJECTED,
}

KINDS = {
    PageKind.CONTENT: pb.PAGE_KIND_CONTENT,
    PageKind.CHALLENGE: pb.PAGE_KIND_CHALLENGE,
    PageKind.LOGIN: pb.PAGE_KIND_LOGIN,
    PageKind.NOT_FOUND: pb.PAGE_KIND_NOT_FOUND,
    PageKind.EMPTY_SHELL: pb.PAGE_KIND_EMPTY_SHELL,
}

_PERIODS = {
    None: pb.PAY_PERIOD_UNSPECIFIED,
    PayPeriod.HOUR: pb.PAY_PERIOD_HOUR,
    PayPeriod.DAY: pb.PAY_PERIOD_DAY,
    PayPeriod.WEEK: pb.PAY_PERIOD_WEEK,
    PayPeriod.MONTH: pb.PAY_PERIOD_MONTH,
    PayPeriod.YEAR: pb.PAY_PERIOD_YEAR,
}


def url_of(
    request: pb.ExtractPageRequest | pb.ExplainPageRequest | pb.InspectPageRequest,
) -> str:
    """Give the page's URL. Raises InvalidRequestError."""
    if not request.url:
        raise InvalidRequestError("url", "is required")
    return request.url


def wishes_of(requests: Sequence[pb.ImageRequest]) -> list[ImageWish]:
    """Give the pictures wished for beside a page. Raises InvalidRequestError."""
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
            known = ", ".join(KNOWN_FIELDS)
            raise InvalidRequestError(field, f"without a url must be one of {known}")
    return [ImageWish(request.field_name, request.url) for request in requests]


def given_wishes_of(requests: Sequence[pb.ImageRequest]) -> list[ImageWish]:
    """Give the pictures wished for without a page. Raises InvalidRequestError."""
    wishes = wishes_of(requests)
    for index, wish in enumerate(wishes):
        if not wish.url:
            raise InvalidRequestError(f"images[{index}].url", "is required")
    return wishes


def addresses_of(urls: Sequence[str]) -> Addresses:
    """Give the addresses to ignore. Raises InvalidRequestError."""
    if len(urls) > MAX_IGNORED_ADDRESSES:
        raise InvalidRequestError(
            "ignored_image_addresses", f"at most {MAX_IGNORED_ADDRESSES} are allowed"
        )
    return Addresses(tuple(urls))


def is_ai_wished(mode: pb.ExtractionMode.ValueType) -> bool:
    """Tell whether a language model is to read the page. Raises InvalidRequestError."""
    if mode not in _MODES:
        raise InvalidRequestError("mode", "must be EXTRACTION_MODE_STANDARD or EXTRACTION_MODE_AI")
    return _MODES[mode]


def page_message(extraction: Extraction) -> pb.ExtractPageResponse:
    """Tell what a page says."""
    page = extraction.page
    return pb.ExtractPageResponse(
        final_url=page.final_url,
        canonical_url=page.canonical_url,
        language_code=page.language,
        fields=[_field_message(name, field) for name, field in page.fields.items()],
        images=map(image_message, extraction.images),
        card_tags=_card_tags(page),
        ai_outcome=_AI_OUTCOMES[extraction.ai_outcome],
        fetched_before=extraction.was_fetched_before,
        scripts_name_ignored_address=page.scripts_name_sought_address,
        is_partial=extraction.is_partial,
    )


def explanation_message(page: Page) -> pb.ExplainPageResponse:
    """Tell what became of all that a page offers."""
    return pb.ExplainPageResponse(
        final_url=page.final_url,
        canonical_url=page.canonical_url,
        language_code=page.language,
        kind=KINDS[page.kind],
        kind_reason=page.kind_reason,
        fields=[
            pb.FieldExplanation(name=name, candidates=map(_candidate_message, candidates))
            for name, candidates in page.explanations.items()
        ],
        card_tags=_card_tags(page),
        page_bytes=page.page_bytes,
    )


def image_message(image: Image) -> pb.Image:
    """Tell how fetching a picture went."""
    return pb.Image(
        field_name=image.field_name,
        source_url=image.source_url,
        data=image.data,
        outcome=_OUTCOMES[image.outcome],
    )


def _card_tags(page: Page) -> list[pb.CardTag]:
    return [pb.CardTag(property=tag.property, url=tag.url) for tag in page.card_tags]


def _candidate_message(candidate: Candidate) -> pb.Candidate:
    return pb.Candidate(
        source=candidate.source,
        value=candidate.value,
        outcome=_CANDIDATE_OUTCOMES[candidate.outcome],
        reason=candidate.reason,
    )


def _field_message(name: str, field: Field) -> pb.FieldValue:
    value = pb.FieldValue(name=name, source=field.source)
    if field.day is not None:
        year, month, day = field.day
        value.date.CopyFrom(pb.CalendarDate(year=year, month=month, day=day))
    elif field.price is not None:
        value.price.CopyFrom(_price_message(field.price))
    elif field.rating is not None:
        value.rating.value, value.rating.best_value = field.rating.value, field.rating.best
        value.rating.rating_count = field.rating.count
    elif field.duration_s is not None:
        value.duration.FromSeconds(field.duration_s)
    elif field.clock is not None:
        hours, minutes, is_utc = field.clock
        value.time.CopyFrom(pb.ClockTime(hours=hours, minutes=minutes, is_utc=is_utc))
    else:
        value.text = field.text
    return value


def _price_message(price: Price) -> pb.Price:
    return pb.Price(
        amount=price.amount,
        currency_code=price.currency,
        amount_max=price.amount_max,
        per=_PERIODS[price.per],
    )
