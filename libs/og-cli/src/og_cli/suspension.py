"""Suspending accounts, API keys and sites, and ending that: the same for each."""

from __future__ import annotations

from typing import Annotated

import typer

from og.auth.v1 import auth_pb2
from og_cli.output import show
from og_cli.system import CALL_TIMEOUT_S, System, call

Reason = Annotated[str, typer.Option(help="Why, for operators.")]


def set_suspension(request: auth_pb2.SetSuspensionRequest, *, as_json: bool) -> None:
    """Do what the request says, and print what holds now."""

    async def work(system: System) -> None:
        await system.accounts.SetSuspension(request, timeout=CALL_TIMEOUT_S)

    call(work)
    target = getattr(request, request.WhichOneof("target") or "")
    show({"id": target, "suspended": request.suspended}, as_json=as_json)
