"""og.auth.v1.AccountService, for the owners of API keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.api_keys import ApiKey, KeyChanges, KeyTerms, NewApiKey
from og_edge.authorization import Scope
from og_edge.clients.calls import result_of
from og_edge.clients.times import time_of, to_timestamp
from og_edge.deadline import Deadline

CALL_TIMEOUT_S: Final = 5.0
"""A person rather waits than reads that it did not work; a page has 15 s for all of it."""

_SCOPES: Final = {
    scope: auth_pb2.ApiKeyScope.Value(f"API_KEY_SCOPE_{scope.name}") for scope in Scope
}


class ApiKeysClient:
    """ApiKeys on the auth service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(
            channel
        )

    async def of(self, account_id: str, deadline: Deadline) -> Sequence[ApiKey]:
        """See ApiKeys."""
        request = auth_pb2.ListApiKeysRequest(account_id=account_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.ListApiKeys(request, timeout=step.timeout_s))
        return [_api_key(key) for key in answer.api_keys]

    async def find(self, account_id: str, api_key_id: str, deadline: Deadline) -> ApiKey | None:
        """See ApiKeys."""
        keys = await self.of(account_id, deadline)
        return next((key for key in keys if key.api_key_id == api_key_id), None)

    async def create(self, account_id: str, terms: KeyTerms, deadline: Deadline) -> NewApiKey:
        """See ApiKeys."""
        request = auth_pb2.CreateApiKeyRequest(
            account_id=account_id,
            display_name=terms.display_name,
            scopes=[_SCOPES[scope] for scope in terms.scopes],
            expire_time=to_timestamp(terms.expire_time),
            daily_credits_max=terms.daily_credits_max,
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.CreateApiKey(request, timeout=step.timeout_s))
        return NewApiKey(_api_key(answer.api_key), answer.secret)

    async def rotate(
        self,
        account_id: str,
        api_key_id: str,
        overlap: dt.timedelta,
        expire_time: dt.datetime | None,
        deadline: Deadline,
    ) -> NewApiKey:
        """See ApiKeys."""
        lasts = Duration()
        lasts.FromTimedelta(overlap)
        request = auth_pb2.RotateApiKeyRequest(
            account_id=account_id,
            api_key_id=api_key_id,
            overlap=lasts,
            expire_time=to_timestamp(expire_time),
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.RotateApiKey(request, timeout=step.timeout_s))
        return NewApiKey(_api_key(answer.api_key), answer.secret)

    async def update(
        self, account_id: str, api_key_id: str, changes: KeyChanges, deadline: Deadline
    ) -> ApiKey:
        """See ApiKeys."""
        request = auth_pb2.UpdateApiKeyRequest(
            account_id=account_id,
            api_key_id=api_key_id,
            update_mask=FieldMask(paths=list(changes)),
            **{name: _written(value) for name, value in changes.items()},
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.UpdateApiKey(request, timeout=step.timeout_s))
        return _api_key(answer.api_key)

    async def revoke(self, account_id: str, api_key_id: str, deadline: Deadline) -> ApiKey:
        """See ApiKeys."""
        request = auth_pb2.RevokeApiKeyRequest(account_id=account_id, api_key_id=api_key_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.RevokeApiKey(request, timeout=step.timeout_s))
        return _api_key(answer.api_key)


def _written(value: object) -> Any:
    return to_timestamp(value) if isinstance(value, dt.datetime) else value


def _api_key(message: auth_pb2.ApiKey) -> ApiKey:
    return ApiKey(
        api_key_id=message.api_key_id,
        account_id=message.account_id,
        display_name=message.display_name,
        secret_suffix=message.secret_suffix,
        create_time=message.create_time.ToDatetime(dt.UTC),
        scopes=frozenset(scope for scope, value in _SCOPES.items() if value in message.scopes),
        daily_credits_max=message.daily_credits_max,
        expire_time=time_of(message, "expire_time"),
        last_use_time=time_of(message, "last_use_time"),
        revoke_time=time_of(message, "revoke_time"),
        suspend_time=time_of(message, "suspend_time"),
    )
