"""The templates that the render service offers, as the edge needs to know them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Final

import structlog

from og_edge.errors import InternalError, UnknownTemplateError

log = structlog.get_logger()

REFRESH_INTERVAL_S: Final = 30.0
RETRY_INTERVAL_S: Final = 0.5
FIRST_LIST_WAIT_S: Final = 3.0


class FieldKind(Enum):
    """What kind of value a field takes."""

    TEXT = "text"
    DATE = "date"
    PRICE = "price"
    RATING = "rating"
    IMAGE = "image"
    CODE = "code"
    LIST = "list"
    COUNT = "count"
    DURATION = "duration"
    TIME = "time"


@dataclass(frozen=True)
class TemplateField:
    """One input of a template; its name is also the parameter that overrides it.

    `source` names the metadata field of a page that fills it, "" where only a request can.
    `example` is a value as a query would give it, "" for pictures.
    """

    name: str
    kind: FieldKind
    required: bool
    source: str = ""
    description: str = ""
    example: str = ""


@dataclass(frozen=True)
class Template:
    """One card design. `fields` go by their names, `default_accent_color` is "#rrggbb"."""

    template_id: str
    fields: Mapping[str, TemplateField]
    name: str = ""
    description: str = ""
    default_accent_color: str = ""

    @property
    def image_fields(self) -> list[TemplateField]:
        """The fields that take pictures."""
        return [field for field in self.fields.values() if field.kind is FieldKind.IMAGE]


class TemplateCatalog:
    """The templates as last listed; keeps them while the render service is away."""

    def __init__(self, list_templates: Callable[[], Awaitable[Sequence[Template]]]) -> None:
        self._list = list_templates
        self._templates: Mapping[str, Template] = {}
        self._listed = asyncio.Event()

    async def keep_fresh(self) -> None:
        """List again and again, until cancelled."""
        while True:
            try:
                templates = await self._list()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may succeed
                log.warning("templates not listed", cause=str(error))
                await asyncio.sleep(RETRY_INTERVAL_S)
                continue
            listed = {template.template_id: template for template in templates}
            if listed != self._templates:
                self._templates = listed
            self._listed.set()
            await asyncio.sleep(REFRESH_INTERVAL_S)

    async def all(self) -> Mapping[str, Template]:
        """Give all templates by their ids, waiting a moment for the first list.

        The same mapping as long as they are the same. Raises InternalError while nothing was
        listed yet.
        """
        if not self._listed.is_set():
            try:
                await asyncio.wait_for(self._listed.wait(), FIRST_LIST_WAIT_S)
            except TimeoutError:
                raise InternalError from None
        return self._templates

    def at_hand(self, template_id: str) -> Template | None:
        """Give a template, if there is one of this id in the list."""
        return self._templates.get(template_id)

    async def get(self, template_id: str) -> Template:
        """Give a template; raises UnknownTemplateError, and InternalError as `all` does."""
        templates = await self.all()
        if template := templates.get(template_id):
            return template
        close = get_close_matches(template_id, templates, n=1)
        hint = close[0] if close else ", ".join(sorted(templates))
        raise UnknownTemplateError(f"No template has this id. Try: {hint}.")
