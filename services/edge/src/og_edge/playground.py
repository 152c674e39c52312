"""What is tried out in the playground: a card request as it is typed, not all of it right yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlencode

from og_edge.card_request import CardRequest
from og_edge.drawing import OVERRIDE_SOURCE, Drawing
from og_edge.ready_tags import ReadyTags, look_of
from og_edge.sites import CardDefaults
from og_edge.templates import Template, TemplateField

CHOICES: Final = ("theme", "accentColor", "gradientBg", "size", "format", "mode")
"""The options besides url, template and site, by their names in the API."""
_HOST_END: Final = re.compile(r"[/?#]")
OMIT_PREFIX: Final = "omit."
"""Before the name of a field that is to be left out; an empty text is the page's own."""


@dataclass(frozen=True)
class Play:
    """What is typed and chosen; `choices`, `texts` and `omitted` hold only what is.

    `url` is as it was typed, `site_id` "" for an API key.
    """

    template: Template
    url: str = ""
    site_id: str = ""
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    omitted: frozenset[str] = frozenset()

    @property
    def given(self) -> dict[str, str]:
        """Everything by the names that Playground.read reads, the url last that is the longest."""
        return {
            **({"site": self.site_id} if self.site_id else {}),
            "template": self.template.template_id,
            **self.choices,
            **self.texts,
            **{f"{OMIT_PREFIX}{name}": "1" for name in sorted(self.omitted)},
            **({"url": self.url} if self.url else {}),
        }

    @property
    def query(self) -> str:
        """A query that brings all of it back."""
        return urlencode(self.given, quote_via=quote, safe="/:")

    @property
    def design(self) -> dict[str, str]:
        """How the card looks and reads, whatever page and site it is for."""
        return {name: it for name, it in self.given.items() if name not in {"site", "url"}}

    def dressed(self, defaults: CardDefaults, template: Template) -> Play:
        """Let it look as a site's owner prefers, in the template given."""
        look = look_of(defaults, template)
        return replace(
            self,
            template=template,
            choices={**self.choices, **{n: it for n, it in look.items() if n in CHOICES}},
            texts={**self.texts, **{n: it for n, it in look.items() if n not in CHOICES}},
        )


class Playground:
    """Reads what is typed, and makes requests of it."""

    def __init__(self, tags: ReadyTags) -> None:
        self._tags = tags

    async def read(self, given: Mapping[str, str], loopback_domains: Collection[str] = ()) -> Play:
        """Read the fields of the form, or a shared query; what it does not know is dropped.

        `loopback_domains` are those of the owner's sites that have no https.
        """
        template = await self._tags.template(given.get("template", ""))
        return Play(
            template,
            _address(given.get("url", ""), loopback_domains),
            given.get("site", ""),
            {name: value for name in CHOICES if (value := given.get(name, "").strip())},
            {name: text for name in template.fields if (text := given.get(name, "")).strip()},
            frozenset(name for name in template.fields if given.get(f"{OMIT_PREFIX}{name}")),
        )

    def request(self, play: Play) -> CardRequest:
        """Ask for the card, as the API would be asked.

        Raises UrlNotAllowedError and InvalidParameterError, each saying what to change.
        """
        parameters = {
            "template": play.template.template_id,
            "site": play.site_id,
            **play.choices,
            **play.texts,
            **dict.fromkeys(play.omitted, ""),
            "url": play.url,
        }
        return self._tags.parsed(parameters)


def _address(typed: str, loopback_domains: Collection[str]) -> str:
    """Read a page's address, of which people leave out the scheme."""
    text = typed.strip()
    if not text or "://" in text:
        return text
    host = _HOST_END.split(text, maxsplit=1)[0]
    return f"{'http' if host in loopback_domains else 'https'}://{text}"


class Origin(StrEnum):
    """Where the value of a field came from, in words."""

    TYPED = "typed here"
    OMITTED = "left out"
    PICTURE = "the page's picture"
    NOT_FETCHED = "could not be fetched"
    MISSING = "nothing on the page is taken for it"
    FOUND = "found"


@dataclass(frozen=True)
class FieldValue:
    """A field of a card as it was drawn; `source` is where FOUND, for example "og:title"."""

    field: TemplateField
    text: str
    origin: Origin
    source: str = ""


def values_of(drawing: Drawing, play: Play) -> list[FieldValue]:
    """Tell of each field of a card what is in it and where that came from."""
    return [_value(drawing, play, drawn) for drawn in play.template.fields.values()]


def _value(drawing: Drawing, play: Play, drawn: TemplateField) -> FieldValue:
    name = drawn.name
    source, text = drawing.sources.get(name, ""), drawing.texts.get(name, "")
    if name in drawing.failed_images:
        return FieldValue(drawn, "", Origin.NOT_FETCHED)
    if not source:
        return FieldValue(drawn, "", Origin.OMITTED if name in play.omitted else Origin.MISSING)
    if source == OVERRIDE_SOURCE:
        return FieldValue(drawn, text, Origin.TYPED)
    if not text:
        return FieldValue(drawn, "", Origin.PICTURE)
    return FieldValue(drawn, text, Origin.FOUND, source)
