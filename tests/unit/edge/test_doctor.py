"""What an owner is told of a page, before anybody looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest

from og_edge.doctor import Diagnosis, Doctor
from og_edge.judging import Evidence, Judge
from og_edge.looks import PageLook
from og_edge.own_looks import Standing
from og_edge.page import CardTag
from og_edge.tags import TagReader
from og_edge.templates import Template, TemplateCatalog
from og_edge.views import Viewer
from og_service.background import running

from .judging import BASE, SITE, TEMPLATE, asked
from .samples import PAGE_URL

NOBODY = cast("Any", None)
EXPECTED = f"site={SITE}&template={TEMPLATE.template_id}&url={PAGE_URL}"
GOOD = Standing(is_of_site=True)
OURS = f"{BASE}/api/og?{EXPECTED}"


async def _listed() -> Sequence[Template]:
    return [TEMPLATE]


@pytest.fixture
async def templates() -> AsyncIterator[TemplateCatalog]:
    catalog = TemplateCatalog(_listed)
    async with running(catalog.keep_fresh):
        yield catalog


@pytest.fixture
def viewer() -> Viewer:
    return Viewer(NOBODY, Judge(TagReader(BASE, frozenset()), BASE), frozenset())


@pytest.fixture
def doctor(templates: TemplateCatalog, viewer: Viewer) -> Doctor:
    return Doctor(templates, viewer, NOBODY, NOBODY, NOBODY)


def diagnosed(viewer: Viewer, *tags: str, standing: Standing = GOOD, **look: str) -> Diagnosis:
    request = asked(EXPECTED)
    seen = PageLook(
        PAGE_URL,
        look.get("final_url", PAGE_URL),
        look.get("canonical_url", ""),
        tags=[CardTag("og:image", url) for url in tags],
    )
    return Diagnosis(request, seen, viewer.judge(seen, request, TEMPLATE), standing)


def test_a_page_with_the_tag_is_verified(viewer: Viewer) -> None:
    found = diagnosed(viewer, OURS)
    assert (found.is_verified, found.explanation) == (True, "")


def test_a_page_that_has_left_the_site_is_not(viewer: Viewer) -> None:
    away = "https://elsewhere.example/post"
    found = diagnosed(viewer, OURS, standing=Standing(is_of_site=False), final_url=away)
    assert not found.is_verified
    assert away in found.explanation


def test_any_tag_of_the_site_will_do_where_its_owner_says_so(viewer: Viewer) -> None:
    strict = diagnosed(viewer, f"{OURS}&theme=dark")
    assert (strict.is_verified, "theme" in strict.explanation) == (False, True)
    lax = diagnosed(
        viewer,
        f"{OURS}&theme=dark",
        standing=Standing(is_of_site=True, any_tag_will_do=True),
    )
    assert (lax.is_verified, lax.explanation) == (True, "")


async def test_what_the_pages_own_tag_carries_is_what_crawlers_ask_for(
    doctor: Doctor, viewer: Viewer
) -> None:
    found = await doctor.as_crawlers_ask(diagnosed(viewer, f"{OURS}&theme=dark"))
    assert found.is_verified
    assert (found.request.theme.value, found.judgement.evidence) == ("dark", Evidence.TAG_FOUND)


async def test_a_page_known_by_another_url_is_verified_by_the_tag_for_that(
    doctor: Doctor, viewer: Viewer
) -> None:
    known_as = f"{PAGE_URL}?id=1"
    tag = f"{BASE}/api/og?site={SITE}&template={TEMPLATE.template_id}&url={known_as}&theme=dark"
    found = await doctor.as_crawlers_ask(diagnosed(viewer, tag, canonical_url=known_as))
    assert found.is_verified
    assert found.request.url.href == PAGE_URL


@pytest.mark.parametrize(
    "tag",
    [
        f"{OURS}/other",
        OURS.replace(SITE, "site_fedcba9876543210"),
        OURS.replace(TEMPLATE.template_id, "no/such"),
        "https://cdn.example.com/picture.png",
    ],
)
async def test_a_tag_for_anything_else_verifies_nothing(
    doctor: Doctor, viewer: Viewer, tag: str
) -> None:
    before = diagnosed(viewer, tag)
    assert await doctor.as_crawlers_ask(before) == before
    assert not before.is_verified
    assert before.explanation
