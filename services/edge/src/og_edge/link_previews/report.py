"""All that the debugger tells of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from og_edge.link_previews.cards import LinkCard, link_card
from og_edge.link_previews.findings import Case, Finding, Severity, judge
from og_edge.link_previews.inspection import Inspection, PageOutcome
from og_edge.link_previews.page_checks import PAGE_CHECKS
from og_edge.link_previews.picture_checks import PICTURE_CHECKS
from og_edge.link_previews.platforms import PLATFORMS
from og_edge.link_previews.tag_checks import TAG_CHECKS

_OUTCOMES = {
    PageOutcome.UNREACHABLE: (
        "The page could not be reached",
        "Check the address. Pages of private networks, or behind a sign-in, cannot be looked at.",
    ),
    PageOutcome.TOO_MANY_REDIRECTS: (
        "The page redirects without end",
        "Give the address where its redirects end, or mend the loop.",
    ),
    PageOutcome.NOT_HTML: (
        "This is no HTML page",
        "Previews read tags of HTML. Check the address, and the Content-Type of its answer.",
    ),
    PageOutcome.TOO_COMPLEX: (
        "The page is too complex to be read",
        "Nest its elements less deeply.",
    ),
    PageOutcome.PAUSED: (
        "The page's server asked us to wait",
        "It answered an earlier request with Retry-After. Try again in half a minute.",
    ),
}


@dataclass(frozen=True)
class Report:
    """A page, its cards in the order of PLATFORMS, and what to change."""

    inspection: Inspection
    cards: Sequence[LinkCard]
    findings: Sequence[Finding]

    def count(self, severity: Severity) -> int:
        """Count findings."""
        return sum(finding.severity is severity for finding in self.findings)


def report_on(inspection: Inspection) -> Report:
    """Judge a page that was looked at."""
    cards = [link_card(inspection, platform) for platform in PLATFORMS]
    if inspection.page is None:
        return Report(inspection, cards, [_no_page(inspection)])
    case = Case(inspection, inspection.page, cards)
    return Report(inspection, cards, judge(case, (*PAGE_CHECKS, *TAG_CHECKS, *PICTURE_CHECKS)))


def _no_page(inspection: Inspection) -> Finding:
    if inspection.outcome is PageOutcome.STATUS:
        status = inspection.hops[-1].status if inspection.hops else 0
        return Finding(
            Severity.BAD,
            f"The page is answered with status {status}",
            "Crawlers show no card of an error. Check the address, and whether the server refuses "
            "programs that it answers in a browser.",
        )
    title, advice = _OUTCOMES[inspection.outcome]
    return Finding(Severity.BAD, title, advice)
