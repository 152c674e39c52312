"""The docs site: every page can be made, its links lead somewhere, and facts stand there once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from og_edge.clients.render import read_template
from og_edge.error_guide import error_kinds
from og_edge.openapi_parameters import BY_QUERY
from og_edge.templates import Template
from og_edge.web.book import CHAPTERS, SLUGS, Book, BookPage
from og_plans import PACKS, PLANS, PRICES
from og_render.messages import template_message
from og_render.templates import TEMPLATES

BASE_URL = "https://cards.example"
SOURCES = Path(__file__).resolve().parents[3] / "services/edge/src/og_edge/web/docs"
FACTS = re.compile(r"\b\d[\d,]*\s+(?:credits?|requests? a minute)\b|\$\d|\d\s+USD", re.IGNORECASE)


@pytest.fixture(scope="module")
def templates() -> Mapping[str, Template]:
    return {it.template_id: read_template(template_message(it)) for it in TEMPLATES.values()}


@pytest.fixture(scope="module")
def pages(templates: Mapping[str, Template]) -> dict[str, BookPage]:
    book = Book(BASE_URL)
    return {slug: book.page(slug, templates) for slug in SLUGS}


class Links(HTMLParser):
    """Collects where a page leads to and what can be linked to in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.styles = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        told = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := told.get(name))]
        self.anchors += [value] if (value := told.get("id")) else []
        self.styles += "style" in told


def test_every_source_is_a_page_and_stands_in_one_chapter() -> None:
    assert {path.stem for path in SOURCES.glob("*.md")} == set(SLUGS)
    assert len(SLUGS) == len(set(SLUGS)) == sum(len(chapter.slugs) for chapter in CHAPTERS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_has_a_title_a_summary_and_nothing_left_to_fill(
    pages: Mapping[str, BookPage], slug: str
) -> None:
    page = pages[slug]
    assert page.markdown.startswith(f"# {page.document.title}\n\n{page.document.summary}\n")
    assert len(page.document.summary) <= 130
    assert "\n# " not in re.sub(r"^```.*?^```", "", page.markdown, flags=re.MULTILINE | re.DOTALL)
    if slug not in {"tags", "changelog"}:  # code of frameworks, and what others wrote
        assert "{{" not in page.markdown
    assert Links(page.document.html).styles == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_links_between_pages_lead_to_headings_that_exist(
    pages: Mapping[str, BookPage], slug: str
) -> None:
    anchors = {
        f"/docs/{other}": set(Links(page.document.html).anchors) for other, page in pages.items()
    }
    for link in Links(pages[slug].document.html).links:
        path, _, anchor = link.partition("#")
        if path.startswith("/docs/") or not path:
            found = anchors[path or f"/docs/{slug}"]
            assert not anchor or anchor in found, link
        else:
            assert path.startswith("/"), f"{link} leads away from this server"


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.md")), ids=lambda it: it.stem)
def test_no_source_repeats_what_the_code_says(path: Path) -> None:
    """Plans, prices and limits are filled in: a source that writes one down would go stale."""
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text())
    assert not FACTS.findall(source)
    assert not [plan for plan in PLANS if f"| {plan.capitalize()} |" in source]


def test_plans_packs_and_prices_are_told(pages: Mapping[str, BookPage]) -> None:
    credits_page, limits_page = pages["credits"].markdown, pages["rate-limits"].markdown
    for plan in PLANS.values():
        usd = plan.monthly_price_usd_cents // 100
        name = plan.name.capitalize()
        assert f"| {name} | {plan.rate_limit_per_minute:,} |" in limits_page
        row = f"| {name} | {plan.monthly_credits:,} | {plan.rate_limit_per_minute:,} |"
        [line] = [line for line in credits_page.splitlines() if line.startswith(row)]
        assert line.endswith(f"| {f'${usd:,}' if usd else 'free'} |")
    for pack in PACKS.values():
        usd = pack.price_usd_cents // 100
        assert f"| {pack.name.capitalize()} | {pack.credits:,} | ${usd:,} |" in credits_page
    assert f"| a new card | {PRICES.generation_credits} |" in pages["api"].markdown


def test_every_error_has_its_section(pages: Mapping[str, BookPage]) -> None:
    told = {heading.anchor for heading in pages["errors"].document.headings}
    assert {kind.code for kind in error_kinds()} <= told


def test_every_parameter_is_in_the_reference(pages: Mapping[str, BookPage]) -> None:
    for parameter in BY_QUERY:
        assert f"| `{parameter['name']}`" in pages["api"].markdown


def test_every_template_is_shown_with_its_fields(
    pages: Mapping[str, BookPage], templates: Mapping[str, Template]
) -> None:
    markdown = pages["templates"].markdown
    for template in templates.values():
        _, found, section = markdown.partition(f"\n## {template.template_id}\n")
        assert found
        section = section.partition("\n## ")[0]
        assert f"{BASE_URL}/templates/{template.template_id}.webp" in section
        assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(template.fields)


def test_a_page_without_templates_is_made_while_render_is_away() -> None:
    book = Book(BASE_URL)
    assert not book.tells_templates("quickstart")
    assert book.tells_templates("templates")
    assert book.page("templates", {}).document.title == "Templates"


def test_code_is_coloured_by_classes(pages: Mapping[str, BookPage]) -> None:
    html = pages["quickstart"].document.html
    assert 'class="hl-' in html
    assert "data-copy" in html
    assert html.count("<pre") == html.count("data-copy")
