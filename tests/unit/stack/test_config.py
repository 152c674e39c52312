from pathlib import Path

import pytest

from og_stack.config import ConfigError, StackConfig
from og_stack.processes import SERVICES

HERE = Path("/somewhere")


def config(**environment: str) -> StackConfig:
    return StackConfig.from_environment(HERE, environment)


def test_without_settings_it_listens_on_loopback_only() -> None:
    found = config()
    assert (found.http_host, found.http_port, found.demo_port) == ("127.0.0.1", 8000, 8001)
    assert found.public_url == found.base_url == "http://127.0.0.1:8000"


def test_the_demo_page_follows_the_port_unless_told() -> None:
    assert config(OG_HTTP_PORT="9100").demo_port == 9101
    assert config(OG_HTTP_PORT="9100", OG_DEMO_PORT="7000").demo_port == 7000


def test_zero_is_any_free_port() -> None:
    found = config(OG_HTTP_PORT="0")
    assert 0 < found.http_port != found.demo_port > 0


@pytest.mark.parametrize("text", ["-1", "65536", "eighty", "80 ", "8e3", "٨٠"])
def test_what_is_no_port_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match="OG_HTTP_PORT"):
        config(OG_HTTP_PORT=text)


def test_the_public_address_may_differ() -> None:
    assert config(PUBLIC_BASE_URL="https://og.example.com/").public_url == "https://og.example.com"
    both = config(OG_PUBLIC_BASE_URL="https://a.example", PUBLIC_BASE_URL="https://b.example")
    assert both.public_url == "https://a.example"


def test_all_addresses_are_reached_through_loopback() -> None:
    assert config(OG_HTTP_HOST="0.0.0.0").base_url == "http://127.0.0.1:8000"  # noqa: S104 - no socket


def test_each_service_is_one_process_unless_told() -> None:
    assert config().processes == dict.fromkeys(SERVICES, 1)
    assert config(OG_EDGE_PROCESSES="2").processes == {**dict.fromkeys(SERVICES, 1), "edge": 2}


@pytest.mark.parametrize("text", ["0", "-1", "9", "two", "1.5"])
def test_what_is_no_number_of_processes_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match="OG_AUTH_PROCESSES must be a number from 1 to 8"):
        config(OG_AUTH_PROCESSES=text)
