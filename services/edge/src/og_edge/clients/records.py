"""All that auth and billing keep of an account, as its owner may have it: messages as documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import grpc
import structlog
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.deadline import Deadline
from og_service.status import RemoteError

log = structlog.get_logger()

CALL_TIMEOUT_S: Final = 5.0
PAGE_ROWS: Final = 1_000

Document = Mapping[str, Any]


class RecordsClient:
    """See og_edge.exports.Records."""

    def __init__(self, auth: grpc.aio.Channel, billing: grpc.aio.Channel) -> None:
        self._accounts: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(
            auth
        )
        self._people: auth_pb2_grpc.IdentityServiceAsyncStub = auth_pb2_grpc.IdentityServiceStub(
            auth
        )
        self._billing: billing_pb2_grpc.BillingServiceAsyncStub = (
            billing_pb2_grpc.BillingServiceStub(billing)
        )
        self._payments: billing_pb2_grpc.PaymentServiceAsyncStub = (
            billing_pb2_grpc.PaymentServiceStub(billing)
        )

    async def all_but_lists(self, account_id: str, deadline: Deadline) -> Document:
        """See Records."""
        with deadline.step(CALL_TIMEOUT_S) as step:
            timeout_s = step.timeout_s
            account = await result_of(
                self._accounts.GetAccount(
                    auth_pb2.GetAccountRequest(account_id=account_id), timeout=timeout_s
                )
            )
            sites = await result_of(
                self._accounts.ListSites(
                    auth_pb2.ListSitesRequest(account_id=account_id), timeout=timeout_s
                )
            )
            keys = await result_of(
                self._accounts.ListApiKeys(
                    auth_pb2.ListApiKeysRequest(account_id=account_id), timeout=timeout_s
                )
            )
            sessions = await result_of(
                self._people.ListSessions(
                    auth_pb2.ListSessionsRequest(account_id=account_id), timeout=timeout_s
                )
            )
            balance = await result_of(
                self._billing.GetBalance(
                    billing_pb2.GetBalanceRequest(account_id=account_id), timeout=timeout_s
                )
            )
        return {
            "account": as_document(account.account),
            "sites": [as_document(site) for site in sites.sites],
            "api_keys": [as_document(key) for key in keys.api_keys],
            "sessions": [as_document(each, but={"account"}) for each in sessions.sessions],
            "balance": as_document(balance.balance),
            "subscription": await self._subscription(account_id, deadline),
            "payments": await self._paid(account_id, deadline),
        }

    async def _subscription(self, account_id: str, deadline: Deadline) -> Document | None:
        request = billing_pb2.GetSubscriptionRequest(account_id=account_id)
        try:
            with deadline.step(CALL_TIMEOUT_S) as step:
                answer = await result_of(
                    self._billing.GetSubscription(request, timeout=step.timeout_s)
                )
        except RemoteError as error:
            if error.reason == "SUBSCRIPTION_NOT_FOUND":
                return None
            raise
        return as_document(answer.subscription)

    async def _paid(self, account_id: str, deadline: Deadline) -> Document | None:
        """Tell what was paid; None where that cannot be asked, which is elsewhere, too."""
        request = billing_pb2.GetPaymentsRequest(account_id=account_id)
        try:
            with deadline.step(CALL_TIMEOUT_S) as step:
                call = self._payments.GetPayments(request, timeout=step.timeout_s)
                return as_document(await result_of(call))
        except (RemoteError, TimeoutError) as error:
            log.warning("payments not exported", cause=repr(error))
            return None

    def ledger(self, account_id: str) -> AsyncIterator[Sequence[Document]]:
        """See Records."""
        request = billing_pb2.ListEntriesRequest(account_id=account_id, page_size=PAGE_ROWS)
        return _pages(self._billing.ListEntries, request, "entries")

    def daily_spending(self, account_id: str) -> AsyncIterator[Sequence[Document]]:
        """See Records."""
        request = billing_pb2.ListDailySpendingRequest(account_id=account_id, page_size=PAGE_ROWS)
        return _pages(self._billing.ListDailySpending, request, "days")

    def notices(self, account_id: str) -> AsyncIterator[Sequence[Document]]:
        """See Records."""
        request = billing_pb2.ListNoticesRequest(account_id=account_id, page_size=PAGE_ROWS)
        return _pages(self._billing.ListNotices, request, "notices")


async def _pages(call: Any, request: Any, field: str) -> AsyncIterator[Sequence[Document]]:
    while True:
        page = await result_of(call(request, timeout=CALL_TIMEOUT_S))
        yield [as_document(each) for each in getattr(page, field)]
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def as_document(message: Message, but: frozenset[str] | set[str] = frozenset()) -> Document:
    """Write a message as JSON has it: whole numbers as numbers, enums by name, times as RFC 3339.

    What is unset of what may be is left out.
    """
    document: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.name in but or (field.has_presence and not message.HasField(field.name)):
            continue
        value = getattr(message, field.name)
        if field.is_repeated:
            document[field.name] = [_plain(field, each) for each in value]
        else:
            document[field.name] = _plain(field, value)
    return document


def _plain(field: Any, value: Any) -> Any:
    if isinstance(value, Timestamp):
        return value.ToJsonString()
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return as_document(value) if isinstance(value, Message) else value
