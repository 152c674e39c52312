"""What an account's owner sees first."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

from starlette.responses import Response

from og_edge.credit_books import Balance, CreditBooks, Notice, Subscription
from og_edge.deadline import Deadline
from og_edge.first_plan import Plans, begin_first_plan
from og_edge.history import HistoryFilter
from og_edge.identities import Owner
from og_edge.past_cards import PastCards
from og_edge.payers import Payers
from og_edge.usage import added_up
from og_edge.web.charts import chart_of
from og_edge.web.history_view import item_of
from og_edge.web.routing import page
from og_edge.web.visit import Visit
from og_plans import PRICES

DAYS: Final = 30
RECENT_CARDS: Final = 6


class OverviewPages:
    """The overview."""

    def __init__(
        self, books: CreditBooks, plans: Plans, payers: Payers, past_cards: PastCards
    ) -> None:
        self._books = books
        self._plans = plans
        self._payers = payers
        self._past_cards = past_cards

    @page("GET", "/dashboard")
    async def overview(self, visit: Visit) -> Response:
        """Show credits, the days' use, the newest cards, and what to do next."""
        account_id, deadline = visit.account.account_id, visit.deadline
        today = dt.datetime.now(dt.UTC).date()
        first_day = today - dt.timedelta(days=DAYS - 1)
        subscription = await self._subscription(visit.account, deadline)
        balance, notice, spendings, recent, names = await asyncio.gather(
            self._books.balance(account_id, deadline),
            self._books.last_notice(account_id, deadline),
            self._books.spending(account_id, first_day, deadline),
            self._past_cards.page(account_id, HistoryFilter(), None, RECENT_CARDS),
            self._payers.names(account_id, deadline),
        )
        usage = added_up(spendings, first_day, today)
        return visit.page(
            "overview/overview.html",
            balance=balance,
            subscription=subscription,
            new_cards_left=balance.available_credits // PRICES.generation_credits,
            low_since=_low_since(balance, subscription, notice),
            usage=usage,
            chart=chart_of(usage),
            recent=[item_of(record, names) for record in recent.records],
            has_site=bool(names.sites),
            has_card=bool(recent.records),
            is_in_use=any(payer_id for payer_id, _ in usage.payers),
        )

    async def _subscription(self, owner: Owner, deadline: Deadline) -> Subscription | None:
        """Give what the account is subscribed to; where beginning with it failed, begin now."""
        found = await self._books.subscription(owner.account_id, deadline)
        if found or not await begin_first_plan(self._plans, owner):
            return found
        return await self._books.subscription(owner.account_id, deadline)


def _low_since(
    balance: Balance, subscription: Subscription | None, notice: Notice | None
) -> dt.datetime | None:
    """Tell since when credits run low, if they still do."""
    owned = balance.available_credits + balance.reserved_credits
    is_low = subscription is not None and owned < subscription.low_balance_credits
    return notice.time if notice is not None and is_low else None
