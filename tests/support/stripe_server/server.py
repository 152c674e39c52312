"""The API over HTTP: forms in, JSON out, idempotency keys, signed events."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from og_stack.ports import LOOPBACK, free_ports
from tests.support.http_server import served
from tests.support.stripe_server.objects import Object, listed
from tests.support.stripe_server.world import StripeWorld

SECRET_KEY = "sk_test_of_this_machine"
WEBHOOK_SECRET = "whsec_of_this_machine"
_PART = re.compile(r"[^\[\]]+")


class StripeServer:
    """A Stripe at `url`; what happens there is its `world`'s.

    `before_answer` is awaited with method and path once an answer is made, before it leaves.
    """

    def __init__(self, world: StripeWorld, url: str) -> None:
        self.world, self.url = world, url
        self.calls: list[tuple[str, str]] = []
        self.failures: list[int] = []
        self.before_answer: Callable[[str, str], Awaitable[None]] | None = None
        self._answers: dict[str, tuple[bytes, Response]] = {}
        self.app = Starlette(
            routes=[Route("/v1/{path:path}", self._serve, methods=["GET", "POST", "DELETE"])]
        )

    async def _serve(self, request: Request) -> Response:
        body, path = await request.body(), request.path_params["path"]
        self.calls.append((request.method, path))
        if self.failures:
            return _failed(self.failures.pop(0), "api_error", "", "Told to fail.")
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return _failed(401, "invalid_request_error", "", "Invalid API Key provided.")
        assert request.headers["stripe-version"] == "2026-10-28.endive"
        key = request.headers.get("idempotency-key", "")
        if key in self._answers:
            asked, answer = self._answers[key]
            if asked != body:
                return _failed(400, "idempotency_error", "", "Keys are for the same parameters.")
            return answer
        fields = _nested(body.decode() or request.url.query)
        answer = self._answer(request.method, path, fields)
        if key and request.method == "POST":
            self._answers[key] = body, answer
        if self.before_answer:
            await self.before_answer(request.method, path)
        return answer

    def _answer(self, method: str, path: str, fields: Object) -> Response:
        kind, _, rest = path.partition("/")
        if kind in {"checkout", "billing_portal"}:
            second, _, rest = rest.partition("/")
            kind = f"{kind}/{second}"
        expand = fields.pop("expand", [])
        thing_id, _, verb = rest.partition("/")
        if fields.get("customer", "") not in {"", *self.world.objects}:
            return _failed(400, "invalid_request_error", "resource_missing", "No such customer.")
        if not thing_id:
            found = self._create(kind, fields) if method == "POST" else self._list(kind, fields)
        elif thing_id not in self.world.objects:
            return _failed(404, "invalid_request_error", "resource_missing", f"No {thing_id}.")
        elif verb == "expire" and self.world.objects[thing_id]["status"] != "open":
            return _failed(400, "invalid_request_error", "", "Only open ones can be expired.")
        else:
            found = self._of_one(method, kind, self.world.objects[thing_id], verb, fields)
        if found is None:
            name = fields.get("id", "")
            return _failed(400, "invalid_request_error", "resource_already_exists", name)
        return JSONResponse(self._expanded(found, expand))

    def _list(self, kind: str, fields: Object) -> Object:
        world, limit = self.world, int(fields.pop("limit", 10))
        status = fields.pop("status", "all")
        found = world.every(_KINDS[kind])
        if status != "all":
            found = [each for each in found if each["status"] == status]
        if keys := fields.pop("lookup_keys", None):
            found = [each for each in found if each["lookup_key"] in keys]
        if sub := fields.pop("subscription", None):
            found = [
                each
                for each in found
                if each["parent"]["subscription_details"]["subscription"] == sub
            ]
        fields.pop("active", None)
        found = [each for each in found if all(each[k] == v for k, v in fields.items())]
        return listed(f"/v1/{kind}", found[:limit])

    def _create(self, kind: str, fields: Object) -> Object | None:
        world = self.world
        match kind:
            case "checkout/sessions":
                return world.open_session(fields)
            case "billing_portal/sessions":
                thing = {"url": f"https://billing.stripe.com/p/session/{fields['customer']}"}
                return world.add(fields | thing | {"id": world.new_id("bps"), "object": kind})
            case "products" if fields["id"] in world.objects:
                return None
            case "prices":
                fields["unit_amount"] = int(fields["unit_amount"])
        made = {"id": world.new_id(kind[:3]), "object": _KINDS[kind], "active": True}
        return world.add(made | {"created": world.now, "metadata": {}} | fields)

    def _of_one(self, method: str, kind: str, thing: Object, verb: str, fields: Object) -> Object:
        if method == "POST" and kind == "subscriptions":
            self.world.change(thing, fields)
        elif method == "DELETE" and kind == "subscriptions":
            self.world.end(thing["id"])
        elif verb == "expire":
            thing["status"] = "expired"
            self.world.tell("checkout.session.expired", thing)
        return thing

    def _expanded(self, found: Object, expand: list[str]) -> Object:
        answer = copy.deepcopy(found)
        for path in expand:
            *way, last = path.split(".")
            things = answer["data"] if way == ["data"] else [answer]
            for thing in things:
                if isinstance(thing.get(last), str):
                    thing[last] = copy.deepcopy(self.world.objects[thing[last]])
        return answer


_KINDS = {
    "billing_portal/configurations": "billing_portal.configuration",
    "checkout/sessions": "checkout.session",
    "customers": "customer",
    "disputes": "dispute",
    "invoices": "invoice",
    "payment_intents": "payment_intent",
    "prices": "price",
    "products": "product",
    "subscriptions": "subscription",
}


def signed(event: Object, *, secret: str = WEBHOOK_SECRET, age_s: int = 0) -> tuple[bytes, str]:
    """Give an event as it is sent, and the header that proves who sent it."""
    payload = json.dumps(event).encode()
    moment = int(time.time()) - age_s
    proof = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256)
    return payload, f"t={moment},v1={proof.hexdigest()}"


@asynccontextmanager
async def stripe_server(now: Callable[[], int]) -> AsyncIterator[StripeServer]:
    """Serve one for the length of the context."""
    [port] = free_ports(1)
    server = StripeServer(StripeWorld(now), f"http://{LOOPBACK}:{port}")
    async with served(server.app, host=LOOPBACK, port=port):
        yield server


def _nested(flat: str) -> Object:
    """Read `a[b][0]=c` as Stripe does: lists where the names are numbers."""
    tree: Object = {}
    for name, value in parse_qsl(flat, keep_blank_values=True):
        *way, last = _PART.findall(name)
        place = tree
        for part in way:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(each) for name, each in value.items()}


def _failed(status: int, kind: str, code: str, message: str) -> Response:
    error = {"type": kind, "code": code, "message": message}
    return JSONResponse({"error": error}, status_code=status)
