"""Keys to try, and what is asked about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2
from tests.integration.auth.world import World

GENERATE = auth_pb2.API_KEY_SCOPE_GENERATE
MANAGE = auth_pb2.API_KEY_SCOPE_MANAGE


def moment(time: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp


def in_an_hour() -> datetime:
    # Microseconds are what the database keeps.
    return datetime.now(UTC) + timedelta(hours=1)


async def create(world: World, account_id: str, **values: Any) -> auth_pb2.CreateApiKeyResponse:
    values = {"account_id": account_id, "display_name": "laptop"} | values
    request = auth_pb2.CreateApiKeyRequest(**values)
    return await world.accounts.CreateApiKey(request, timeout=10)
