"""Channels to other services of ours."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import grpc

from og_service import context
from og_service.call_spans import caller_spans
from og_service.targets import hosts_of
from og_service.tls.certificates import Certificates
from og_service.tls.channel import RenewedChannel
from og_service.tls.material import TlsMaterial

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
RECONNECT_BACKOFF_MIN_MS = 100
RECONNECT_BACKOFF_MAX_MS = 1_000
CONNECT_TIMEOUT_MS = 2_000
"""For the handshake too, which a busy machine takes its time for: of 100 TLS connections opened at
once on two processors 64 were not made within 100 ms, and all within 540 ms."""
DNS_INTERVAL_MIN_MS = 500
KEEPALIVE_MS = 5_000
KEEPALIVE_TIMEOUT_MS = 3_000
"""A server that vanished without a word is noticed within the sum: until then every call that falls
to it runs into its deadline."""
RETRY_ATTEMPTS = 5
"""As many as gRPC allows."""
RETRY_BACKOFF_FIRST_S = 0.1
RETRY_BACKOFF_MAX_S = 1.0
"""All together they wait for 1.2 s at least: longer than it takes to ask for a server's new address
and to connect to it."""


_OPTIONS: Final = (
    ("grpc.enable_retries", 1),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.initial_reconnect_backoff_ms", RECONNECT_BACKOFF_MIN_MS),
    ("grpc.min_reconnect_backoff_ms", CONNECT_TIMEOUT_MS),  # which is what it is used as
    ("grpc.max_reconnect_backoff_ms", RECONNECT_BACKOFF_MAX_MS),
    ("grpc.dns_min_time_between_resolutions_ms", DNS_INTERVAL_MIN_MS),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
    ("grpc.http2.ping_timeout_ms", KEEPALIVE_TIMEOUT_MS),  # 60 s otherwise
    ("grpc.keepalive_permit_without_calls", 1),
)

Observe = Callable[[str, float], None]
"""Told of each call that ended: the method's full name and how many seconds it took."""


class _Caller(grpc.aio.UnaryUnaryClientInterceptor):
    """Shows our token, if any, hands on the request id and tells how long the call took."""

    def __init__(self, token: str, observe: Observe | None) -> None:
        self._authorization = [("authorization", f"Bearer {token}")] if token else []
        self._observe = observe

    async def intercept_unary_unary(
        self,
        continuation: Callable[..., Any],
        client_call_details: grpc.aio.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Make the call with our metadata added."""
        metadata = client_call_details.metadata or grpc.aio.Metadata()
        for each in self._authorization:
            metadata.add(*each)
        metadata.add(context.REQUEST_ID_METADATA, context.request_id.get())
        details = grpc.aio.ClientCallDetails(
            client_call_details.method,
            client_call_details.timeout,
            metadata,
            client_call_details.credentials,
            client_call_details.wait_for_ready,
        )
        begun_s = time.perf_counter()
        call = await continuation(details, request)
        if observe := self._observe:
            name = _text(client_call_details.method)
            call.add_done_callback(lambda _: observe(name, time.perf_counter() - begun_s))
        return call


_RETRIES: Final = {
    "maxAttempts": RETRY_ATTEMPTS,
    "initialBackoff": f"{RETRY_BACKOFF_FIRST_S}s",
    "maxBackoff": f"{RETRY_BACKOFF_MAX_S}s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def _text(method: str | bytes) -> str:
    return method if isinstance(method, str) else method.decode()


def open_channel(
    target: str,
    token: str,
    certificates: Certificates | None = None,
    *,
    idempotent_services: Sequence[str] = (),
    waiting_services: Sequence[str] = (),
    observe: Observe | None = None,
) -> grpc.aio.Channel:
    """Open a channel that balances over all addresses of target and reconnects within a second.

    With certificates, it is TLS: we show ours, the server's must be of our authority and for the
    host that the target names, and the token is told to nobody. Calls to idempotent_services (full
    names) are repeated on UNAVAILABLE, at most RETRY_ATTEMPTS times and never past their deadline;
    others are not repeated. Those to waiting_services wait for a server that takes them, until
    their deadline, before they are sent.
    """
    config = json.dumps(_service_config(idempotent_services, waiting_services))
    options = [("grpc.service_config", config), *_OPTIONS]
    if certificates is None:
        caller = _Caller(token, observe)
        return grpc.aio.insecure_channel(
            target, options=options, interceptors=[*caller_spans(), caller]
        )

    def open_with(material: TlsMaterial) -> grpc.aio.Channel:
        return grpc.aio.secure_channel(
            target,
            grpc.ssl_channel_credentials(
                material.ca_pem, material.key_pem, material.certificate_pem
            ),
            options=[*options, *_name_option(target)],
            interceptors=[*caller_spans(), _Caller("", observe)],
        )

    return RenewedChannel(open_with, certificates)


def _name_option(target: str) -> list[tuple[str, str]]:
    """Say which host a server's certificate must be for, where gRPC cannot tell by itself."""
    if not target.startswith(("ipv4:", "ipv6:")):
        return []
    return [("grpc.ssl_target_name_override", hosts_of(target)[0])]


def _service_config(idempotent: Sequence[str], waiting: Sequence[str]) -> dict[str, object]:
    """Say how calls are dealt out, and what is done where nobody takes them.

    A server that says NOT_SERVING gets no more calls, as long as another one serves.
    """
    methods: list[dict[str, object]] = []
    if idempotent:
        methods.append({"name": _named(idempotent), "retryPolicy": _RETRIES})
    if waiting:
        methods.append({"name": _named(waiting), "waitForReady": True})
    return {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": ""},
        "methodConfig": methods,
    }


def _named(services: Sequence[str]) -> list[dict[str, str]]:
    return [{"service": name} for name in services]
