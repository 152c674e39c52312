"""mode=ai: how it went with a card, and who may have a new one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

from og_edge.deadline import Deadline
from og_edge.errors import AiNotConfiguredError, PlanRequiredError

CAPABILITIES_TIMEOUT_S: Final = 1.0


class AiStatus(StrEnum):
    """How a language model did with a page, as X-OG-AI and the history tell it.

    All but DELIVERED leave a card of the page's own metadata.
    """

    DELIVERED = "delivered"
    FAILED = "failed"
    TIMEOUT = "timeout"
    REJECTED = "rejected"


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
            raise PlanRequiredError("mode=ai needs a paid plan. Upgrade your plan.")
        if not await self._capabilities.ai_configured(deadline.remaining_s(CAPABILITIES_TIMEOUT_S)):
            raise AiNotConfiguredError("mode=ai is not set up on this server.")
