"""How much mail may be asked for."""

from __future__ import annotations

import hashlib
import time
from typing import Final

from og_auth.clients import Client
from og_auth.identity.errors import TooManyMailsError
from og_auth.rate_limits import Draw, RateLimiter, Window

MAILS_WINDOW_S: Final = 3_600
MAILS_MAX_PER_ACCOUNT: Final = 5
MAILS_MAX_PER_ADDRESS: Final = 5
MAILS_MAX_PER_CLIENT: Final = 20
MIN_RETRY_AFTER_S: Final = 1.0


class MailLimits:
    """Counts what mail is asked for; the limiter's windows are MAILS_WINDOW_S long."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def demand_for_account(self, account_id: str) -> None:
        """Count a mail to an account that asks for it, or raise TooManyMailsError."""
        await self._demand(Window(f"auth:mails:account:{{{account_id}}}", MAILS_MAX_PER_ACCOUNT))

    async def demand_for_client(self, client: Client) -> None:
        """Count a mail that a stranger asks for, or raise TooManyMailsError."""
        await self._demand(Window(f"auth:mails:client:{{{client.digest}}}", MAILS_MAX_PER_CLIENT))

    async def admits_address(self, email: str) -> bool:
        """Count a mail that a stranger asks for to an address, and tell whether it may be sent."""
        digest = hashlib.sha256(email.casefold().encode()).hexdigest()[:32]
        window = Window(f"auth:mails:address:{{{digest}}}", MAILS_MAX_PER_ADDRESS)
        [reading] = await self._limiter.decide([Draw(window)])
        return reading.admitted

    async def _demand(self, window: Window) -> None:
        [reading] = await self._limiter.decide([Draw(window)])
        if not reading.admitted:
            raise TooManyMailsError(max(MIN_RETRY_AFTER_S, reading.reset_us / 1e6 - time.time()))
