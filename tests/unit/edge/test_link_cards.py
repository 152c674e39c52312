"""What each platform makes of a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from og_edge.link_previews.cards import Layout
from og_edge.link_previews.crawlers import crawler_curl
from og_edge.link_previews.inspection import Inspection, PageOutcome, PictureOutcome, RobotsTxt
from og_edge.link_previews.platforms import (
    BLUESKY,
    DISCORD,
    FACEBOOK,
    IMESSAGE,
    LINKEDIN,
    MASTODON,
    PLATFORMS,
    SLACK,
    TELEGRAM,
    WHATSAPP,
    Platform,
    X,
)

from .link_previews import CARD, card_on, hop, inspection, picture, report, seen, tag

LARGE, THUMBNAIL, TEXT, NONE = Layout.LARGE, Layout.THUMBNAIL, Layout.TEXT, Layout.NONE


def with_picture(**changes: Any) -> Inspection:
    return replace(seen(), pictures=[picture(**changes)])


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda it: it.platform_id)
def test_a_good_page_has_a_large_card_everywhere(platform: Platform) -> None:
    card = card_on(platform, seen())
    assert card.layout is LARGE
    assert card.title == "Bees of the valley"
    assert card.why == ""
    assert (card.text != "") == platform.shows_text
    assert (card.site == "Meadow Post") == platform.shows_site_name
    assert card.host == "example.com"


@pytest.mark.parametrize(
    ("platform", "card", "layout"),
    [
        (X, "summary_large_image", LARGE),
        (X, "summary", THUMBNAIL),
        (X, "", THUMBNAIL),
        (X, "Summary_Large_Image", LARGE),
        (DISCORD, "summary_large_image", LARGE),
        (DISCORD, "", THUMBNAIL),
        (SLACK, "summary", THUMBNAIL),
        (SLACK, "", LARGE),
        (TELEGRAM, "summary", THUMBNAIL),
        (FACEBOOK, "summary", LARGE),
        (LINKEDIN, "summary", LARGE),
        (BLUESKY, "summary", LARGE),
    ],
)
def test_twitter_card_decides_where_it_is_heeded(
    platform: Platform, card: str, layout: Layout
) -> None:
    assert card_on(platform, seen(twitter_card=card)).layout is layout


@pytest.mark.parametrize(
    ("platform", "width", "height", "layout"),
    [
        (FACEBOOK, 600, 315, LARGE),
        (FACEBOOK, 599, 315, THUMBNAIL),
        (FACEBOOK, 200, 200, THUMBNAIL),
        (FACEBOOK, 199, 200, TEXT),
        (X, 300, 157, LARGE),
        (X, 299, 157, THUMBNAIL),
        (X, 143, 200, TEXT),
        (LINKEDIN, 401, 300, LARGE),
        (LINKEDIN, 400, 300, THUMBNAIL),
        (WHATSAPP, 300, 157, LARGE),
        (WHATSAPP, 299, 157, THUMBNAIL),
        (WHATSAPP, 1200, 1200, THUMBNAIL),
        (WHATSAPP, 1201, 300, TEXT),
        (MASTODON, 1200, 1200, THUMBNAIL),
        (MASTODON, 1200, 1199, LARGE),
        (BLUESKY, 100, 100, LARGE),
        (IMESSAGE, 100, 300, LARGE),
    ],
)
def test_size_decides_where_it_is_heeded(
    platform: Platform, width: int, height: int, layout: Layout
) -> None:
    card = card_on(platform, with_picture(width_px=width, height_px=height))
    assert card.layout is layout
    assert bool(card.why) is (layout is TEXT)


@pytest.mark.parametrize(
    ("changes", "refusing"),
    [
        ({"size_bytes": 600_000}, set()),
        ({"size_bytes": 600_001}, {WHATSAPP}),
        ({"size_bytes": 1_000_001}, {WHATSAPP, BLUESKY}),
        ({"size_bytes": 5_000_001}, {WHATSAPP, BLUESKY, MASTODON, X, LINKEDIN, TELEGRAM}),
        ({"format": "webp"}, {LINKEDIN}),
        ({"format": "svg"}, set(PLATFORMS)),
        ({"format": "avif"}, set(PLATFORMS) - {IMESSAGE, MASTODON, BLUESKY}),
        ({"outcome": PictureOutcome.STATUS}, set(PLATFORMS)),
    ],
)
def test_a_picture_that_a_platform_does_not_take_is_not_shown(
    changes: dict[str, object], refusing: set[Platform]
) -> None:
    cards = report(with_picture(**changes)).cards
    assert {card.platform for card in cards if card.layout is TEXT} == refusing


@pytest.mark.parametrize(
    ("platform", "title"),
    [(X, "For X"), (FACEBOOK, "Open"), (SLACK, "Open"), (LINKEDIN, "Open")],
)
def test_each_has_its_own_order_of_tags(platform: Platform, title: str) -> None:
    it = seen(tag("twitter:title", "For X"), og_title="Open")
    assert card_on(platform, it).title == title
    assert card_on(platform, seen(without=["og:title"])).title == "Bees of the valley | Meadow Post"


def test_x_alone_takes_its_own_picture() -> None:
    other = "https://www.example.com/x.png"
    it = replace(
        seen(tag("twitter:image", other)), pictures=[picture(), picture(other, width_px=900)]
    )
    urls = {card.platform: card.picture_url for card in report(it).cards}
    assert urls.pop(X) == other
    assert set(urls.values()) == {CARD}


def test_a_relative_picture_is_for_those_who_resolve_it() -> None:
    it = seen(og_image="/card.png")
    without = {card.platform for card in report(it).cards if card.layout is TEXT}
    assert without == {FACEBOOK, X, LINKEDIN, WHATSAPP}


@pytest.mark.parametrize(
    "url", ["javascript:alert(4)", "data:image/png;base64,AAAA", "ftp://a.b/c"]
)
def test_a_picture_of_another_scheme_is_taken_by_nobody(url: str) -> None:
    cards = report(seen(og_image=url)).cards
    assert {card.layout for card in cards} == {TEXT}
    assert all("no http or https URL" in card.why for card in cards)


def test_a_picture_that_is_too_large_is_not_said_to_be_away() -> None:
    it = with_picture(outcome=PictureOutcome.TOO_LARGE, size_bytes=10_800_000, width_px=0)
    assert all("more than 6 MiB" in card.why for card in report(it).cards)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_link_has_the_scheme_of_its_page(scheme: str) -> None:
    it = replace(seen(), hops=[hop(f"{scheme}://www.example.com/post")])
    assert card_on(SLACK, it).scheme == scheme


def test_what_is_beyond_the_bytes_that_are_read_is_not_seen() -> None:
    tags = [
        tag("", "Title"),
        tag("og:image", CARD, start=299_999),
        tag("og:title", "L", start=2**20),
    ]
    it = inspection(*tags)
    assert card_on(WHATSAPP, it).layout is LARGE
    assert card_on(SLACK, it).layout is TEXT
    assert card_on(MASTODON, it).title == "Title"
    assert card_on(FACEBOOK, it).title == "L"


def test_texts_are_cut_where_each_cuts_them() -> None:
    it = seen(og_title="t" * 300, og_description="d" * 500)
    card = card_on(X, it)
    assert (len(card.title), len(card.text)) == (70, 200)
    assert card.title.endswith("…")
    assert len(card_on(WHATSAPP, it).text) == 80
    assert card_on(MASTODON, it).title == "t" * 300


def test_robots_txt_shuts_out_who_heeds_it() -> None:
    it = replace(seen(), robots=RobotsTxt(200, "User-agent: *\nDisallow: /post"))
    none = {card.platform for card in report(it).cards if card.layout is NONE}
    assert none == {FACEBOOK, X, LINKEDIN}


def test_without_a_page_or_a_title_there_is_no_card() -> None:
    assert {card.layout for card in report(Inspection(PageOutcome.UNREACHABLE)).cards} == {NONE}
    assert {card.layout for card in report(inspection(tag("og:image", CARD))).cards} == {NONE}


def test_the_icon_is_shown_where_icons_are() -> None:
    icon = picture("https://www.example.com/icon.png", width_px=32, height_px=32)
    it = replace(seen(tag("icon", "/icon.png")), pictures=[picture(), icon])
    assert card_on(SLACK, it).icon is icon
    assert card_on(FACEBOOK, it).icon is None


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda it: it.platform_id)
def test_the_line_for_curl_asks_as_the_crawler(platform: Platform) -> None:
    line = crawler_curl(platform, "https://example.com/it's?a=$(b)")
    assert f"--user-agent '{platform.user_agent}'" in line or platform.user_agent in line
    assert "'https://example.com/it'\"'\"'s?a=$(b)'" in line
    assert ("--range" in line) is bool(platform.html_bytes)
