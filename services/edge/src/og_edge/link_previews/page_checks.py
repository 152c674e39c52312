"""Checks of how a page arrives: its way, its time, its charset, who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_edge.link_previews.cards import is_shut_out, seen_by
from og_edge.link_previews.findings import Case, Finding, Severity
from og_edge.link_previews.inspection import InspectedPage, PageKind, PageTag
from og_edge.link_previews.platforms import FACEBOOK, KB, PLATFORMS, Platform

SLOW_PAGE_S: Final = 3.0
"""Crawlers give up within a few seconds (P: Facebook; Discord after 10 s in all)."""
MANY_REDIRECTS: Final = 2
NAMED_CODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_UTF8: Final = frozenset({"utf-8", "utf8"})
_KINDS: Final = {
    PageKind.CHALLENGE: (
        "Crawlers get a bot challenge",
        "Let them through your firewall by their user agents; they show its words until then.",
    ),
    PageKind.LOGIN: (
        "Crawlers get a sign-in or consent page",
        "Serve the page's own <head> to everybody, also before they sign in or agree.",
    ),
    PageKind.NOT_FOUND: (
        "The page says that it is not there",
        "Check the address. If nothing is there, answer with status 404 instead of 200.",
    ),
    PageKind.EMPTY_SHELL: (
        "The page is empty until its scripts run",
        "Render the tags on the server: crawlers run no scripts.",
    ),
}


def kind_of_page(case: Case) -> Iterator[Finding]:
    """Tell where what came is not the page."""
    if case.page.kind in _KINDS:
        title, advice = _KINDS[case.page.kind]
        yield Finding(Severity.BAD, title, advice)


def shut_out(case: Case) -> Iterator[Finding]:
    """Robots.txt keeps crawlers away."""
    kept = case.platforms(lambda platform: is_shut_out(case.inspection, platform))
    if kept:
        names = ", ".join(platform.robots_name for platform in kept)
        yield Finding(
            Severity.BAD,
            "robots.txt keeps crawlers away",
            f"Allow this page for {names} in robots.txt; they heed it also for previews.",
            kept,
        )


def redirects(case: Case) -> Iterator[Finding]:
    """Each hop costs time, and some crawlers follow few."""
    count = len(case.inspection.hops) - 1
    if count >= MANY_REDIRECTS:
        yield Finding(
            Severity.WARNING,
            f"{count} redirects lead to the page",
            f"Share {case.inspection.final_url}, or redirect there at once: every hop costs time, "
            "and crawlers have little.",
        )


def transport(case: Case) -> Iterator[Finding]:
    """Pages by http."""
    if case.inspection.final_url.startswith("http://"):
        yield Finding(
            Severity.WARNING,
            "The page is not served by https",
            "Serve it by https: apps warn of links that are not, and some show no card for them.",
        )


def slowness(case: Case) -> Iterator[Finding]:
    """Crawlers are impatient."""
    if case.page.latency_s > SLOW_PAGE_S:
        yield Finding(
            Severity.WARNING,
            f"The page took {case.page.latency_s:.1f} s",
            f"Answer crawlers within {SLOW_PAGE_S:.0f} s, for example from a cache: those that "
            "give up show a bare link.",
        )


def coding(case: Case) -> Iterator[Finding]:
    """We asked for gzip or deflate, as the least able do."""
    named = case.inspection.hops[-1].header("content-encoding").strip().lower()
    if named not in NAMED_CODINGS:
        yield Finding(
            Severity.BAD,
            f"The page is sent as {named} to who asked for gzip",
            "Heed Accept-Encoding: Facebook's crawler reads gzip and deflate only.",
            [FACEBOOK],
        )


def charset(case: Case) -> Iterator[Finding]:
    """Headers, markup and bytes that disagree."""
    page = case.page
    declared = page.header_charset or page.markup_charset
    if not declared:
        yield Finding(
            Severity.HINT,
            "The page declares no charset",
            'Add charset=utf-8 to Content-Type, or <meta charset="utf-8"> at the start of <head>.',
        )
    elif declared in _UTF8 and page.charset != "utf-8":
        yield Finding(
            Severity.WARNING,
            f"The page says {declared} but is none",
            f"Its bytes read as {page.charset}. Save it as UTF-8, or letters come out wrong.",
        )
    elif page.header_charset and page.markup_charset not in {"", page.header_charset}:
        yield Finding(
            Severity.WARNING,
            "Header and page declare different charsets",
            f"Content-Type says {page.header_charset}, the markup {page.markup_charset}; say one.",
        )


def late_tags(case: Case) -> Iterator[Finding]:
    """Tags where a platform reads no more, and that it would have taken."""
    for platform in PLATFORMS:
        late = list(_out_of_reach(case.page, platform))
        if late:
            limit_kb = platform.html_bytes // KB
            name, after_kb = late[0].name or "title", late[0].start_byte // KB
            yield Finding(
                Severity.BAD,
                f"{platform.name} does not read as far as {name}",
                f"Move the tags into the first {limit_kb} kB of the HTML, before styles and "
                f"scripts; {name} starts after {after_kb} kB.",
                [platform],
            )


def _out_of_reach(page: InspectedPage, platform: Platform) -> Iterator[PageTag]:
    near = seen_by(platform, page)
    for names in (platform.title_tags, platform.text_tags, platform.image_tags):
        tag = page.first(*names)
        if tag is not None and near.first(*names) is not tag:
            yield tag


def search_engines(case: Case) -> Iterator[Finding]:
    """Noindex is no fault, but often left by mistake."""
    said = f"{case.page.text('robots')} {case.inspection.hops[-1].header('x-robots-tag')}".lower()
    if "noindex" in said or "none" in said.replace(",", " ").split():
        yield Finding(
            Severity.HINT,
            "The page asks search engines to leave it out",
            "Remove noindex if it should be found. Previews are shown all the same.",
        )


PAGE_CHECKS: Final = (
    *(kind_of_page, shut_out, late_tags, coding, redirects),
    *(transport, slowness, charset, search_engines),
)
