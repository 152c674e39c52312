from __future__ import annotations

from og.extract.v1 import extract_pb2 as pb

from .conftest import Client, texts
from .web import PNG, Web

PAGE = """<!doctype html><html lang="en"><head><title>Bees of the valley | Meadow Post</title>
<meta property="og:site_name" content="Meadow Post">
<meta property="og:description" content="How they fly.">
<meta property="og:image" content="/card.png">
<link rel="icon" href="/icon.png" sizes="64x64">
<link rel="canonical" href="/bees">
<meta property="article:published_time" content="2024-05-17T23:30:00+02:00">
</head><body><h1>Bees of the valley</h1></body></html>"""


async def test_a_page_with_its_pictures(client: Client, web: Web):
    url = web.page("/bees?x=1", PAGE)
    web.page("/icon.png", PNG, content_type="image/png")
    web.page("/given.png", PNG, content_type="application/octet-stream")
    page = await client.page(url, ("favicon", ""), ("image", web.url("/given.png")), ("avatar", ""))
    assert page.final_url == url
    assert page.canonical_url == web.url("/bees")
    assert page.language_code == "en"
    assert texts(page) == {
        "title": "Bees of the valley",
        "description": "How they fly.",
        "siteName": "Meadow Post",
    }
    [day] = [field.date for field in page.fields if field.name == "publishedAt"]
    assert (day.year, day.month, day.day) == (2024, 5, 17)
    assert [(it.field_name, it.outcome) for it in page.images] == [
        ("favicon", pb.IMAGE_OUTCOME_FETCHED),
        ("image", pb.IMAGE_OUTCOME_FETCHED),
        ("avatar", pb.IMAGE_OUTCOME_NOT_NAMED),
    ]
    assert page.images[0].data == PNG
    assert page.images[0].source_url == web.url("/icon.png")
    assert [(tag.property, tag.url) for tag in page.card_tags] == [
        ("og:image", web.url("/card.png"))
    ]
