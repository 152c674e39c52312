"""What the tags of a page say of a card: whether they carry it, and if not, why for people."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import og_urls.page_url as urls
from og_edge.card_request import CardRequest
from og_edge.cards import card_digest
from og_edge.looks import PageLook
from og_edge.overrides import overrides_drawn
from og_edge.tags import ReadTag, TagReader
from og_edge.templates import Template

MAX_NAMED_PARAMETERS: Final = 8
"""In an explanation; a request may have forty."""


class Evidence(Enum):
    """What a look at a page means for a request, as auth is told."""

    TAG_FOUND = "tag_found"
    TAG_DIFFERS = "tag_differs"
    TAG_MISSING = "tag_missing"
    PAGE_UNREACHABLE = "page_unreachable"

    @property
    def may_deny(self) -> bool:
        """Whether a request may be denied for it."""
        return self in {Evidence.TAG_DIFFERS, Evidence.TAG_MISSING}


@dataclass(frozen=True)
class Difference:
    """A parameter that makes a tag's card another one; None where it is not given."""

    parameter: str
    in_tag: str | None
    in_request: str | None


@dataclass(frozen=True)
class JudgedTag:
    """A tag beside a request: `differs` is empty where it carries the request's very card."""

    read: ReadTag
    site_matches: bool
    differs: Sequence[Difference] = ()

    @property
    def is_same_card(self) -> bool:
        """Whether the tag carries the card, for the request's site."""
        return self.site_matches and self.read.request is not None and not self.differs


@dataclass(frozen=True)
class Judgement:
    """What a look means for a request; `explanation` says for people why it is not verified."""

    evidence: Evidence
    tags: Sequence[JudgedTag]
    explanation: str


def stated(request: CardRequest, template: Template) -> dict[str, str]:
    """Name all that makes a card what it is as parameters of a query, defaults included.

    Two requests state the same exactly when their cards have the same digest.
    """
    options = {
        "url": request.url.href,
        "template": request.template_id,
        "theme": request.theme.value,
        "gradientBg": "true" if request.gradient else "false",
        "mode": request.mode.value,
        "size": request.size.value,
        "format": request.format.value,
    }
    if request.accent_color:
        options["accentColor"] = request.accent_color
    return options | overrides_drawn(request, template)


def canonical_request(
    request: CardRequest, canonical_url: str, loopback_targets: frozenset[str]
) -> CardRequest | None:
    """Give the same request for the URL by which its page is known.

    None unless that differs from the requested one, and in the query only.
    """
    try:
        url = urls.parse_page_url(canonical_url, loopback_targets=loopback_targets)
    except urls.UrlNotAllowedError:
        return None
    own = request.url.href
    if url.href == own or url.href.partition("?")[0] != own.partition("?")[0]:
        return None
    return replace(request, url=url)


def cards_carried(
    tags: Iterable[ReadTag], site_id: str, page_href: str, templates: Container[str]
) -> list[CardRequest]:
    """Give the cards of a page that its tags carry for a site.

    A tag that names a card of another page proves nothing of this one.
    """
    return [
        card
        for tag in tags
        if tag.site_id == site_id and (card := tag.request) and card.url.href == page_href
        if card.template_id in templates
    ]


class Judge:
    """Compares the tags that were seen with what is asked for."""

    def __init__(self, reader: TagReader, public_base_url: str) -> None:
        self._reader = reader
        self._public_base_url = public_base_url

    def judge(self, look: PageLook, request: CardRequest, template: Template) -> Judgement:
        """Judge a look for a request, whose URL is that of the page at which the tags were."""
        tags = [self._judged(self._reader.read(tag), request, template) for tag in look.tags]
        if look.problem:
            return Judgement(Evidence.PAGE_UNREACHABLE, tags, look.problem)
        if any(tag.is_same_card for tag in tags):
            return Judgement(Evidence.TAG_FOUND, tags, "")
        evidence = (
            Evidence.TAG_DIFFERS if any(tag.site_matches for tag in tags) else Evidence.TAG_MISSING
        )
        return Judgement(evidence, tags, self._explain(look, tags, request))

    def _judged(self, tag: ReadTag, request: CardRequest, template: Template) -> JudgedTag:
        matches = tag.is_ours and bool(request.site_id) and tag.site_id == request.site_id
        if tag.request is None or card_digest(tag.request, template) == card_digest(
            request, template
        ):
            return JudgedTag(tag, matches)
        return JudgedTag(
            tag, matches, _differences(stated(tag.request, template), stated(request, template))
        )

    def _explain(self, look: PageLook, tags: Sequence[JudgedTag], request: CardRequest) -> str:
        known_as = (
            f"The page says that it is known as {look.canonical_url}, so the tag there counts. "
            if look.canonical_url
            else ""
        )
        return f"{known_as}{self._reason(look, tags, request)}"

    def _reason(self, look: PageLook, tags: Sequence[JudgedTag], request: CardRequest) -> str:
        of_site = [tag for tag in tags if tag.site_matches]
        if whole := [tag for tag in of_site if tag.read.request]:
            closest = min(whole, key=lambda tag: len(tag.differs))
            names = [difference.parameter for difference in closest.differs]
            return (
                f"The page's {closest.read.tag.property} tag has this site id, but is for another "
                f"card; what differs: {_listed(names)}. Ask for the card that the tag names, or "
                "put this one into the tag."
            )
        ours = [tag.read for tag in tags if tag.read.is_ours]
        if wrong := next((tag for tag in ours if tag.fault), None):
            return (
                f"The page's {wrong.tag.property} tag cannot be used: {wrong.fault} Mend the tag."
            )
        if ours:
            what = "another site id" if ours[0].site_id else "no site id"
            return (
                f"The page's {ours[0].tag.property} tag has {what}; put site=… with this one into "
                "it."
            )
        for tag in tags:
            if request.site_id and tag.read.site_id == request.site_id:
                return (
                    f"The page's {tag.read.tag.property} tag points to "
                    f"{_origin(tag.read.tag.url)}, and this API is {self._public_base_url}: write "
                    "the whole address into it, with the scheme and the host."
                )
        if look.scripts_name_us:
            return (
                "The page's HTML has no og:image or twitter:image tag that points to this API. A "
                "script of it names this API and may write one, but crawlers run no scripts, and "
                "neither do we: send the tag in the HTML."
            )
        return (
            "The page has no og:image or twitter:image tag that points to this API with this site "
            "id. Add the tag to the page."
        )


def _differences(in_tag: Mapping[str, str], in_request: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(name, in_tag.get(name), in_request.get(name))
        for name in dict.fromkeys([*in_tag, *in_request])
        if in_tag.get(name) != in_request.get(name)
    ]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_NAMED_PARAMETERS])
    more = len(names) - MAX_NAMED_PARAMETERS
    return f"{shown} and {more} more" if more > 0 else shown


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
