"""Customers in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

from psycopg.rows import DictRow

from og_billing.customers import EVENT_RETENTION, Customer
from og_billing.store import MAX_PRUNE_ROWS, Reader


class PostgresCustomers(Reader):
    """Customers in the schema `billing`."""

    async def of_account(self, account_id: str) -> Customer | None:
        """Read by account."""
        return await self._customer(_OF_ACCOUNT, {"id": account_id})

    async def of_id(self, customer_id: str) -> Customer | None:
        """Read by customer."""
        return await self._customer(_OF_ID, {"id": customer_id})

    async def add(self, account_id: str, customer_id: str) -> Customer:
        """Insert, unless another was first."""
        await self._rows(_ADD, {"account_id": account_id, "customer_id": customer_id})
        [row] = await self._rows(_OF_ACCOUNT, {"id": account_id})
        return _customer(row)

    async def was_handled(self, event_id: str) -> str | None:
        """Read an event."""
        found = await self._rows(_HANDLED, {"id": event_id})
        return found[0]["account_id"] if found else None

    async def prune_events(self) -> int:
        """Delete old events."""
        params = {"age": EVENT_RETENTION, "limit": MAX_PRUNE_ROWS}
        async with self._connection() as connection:
            return (await connection.execute(_PRUNE, params)).rowcount

    async def _customer(
        self, query: LiteralString, params: Mapping[str, object]
    ) -> Customer | None:
        found = await self._rows(query, params)
        return _customer(found[0]) if found else None


def _customer(row: DictRow) -> Customer:
    return Customer(row["account_id"], row["customer_id"], row["version"])


_OF_ACCOUNT = "SELECT * FROM billing.customers WHERE account_id = %(id)s"
_OF_ID = "SELECT * FROM billing.customers WHERE customer_id = %(id)s"
_ADD = """
INSERT INTO billing.customers (account_id, customer_id)
VALUES (%(account_id)s, %(customer_id)s) ON CONFLICT DO NOTHING RETURNING account_id
"""
_HANDLED = "SELECT account_id FROM billing.handled_events WHERE event_id = %(id)s"
_PRUNE = """
DELETE FROM billing.handled_events WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM billing.handled_events
    WHERE create_time < clock_timestamp() - %(age)s LIMIT %(limit)s
))
"""
