"""The port that metrics are served on."""

from __future__ import annotations

import socket

import httpx
import pytest

from og_service import metrics
from og_service.settings import ServiceSettings, split_address

TIMEOUT_S = 20


def settings(address: str = "127.0.0.1:0") -> ServiceSettings:
    values = {
        "environment": "development",
        "metrics_address": address,
        "loopback_targets": "127.0.0.1:1,127.0.0.1:2",
    }
    return ServiceSettings.model_validate(values)


def scrape(address: str, path: str = "/metrics", method: str = "GET") -> httpx.Response:
    return httpx.request(method, f"http://{address}{path}", timeout=TIMEOUT_S)


def test_metrics_and_nothing_else_are_served() -> None:
    with metrics.serving(settings()) as address:
        answer = scrape(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert "\nog_loopback_targets 2.0\n" in answer.text
        for path in ("/", "/metrics/", "/favicon.ico", "/healthz"):
            assert scrape(address, path).status_code == 404
        assert scrape(address, method="POST").status_code == 405
    with pytest.raises(httpx.ConnectError):
        scrape(address)


def test_metrics_are_off_unless_asked_for() -> None:
    with metrics.serving(ServiceSettings()) as address:
        assert address == ""


def test_who_says_nothing_holds_up_nobody_for_long() -> None:
    with metrics.serving(settings()) as address:
        host, port = split_address(address)
        with socket.create_connection((host, port)):
            assert scrape(address).status_code == 200


def test_a_port_that_is_taken_is_no_silent_failure() -> None:
    with (
        metrics.serving(settings()) as address,
        pytest.raises(OSError, match="in use"),
        metrics.serving(settings(address)),
    ):
        pass
