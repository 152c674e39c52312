"""og.render.v1.RenderService."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import grpc

from og.render.v1 import render_pb2, render_pb2_grpc
from og_edge.card_request import CardRequest
from og_edge.clients.calls import answer_of
from og_edge.drawing import Rendering
from og_edge.examples import ExampleLook
from og_edge.options import CardSize, ImageFormat, Theme
from og_edge.page import PayPeriod, Price, Rating, Value
from og_edge.templates import FieldKind, Template, TemplateField

LIST_TEMPLATES_TIMEOUT_S: Final = 2.0

_THEMES: Final = {it: render_pb2.Theme.Value(f"THEME_{it.name}") for it in Theme}
_SIZES: Final = {it: render_pb2.CardSize.Value(f"CARD_SIZE_{it.name}") for it in CardSize}
_FORMATS: Final = {
    it: render_pb2.ImageFormat.Value(f"IMAGE_FORMAT_{it.name}") for it in ImageFormat
}
_FIELD_KINDS: Final = {
    render_pb2.FieldKind.Value(f"FIELD_KIND_{kind.name}"): kind for kind in FieldKind
}

_PERIODS: Final = {it: render_pb2.PayPeriod.Value(f"PAY_PERIOD_{it.name}") for it in PayPeriod}


class RenderClient:
    """Draws cards."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: render_pb2_grpc.RenderServiceAsyncStub = render_pb2_grpc.RenderServiceStub(
            channel
        )

    async def list_templates(self) -> list[Template]:
        """List all templates."""
        request = render_pb2.ListTemplatesRequest()
        call = self._stub.ListTemplates(request, timeout=LIST_TEMPLATES_TIMEOUT_S)
        return [read_template(template) for template in (await answer_of(call)).templates]

    async def render_card(
        self,
        request: CardRequest,
        values: Mapping[str, Value],
        *,
        language_code: str,
        timeout_s: float,
    ) -> Rendering:
        """Draw a card of these values in the template, size, colours and format asked for."""
        message = render_pb2.RenderCardRequest(
            template_id=request.template_id,
            theme=_THEMES[request.theme],
            accent_color=request.accent_color,
            gradient_background=request.gradient,
            language_code=language_code,
            fields=[_field_value(name, value) for name, value in values.items()],
            size=_SIZES[request.size],
            format=_FORMATS[request.format],
        )
        answer = await answer_of(self._stub.RenderCard(message, timeout=timeout_s))
        return Rendering(answer.image, list(answer.failed_images), list(answer.missing_glyphs))

    async def render_example(self, look: ExampleLook, timeout_s: float) -> bytes:
        """Draw what shows a template, as WebP."""
        message = render_pb2.RenderExampleRequest(
            template_id=look.template_id,
            theme=_THEMES[look.theme],
            accent_color=look.accent_color,
            gradient_background=look.gradient,
            size=_SIZES[look.size],
            format=render_pb2.IMAGE_FORMAT_WEBP,
        )
        return (await answer_of(self._stub.RenderExample(message, timeout=timeout_s))).image


def read_template(template: render_pb2.Template) -> Template:
    """Read a template, also one of a render service that is older or newer than this code."""
    # Before fields had sources, each was filled from the metadata of its own name.
    has_sources = any(field.source for field in template.fields)
    fields = (
        TemplateField(
            name=field.name,
            # Text suits every kind but pictures, so that is what a kind of tomorrow is.
            kind=_FIELD_KINDS.get(field.kind, FieldKind.TEXT),
            required=field.required,
            source=field.source if has_sources else field.name,
            description=field.description,
            example=field.example,
        )
        for field in template.fields
    )
    return Template(
        template_id=template.template_id,
        fields={field.name: field for field in fields},
        name=template.display_name,
        description=template.description,
        default_accent_color=template.default_accent_color,
    )


def _field_value(name: str, value: Value) -> render_pb2.FieldValue:
    message = render_pb2.FieldValue(name=name)
    match value:
        case str():
            message.text = value
        case bytes():
            message.image = value
        case dt.date():
            message.date.CopyFrom(_message_date(value))
        case dt.timedelta():
            message.duration.FromTimedelta(value)
        case dt.time():
            message.time.hours, message.time.minutes = value.hour, value.minute
            message.time.is_utc = value.tzinfo is not None
        case Price():
            message.price.amount = value.amount
            message.price.currency_code = value.currency_code
            message.price.amount_max = value.amount_max
            if value.per:
                message.price.per = _PERIODS[value.per]
        case Rating():
            message.rating.value = value.value
            message.rating.best_value = value.best_value
            message.rating.rating_count = value.rating_count
    return message


def _message_date(day: dt.date) -> render_pb2.CalendarDate:
    return render_pb2.CalendarDate(year=day.year, month=day.month, day=day.day)
