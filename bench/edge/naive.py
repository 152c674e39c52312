"""A card by three hops, none of them shared: authorize, get the object, charge.

    python -m bench.edge.naive PORT ANSWER OBJECT

What the edge would be without batches and memory; targets and token come from its own settings.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import obstore
from starlette.types import Receive, Scope, Send

from bench.serving import Prepared, serve
from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.pictures import open_object_store
from og_edge.settings import Settings
from og_service.channels import open_channel
from og_service.settings import load

CALL_TIMEOUT_S = 7.5
BEARER = "Bearer "


class Naive:
    """The three hops."""

    def __init__(self, settings: Settings, prepared: Prepared, object_name: str) -> None:
        self._settings = settings
        self._prepared = prepared
        self._object_name = object_name
        self._store = open_object_store(settings.card_store_url)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Hold the channels open."""
        token = self._settings.caller_token
        async with (
            open_channel(self._settings.auth_target, token) as auth,
            open_channel(self._settings.billing_target, token) as billing,
        ):
            self._auth = auth_pb2_grpc.AuthServiceStub(auth)
            self._billing = billing_pb2_grpc.BillingServiceStub(billing)
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the card."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        allowed = await self._authorize(scope)
        stored = await obstore.get_async(self._store, self._object_name)
        body = bytes(await stored.bytes_async())
        await self._charge(allowed)
        await Prepared(self._prepared.headers, body).send(send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self.lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _authorize(self, scope: Scope) -> auth_pb2.AuthorizeResponse:
        url = parse_qs(scope["query_string"].decode())["url"][0]
        key = dict(scope["headers"])[b"authorization"].decode().removeprefix(BEARER)
        request = auth_pb2.AuthorizeRequest(
            client_address=scope["client"][0],
            page_url=url,
            api_key=key,
            scope=auth_pb2.API_KEY_SCOPE_GENERATE,
        )
        answer = await self._auth.Authorize(request, timeout=CALL_TIMEOUT_S)
        if answer.decision != auth_pb2.DECISION_ALLOWED:
            raise RuntimeError(f"denied: {answer}")
        return answer

    async def _charge(self, allowed: auth_pb2.AuthorizeResponse) -> None:
        payer = allowed.payer
        charge = billing_pb2.ChargeRequest(
            charge_id=str(uuid.uuid4()),
            account_id=allowed.account.account_id,
            kind=billing_pb2.CHARGE_KIND_CACHED_CARD,
            reference="generic/standard",
            payer=billing_pb2.Payer(
                payer_id=payer.payer_id,
                daily_credits_max=payer.daily_credits_max,
                daily_generations_max=payer.daily_generations_max,
            ),
        )
        await self._billing.Charge(charge, timeout=CALL_TIMEOUT_S)


if __name__ == "__main__":
    app = Naive(load(Settings), Prepared.read(Path(sys.argv[2])), sys.argv[3])
    serve(app, int(sys.argv[1]), lifespan=True)
