"""Checks of a page's tags: what is missing, said twice, too long or named wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_edge.link_previews.cards import is_absolute, is_read
from og_edge.link_previews.findings import Case, Finding, Severity
from og_edge.link_previews.platforms import (
    BLUESKY,
    DISCORD,
    FACEBOOK,
    LINKEDIN,
    MASTODON,
    OG_IMAGE,
    PLATFORMS,
    SLACK,
    TELEGRAM,
    WHATSAPP,
    X,
)
from og_urls.page_url import UrlNotAllowedError, parse_page_url

LONG_TITLE_CHARS: Final = 70
"""What X shows (P), and about what two lines of the others hold."""
LONG_TEXT_CHARS: Final = 200
SINGLE: Final = ("og:title", "og:description", "og:url", "twitter:card", "twitter:title")
CARDS: Final = frozenset({"summary", "summary_large_image", "player", "app"})
_NAMED_BY_SITE: Final = (SLACK, DISCORD, TELEGRAM, MASTODON)


def titles(case: Case) -> Iterator[Finding]:
    """Look for titles: a card without one is none."""
    page = case.page
    if not page.text("og:title", "twitter:title", ""):
        yield Finding(
            Severity.BAD,
            "The page has no title",
            'Add <meta property="og:title" content="…"> and a <title>.',
        )
    elif not page.text("og:title"):
        yield Finding(
            Severity.WARNING,
            "og:title is missing",
            "Add it with the page's own title, without the site's name: previews take the <title> "
            "instead, and WhatsApp may show no card.",
        )
    title = page.text("og:title", "")
    if len(title) > LONG_TITLE_CHARS:
        yield Finding(
            Severity.HINT,
            f"The title has {len(title)} characters",
            f"Put what matters into the first {LONG_TITLE_CHARS}: that is where X cuts, and most "
            "show no more than two lines.",
        )


def descriptions(case: Case) -> Iterator[Finding]:
    """Look for what says what the page is about."""
    page = case.page
    shown = case.platforms(lambda platform: platform.shows_text)
    if not page.text("og:description", "twitter:description", "description"):
        yield Finding(
            Severity.WARNING,
            "The page has no description",
            "Add og:description: one sentence that makes people want to read on.",
            shown,
        )
    elif not page.text("og:description"):
        yield Finding(
            Severity.HINT,
            "og:description is missing",
            "Add it; those that look for it fall back to another description, or show none.",
            shown,
        )
    text = page.text("og:description", "description")
    if len(text) > LONG_TEXT_CHARS:
        yield Finding(
            Severity.HINT,
            f"The description has {len(text)} characters",
            f"Most show under {LONG_TEXT_CHARS}, WhatsApp {WHATSAPP.text_chars}: begin with what "
            "matters.",
            shown,
        )


def images(case: Case) -> Iterator[Finding]:
    """Look at the tags that name a picture."""
    page = case.page
    if not page.first(*OG_IMAGE[:3]):
        lacking = case.platforms(lambda it: not page.first(*it.image_tags))
        yield Finding(
            Severity.BAD,
            "og:image is missing",
            "Add it with the whole https URL of a picture of 1200 × 630 px.",
            lacking or PLATFORMS,
        )
    taken = {it: tag for it in PLATFORMS if (tag := page.first(*it.image_tags)) is not None}
    for tag in dict.fromkeys(taken.values()):
        users = [platform for platform, own in taken.items() if own is tag]
        strict = [platform for platform in users if not platform.resolves_urls]
        if not is_read(page, tag):
            yield Finding(
                Severity.BAD,
                f"{tag.name} is not at an http or https URL",
                f"Only http and https are read: write https://… instead of {_short(tag.value)}.",
                users,
            )
        elif strict and not is_absolute(tag.value):
            yield Finding(
                Severity.BAD,
                f"{tag.name} is no whole URL",
                f"Write {page.resolved(tag)} instead of {_short(tag.value)}.",
                strict,
            )
        elif tag.value.lower().startswith("http://"):
            yield Finding(
                Severity.WARNING,
                f"{tag.name} is not served by https",
                "Use https: apps that are themselves on https show no other pictures.",
                users,
            )


def image_facts(case: Case) -> Iterator[Finding]:
    """Look for what is said of the picture."""
    page = case.page
    if not page.first(*OG_IMAGE[:3]):
        return
    if not (page.text("og:image:width") and page.text("og:image:height")):
        yield Finding(
            Severity.WARNING,
            "og:image:width and og:image:height are missing",
            "Add both: without them Facebook shows whoever shares the page first no picture.",
            [FACEBOOK],
        )
    if not page.text("og:image:alt", "twitter:image:alt"):
        yield Finding(
            Severity.HINT,
            "og:image:alt is missing",
            "Describe the picture in a sentence, for those who do not see it.",
            [FACEBOOK, X, LINKEDIN, MASTODON, BLUESKY],
        )


def twitter_card(case: Case) -> Iterator[Finding]:
    """X and Discord show a picture large only where it asks for that."""
    card = case.page.text("twitter:card").lower()
    if not card:
        yield Finding(
            Severity.WARNING,
            "twitter:card is missing",
            'Add <meta name="twitter:card" content="summary_large_image"> for a large picture.',
            [X, DISCORD],
        )
    elif card not in CARDS:
        yield Finding(
            Severity.WARNING,
            f"twitter:card is {_short(card)}",
            "Use summary_large_image or summary; others are not known.",
            [X, DISCORD],
        )


def addresses(case: Case) -> Iterator[Finding]:
    """Where the page says that it is."""
    page, final = case.page, case.inspection.final_url
    tag = page.first("og:url")
    if tag is None:
        yield Finding(
            Severity.HINT,
            "og:url is missing",
            "Add the page's one address, without tracking parameters: shares are counted by it.",
            [FACEBOOK, WHATSAPP, LINKEDIN],
        )
    elif _normal(page.resolved(tag)) != _normal(final):
        yield Finding(
            Severity.WARNING,
            "og:url is another address",
            f"It says {_short(tag.value)}, but the page is at {_short(final)}. Facebook shows the "
            "card of the address that og:url names.",
            [FACEBOOK, LINKEDIN],
        )


def site_name(case: Case) -> Iterator[Finding]:
    """Whose page it is."""
    if not case.page.text("og:site_name"):
        yield Finding(
            Severity.HINT,
            "og:site_name is missing",
            "Add the name of your site, shown above the title.",
            _NAMED_BY_SITE,
        )


def said_twice(case: Case) -> Iterator[Finding]:
    """Crawlers take the first or the last."""
    for name in SINGLE:
        tags = case.page.all(name)
        if len({tag.value for tag in tags}) > 1:
            yield Finding(
                Severity.WARNING,
                f"{name} is there {len(tags)} times",
                f"Keep one: some crawlers take the first ({_short(tags[0].value)}), others the "
                f"last ({_short(tags[-1].value)}).",
            )


def empty(case: Case) -> Iterator[Finding]:
    """Tags that say nothing."""
    names = dict.fromkeys(
        tag.name
        for tag in case.page.tags
        if tag.name.startswith(("og:", "twitter:")) and not tag.value
    )
    for name in names:
        yield Finding(
            Severity.WARNING,
            f"{name} is empty",
            "Fill it, or leave it out: it hides what else is there.",
        )


def wrong_attribute(case: Case) -> Iterator[Finding]:
    """Open Graph is RDFa, named by property."""
    wrong = [
        tag.name for tag in case.page.tags if tag.name.startswith("og:") and tag.attribute == "name"
    ]
    if wrong:
        names = ", ".join(dict.fromkeys(wrong))
        yield Finding(
            Severity.WARNING,
            "og: tags have name instead of property",
            f'Write property="{wrong[0]}": not every crawler reads {names} by name.',
        )


def in_body(case: Case) -> Iterator[Finding]:
    """Look for tags outside of the head, which an element that is not for it ends."""
    outside = [tag for tag in case.page.tags if tag.is_in_body and tag.element != "title"]
    named = dict.fromkeys(tag.name for tag in outside if tag.name.startswith(("og:", "twitter:")))
    if named:
        yield Finding(
            Severity.WARNING,
            "Tags stand outside of <head>",
            f"Move {', '.join([*named][:4])} into <head>; if they are there in your source, an "
            "element that does not belong into <head> stands before them and ends it.",
            [WHATSAPP, FACEBOOK, LINKEDIN],
        )


TAG_CHECKS: Final = (
    *(titles, images, twitter_card, descriptions, said_twice, empty),
    *(wrong_attribute, in_body, image_facts, addresses, site_name),
)

_SHOWN_CHARS: Final = 80


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _normal(url: str) -> str:
    try:
        return parse_page_url(url).href
    except UrlNotAllowedError:
        return url.partition("#")[0]
