"""og.render.v1.RenderService."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import grpc

from og.render.v1 import render_pb2, render_pb2_grpc
from og_edge.clients.calls import answer_of
from og_edge.page import Price, Rating, Value
from og_edge.templates import FieldKind, Template, TemplateField

LIST_TEMPLATES_TIMEOUT_S: Final = 2.0


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
        return [_template(template) for template in (await answer_of(call)).templates]

    async def render_card(
        self,
        template_id: str,
        values: Mapping[str, Value],
        *,
        dark: bool,
        accent_color: str,
        gradient: bool,
        language_code: str,
        timeout_s: float,
    ) -> tuple[bytes, list[str]]:
        """Draw a card; give the PNG and the fields whose picture could not be decoded."""
        request = render_pb2.RenderCardRequest(
            template_id=template_id,
            theme=render_pb2.THEME_DARK if dark else render_pb2.THEME_LIGHT,
            accent_color=accent_color,
            gradient_background=gradient,
            language_code=language_code,
            fields=[_field_value(name, value) for name, value in values.items()],
        )
        answer = await answer_of(self._stub.RenderCard(request, timeout=timeout_s))
        return answer.image, list(answer.failed_images)


def _template(template: render_pb2.Template) -> Template:
    return Template(
        template_id=template.template_id,
        fields={
            field.name: TemplateField(field.name, _FIELD_KINDS[field.kind], field.required)
            for field in template.fields
        },
    )


_FIELD_KINDS: Final = {
    render_pb2.FieldKind.Value(f"FIELD_KIND_{kind.name}"): kind for kind in FieldKind
}


def _field_value(name: str, value: Value) -> render_pb2.FieldValue:
    message = render_pb2.FieldValue(name=name)
    match value:
        case str():
            message.text = value
        case bytes():
            message.image = value
        case dt.date():
            message.date.CopyFrom(_message_date(value))
        case Price():
            message.price.amount = value.amount
            message.price.currency_code = value.currency_code
        case Rating():
            message.rating.value = value.value
            message.rating.best_value = value.best_value
            message.rating.rating_count = value.rating_count
    return message


def _message_date(day: dt.date) -> render_pb2.CalendarDate:
    return render_pb2.CalendarDate(year=day.year, month=day.month, day=day.day)
