from pathlib import Path

import pytest

from og_stack.config import StackConfig
from og_stack.services import GRPC_SERVICES, ServiceTable
from og_stack.state import Secrets


def table(directory: Path, **environment: str) -> ServiceTable:
    config = StackConfig.from_environment(directory, environment)
    dsns = {name: f"dsn of {name}" for name in ("auth", "billing", "edge")}
    ports = dict.fromkeys(GRPC_SERVICES, 1)
    return ServiceTable(config, Secrets(directory / "secrets.json"), "valkey", dsns, ports)


@pytest.mark.parametrize("service", ["extract", "render"])
def test_who_needs_no_store_is_told_of_none(tmp_path: Path, service: str) -> None:
    found = table(tmp_path, DATABASE_URL="admin", REDIS_URL="redis").grpc_program(service)
    assert {"DATABASE_URL", "REDIS_URL"}.isdisjoint(found.environment)


def test_each_service_connects_as_its_own_role(tmp_path: Path) -> None:
    services = table(tmp_path, DATABASE_URL="admin")
    assert services.grpc_program("auth").environment["DATABASE_URL"] == "dsn of auth"
    assert services.edge_program().environment["DATABASE_URL"] == "dsn of edge"


def test_only_the_edge_holds_the_edges_token(tmp_path: Path) -> None:
    services = table(tmp_path)
    token = services.edge_program().environment["OG_CALLER_TOKEN"]
    for name in GRPC_SERVICES:
        environment = services.grpc_program(name).environment
        assert "OG_CALLER_TOKEN" not in environment
        assert f"edge={token}," in environment["OG_CALLERS"]


def test_settings_of_the_caller_pass_through_and_outrank_what_is_preferred(tmp_path: Path) -> None:
    services = table(tmp_path, OG_LOG_FORMAT="json", OG_SOMETHING="new", OG_LISTEN_ADDRESS="mine")
    found = services.grpc_program("auth").environment
    assert (found["OG_LOG_FORMAT"], found["OG_SOMETHING"]) == ("json", "new")
    assert found["OG_LISTEN_ADDRESS"] == "127.0.0.1:1"


def test_no_two_processes_get_one_address_for_metrics(tmp_path: Path) -> None:
    services = table(tmp_path, OG_METRICS_ADDRESS="127.0.0.1:9090")
    for program in (services.grpc_program("auth"), services.edge_program()):
        assert "OG_METRICS_ADDRESS" not in program.environment


def test_more_loopback_pages_may_be_allowed(tmp_path: Path) -> None:
    found = table(tmp_path, OG_LOOPBACK_TARGETS="127.0.0.1:9").edge_program().environment
    assert found["OG_LOOPBACK_TARGETS"] == "127.0.0.1:8001,127.0.0.1:9"
