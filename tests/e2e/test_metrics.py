"""Every process tells what it counts, and nobody's business."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import httpx
from prometheus_client.parser import text_string_to_metric_families

from og_stack.ports import LOOPBACK, free_ports
from og_stack.processes import GRPC_SERVICES
from og_stack.stack import Stack
from og_stack.state import PrivateJson
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.pages import page_of_a_site
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.support.customers import Customer
from tests.support.local_site import LocalSite

LABELS = {"rpc", "decision", "outcome", "cache", "step", "operation", "le"}
"""Every label there may be; what names a customer is none."""

Samples = dict[str, float]


async def test_a_scrape_after_traffic_holds_no_id_and_no_secret(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    """On processes of its own, since those of the stack serve no metrics."""
    ports = dict(zip(("edge", *GRPC_SERVICES), free_ports(5), strict=True))
    addresses = {name: f"{LOOPBACK}:{port}" for name, port in ports.items()}
    async with AsyncExitStack() as running:
        targets = {
            f"OG_{name.upper()}_TARGET": await running.enter_async_context(
                grpc_replica(stack, name, {"OG_METRICS_ADDRESS": addresses[name]})
            )
            for name in GRPC_SERVICES
        }
        edge = await running.enter_async_context(
            edge_replica(stack, {"OG_METRICS_ADDRESS": addresses["edge"], **targets})
        )
        secrets = [*await traffic(edge.api, stack, site, customer), *secrets_of(stack)]
        async with httpx.AsyncClient() as client:
            pages = {
                name: (await client.get(f"http://{address}/metrics")).text
                for name, address in addresses.items()
            }
    samples: Samples = {}
    for name, text in pages.items():
        for secret in secrets:
            assert secret not in text, name
        samples |= read(name, text)
    assert samples["og_auth_decisions_total BatchAuthorize ALLOWED"] == 3
    assert samples["og_auth_decisions_total BatchAuthorize INVALID_API_KEY"] == 1
    assert samples["og_auth_decisions_total CompleteVerification ALLOWED"] == 1
    assert samples["og_auth_local_window_batches_total"] == 0
    assert samples["og_auth_valkey_away"] == 0
    assert samples["og_billing_batch_commands_count"] >= 3
    assert samples["og_billing_queued_commands"] == 0
    assert samples["og_edge_answers_total ok MISS"] == 1
    assert samples["og_edge_answers_total ok HIT"] == 2
    assert samples["og_edge_answers_total invalid_api_key "] == 1
    assert samples["og_edge_answer_seconds_count HIT"] == 2
    assert samples["og_edge_answer_seconds_count MISS"] == 1
    assert samples["og_edge_call_seconds_count ExtractPage"] >= 1
    assert samples["og_edge_store_seconds_count put"] == 1
    assert samples["og_extract_step_seconds_count fetch"] >= 1
    assert samples["og_render_step_seconds_count encode"] >= 1
    for name in addresses:
        assert samples[f"og_{name}_loopback_targets"] >= 1


async def traffic(api: Api, stack: Stack, site: LocalSite, customer: Customer) -> list[str]:
    """Ask for cards in every way; give what must not be told of it."""
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, customer))
    check_card(await api.ask(url, customer))
    check_card(await api.ask(url, site=site_id))
    wrong = {"Authorization": f"Bearer {customer.api_key}x"}
    check_error(await api.ask(url, headers=wrong), 401, "invalid_api_key")
    return [customer.account_id, customer.api_key, site_id, url]


def secrets_of(stack: Stack) -> list[str]:
    values = map(str, PrivateJson(stack.config.directory / "secrets.json").read().values())
    return [value for value in values if not value.startswith("key_")]


def read(service: str, text: str) -> Samples:
    """Read a page by its names and labels; see that both are as they should be."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert re.fullmatch(rf"og_{service}_[a-z_]+", family.name)
        assert family.documentation
        for sample in family.samples:
            assert set(sample.labels) <= LABELS
            found[
                " ".join(
                    [
                        sample.name,
                        *(sample.labels[name] for name in sorted(sample.labels, reverse=True)),
                    ]
                )
            ] = sample.value
    return found
