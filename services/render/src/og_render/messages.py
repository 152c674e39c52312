"""Protobuf messages to the domain's values and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from google.protobuf.duration_pb2 import Duration

from og.render.v1 import render_pb2 as pb
from og_render.cards import Card, CardSize, Drawing, ImageFormat, Template
from og_render.color.colors import Color, parse_color
from og_render.color.grounds import Theme
from og_render.errors import (
    InvalidAccentColorError,
    InvalidFieldError,
    InvalidFormatError,
    InvalidLanguageCodeError,
    InvalidSizeError,
    InvalidThemeError,
    MissingFieldError,
    UnknownFieldError,
    UnknownTemplateError,
)
from og_render.example import example_values
from og_render.fields import (
    MAX_TEXT_CHARACTERS,
    Field,
    FieldKind,
    PayPeriod,
    Price,
    Rating,
    Value,
)
from og_render.formatting import FALLBACK_LANGUAGE
from og_render.pictures.opening import MAX_PICTURE_BYTES
from og_render.templates import TEMPLATES
from og_render.text.cleaning import is_visible

MAX_LANGUAGE_CHARACTERS = 35  # RFC 5646, section 4.4.1
MAX_AMOUNT_CHARACTERS = 24
MAX_DURATION_S = 360_000  # a hundred hours
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SIZES = {
    pb.CARD_SIZE_UNSPECIFIED: CardSize.WIDE,
    pb.CARD_SIZE_WIDE: CardSize.WIDE,
    pb.CARD_SIZE_SQUARE: CardSize.SQUARE,
    pb.CARD_SIZE_TALL: CardSize.TALL,
}
_FORMATS = {
    pb.IMAGE_FORMAT_UNSPECIFIED: ImageFormat.PNG,
    pb.IMAGE_FORMAT_PNG: ImageFormat.PNG,
    pb.IMAGE_FORMAT_JPEG: ImageFormat.JPEG,
    pb.IMAGE_FORMAT_WEBP: ImageFormat.WEBP,
}
_THEMES = {pb.THEME_LIGHT: Theme.LIGHT, pb.THEME_DARK: Theme.DARK}
_KINDS = {
    FieldKind.TEXT: pb.FIELD_KIND_TEXT,
    FieldKind.DATE: pb.FIELD_KIND_DATE,
    FieldKind.PRICE: pb.FIELD_KIND_PRICE,
    FieldKind.RATING: pb.FIELD_KIND_RATING,
    FieldKind.IMAGE: pb.FIELD_KIND_IMAGE,
    FieldKind.CODE: pb.FIELD_KIND_CODE,
    FieldKind.LIST: pb.FIELD_KIND_LIST,
    FieldKind.COUNT: pb.FIELD_KIND_COUNT,
    FieldKind.DURATION: pb.FIELD_KIND_DURATION,
    FieldKind.TIME: pb.FIELD_KIND_TIME,
}
_CASES = {"text": FieldKind.TEXT, "date": FieldKind.DATE, "price": FieldKind.PRICE}
_CASES |= {"rating": FieldKind.RATING, "image": FieldKind.IMAGE}
_CASES |= {"duration": FieldKind.DURATION, "time": FieldKind.TIME}
_PERIODS = {
    pb.PAY_PERIOD_UNSPECIFIED: None,
    pb.PAY_PERIOD_HOUR: PayPeriod.HOUR,
    pb.PAY_PERIOD_DAY: PayPeriod.DAY,
    pb.PAY_PERIOD_WEEK: PayPeriod.WEEK,
    pb.PAY_PERIOD_MONTH: PayPeriod.MONTH,
    pb.PAY_PERIOD_YEAR: PayPeriod.YEAR,
}


def card_of(request: pb.RenderCardRequest) -> Card:
    """Read a request; raises the error that names the field to change."""
    card = _bare_card(request)
    values = _values(TEMPLATES[card.template_id], request)
    return replace(card, language_code=_language(request.language_code), values=values)


def example_of(request: pb.RenderExampleRequest) -> Card:
    """Read a request for a template's example; raises as card_of does."""
    card = _bare_card(request)
    return replace(card, values=example_values(TEMPLATES[card.template_id]))


def _bare_card(request: pb.RenderCardRequest | pb.RenderExampleRequest) -> Card:
    """Read how to draw, which is asked alike for cards and examples."""
    template = TEMPLATES.get(request.template_id)
    if template is None:
        known = ", ".join(TEMPLATES)
        raise UnknownTemplateError("template_id", f"must be one of {known}")
    if request.theme not in _THEMES:
        raise InvalidThemeError("theme", "must be THEME_LIGHT or THEME_DARK")
    if request.size not in _SIZES:
        raise InvalidSizeError("size", "must be a value of CardSize")
    if request.format not in _FORMATS:
        raise InvalidFormatError("format", "must be a value of ImageFormat")
    return Card(
        template_id=template.template_id,
        theme=_THEMES[request.theme],
        accent=_accent(request.accent_color),
        has_gradient=request.gradient_background,
        size=_SIZES[request.size],
        format=_FORMATS[request.format],
    )


def card_message(card: Card, drawing: Drawing) -> pb.RenderCardResponse:
    """Answer with a drawing."""
    return pb.RenderCardResponse(
        image=drawing.image,
        width_px=card.size.width,
        height_px=card.size.height,
        failed_images=drawing.failed_images,
        missing_glyphs=drawing.missing_glyphs,
    )


def example_message(card: Card, drawing: Drawing) -> pb.RenderExampleResponse:
    """Answer with the drawing of an example."""
    return pb.RenderExampleResponse(
        image=drawing.image, width_px=card.size.width, height_px=card.size.height
    )


def template_message(template: Template) -> pb.Template:
    """Describe a template."""
    fields = [
        pb.TemplateField(
            name=field.name,
            kind=_KINDS[field.kind],
            required=field.is_required,
            description=field.description,
            source=field.source,
            example=field.example,
        )
        for field in template.fields
    ]
    return pb.Template(
        template_id=template.template_id,
        display_name=template.display_name,
        description=template.description,
        default_accent_color=str(template.default_accent),
        fields=fields,
    )


def _accent(text: str) -> Color | None:
    if not text:
        return None
    try:
        return parse_color(text)
    except ValueError:
        raise InvalidAccentColorError(
            "accent_color", 'must be "#" and six lower-case hex digits, for example "#16a34a"'
        ) from None


def _language(code: str) -> str:
    if not code:
        return FALLBACK_LANGUAGE
    if len(code) > MAX_LANGUAGE_CHARACTERS or not _LANGUAGE.fullmatch(code):
        raise InvalidLanguageCodeError(
            "language_code", 'must be a BCP 47 language, for example "en" or "pt-BR"'
        )
    return code


def _values(template: Template, request: pb.RenderCardRequest) -> dict[str, Value]:
    declared = {field.name: field for field in template.fields}
    values: dict[str, Value] = {}
    for given in request.fields:
        path = f"fields[{given.name}]"
        if given.name not in declared:
            known = ", ".join(declared)
            raise UnknownFieldError(path, f"{template.template_id} has the fields {known}")
        if given.name in values:
            raise InvalidFieldError(path, "must be given at most once")
        values[given.name] = _value(declared[given.name], given, path)
    shown = {name: value for name, value in values.items() if not _is_blank(value)}
    for field in template.fields:
        if field.is_required and field.name not in shown:
            raise MissingFieldError(f"fields[{field.name}]", "must hold visible characters")
    return shown


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not is_visible(value)


def _value(field: Field, given: pb.FieldValue, path: str) -> Value:
    case = given.WhichOneof("value")
    kind = _CASES[case] if case else None
    text_suits = kind is FieldKind.TEXT and field.kind is not FieldKind.IMAGE
    if kind is not field.kind and not text_suits:
        raise InvalidFieldError(path, f"must be of kind {field.kind.value}")
    if kind is FieldKind.TEXT:
        text = _text(given.text, path)
        return (field.kind is FieldKind.DATE and _iso_day(text)) or text
    return _READERS[field.kind](getattr(given, field.kind.value), path)


def _text(text: str, path: str) -> str:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InvalidFieldError(path, f"must have at most {MAX_TEXT_CHARACTERS} characters")
    return text


def _iso_day(text: str) -> date | None:
    """Read a day as machines write it (ISO 8601, with or without a time); None for other text."""
    if not _ISO_DAY.match(text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return None


def _date(day: pb.CalendarDate, path: str) -> date:
    try:
        return date(day.year, day.month, day.day)
    except ValueError as error:
        raise InvalidFieldError(path, "must be a day of the Gregorian calendar") from error


def _price(price: pb.Price, path: str) -> Price:
    if price.currency_code and not _CURRENCY.fullmatch(price.currency_code):
        raise InvalidFieldError(path, 'currency_code must be of ISO 4217, for example "EUR"')
    if price.per not in _PERIODS:
        raise InvalidFieldError(path, "per must be a value of PayPeriod")
    amount_max = _amount(price.amount_max, path) if price.amount_max else None
    amount = _amount(price.amount, path)
    return Price(amount, price.currency_code, amount_max, _PERIODS[price.per])


def _amount(text: str, path: str) -> Decimal:
    if len(text) > MAX_AMOUNT_CHARACTERS or not _AMOUNT.fullmatch(text):
        raise InvalidFieldError(path, 'amounts must be decimal numbers, for example "1299.90"')
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidFieldError(path, "amounts must be decimal numbers") from error


def _duration(duration: Duration, path: str) -> timedelta:
    if not 0 < duration.seconds < MAX_DURATION_S:
        raise InvalidFieldError(path, f"must be from 1 to {MAX_DURATION_S - 1} seconds")
    return timedelta(seconds=duration.seconds)


def _time(clock: pb.ClockTime, path: str) -> time:
    try:
        return time(clock.hours, clock.minutes, tzinfo=UTC if clock.is_utc else None)
    except ValueError as error:
        raise InvalidFieldError(path, "must be a time of day") from error


def _rating(rating: pb.Rating, path: str) -> Rating:
    best = rating.best_value or Rating.best_value
    if not (isfinite(best) and best > 0):
        raise InvalidFieldError(path, "best_value must be over 0")
    if not 0 <= rating.value <= best:
        raise InvalidFieldError(path, "value must be from 0 to best_value")
    if rating.rating_count < 0:
        raise InvalidFieldError(path, "rating_count must not be negative")
    return Rating(rating.value, best, rating.rating_count)


def _image(data: bytes, path: str) -> bytes:
    if len(data) > MAX_PICTURE_BYTES:
        raise InvalidFieldError(path, f"must have at most {MAX_PICTURE_BYTES} bytes")
    return data


_READERS: Mapping[FieldKind, Callable[[Any, str], Value]] = {
    FieldKind.DATE: _date,
    FieldKind.PRICE: _price,
    FieldKind.RATING: _rating,
    FieldKind.IMAGE: _image,
    FieldKind.DURATION: _duration,
    FieldKind.TIME: _time,
}
"""Of the cases of FieldValue but text, which are named as their kinds."""
