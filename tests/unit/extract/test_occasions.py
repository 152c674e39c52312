"""What is read of events, jobs, episodes, sales, code and documentation."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from og_extract.read.choosing.page import Field, Page
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource
from og_extract.read.values.durations import parse_duration, parse_time
from og_extract.read.values.prices import PayPeriod, Price

URL = "https://www.meadow-post.com/news/bees"


def read(html: str, url: str = URL) -> Page:
    page = read_page(PageSource(url, html.encode(), "text/html"))
    assert page is not None
    return page


def ld(kind: str, language: str = "en", **data: Any) -> str:
    data = {"@type": kind, "name": "Bees", "description": "They fly.", **data}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return f"<html lang={language}><title>Bees</title>{script}<h1>Bees</h1>"


def shown(page: Page, name: str) -> object:
    field = page.fields.get(name)
    if field is None:
        return None
    return field.text or field.day or field.clock or field.duration_s or field.price


PIER = {"@type": "Place", "name": "Pier 9", "address": {"addressLocality": "Hamburg",
        "addressRegion": "HH", "addressCountry": "DE"}}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ({"startDate": "2026-12-03T18:30:00+01:00"}, "startDate", (2026, 12, 3)),
        ({"startDate": "2026-12-03T18:30:00+01:00"}, "startTime", (18, 30, False)),
        ({"startDate": "2026-12-03T17:30Z"}, "startTime", (17, 30, True)),
        ({"startDate": "2026-12-03"}, "startTime", None),
        ({"startDate": "2026-12-03T00:00:00"}, "startTime", None),
        ({"location": PIER}, "location", "Pier 9, Hamburg"),
        ({"location": {"name": "Pier 9 Hamburg", "address": PIER["address"]}}, "location",
         "Pier 9 Hamburg"),
        ({"location": {"address": "Kaistraße 9, Hamburg"}}, "location", "Kaistraße 9, Hamburg"),
        ({"location": "Hamburg"}, "location", "Hamburg"),
        ({"location": {"@type": "VirtualLocation", "url": "https://e.com"}}, "location", "Online"),
        ({"location": [PIER, {"@type": "VirtualLocation"}]}, "location",
         "Pier 9, Hamburg · Online"),
        ({"organizer": [{"name": "Ann"}, {"name": "Bo"}], "performer": "Cy"}, "organizer",
         "Ann, Bo"),
        ({"performer": {"name": "Cy"}}, "organizer", "Cy"),
    ],
)  # fmt: skip
def test_events(data: dict[str, Any], name: str, value: object) -> None:
    assert shown(read(ld("MusicEvent", **data)), name) == value
    article = '<meta property="og:type" content="article">'
    assert shown(read(article + ld("Event", **data)), name) == value


def test_who_invites_is_not_the_site() -> None:
    organizer = {"@type": "Organization", "name": "Northwind"}
    page = read(ld("Event", organizer=organizer, startDate="2026-12-03"))
    assert shown(page, "siteName") == "meadow-post.com"


def test_an_event_in_microdata() -> None:
    page = read(
        '<title>Bees</title><div itemscope itemtype="https://schema.org/Event">'
        '<h1 itemprop="name">Bees</h1><time itemprop="startDate" datetime="2026-12-03T19:00">3rd'
        '</time><p itemprop="location" itemscope itemtype="https://schema.org/Place">'
        '<b itemprop="name">Pier 9</b></p></div>'
    )
    names = ("startDate", "startTime", "location")
    assert [shown(page, name) for name in names] == [(2026, 12, 3), (19, 0, False), "Pier 9"]
    assert page.fields["startDate"].source == "microdata:startDate"


def town(locality: str, region: str = "") -> dict[str, Any]:
    return {"address": {"addressLocality": locality, "addressRegion": region}}


def pay(currency: str = "USD", **value: Any) -> dict[str, Any]:
    return {"baseSalary": {"currency": currency, "value": value}}


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ({"hiringOrganization": {"name": "Northwind"}}, "company", "Northwind"),
        ({"datePosted": "2026-11-20"}, "publishedAt", (2026, 11, 20)),
        ({"jobLocation": town("Austin", "TX")}, "location", "Austin, TX"),
        ({"jobLocation": town("Hamburg", "Hamburg")}, "location", "Hamburg"),
        ({"jobLocation": {"address": {"addressCountry": {"name": "Chile"}}}}, "location", "Chile"),
        ({"jobLocation": [town(it) for it in ("Rome", "Paris", "Oslo", "Bern")]}, "location",
         "Rome · Paris +2"),
        ({"jobLocation": town("Rome"), "jobLocationType": "TELECOMMUTE"}, "location",
         "Rome · Remote"),
        ({"jobLocationType": "TELECOMMUTE"}, "location", "Remote"),
        ({"employmentType": "FULL_TIME"}, "employmentType", "Full-time"),
        ({"employmentType": ["PART_TIME", "INTERN"]}, "employmentType", "Part-time · Internship"),
        ({"employmentType": "Permanent"}, "employmentType", "Permanent"),
        ({"employmentType": "OTHER"}, "employmentType", None),
        (pay(minValue=60_000, maxValue="70000.00", unitText="YEAR"), "salary",
         Price("60000", "USD", "70000.00", PayPeriod.YEAR)),
        (pay("EUR", value=17.5, unitText="HOUR"), "salary",
         Price("17.5", "EUR", "", PayPeriod.HOUR)),
        (pay(maxValue=900, unitText="week"), "salary", Price("900", "USD", "", PayPeriod.WEEK)),
        ({"baseSalary": "52000", "salaryCurrency": "GBP"}, "salary", Price("52000", "GBP")),
        (pay(value="on request"), "salary", None),
    ],
)  # fmt: skip
def test_jobs(data: dict[str, Any], name: str, value: object) -> None:
    assert shown(read(ld("JobPosting", **data)), name) == value


def test_codes_are_said_in_the_language_of_the_page() -> None:
    job = {"employmentType": "FULL_TIME", "jobLocationType": "TELECOMMUTE"}
    page = read(ld("JobPosting", "fr-CA", **job))
    assert (shown(page, "employmentType"), shown(page, "location")) == (
        "Temps plein",
        "Télétravail",
    )
    assert shown(read(ld("JobPosting", "fi", **job)), "employmentType") == "Full-time"


SHOW = {"@type": "PodcastSeries", "name": "Deep Meadow"}


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ({"partOfSeries": SHOW}, "series", "Deep Meadow"),
        ({"isPartOf": {"@type": "WebSite", "name": "Meadow Post"}}, "series", None),
        ({"episodeNumber": 42}, "episode", "#42"),
        ({"episodeNumber": "42a"}, "episode", "42a"),
        ({"episodeNumber": 5, "partOfSeason": {"seasonNumber": 2}}, "episode", "S2 E5"),
        ({"duration": "PT1H12M40S"}, "duration", 4_360),
        ({"timeRequired": "PT48M"}, "duration", 2_880),
        ({"associatedMedia": {"@type": "MediaObject", "duration": "48:12"}}, "duration", 2_892),
        ({"duration": "PT0S"}, "duration", None),
        ({"timeRequired": "PT48M"}, "readingTime", None),
    ],
)
def test_episodes(data: dict[str, Any], name: str, value: object) -> None:
    assert shown(read(ld("PodcastEpisode", **data)), name) == value


def test_seconds_of_open_graph() -> None:
    page = read('<meta property="og:video:duration" content="754"><title>Bees</title>')
    assert page.fields["duration"] == Field("og:video:duration", duration_s=754)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT48M", 2_880),
        ("P0DT0H48M0S", 2_880),
        ("pt1h", 3_600),
        ("PT90.5S", 90),
        ("1:02:03", 3_723),
        ("48 min", 2_880),
        ("1 h 12 min", 4_320),
        ("1 Std. 5 Minuten", 3_900),
        ("2880", 2_880),
        ("", None),
        ("P", None),
        ("PT", None),
        ("soon", None),
        ("PT999H", None),
        ("9" * 60, None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    duration = parse_duration(text)
    assert duration == (None if seconds is None else timedelta(seconds=seconds))


def test_no_time_of_day_that_is_none() -> None:
    assert parse_time("2026-12-03T24:61") is None
    assert parse_time("18:30") is None


def offer(**more: Any) -> dict[str, Any]:
    return {"offers": {"price": "129.00", "priceCurrency": "EUR", **more}}


def list_price(amount: object, currency: str = "EUR") -> dict[str, Any]:
    kind = "https://schema.org/StrikethroughPrice"
    return offer(priceSpecification={"priceType": kind, "price": amount, "priceCurrency": currency})


@pytest.mark.parametrize(
    ("html", "before"),
    [
        (ld("Product", **list_price(199)), Price("199", "EUR")),
        (ld("Product", **list_price(99)), None),
        (ld("Product", **list_price(19_900)), None),
        (ld("Product", **list_price(199, "USD")), None),
        (ld("Product", **offer()) + '<p class="price"><del>€ 150</del> € 129', Price("150", "EUR")),
        (ld("Product", **offer()) + "<p><del>€ 150</del> a word", None),
        (('<meta property="product:price:amount" content="20">'
         '<meta property="product:price:currency" content="EUR">'
         '<meta property="product:sale_price:amount" content="15">'
         '<meta property="product:sale_price:currency" content="EUR">'), Price("20", "EUR")),
        ('<meta property="product:price:amount" content="20">', None),
    ],
)  # fmt: skip
def test_the_price_before(html: str, before: Price | None) -> None:
    assert shown(read(html), "originalPrice") == before


def test_documentation_and_code() -> None:
    page = read(
        '<title>Harbor v2.4.0 - notes</title><nav aria-label="Breadcrumbs"><ul class="breadcrumbs">'
        "<li><a>Home</a></li><li>Guides &rsaquo;</li><li>Releases</li><li>Harbor</li></ul></nav>"
        "<main><ul><li><a>One</a></li><li><a>Two</a></li></ul><ul><li>Half the <b>memory</b></li>"
        '<li>Filters</li></ul><pre><code class="language-python">if x:\n    y()\n</code></pre>'
    )
    assert shown(page, "breadcrumb") == "Guides / Releases"
    assert shown(page, "version") == "v2.4.0"
    assert shown(page, "changes") == "Half the memory\nFilters"
    assert shown(page, "code") == "if x:\n    y()"
    assert shown(page, "programmingLanguage") == "python"


def test_a_trail_in_data_and_the_version_of_the_documentation() -> None:
    names = ("Home", "Guides", "Webhooks", "Verify")
    items = [{"position": n, "name": name, "item": f"https://e.com/{n or ''}"}
             for n, name in enumerate(names)]  # fmt: skip
    data = {"@type": "BreadcrumbList", "itemListElement": items[::-1]}
    page = read(
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
        '<meta name="docsearch:version" content="3.2,latest">'
    )
    assert page.fields["breadcrumb"] == Field("jsonld:BreadcrumbList", "Guides / Webhooks")
    assert shown(page, "version") == "3.2"


def test_a_repository_on_github() -> None:
    html = (
        '<span id="repo-stars-counter-star" title="12,400">12.4k</span>'
        '<span id="repo-network-counter" title="861">861</span>'
        '<span id="issues-repo-tab-count" title="37">37</span>'
        '<a data-ga-click="Repository, language stats search click"><span class="text-bold">Rust'
        "</span></a>"
    )
    names = ("stars", "forks", "openIssues", "programmingLanguage")
    page = read(html, "https://github.com/northwind/harbor")
    assert [shown(page, name) for name in names] == ["12,400", "861", "37", "Rust"]
    assert not set(names) & read(html).fields.keys()


def test_who_the_author_is_and_when_the_page_was_changed() -> None:
    author = {"name": "Ann Lee", "jobTitle": "Editor", "worksFor": {"name": "Meadow Post"}}
    page = read(ld("Article", author=author, dateModified="2024-05-17"))
    assert shown(page, "role") == "Editor, Meadow Post"
    assert shown(page, "modifiedAt") == (2024, 5, 17)


def test_every_kind_of_value_survives_the_way_between_processes() -> None:
    page = read(
        ld("Event", startDate="2026-12-03T17:30Z", duration="PT1H",
           **pay(minValue=1, maxValue=2, unitText="DAY"))
    )  # fmt: skip
    assert {"startTime", "duration", "salary"} <= page.fields.keys()
    assert Page.from_json(json.loads(json.dumps(asdict(page)))) == page
