"""Which system the commands talk to, and how its refusals read."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import grpc
import typer
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from og.auth.v1 import auth_pb2_grpc
from og.billing.v1 import billing_pb2_grpc
from og.extract.v1 import extract_pb2_grpc
from og_service.channels import open_channel
from og_service.settings import load
from og_service.tls.certificates import Certificates, open_certificates
from og_service.trust import TrustSettings

CALL_TIMEOUT_S = 10
EXIT_REFUSED = 1
EXIT_NO_SYSTEM = 3
RUN_FILE = Path(".local") / "run.json"
Answer = TypeVar("Answer")


class System:
    """The APIs of a running system; each is looked for when it is first used."""

    def __init__(
        self, settings: TrustSettings, certificates: Certificates | None, closing: AsyncExitStack
    ) -> None:
        self._settings = settings
        self._certificates = certificates
        self._closing = closing
        self._channels: dict[str, grpc.aio.Channel] = {}
        self.targets: list[str] = []
        """Those that were used."""

    @property
    def accounts(self) -> auth_pb2_grpc.AccountServiceAsyncStub:
        """Auth's API for operators."""
        return auth_pb2_grpc.AccountServiceStub(self._channel("auth"))

    @property
    def billing(self) -> billing_pb2_grpc.BillingServiceAsyncStub:
        """Billing's API."""
        return billing_pb2_grpc.BillingServiceStub(self._channel("billing"))

    @property
    def extract(self) -> extract_pb2_grpc.ExtractServiceAsyncStub:
        """Extract's API."""
        return extract_pb2_grpc.ExtractServiceStub(self._channel("extract"))

    def _channel(self, service: str) -> grpc.aio.Channel:
        if service not in self._channels:
            name = f"OG_{service.upper()}_TARGET"
            target = _setting(name, f"{service}_target")
            try:
                self._settings.demand_tls({name: target})
            except ValueError as error:
                fail(str(error), EXIT_NO_SYSTEM)
            token = "" if self._certificates else operator_token()
            channel = open_channel(target, token, self._certificates)
            self._closing.push_async_callback(channel.close)
            self._channels[service] = channel
            self.targets.append(target)
        return self._channels[service]


def call(work: Callable[[System], Awaitable[Answer]]) -> Answer:
    """Do work with the running system; on failure explain it on stderr and exit."""
    return asyncio.run(_call(work))


def fail(message: str, status: int = EXIT_REFUSED) -> NoReturn:
    """Say what is wrong on stderr and exit."""
    typer.echo(f"og: {message}", err=True)
    raise typer.Exit(status)


async def _call(work: Callable[[System], Awaitable[Answer]]) -> Answer:
    settings = load(TrustSettings)
    async with open_certificates(settings) as certificates, AsyncExitStack() as closing:
        system = System(settings, certificates, closing)
        try:
            return await work(system)
        except grpc.aio.AioRpcError as error:
            _explain(error, ", ".join(system.targets), by_certificate=certificates is not None)


def environment_of(service: str) -> dict[str, str]:
    """Give the settings of the edge or the billing that `make run` started, as an environment."""
    return _written(lambda run: {str(k): str(v) for k, v in run[f"{service}_environment"].items()})


def operator_token() -> str:
    """Give what tells the services that an operator calls, without TLS."""
    return _setting("OG_CALLER_TOKEN", "operator_token")


def api_url(given: str | None) -> str:
    """Give where the HTTP API is: as an option says, the environment, or what `make run` wrote."""
    url = given or _setting("OG_API_URL", "base_url")
    if not url.startswith(("https://", "http://")):
        fail(f"{url}: give the API's address as https://…")
    return url.rstrip("/")


def _setting(name: str, key: str) -> str:
    """Give a setting from the environment, else from the file that `make run` writes."""
    return os.environ.get(name) or _written(lambda run: {name: str(run[key])})[name]


def _written(pick: Callable[[dict[str, Any]], dict[str, str]]) -> dict[str, str]:
    """Pick from what `make run` wrote; without a running system, say so and exit."""
    path = _run_file()
    if path is None:
        fail("no running system found: start one with `make run`", EXIT_NO_SYSTEM)
    try:
        return pick(json.loads(path.read_text()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        fail(f"{path} cannot be read ({error}): start again with `make run`", EXIT_NO_SYSTEM)


def _run_file() -> Path | None:
    here = Path.cwd()
    checkout = Path(sys.prefix).parent
    for directory in (here, *here.parents, checkout):
        if (directory / RUN_FILE).is_file():
            return directory / RUN_FILE
    return None


def _explain(error: grpc.aio.AioRpcError, targets: str, *, by_certificate: bool) -> NoReturn:
    if error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}:
        # With certificates it is a cluster's, and what is in the way may be just these.
        hint = error.details() if by_certificate else "start it with `make run`"
        fail(f"nothing answers at {targets}: {hint}", EXIT_NO_SYSTEM)
    if error.code() is grpc.StatusCode.UNAUTHENTICATED:
        shown = "OG_TLS_CERTIFICATE" if by_certificate else "OG_CALLER_TOKEN"
        fail(f"the system does not know us by {shown}: {error.details()}", EXIT_NO_SYSTEM)
    fail("\n  ".join([error.details() or error.code().name, *_violations(error)]))


def _violations(error: grpc.aio.AioRpcError) -> list[str]:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # an aio error has all it reads
    found = []
    for detail in status.details if status else ():
        request = error_details_pb2.BadRequest()
        if detail.Unpack(request):
            found += [
                f"{fault.field}: {fault.description}"
                for fault in request.field_violations
                if not (error.details() or "").endswith(fault.description)
            ]
    return found
