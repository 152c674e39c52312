"""og.billing.v1.BillingService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import grpc

from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_edge.billing import ChargeKind, Purchase, Receipt, ReservationReleasedError
from og_edge.cashier import CHARGE_TIMEOUT_S
from og_edge.clients.calls import answer_of
from og_service.coalescing import Coalescer
from og_service.status import RemoteError

MAX_BATCH_CHARGES: Final = 500
MAX_BATCHES: Final = 3
"""Under way at the same time, so that one that hangs holds up others only while all do."""


class BillingClient:
    """Counts credits. A charge id is a UUID; repeating it charges once."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: billing_pb2_grpc.BillingServiceAsyncStub = billing_pb2_grpc.BillingServiceStub(
            channel
        )
        self._charges: Coalescer[billing_pb2.ChargeRequest, Receipt | None] = Coalescer(
            self._charge_batch, MAX_BATCH_CHARGES, MAX_BATCHES, CHARGE_TIMEOUT_S
        )

    async def charge(self, purchase: Purchase) -> Receipt:
        """Charge for a card that exists, together with all that are charged at the same time.

        Raises TimeoutError after CHARGE_TIMEOUT_S.
        """
        request = _charge(purchase, ChargeKind.CACHED_CARD)
        [receipt] = await self._charges.ask([request])
        return receipt or await self._charge_alone(request)

    async def charge_all(self, purchases: Sequence[Purchase]) -> Sequence[Receipt | None]:
        """Charge for cards that exist, in their order; None where nothing was taken."""
        return await self._charge_batch(
            [_charge(purchase, ChargeKind.CACHED_CARD) for purchase in purchases]
        )

    async def _charge_batch(
        self, charges: Sequence[billing_pb2.ChargeRequest]
    ) -> Sequence[Receipt | None]:
        batch = billing_pb2.BatchChargeRequest(charges=charges)
        answer = await answer_of(self._stub.BatchCharge(batch, timeout=CHARGE_TIMEOUT_S))
        return [
            Receipt(each.charged_credits, each.balance.available_credits)
            if each.result == billing_pb2.CHARGE_RESULT_CHARGED
            else None
            for each in answer.outcomes
        ]

    async def _charge_alone(self, request: billing_pb2.ChargeRequest) -> Receipt:
        """Try once more what was refused in a batch: alone, it is told why, to the last detail."""
        answer = await answer_of(self._stub.Charge(request, timeout=CHARGE_TIMEOUT_S))
        return Receipt(answer.charged_credits, answer.balance.available_credits)

    async def reserve(
        self, purchase: Purchase, kind: ChargeKind, hold_s: int, timeout_s: float
    ) -> None:
        """Set aside the price of a kind."""
        request = billing_pb2.ReserveRequest(charge=_charge(purchase, kind))
        request.hold_duration.FromSeconds(hold_s)
        await answer_of(self._stub.Reserve(request, timeout=timeout_s))

    async def capture(self, charge_id: str, kind: ChargeKind, timeout_s: float) -> Receipt:
        """Take the price of a kind out of what was reserved, and give the rest back.

        Raises ReservationReleasedError when nothing is reserved any more.
        """
        request = billing_pb2.CaptureRequest(charge_id=charge_id, kind=_KINDS[kind])
        try:
            answer = await answer_of(self._stub.Capture(request, timeout=timeout_s))
        except RemoteError as error:
            if error.reason in {"RESERVATION_RELEASED", "RESERVATION_NOT_FOUND"}:
                raise ReservationReleasedError from error
            raise
        return Receipt(answer.charged_credits, answer.balance.available_credits)

    async def release(self, charge_id: str, timeout_s: float) -> None:
        """Give back what was reserved."""
        request = billing_pb2.ReleaseRequest(charge_id=charge_id)
        await answer_of(self._stub.Release(request, timeout=timeout_s))

    async def balance(self, account_id: str, timeout_s: float) -> int:
        """Tell how many credits can be spent."""
        request = billing_pb2.GetBalanceRequest(account_id=account_id)
        answer = await answer_of(self._stub.GetBalance(request, timeout=timeout_s))
        return answer.balance.available_credits


def _charge(purchase: Purchase, kind: ChargeKind) -> billing_pb2.ChargeRequest:
    payer = purchase.payer
    return billing_pb2.ChargeRequest(
        charge_id=purchase.charge_id,
        account_id=purchase.account_id,
        kind=_KINDS[kind],
        reference=purchase.reference,
        payer=billing_pb2.Payer(
            payer_id=payer.payer_id,
            daily_credits_max=payer.daily_credits_max,
            daily_generations_max=payer.daily_generations_max,
        )
        if payer
        else None,
    )


_KINDS: Final = {
    kind: billing_pb2.ChargeKind.Value(f"CHARGE_KIND_{kind.name}") for kind in ChargeKind
}
