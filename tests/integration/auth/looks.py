"""A site whose pages are looked at, and the hand of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from og.auth.v1 import auth_pb2
from tests.integration.auth.world import World, by_site, outcome

VERIFIED = ("ALLOWED", "VERIFIED")
EXISTING = ("ALLOWED", "EXISTING_CARDS_ONLY")
OPEN = ("ALLOWED", "UNKNOWN")
REJECTED = ("SITE_NOT_VERIFIED", "REJECTED")
NOT_REACHED = ("SITE_NOT_VERIFIED", "UNKNOWN")

Request = auth_pb2.AuthorizeRequest


@dataclass
class Site:
    """A site that starts with nothing remembered."""

    world: World
    admin_dsn: str
    account_id: str
    site_id: str
    domain: str

    def page(self, path: str = "/page", card: str = "a card") -> Request:
        return by_site(self.site_id, f"https://{self.domain}{path}", card=card)

    async def now(self, request: Request) -> tuple[str, str]:
        return outcome(await self.world.authorize(request))

    async def see(
        self, request: Request, evidence: str, *, exists: bool = False
    ) -> tuple[str, str]:
        return outcome(await self.world.complete(request, evidence, card_exists=exists))

    def wait(self, hours: float) -> None:
        """Make all that its pages showed so much older."""
        with psycopg.connect(self.admin_dsn, autocommit=True) as admin:
            admin.execute(
                "UPDATE auth.looks SET look_time = look_time - make_interval(secs => %s)"
                " WHERE site_id = %s",
                (hours * 3600, self.site_id),
            )

    def looks(self, columns: str = "look_time") -> list[tuple[Any, ...]]:
        """Give what is remembered of its pages."""
        with psycopg.connect(self.admin_dsn) as admin:
            query = f"SELECT {columns} FROM auth.looks WHERE site_id = %s ORDER BY 1"  # noqa: S608
            return admin.execute(query, (self.site_id,)).fetchall()
