from __future__ import annotations

import asyncio
import weakref
from pathlib import Path

from og_edge.authorization import Credential, Inquiry
from og_edge.card_index import open_card_index
from og_edge.clients import AuthClient, BillingClient
from og_edge.desk import Desk, Visit
from og_edge.picture_memory import PictureMemory
from og_edge.pictures import ObjectPictureStore, open_object_store
from og_service.channels import open_channel
from og_service.status import RemoteError
from og_stack.ports import LOOPBACK, free_ports


class Waiter:
    """Holds the visit it waits for."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.over = asyncio.Event()

    def leave(self) -> None:
        self.over.set()


async def test_a_visit_that_is_over_lets_go_of_who_waited(dsn: str, tmp_path: Path) -> None:
    """Else everything that a request held would await the collector."""
    async with (
        open_channel(f"{LOOPBACK}:{free_ports(1)[0]}", "nobody") as channel,
        open_card_index(dsn) as index,
    ):
        shelf = PictureMemory(ObjectPictureStore(open_object_store(tmp_path.as_uri())), 0)
        desk = Desk(AuthClient(channel), index, shelf, BillingClient(channel))
        visit = Visit("id", Inquiry(Credential(), LOOPBACK, ""), None)
        waiter = Waiter(visit)
        visit.leave = waiter.leave
        desk.take(visit)
        await waiter.over.wait()
        assert isinstance(visit.failure, RemoteError)
        alive = weakref.ref(waiter)
        del waiter
        assert alive() is None
