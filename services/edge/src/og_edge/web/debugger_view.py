"""What the pages of the debugger show, in the words and order in which they show it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlencode

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.errors import ApiError
from og_edge.link_previews.cards import Layout, LinkCard
from og_edge.link_previews.crawlers import crawler_curl
from og_edge.link_previews.findings import Severity
from og_edge.link_previews.inspection import Hop, InspectedPicture, PictureOutcome
from og_edge.link_previews.platforms import PLATFORMS, Platform
from og_edge.link_previews.report import Report
from og_edge.page import CardTag
from og_edge.snippets import SITE_ID_PLACEHOLDER, Framework, Snippet, curl_line, snippets
from og_edge.tags import ReadTag, TagReader
from og_edge.templates import Template

MAX_TYPED_CHARS: Final = 2_048
SAMPLE_URL: Final = "https://example.com/blog/my-post"
DEFAULT_TEMPLATE: Final = "generic/standard"

SEVERITIES: Final = {
    Severity.BAD: ("bad", "Mend"),
    Severity.WARNING: ("warning", "Improve"),
    Severity.HINT: ("neutral", "Hint"),
}
LAYOUTS: Final = {
    Layout.LARGE: ("good", "Large picture"),
    Layout.THUMBNAIL: ("warning", "Small picture"),
    Layout.TEXT: ("bad", "No picture"),
    Layout.NONE: ("bad", "No card"),
}
OUTCOMES: Final = {
    PictureOutcome.FETCHED: "Fetched",
    PictureOutcome.URL_NOT_ALLOWED: "Not a public URL",
    PictureOutcome.UNREACHABLE: "Not reached",
    PictureOutcome.STATUS: "Refused",
    PictureOutcome.TOO_MANY_REDIRECTS: "Redirects without end",
    PictureOutcome.TOO_LARGE: "More than 6 MiB",
    PictureOutcome.NOT_A_PICTURE: "No picture",
    PictureOutcome.BROKEN: "Damaged",
    PictureOutcome.SKIPPED: "Not fetched: too busy",
}
_COLOR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_OPTIONS: Final = ("theme", "accentColor", "gradientBg", "size", "format")
_CARD_TAGS: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")


def typed_url(text: str) -> str:
    """Complete what somebody typed into an address as browsers do."""
    return text if "://" in text or text.startswith(("http:", "https:")) else f"https://{text}"


@dataclass(frozen=True)
class Shown:
    """A picture that the page holds once, as a symbol that cards refer to."""

    symbol: str
    picture: InspectedPicture

    @property
    def data_url(self) -> str:
        """The picture itself, at most 350 kB."""
        return f"data:image/webp;base64,{base64.b64encode(self.picture.preview_webp).decode()}"


@dataclass(frozen=True)
class Mock:
    """A card and what its template needs beside it."""

    card: LinkCard
    symbol: str = ""
    icon_symbol: str = ""

    @property
    def kind(self) -> tuple[str, str]:
        """The badge that says how the picture is shown: its kind and its words."""
        return LAYOUTS[self.card.layout]

    @property
    def accent(self) -> str:
        """The page's colour where it is a plain one, "" otherwise."""
        return self.card.accent if _COLOR.fullmatch(self.card.accent) else ""


@dataclass(frozen=True)
class Sheet:
    """The debugger's report as its page shows it."""

    report: Report
    url: str
    mocks: Sequence[Mock]
    shown: Sequence[Shown]
    ours: Sequence[ReadTag] = ()
    severities: Mapping[Severity, tuple[str, str]] = field(default_factory=lambda: SEVERITIES)
    outcomes: Mapping[PictureOutcome, str] = field(default_factory=lambda: OUTCOMES)

    @classmethod
    def of(cls, report: Report, tags: TagReader, url: str) -> Self:
        """Prepare a report on the page at url."""
        pictures = [it for it in report.inspection.pictures if it.preview_webp]
        shown = [Shown(f"picture-{nth}", picture) for nth, picture in enumerate(pictures)]
        symbols = {it.picture.url: it.symbol for it in shown}
        mocks = [
            Mock(
                card,
                symbols.get(card.picture.url, "") if card.picture else "",
                symbols.get(card.icon.url, "") if card.icon else "",
            )
            for card in report.cards
        ]
        return cls(report, url, mocks, shown, _ours(report, tags))

    @property
    def hops(self) -> Sequence[Hop]:
        """The way to the page."""
        return self.report.inspection.hops

    @property
    def crawlers(self) -> Sequence[tuple[Platform, str]]:
        """Each platform with the command that asks as its crawler does."""
        return [(platform, crawler_curl(platform, self.url)) for platform in PLATFORMS]

    def symbol_of(self, picture: InspectedPicture) -> str:
        """Give the symbol of a picture; "" where it cannot be shown."""
        return next((it.symbol for it in self.shown if it.picture is picture), "")


@dataclass(frozen=True)
class TagForm:
    """What was chosen for tags; `request` is None where something of it is wrong."""

    typed: Mapping[str, str]
    framework: Framework
    request: CardRequest | None
    error: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], loopback_targets: frozenset[str]) -> Self:
        """Read a form's fields; what is not given is an example."""
        typed = {
            "site": query.get("site", "").strip() or SITE_ID_PLACEHOLDER,
            "url": query.get("url", "").strip() or SAMPLE_URL,
            "template": query.get("template", "") or DEFAULT_TEMPLATE,
            **{name: query.get(name, "").strip() for name in _OPTIONS},
        }
        named = query.get("framework", "")
        framework = Framework(named) if named in set(Framework) else Framework.HTML
        asked = {name: value for name, value in typed.items() if value}
        asked["url"] = typed_url(asked["url"])
        try:
            request = parse_card_request(
                urlencode(asked).encode(), loopback_targets=loopback_targets
            )
        except ApiError as error:
            return cls(typed, framework, None, error.message)
        return cls(typed, framework, request)

    @staticmethod
    def choices(templates: Sequence[Template]) -> Sequence[tuple[str, str]]:
        """Give the templates as a menu shows them."""
        return [(it.template_id, f"{it.name} ({it.template_id})") for it in templates]

    def link(self, framework: Framework) -> str:
        """Give the address of the same form for another framework."""
        chosen = {name: value for name, value in self.typed.items() if value}
        return f"/debugger/tags?{urlencode({**chosen, 'framework': framework.value})}#code"

    def snippets(self, base_url: str) -> Sequence[Snippet]:
        """Write the tags for every framework; none where something is wrong."""
        return snippets(self.request, base_url) if self.request else []

    def curl(self, base_url: str) -> str:
        """Write the line that fetches the card with an API key."""
        return curl_line(self.request, base_url) if self.request else ""


def _ours(report: Report, tags: TagReader) -> list[ReadTag]:
    """Find the tags of the page that name cards of ours."""
    page = report.inspection.page
    if page is None:
        return []
    named = [tag for tag in page.tags if tag.name in _CARD_TAGS and tag.value]
    read = [tags.read(CardTag(tag.name, page.resolved(tag))) for tag in named]
    return [tag for tag in read if tag.is_ours]
