"""What is told of an API key or a site that has spent what it may spend on one day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Final

from og_edge.errors import ApiError, DailyCardsReachedError, SpendingLimitReachedError

OF_ONE_PAYER: Final = (SpendingLimitReachedError, DailyCardsReachedError)
"""Refusals that say nothing about whoever asks for the same card through another key or site."""

DAY_S: Final = 86_400
_SITE_ID_PREFIX: Final = "site_"


def refusal(
    reason: str, metadata: Mapping[str, str], now: Callable[[], dt.datetime]
) -> ApiError | None:
    """Translate the ledger's refusal for a limit of a day; None where reason is none of these.

    metadata has "payer_id", "daily_max" and, in Unix seconds, "reset_time".
    """
    if reason not in {"DAILY_CREDITS_REACHED", "DAILY_GENERATIONS_REACHED"}:
        return None
    reset_time = dt.datetime.fromtimestamp(float(metadata["reset_time"]), dt.UTC)
    left_s = math.ceil((reset_time - now()).total_seconds())
    wait_s = min(max(1, left_s), DAY_S)  # the reset is by the database's clock
    is_site = metadata["payer_id"].startswith(_SITE_ID_PREFIX)
    who, where = ("site", "Sites") if is_site else ("API key", "API Keys")
    daily_max = f"{int(metadata['daily_max']):,}"
    renewal = (
        f"The next day starts at {reset_time:%Y-%m-%d %H:%M} UTC; the limit can be changed in "
        f"Dashboard → {where}."
    )
    if reason == "DAILY_CREDITS_REACHED":
        return SpendingLimitReachedError(
            f"This {who} may spend {daily_max} credits a day, and what is left of them does not "
            f"pay for this card. {renewal}",
            retry_after_s=wait_s,
        )
    return DailyCardsReachedError(
        f"This {who} may make {daily_max} new cards a day, and has made them. Cards that exist are "
        f"still served. {renewal}",
        retry_after_s=wait_s,
    )
