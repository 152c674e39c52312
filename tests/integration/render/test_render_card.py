from __future__ import annotations

import asyncio
import io
from typing import cast

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from PIL import Image

from og.render.v1 import render_pb2 as pb
from og.render.v1 import render_pb2_grpc
from og_render import sample_pictures
from og_render.templates import TEMPLATES
from og_service.status import from_rpc_error

TIMEOUT_S = 20


def request(**changes: object) -> pb.RenderCardRequest:
    told = {
        "template_id": "product/standard",
        "theme": "THEME_LIGHT",
        "fields": [{"name": "title", "text": "Arc Lamp"}],
        **changes,
    }
    return ParseDict(told, pb.RenderCardRequest())


def of_template(
    template_id: str, name: str, *, language_code: str = "en", **value: object
) -> pb.RenderCardRequest:
    return request(
        template_id=template_id,
        language_code=language_code,
        fields=[{"name": "title", "text": "Arc Lamp"}, {"name": name, **value}],
    )


def with_field(name: str, **value: object) -> pb.RenderCardRequest:
    return request(fields=[{"name": "title", "text": "Arc Lamp"}, {"name": name, **value}])


async def test_a_card_comes_back_as_a_png(render: render_pb2_grpc.RenderServiceAsyncStub) -> None:
    answer = await render.RenderCard(request(), timeout=TIMEOUT_S)
    image = Image.open(io.BytesIO(answer.image))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert not image.has_transparency_data
    assert (answer.width_px, answer.height_px) == (1200, 630)
    assert not answer.failed_images


async def test_equal_requests_give_equal_bytes_from_any_worker(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    wanted = request(language_code="ja", gradient_background=True)
    others = [request(language_code=code) for code in ("ar", "ko", "th", "en")]
    asked = [wanted, *others, wanted, *others, wanted, wanted]
    answers = await asyncio.gather(*(render.RenderCard(it, timeout=TIMEOUT_S) for it in asked))
    pngs = {answer.image for it, answer in zip(asked, answers, strict=True) if it is wanted}
    assert len(pngs) == 1


async def test_every_kind_of_value_is_drawn(render: render_pb2_grpc.RenderServiceAsyncStub) -> None:
    bare = (await render.RenderCard(request(), timeout=TIMEOUT_S)).image
    for asked in (
        with_field("price", price={"amount": "1299.90", "currency_code": "EUR"}),
        with_field("price", price={"amount": "1299.90"}),
        with_field("rating", rating={"value": 8.5, "best_value": 10, "rating_count": 12}),
        with_field("rating", text="4.5"),
        with_field("brand", text="Nord"),
    ):
        answer = await render.RenderCard(asked, timeout=TIMEOUT_S)
        assert answer.image != bare
    pictured = request()
    pictured.fields.add(name="productImage", image=sample_pictures.product_photo())
    assert (await render.RenderCard(pictured, timeout=TIMEOUT_S)).image != bare


@pytest.mark.parametrize("name", ["siteName", "brand", "price", "rating"])
async def test_a_text_of_nothing_visible_counts_as_absent(
    render: render_pb2_grpc.RenderServiceAsyncStub, name: str
) -> None:
    blank = await render.RenderCard(with_field(name, text="\u200d\u3164 "), timeout=TIMEOUT_S)
    assert blank.image == (await render.RenderCard(request(), timeout=TIMEOUT_S)).image


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0" + b"\0" * 64])
async def test_a_picture_that_cannot_be_opened_is_left_out_and_named(
    render: render_pb2_grpc.RenderServiceAsyncStub, data: bytes
) -> None:
    asked = request()
    asked.fields.add(name="favicon", image=data)
    answer = await render.RenderCard(asked, timeout=TIMEOUT_S)
    assert list(answer.failed_images) == ["favicon"]
    assert answer.image == (await render.RenderCard(request(), timeout=TIMEOUT_S)).image


async def test_an_example_has_all_its_pictures_and_suits_its_template(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    asked = pb.RenderExampleRequest(theme=pb.THEME_DARK, size=pb.CARD_SIZE_SQUARE)
    asked.format = pb.IMAGE_FORMAT_WEBP
    drawn = set()
    for template_id in TEMPLATES:
        asked.template_id = template_id
        answer = await render.RenderExample(asked, timeout=TIMEOUT_S)
        image = Image.open(io.BytesIO(answer.image))
        assert (image.format, image.size) == ("WEBP", (1080, 1080))
        assert (answer.width_px, answer.height_px) == (1080, 1080)
        drawn.add(answer.image)
    assert len(drawn) == len(TEMPLATES)


async def test_an_example_of_what_does_not_exist_is_refused(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await render.RenderExample(pb.RenderExampleRequest(theme=pb.THEME_DARK), timeout=TIMEOUT_S)
    assert from_rpc_error(refused.value).reason == "UNKNOWN_TEMPLATE"


LONG = "x" * 4_001


@pytest.mark.parametrize(
    ("asked", "reason", "field"),
    [
        (request(template_id=""), "UNKNOWN_TEMPLATE", "template_id"),
        (request(template_id="generic/nothing"), "UNKNOWN_TEMPLATE", "template_id"),
        (request(theme="THEME_UNSPECIFIED"), "INVALID_THEME", "theme"),
        (request(theme=7), "INVALID_THEME", "theme"),
        (request(accent_color="red"), "INVALID_ACCENT_COLOR", "accent_color"),
        (request(accent_color="#16A34A"), "INVALID_ACCENT_COLOR", "accent_color"),
        (request(language_code="english please"), "INVALID_LANGUAGE_CODE", "language_code"),
        (request(language_code="e"), "INVALID_LANGUAGE_CODE", "language_code"),
        (request(language_code="en-" * 20), "INVALID_LANGUAGE_CODE", "language_code"),
        (with_field("author", text="Jane"), "UNKNOWN_FIELD", "fields[author]"),
        (with_field("title", text="again"), "INVALID_FIELD", "fields[title]"),
        (with_field("price"), "INVALID_FIELD", "fields[price]"),
        (with_field("price", text=LONG), "INVALID_FIELD", "fields[price]"),
        (with_field("price", price={"amount": "1e9"}), "INVALID_FIELD", "fields[price]"),
        (with_field("price", price={"amount": "NaN"}), "INVALID_FIELD", "fields[price]"),
        (with_field("price", price={"amount": ""}), "INVALID_FIELD", "fields[price]"),
        (with_field("price", price={"amount": "9" * 40}), "INVALID_FIELD", "fields[price]"),
        (
            with_field("price", price={"amount": "1", "currency_code": "euro"}),
            "INVALID_FIELD",
            "fields[price]",
        ),
        (
            with_field("price", price={"amount": "1", "amount_max": "two"}),
            "INVALID_FIELD",
            "fields[price]",
        ),
        (with_field("price", price={"amount": "1", "per": 9}), "INVALID_FIELD", "fields[price]"),
        (with_field("price", duration="60s"), "INVALID_FIELD", "fields[price]"),
        *(
            (of_template(template_id, name, **value), "INVALID_FIELD", f"fields[{name}]")
            for template_id, name, value in (
                ("media/podcast", "duration", {"duration": "0s"}),
                ("media/podcast", "duration", {"duration": "-5s"}),
                ("media/podcast", "duration", {"duration": "9999999999s"}),
                ("event/standard", "time", {"time": {"hours": 24}}),
                ("event/standard", "time", {"time": {"minutes": -1}}),
                ("event/standard", "time", {"duration": "60s"}),
            )
        ),
        (with_field("price", rating={"value": 3}), "INVALID_FIELD", "fields[price]"),
        (with_field("rating", rating={"value": 6}), "INVALID_FIELD", "fields[rating]"),
        (with_field("rating", rating={"value": -1}), "INVALID_FIELD", "fields[rating]"),
        (with_field("rating", rating={"value": "NaN"}), "INVALID_FIELD", "fields[rating]"),
        (
            with_field("rating", rating={"value": 1, "best_value": "Infinity"}),
            "INVALID_FIELD",
            "fields[rating]",
        ),
        (
            with_field("rating", rating={"value": 1, "rating_count": -1}),
            "INVALID_FIELD",
            "fields[rating]",
        ),
        (with_field("productImage", text="https://x"), "INVALID_FIELD", "fields[productImage]"),
        (with_field("brand", image="AAAA"), "INVALID_FIELD", "fields[brand]"),
        (with_field("favicon", image="AAAA" * 2_200_000), "INVALID_FIELD", "fields[favicon]"),
        (request(fields=[]), "MISSING_FIELD", "fields[title]"),
        (request(fields=[{"name": "title", "text": " \n"}]), "MISSING_FIELD", "fields[title]"),
        (
            request(fields=[{"name": "title", "text": "\u200d\ufe0f\u3164\u2800\u0378 \u2066"}]),
            "MISSING_FIELD",
            "fields[title]",
        ),
        (
            request(
                template_id="article/blog-post",
                fields=[
                    {"name": "title", "text": "T"},
                    {"name": "publishedAt", "date": {"year": 2026, "month": 2, "day": 30}},
                ],
            ),
            "INVALID_FIELD",
            "fields[publishedAt]",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_is_named(
    render: render_pb2_grpc.RenderServiceAsyncStub,
    asked: pb.RenderCardRequest,
    reason: str,
    field: str,
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await render.RenderCard(asked, timeout=TIMEOUT_S)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    violations = error_details_pb2.BadRequest()
    status = rpc_status.from_call(cast("grpc.Call", failed.value))
    assert status is not None
    assert any(detail.Unpack(violations) for detail in status.details)
    assert [violation.field for violation in violations.field_violations] == [field]


async def test_templates_describe_themselves(
    render: render_pb2_grpc.RenderServiceAsyncStub,
) -> None:
    listed = (await render.ListTemplates(pb.ListTemplatesRequest(), timeout=TIMEOUT_S)).templates
    ids = [template.template_id for template in listed]
    assert ids == sorted(ids)
    assert set(ids) >= {"generic/standard", "article/blog-post", "product/standard"}
    for template in listed:
        assert template.default_accent_color.startswith("#")
        assert template.display_name
        assert template.description.endswith(".")
        names = [field.name for field in template.fields]
        assert len(names) == len(set(names))
        assert [field.name for field in template.fields if field.required] == ["title"]
        assert all(field.kind and field.description for field in template.fields)


@pytest.mark.parametrize("text", ["2026-11-24", " 2026-11-24T23:30:00Z "])
async def test_a_day_as_machines_write_it_is_a_day(
    render: render_pb2_grpc.RenderServiceAsyncStub, text: str
) -> None:
    def dated(**value: object) -> pb.RenderCardRequest:
        asked = with_field("publishedAt", **value)
        asked.template_id = "article/blog-post"
        return asked

    typed = dated(date={"year": 2026, "month": 11, "day": 24})
    cards = [
        (await render.RenderCard(asked, timeout=TIMEOUT_S)).image
        for asked in (typed, dated(text=text), dated(text="soon"))
    ]
    assert cards[0] == cards[1] != cards[2]


@pytest.mark.parametrize(
    ("template_id", "name", "value", "text"),
    [
        ("media/podcast", "duration", {"duration": "2880s"}, "48 Min."),
        ("event/standard", "time", {"time": {"hours": 18, "minutes": 30}}, "18:30"),
        ("event/standard", "time", {"time": {"hours": 9, "is_utc": True}}, "09:00 UTC"),
        (
            "job/listing",
            "salary",
            {"price": {"amount": "17.5", "currency_code": "EUR", "per": 1}},
            "17,50\N{NO-BREAK SPACE}€ pro Stunde",
        ),
    ],
)
async def test_what_is_measured_is_drawn_as_the_language_writes_it(
    render: render_pb2_grpc.RenderServiceAsyncStub,
    template_id: str,
    name: str,
    value: dict[str, object],
    text: str,
) -> None:
    cards = []
    for given in (value, {"text": text}):
        asked = of_template(template_id, name, language_code="de", **given)
        cards.append((await render.RenderCard(asked, timeout=TIMEOUT_S)).image)
    assert cards[0] == cards[1]
