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


@dataclass(frozen=True)
class TemplateField:
    """One input of a template; its name is also the parameter that overrides it."""

    name: str
    kind: FieldKind
    required: bool


@dataclass(frozen=True)
class Template:
    """One card design."""

    template_id: str
    fields: Mapping[str, TemplateField]

    @property
    def image_fields(self) -> list[str]:
        """Names of the fields that take pictures."""
        return [field.name for field in self.fields.values() if field.kind is FieldKind.IMAGE]


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
            self._templates = {template.template_id: template for template in templates}
            self._listed.set()
            await asyncio.sleep(REFRESH_INTERVAL_S)

    async def get(self, template_id: str) -> Template:
        """Give a template, waiting a moment for the first list.

        Raises UnknownTemplateError, and InternalError while nothing was listed yet.
        """
        if not self._listed.is_set():
            try:
                await asyncio.wait_for(self._listed.wait(), FIRST_LIST_WAIT_S)
            except TimeoutError:
                raise InternalError(retry_after_s=1) from None
        if template := self._templates.get(template_id):
            return template
        close = get_close_matches(template_id, self._templates, n=1)
        hint = close[0] if close else ", ".join(sorted(self._templates))
        raise UnknownTemplateError(f"No template has this id. Try: {hint}.")
