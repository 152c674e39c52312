"""What the edge and its audit may call is what their code calls: no RPC less, none more."""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from og_auth.server import services as auth_services
from og_billing.server import payment_service
from og_billing.server import service as billing_service
from og_edge.audit import command as audit
from og_edge.wiring import services as wiring
from og_extract.server import service_of as extract_service
from og_render.server import services as render_services
from og_service.calls import READING
from og_service.policy import Service

ANY: Any = None
"""What serves does not matter here."""


def served() -> dict[str, Service]:
    services = [
        *auth_services(ANY, ANY, ANY),
        billing_service(ANY),
        payment_service(ANY),
        extract_service(ANY),
        *render_services(ANY),
    ]
    return {service.descriptor.name: service for service in services}


def clients() -> set[ModuleType]:
    """Give the modules of the clients that a running edge makes, by what makes them."""
    kinds = inspect.get_annotations(wiring.Services, eval_str=True).values()
    return {import_module(kind.__module__) for kind in kinds}


def clients_of_the_audit() -> set[ModuleType]:
    """Give the modules of the clients that an audit makes."""
    kinds = [kind for kind in vars(audit).values() if inspect.isclass(kind)]
    names = {kind.__module__ for kind in kinds if kind.__module__.startswith("og_edge.clients.")}
    return {import_module(name) for name in names}


def calls_of(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Give service and RPC of each `self.<stub>.<Rpc>` in a module, whatever is done with it."""
    tree = ast.parse(inspect.getsource(module))
    for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        stubs = dict(_stubs(kind))
        for node in ast.walk(kind):
            if isinstance(node, ast.Attribute) and (name := _own(node.value)) in stubs:
                yield stubs[name], node.attr


def _stubs(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(kind):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call):
            made = ast.unparse(node.value.func).rpartition(".")[2]
            if (name := _own(node.target)) and made.endswith("Stub"):
                yield name, made.removesuffix("Stub")


def _own(node: ast.AST) -> str:
    """Give the name in `self.<name>`, else the empty string."""
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return ""


def called_by(modules: set[ModuleType]) -> dict[str, set[str]]:
    called = defaultdict[str, set[str]](set)
    for module in modules:
        for service, rpc in calls_of(module):
            called[service].add(rpc)
    return called


def test_the_edge_may_call_exactly_what_it_calls() -> None:
    may = {name: set(service.edge_rpcs) for name, service in served().items()}
    assert may == called_by(clients())


def test_the_audit_may_call_exactly_what_it_calls_and_that_is_reading() -> None:
    may = {name: set(it.auditor_rpcs) for name, it in served().items() if it.auditor_rpcs}
    assert may == called_by(clients_of_the_audit())
    assert all(rpc.startswith(READING) for rpcs in may.values() for rpc in rpcs)


def test_every_stub_of_the_edge_is_read() -> None:
    """A stub that is made in another way would be missed above."""
    for module in clients() | clients_of_the_audit():
        source = inspect.getsource(module)
        made = [name for kind in _classes(source) for name, _ in _stubs(kind)]
        assert source.count("Stub(") == len(made), module.__name__


def _classes(source: str) -> list[ast.ClassDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
