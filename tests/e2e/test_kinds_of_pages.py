"""A page of a kind gives its template a full card, without a word of the request's."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse

from tests.e2e.api import Api, check_card
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

EVENT = {
    "@type": "Event",
    "name": "Bienenabend",
    "startDate": "2026-12-03T18:30:00+01:00",
    "location": {"name": "Pier 9", "address": {"addressLocality": "Hamburg"}},
    "organizer": {"name": "Imker e. V."},
}
JOB = {
    "@type": "JobPosting",
    "title": "Imkerin",
    "description": "Bienen hüten.",
    "hiringOrganization": {"name": "Nordwind"},
    "jobLocation": {"address": {"addressLocality": "Hamburg"}},
    "employmentType": "FULL_TIME",
    "baseSalary": {"currency": "EUR", "value": {"value": 17.5, "unitText": "HOUR"}},
}
EPISODE = {
    "@type": "PodcastEpisode",
    "name": "Bienen",
    "episodeNumber": 42,
    "duration": "PT1H12M",
    "partOfSeries": {"@type": "PodcastSeries", "name": "Tiefe Wiese"},
}
LAMP = {
    "@type": "Product",
    "name": "Lampe",
    "offers": {
        "price": "129",
        "priceCurrency": "EUR",
        "priceSpecification": {"priceType": "https://schema.org/ListPrice", "price": "199"},
    },
}


@pytest.mark.parametrize(
    ("template", "language", "data", "given"),
    [
        (
            "event/standard",
            "de",
            EVENT,
            {
                "date": "2026-12-03",
                "time": "18:30",
                "location": "Pier 9, Hamburg",
                "host": "Imker e. V.",
            },
        ),
        (
            "job/listing",
            "en",
            JOB,
            {
                "company": "Nordwind",
                "location": "Hamburg",
                "type": "Full-time",
                "salary": "€17.50 per hour",
            },
        ),
        (
            "media/podcast",
            "en",
            EPISODE,
            {"show": "Tiefe Wiese", "episode": "#42", "duration": "1 hr 12 min"},
        ),
        ("product/sale", "en", LAMP, {"price": "€129", "originalPrice": "€199"}),
    ],
    ids=["event", "job", "episode", "sale"],
)
async def test_a_page_fills_its_template(
    api: Api,
    site: LocalSite,
    customer: Customer,
    template: str,
    language: str,
    data: dict[str, Any],
    given: dict[str, str],
) -> None:
    page = f"<!doctype html><html lang={language}><title>Bienen</title>"
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    full = site.put(lambda: HTMLResponse(page + script))
    bare = site.put(lambda: HTMLResponse(page))
    asked = {"template": template, "title": "Bienen"}
    queries = ({"url": full}, {"url": bare, **given}, {"url": bare})
    cards = [
        check_card(await api.ask_raw(httpx.QueryParams({**asked, **query}), customer))
        for query in queries
    ]
    assert cards[0] == cards[1]
    assert cards[0] != cards[2]
