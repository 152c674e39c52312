"""mode=ai: where it has a say, how it went with a card, and who may have a new one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline
from og_edge.errors import AiNotConfiguredError, PlanRequiredError
from og_edge.options import Mode
from og_edge.overrides import overrides_drawn
from og_edge.templates import Template

CAPABILITIES_TIMEOUT_S: Final = 1.0
AI_SOURCE: Final = "ai"
"""The source of what a model wrote, as extract tells it."""
WRITTEN_BY_AI: Final = frozenset({"title", "description"})
"""The metadata that a model writes; all else it chooses of what the page states."""


class AiStatus(StrEnum):
    """How a language model did with a page, as X-OG-AI and the history tell it.

    All but DELIVERED leave a card without a word of a model's.
    """

    DELIVERED = "delivered"
    FAILED = "failed"
    TIMEOUT = "timeout"
    REJECTED = "rejected"
    UNUSED = "unused"
    """The request or the template leaves no place for its words, so it was not asked."""

    @property
    def fell_short(self) -> bool:
        """Whether words were asked for in vain; another time they may come."""
        return self in {AiStatus.FAILED, AiStatus.TIMEOUT, AiStatus.REJECTED}


def reading_mode(request: CardRequest, template: Template) -> Mode:
    """Say how the page of a card is read: by AI only where a model's words have a place on it."""
    given = overrides_drawn(request, template)
    has_place = any(
        field.source in WRITTEN_BY_AI and field.name not in given
        for field in template.fields.values()
    )
    return request.mode if has_place else Mode.STANDARD


class Capabilities(Protocol):
    """Knows what pages can be read with."""

    async def ai_configured(self, timeout_s: float) -> bool:
        """Tell whether an endpoint of a language model is configured."""


class AiGate:
    """Decides who may have a page read by a language model; cards that exist need no leave."""

    def __init__(self, capabilities: Capabilities) -> None:
        self._capabilities = capabilities

    async def admit(self, deadline: Deadline, *, ai_allowed: bool) -> None:
        """Raise PlanRequiredError or, only where the plan allows it, AiNotConfiguredError."""
        if not ai_allowed:
            raise PlanRequiredError(
                "mode=ai needs a paid plan. Upgrade your plan, or leave mode out."
            )
        with deadline.step(CAPABILITIES_TIMEOUT_S) as step:
            is_configured = await self._capabilities.ai_configured(step.timeout_s)
        if not is_configured:
            raise AiNotConfiguredError("mode=ai is not set up on this server. Leave mode out.")
