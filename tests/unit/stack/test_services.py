from pathlib import Path

import pytest

from og_stack.config import StackConfig
from og_stack.processes import GRPC_SERVICES, SERVICES
from og_stack.services import ServiceTable
from og_stack.state import Secrets


def table(directory: Path, **environment: str) -> ServiceTable:
    config = StackConfig.from_environment(directory, environment)
    dsns = {name: f"dsn of {name}" for name in ("auth", "billing", "edge")}
    ports = {service: range(1, config.processes[service] + 1) for service in SERVICES}
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
    services = table(tmp_path, OG_METRICS_ADDRESS="127.0.0.1:9090", OG_BILLING_PROCESSES="2")
    programs = [program for service in SERVICES for program in services.programs(service)]
    found = [program.environment["OG_METRICS_ADDRESS"] for program in programs]
    assert found == [f"127.0.0.1:{9090 + number}" for number in range(len(found))]
    assert table(tmp_path).edge_program().environment["OG_METRICS_ADDRESS"] == ""


def test_extract_alone_may_look_at_our_own_cards(tmp_path: Path) -> None:
    services = table(tmp_path)
    assert services.grpc_program("extract").environment["OG_LOOPBACK_TARGETS"] == (
        "127.0.0.1:8001,127.0.0.1:8000"
    )
    assert services.edge_program().environment["OG_LOOPBACK_TARGETS"] == "127.0.0.1:8001"
    public = table(tmp_path, OG_PUBLIC_BASE_URL="https://cards.example.com")
    assert public.grpc_program("extract").environment["OG_LOOPBACK_TARGETS"] == "127.0.0.1:8001"


def test_more_loopback_pages_may_be_allowed(tmp_path: Path) -> None:
    found = table(tmp_path, OG_LOOPBACK_TARGETS="127.0.0.1:9").edge_program().environment
    assert found["OG_LOOPBACK_TARGETS"] == "127.0.0.1:8001,127.0.0.1:9"


def test_several_processes_have_names_and_ports_of_their_own_and_edges_share_theirs_besides(
    tmp_path: Path,
) -> None:
    services = table(tmp_path, OG_EDGE_PROCESSES="2", OG_BILLING_PROCESSES="3")
    first, second = services.programs("edge")
    assert (first.name, second.name) == ("edge-1", "edge-2")
    for program, own in ((first, "1"), (second, "2")):
        assert program.environment["OG_HTTP_PORT"] == "8000"
        assert program.environment["OG_HTTP_SHARE_PORT"] == "True"
        assert program.environment["OG_HTTP_OWN_PORT"] == own
        target = program.environment["OG_BILLING_TARGET"]
        assert target == "ipv4:127.0.0.1:1,127.0.0.1:2,127.0.0.1:3"
    billings = services.programs("billing")
    assert [program.name for program in billings] == ["billing-1", "billing-2", "billing-3"]
    listening = [program.environment["OG_LISTEN_ADDRESS"] for program in billings]
    assert listening == ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"]


def test_one_edge_has_its_port_for_itself(tmp_path: Path) -> None:
    [edge] = table(tmp_path).programs("edge")
    assert edge.name == "edge"
    assert edge.environment["OG_HTTP_SHARE_PORT"] == "False"


def test_auth_knows_how_many_it_is(tmp_path: Path) -> None:
    services = table(tmp_path, OG_AUTH_PROCESSES="3", OG_AUTH_REPLICAS="7")
    for program in services.programs("auth"):
        assert program.environment["OG_AUTH_REPLICAS"] == "3"
