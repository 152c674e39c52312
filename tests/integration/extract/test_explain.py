from __future__ import annotations

import grpc
import pytest

from og.extract.v1 import extract_pb2 as pb

from .conftest import Client, reason_of
from .web import Web

PAGE = """<!doctype html><html lang="en"><head><title>Bees of the valley | Meadow Post</title>
<meta property="og:site_name" content="Meadow Post">
<meta property="og:title" content="Bees of the valley">
<meta name="author" content="https://example.com/ada">
<meta property="og:image" content="/card.png">
<link rel="canonical" href="https://elsewhere.example.com/bees">
</head><body><h1>Bees of the valley</h1></body></html>"""


async def test_each_field_tells_what_became_of_its_candidates(client: Client, web: Web) -> None:
    url = web.page("/explained", PAGE)
    page = await client.explain(web.redirect("/moved", "/explained"))
    assert (page.final_url, page.canonical_url) == (url, url)
    assert (page.language_code, page.kind) == ("en", pb.PAGE_KIND_CONTENT)
    assert page.page_bytes == len(PAGE)
    assert [(tag.property, tag.url) for tag in page.card_tags] == [
        ("og:image", web.url("/card.png"))
    ]
    fields = {field.name: list(field.candidates) for field in page.fields}
    site_name = {it.source: it for it in fields["siteName"]}
    assert site_name["og:site_name"].outcome == pb.CANDIDATE_OUTCOME_CHOSEN
    assert site_name["og:site_name"].value == "Meadow Post"
    assert site_name["host"].outcome == pb.CANDIDATE_OUTCOME_LOST
    [author] = [it for it in fields["author"] if it.source == "meta:author"]
    assert (author.outcome, author.value) == (
        pb.CANDIDATE_OUTCOME_REFUSED,
        "https://example.com/ada",
    )
    assert author.reason
    [canonical] = [it for it in fields["url"] if it.source == "link:canonical"]
    assert canonical.outcome == pb.CANDIDATE_OUTCOME_REFUSED
    for candidates in fields.values():
        chosen = [it for it in candidates if it.outcome == pb.CANDIDATE_OUTCOME_CHOSEN]
        assert len(chosen) <= 1


async def test_what_is_chosen_is_what_extraction_gives(client: Client, web: Web) -> None:
    url = web.page("/same", PAGE)
    extracted = {field.name: field.source for field in (await client.page(url)).fields}
    explained = {
        field.name: candidate.source
        for field in (await client.explain(url)).fields
        for candidate in field.candidates
        if candidate.outcome == pb.CANDIDATE_OUTCOME_CHOSEN
    }
    assert extracted.items() <= explained.items()


async def test_a_hostile_page_is_explained_within_bounds(client: Client, web: Web) -> None:
    many = "".join(f'<meta name="author" content="{"x" * 9_000}{n}">' for n in range(100))
    url = web.page("/many", f"<title>Many \x1b[31m colours</title>{many}")
    page = await client.explain(url)
    for field in page.fields:
        assert len(field.candidates) <= 32
        assert all(len(it.value) <= 500 for it in field.candidates)
        assert "\x1b" not in str([it.value for it in field.candidates])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "INVALID_REQUEST"),
        ("ftp://example.com/", "URL_NOT_ALLOWED"),
        ("http://10.0.0.1/", "URL_NOT_ALLOWED"),
        ("https://nowhere.example.com/", "PAGE_UNREACHABLE"),
    ],
)
async def test_what_cannot_be_explained_says_why(client: Client, url: str, reason: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.explain(url)
    assert reason_of(caught.value) == reason


async def test_without_an_endpoint_there_is_no_language_model(client: Client) -> None:
    assert not (await client.capabilities()).ai_configured
