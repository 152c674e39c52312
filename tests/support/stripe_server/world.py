"""What is at this Stripe, and what happens there."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable

from tests.support.stripe_server import objects
from tests.support.stripe_server.objects import Object, month_after

CHECKOUT_URL = "https://checkout.stripe.com"


class StripeWorld:
    """Its objects by id, the events it made, and what people do there.

    `now` gives Unix seconds. While `declines` is true, banks refuse what is asked of them.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self.objects: dict[str, Object] = {}
        self.asked: dict[str, Object] = {}
        self.events: list[Object] = []
        self.declines = False

    @property
    def now(self) -> int:
        return self._now()

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):06}"

    def add(self, thing: Object) -> Object:
        self.objects[thing["id"]] = thing
        return thing

    def every(self, kind: str) -> list[Object]:
        """Give all of a kind, newest first."""
        return [each for each in reversed(self.objects.values()) if each["object"] == kind]

    def tell(self, kind: str, thing: Object) -> Object:
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": self.now,
            "data": {"object": copy.deepcopy(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "type": kind,
        }
        self.events.append(event)
        return event

    # What customers do

    def open_session(self, asked: Object) -> Object:
        session = objects.session(self.new_id("cs"), asked, CHECKOUT_URL, self.now)
        self.asked[session["id"]] = asked
        return self.add(session)

    def finish_checkout(self, session_id: str, *, at_once: bool = True) -> Object:
        """Pay by card, or (not at once) by a debit that takes days; give what was bought."""
        session, asked = self.objects[session_id], self.asked[session_id]
        assert session["status"] == "open"
        session["status"] = "complete"
        if session["mode"] == "subscription":
            bought = self._subscribe(session, asked)
            session["subscription"], session["payment_status"] = bought["id"], "paid"
        else:
            price = asked["line_items"][0]["price_data"]
            metadata = asked["payment_intent_data"]["metadata"]
            amount = int(price["unit_amount"])
            bought = self.add(
                objects.intent(self.new_id("pi"), session["customer"], amount, metadata, self.now)
            )
            session["payment_intent"] = bought["id"]
            if at_once:
                self._charge(bought)
                session["payment_status"] = "paid"
        self.tell("checkout.session.completed", session)
        return bought

    def end_debit(self, intent_id: str, *, paid: bool) -> None:
        """Have a debit come in, or be refused."""
        intent = self.objects[intent_id]
        [session] = [
            each for each in self.every("checkout.session") if each["payment_intent"] == intent_id
        ]
        if paid:
            self._charge(intent)
            session["payment_status"] = "paid"
            self.tell("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"] = "requires_payment_method"
            self.tell("payment_intent.payment_failed", intent)
            self.tell("checkout.session.async_payment_failed", session)

    def _charge(self, intent: Object) -> None:
        charge = self.add(objects.charge(self.new_id("ch"), intent, self.now))
        intent["latest_charge"], intent["status"] = charge["id"], "succeeded"
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)

    def _subscribe(self, session: Object, asked: Object) -> Object:
        price = self.objects[asked["line_items"][0]["price"]]
        now = self.now
        item = objects.subscription_item(self.new_id("si"), price, now, month_after(now))
        metadata = asked["subscription_data"]["metadata"]
        sub = self.add(
            objects.subscription(self.new_id("sub"), session["customer"], item, metadata, now)
        )
        self.tell("customer.subscription.created", sub)
        self.pay(self._bill_month(sub, "subscription_create")["id"])
        return sub

    # What time brings

    def begin_month(self, sub_id: str, *, paid: bool = True) -> Object:
        """Begin the next month of a subscription, or end it where that was asked; bill it."""
        sub = self.objects[sub_id]
        item = sub["items"]["data"][0]
        if sub["cancel_at_period_end"]:
            self.end(sub_id)
            return sub
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = month_after(item["current_period_start"])
        invoice = self._bill_month(sub, "subscription_cycle")
        self.tell("customer.subscription.updated", sub)
        if paid:
            self.pay(invoice["id"])
        else:
            sub["status"] = "past_due"
            self.tell("invoice.payment_failed", invoice)
            self.tell("customer.subscription.updated", sub)
        return invoice

    def pay(self, invoice_id: str) -> None:
        """Have an open invoice be paid."""
        invoice = self.objects[invoice_id]
        sub = self.objects[invoice["parent"]["subscription_details"]["subscription"]]
        invoice["status"], invoice["amount_paid"] = "paid", invoice["total"]
        self.tell("invoice.paid", invoice)
        if update := sub["pending_update"]:
            sub["items"]["data"][0]["price"] = self.objects[update["price"]]
            sub["pending_update"] = None
        if sub["status"] == "past_due":
            sub["status"] = "active"
        self.tell("customer.subscription.updated", sub)

    def _bill_month(self, sub: Object, reason: str) -> Object:
        item = sub["items"]["data"][0]
        price = item["price"]
        period = item["current_period_start"], item["current_period_end"]
        lines = [objects.line(sub["id"], price, price["unit_amount"], period, prorated=False)]
        return self._bill(sub, lines, reason)

    def _bill(self, sub: Object, lines: list[Object], reason: str) -> Object:
        invoice = self.add(
            objects.invoice(self.new_id("in"), sub["customer"], sub["id"], lines, reason, self.now)
        )
        sub["latest_invoice"] = invoice["id"]
        return invoice

    # What the API is asked

    def change(self, sub: Object, asked: Object) -> None:
        """Update a subscription."""
        assert not {"cancel_at", "cancel_at_period_end"} <= asked.keys(), "Please pass only one."
        if "cancel_at_period_end" in asked:
            sub["cancel_at_period_end"] = asked["cancel_at_period_end"] in {True, "true"}
        if asked.get("cancel_at") == "":
            sub["cancel_at"] = None
        if "items" in asked:
            self._change_price(sub, asked, self.objects[asked["items"][0]["price"]])
        self.tell("customer.subscription.updated", sub)

    def _change_price(self, sub: Object, asked: Object, price: Object) -> None:
        item = sub["items"]["data"][0]
        if asked.get("proration_behavior") == "none":
            item["price"] = price
            return
        start, end = item["current_period_start"], item["current_period_end"]
        left, whole = max(end - self.now, 0), end - start
        lines = [
            objects.line(sub["id"], each, amount, (self.now, end), prorated=True)
            for each, amount in (
                (item["price"], -(item["price"]["unit_amount"] * left // whole)),
                (price, price["unit_amount"] * left // whole),
            )
        ]
        invoice = self._bill(sub, lines, "subscription_update")
        if self.declines:
            sub["pending_update"] = {"price": price["id"], "expires_at": self.now + 82_800}
            self.tell("invoice.payment_failed", invoice)
        else:
            item["price"] = price
            self.pay(invoice["id"])

    def end(self, sub_id: str) -> Object:
        """End a subscription at once."""
        sub = self.objects[sub_id]
        sub["status"], sub["ended_at"], sub["canceled_at"] = "canceled", self.now, self.now
        self.tell("customer.subscription.deleted", sub)
        return sub

    # What operators and banks do

    def refund(self, intent_id: str, amount: int) -> None:
        """Give money of a payment back."""
        charge = self.objects[self.objects[intent_id]["latest_charge"]]
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = {"id": self.new_id("re"), "object": "refund", "amount": amount}
        self.tell("refund.created", refund | {"payment_intent": intent_id, "status": "succeeded"})
        self.tell("charge.refunded", charge)

    def open_dispute(self, intent_id: str, amount: int) -> str:
        """Have a customer's bank take money back."""
        intent = self.objects[intent_id]
        dispute = self.add(objects.dispute(self.new_id("dp"), intent, amount, self.now))
        self.tell("charge.dispute.created", dispute)
        self.tell("charge.dispute.funds_withdrawn", dispute)
        return str(dispute["id"])

    def close_dispute(self, dispute_id: str, status: str) -> None:
        """Have it be won or lost."""
        dispute = self.objects[dispute_id]
        dispute["status"] = status
        self.tell("charge.dispute.closed", dispute)
        if status == "won":
            self.tell("charge.dispute.funds_reinstated", dispute)
