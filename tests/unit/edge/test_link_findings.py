"""What is to be changed, for whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from og_edge.link_previews.findings import Finding, Severity
from og_edge.link_previews.inspection import (
    Inspection,
    PageKind,
    PageOutcome,
    PageTag,
    PictureOutcome,
    RobotsTxt,
)
from og_edge.link_previews.platforms import (
    DISCORD,
    FACEBOOK,
    LINKEDIN,
    PLATFORMS,
    SLACK,
    WHATSAPP,
    Platform,
    X,
)

from .link_previews import CARD, GOOD, URL, hop, page, picture, report, seen, tag

BAD, WARNING, HINT = Severity.BAD, Severity.WARNING, Severity.HINT


def finding(it: Inspection, title: str) -> Finding:
    found = report(it).findings
    [only] = [each for each in found if title in each.title]
    assert [each.severity for each in found] == sorted(each.severity for each in found)
    assert only.advice.strip()
    return only


def with_page(**changes: Any) -> Inspection:
    good = seen()
    assert good.page is not None
    return replace(good, page=page(good.page.tags, **changes))


def with_picture(**changes: Any) -> Inspection:
    return replace(seen(), pictures=[picture(**changes)])


def test_of_a_good_page_nothing_is_to_be_changed() -> None:
    assert report(seen()).findings == []


@pytest.mark.parametrize(
    ("it", "title", "severity", "platforms"),
    [
        (seen(without=["og:title", ""]), "no title", BAD, PLATFORMS),
        (seen(without=["og:title"]), "og:title is missing", WARNING, PLATFORMS),
        (seen(og_title="t" * 71), "71 characters", HINT, PLATFORMS),
        (seen(without=["og:description"]), "no description", WARNING, None),
        (
            seen(tag("description", "Plain."), without=["og:description"]),
            "og:description is missing",
            HINT,
            None,
        ),
        (seen(og_description="d" * 201), "description has 201", HINT, None),
        (seen(without=["og:image"]), "og:image is missing", BAD, PLATFORMS),
        (
            seen(og_image="/card.png"),
            "og:image is no whole URL",
            BAD,
            [FACEBOOK, X, LINKEDIN, WHATSAPP],
        ),
        (seen(og_image="javascript:alert(4)"), "og:image is not at an http or", BAD, PLATFORMS),
        (
            replace(
                seen(og_image=CARD.replace("https", "http")),
                pictures=[picture(CARD.replace("https", "http"))],
            ),
            "og:image is not served by https",
            WARNING,
            PLATFORMS,
        ),
        (seen(without=["og:image:width"]), "og:image:width and", WARNING, [FACEBOOK]),
        (seen(without=["og:image:alt"]), "og:image:alt is missing", HINT, None),
        (seen(without=["twitter:card"]), "twitter:card is missing", WARNING, [X, DISCORD]),
        (seen(twitter_card="big"), "twitter:card is big", WARNING, [X, DISCORD]),
        (seen(without=["og:url"]), "og:url is missing", HINT, None),
        (seen(og_url="https://example.org/"), "og:url is another", WARNING, [FACEBOOK, LINKEDIN]),
        (seen(without=["og:site_name"]), "og:site_name is missing", HINT, None),
        (seen(tag("og:title", "Other")), "og:title is there 2 times", WARNING, PLATFORMS),
        (seen(tag("og:locale", "")), "og:locale is empty", WARNING, PLATFORMS),
        (
            seen(PageTag("meta", "name", "og:type", "a")),
            "name instead of property",
            WARNING,
            PLATFORMS,
        ),
        (seen(tag("og:type", "a", in_body=True)), "outside of <head>", WARNING, None),
        (
            seen(tag("og:image", CARD, start=40_000), without=["og:image"]),
            "Slack does",
            BAD,
            [SLACK],
        ),
        (seen(tag("robots", "noindex")), "search engines", HINT, PLATFORMS),
        (replace(seen(), hops=[hop(x_robots_tag="none")]), "search engines", HINT, PLATFORMS),
        (replace(seen(), hops=[hop(status=301)] * 2 + [hop()]), "2 redirects", WARNING, PLATFORMS),
        (replace(seen(), hops=[hop(content_encoding="br")]), "sent as br", BAD, [FACEBOOK]),
        (with_page(latency_s=3.4), "took 3.4 s", WARNING, PLATFORMS),
        (with_page(header_charset=""), "no charset", HINT, PLATFORMS),
        (with_page(charset="windows-1252"), "says utf-8 but", WARNING, PLATFORMS),
        (with_page(markup_charset="koi8-r"), "different charsets", WARNING, PLATFORMS),
        (with_page(kind=PageKind.CHALLENGE), "bot challenge", BAD, PLATFORMS),
        (with_page(kind=PageKind.LOGIN), "sign-in", BAD, PLATFORMS),
        (with_page(kind=PageKind.EMPTY_SHELL), "scripts run", BAD, PLATFORMS),
        (
            replace(seen(), robots=RobotsTxt(200, "User-agent: Twitterbot\nDisallow: /")),
            "robots.txt",
            BAD,
            [X],
        ),
        (with_picture(outcome=PictureOutcome.UNREACHABLE), "not be reached", BAD, PLATFORMS),
        (with_picture(outcome=PictureOutcome.NOT_A_PICTURE), "no picture", BAD, PLATFORMS),
        (
            with_picture(outcome=PictureOutcome.STATUS, hops=[hop(CARD, 403)]),
            "status 403",
            BAD,
            PLATFORMS,
        ),
        (with_picture(size_bytes=700_000), "has 700 kB", BAD, [WHATSAPP]),
        (
            with_picture(outcome=PictureOutcome.TOO_LARGE, size_bytes=60_000_000),
            "has 60.0 MB",
            BAD,
            None,
        ),
        (
            with_picture(format="webp", hops=[hop(CARD, content_type="image/webp")]),
            "WEBP is not",
            BAD,
            [LINKEDIN],
        ),
        (with_picture(width_px=150, height_px=150), "too small", BAD, None),
        (with_picture(width_px=500, height_px=262), "shown small", WARNING, [FACEBOOK]),
        (with_picture(width_px=800, height_px=420), "800 px wide", HINT, PLATFORMS),
        (with_picture(width_px=1200, height_px=900), "at top and bottom", WARNING, None),
        (with_picture(width_px=2400, height_px=630), "at its sides", WARNING, None),
        (
            with_picture(hops=[hop(CARD, 302), hop(CARD, content_type="image/png")]),
            "redirects",
            WARNING,
            [X],
        ),
        (with_picture(latency_s=4.2), "took 4.2 s", WARNING, PLATFORMS),
        (
            with_picture(hops=[hop(CARD, content_type="text/plain")]),
            "text/plain",
            WARNING,
            PLATFORMS,
        ),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_fault_is_named_with_those_whom_it_concerns(
    it: Inspection, title: str, severity: Severity, platforms: list[Platform] | None
) -> None:
    found = finding(it, title)
    assert found.severity is severity
    if platforms is not None:
        assert set(found.platforms) == set(platforms)
    else:
        assert 0 < len(found.platforms) < len(PLATFORMS)


def test_a_late_tag_that_an_early_one_stands_for_is_no_fault() -> None:
    late = [
        tag("description", "Plain.", start=90_000),
        tag("og:title", GOOD["og:title"], start=2**20),
    ]
    assert report(seen(*late)).findings == []


def test_other_sizes_than_declared_are_told() -> None:
    it = seen(og_image_width="600")
    assert finding(it, "say 600 × 630").platforms == [FACEBOOK]


@pytest.mark.parametrize("outcome", [it for it in PageOutcome if it is not PageOutcome.FETCHED])
def test_where_there_is_no_page_that_is_all_that_is_told(outcome: PageOutcome) -> None:
    [only] = report(Inspection(outcome, [hop(URL, 404)])).findings
    assert only.severity is BAD
    assert only.concerns_all
    assert ("404" in only.title) is (outcome is PageOutcome.STATUS)
