"""Every process tells what it counts, and nobody's business."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

import httpx
from prometheus_client.parser import text_string_to_metric_families

from og_plans import PRICES
from og_stack.ports import LOOPBACK, free_ports
from og_stack.processes import GRPC_SERVICES
from og_stack.stack import Stack
from og_stack.state import PrivateJson
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.pages import page_of_a_site
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

OF_EVERY_SERVICE = r"background|build|loopback|postgres|queue|rpc|tls"
OWN_OR_SHARED = rf"og_({{service}}|{OF_EVERY_SERVICE})_[a-z_]+|process_[a-z_]+"

LABELS = {
    *("action", "cache", "cause", "code", "decision", "evidence", "kind", "le", "mode"),
    *("operation", "outcome", "place", "pool", "queue", "reason", "result", "route", "rpc"),
    *("source", "state", "status", "step", "subject", "verdict", "version", "work"),
}
"""Every label there may be; what names a customer is none."""

Samples = dict[str, float]


async def test_a_scrape_after_traffic_tells_what_was_done_and_no_id_and_no_secret(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    """On processes of its own, since those of the stack serve no metrics."""
    poor = await create_customer(stack, credits=PRICES.cached_card_credits)
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
        secrets = [*await traffic(edge.api, stack, site, customer, poor), *secrets_of(stack)]
        async with httpx.AsyncClient() as client:
            pages = {
                name: (await client.get(f"http://{address}/metrics")).text
                for name, address in addresses.items()
            }
    of = {name: read(name, text) for name, text in pages.items()}
    for name, text in pages.items():
        for secret in secrets:
            assert secret not in text, name
    check_auth(of["auth"])
    check_billing(of["billing"])
    check_edge(of["edge"])
    assert of["extract"]["og_extract_step_seconds_count fetch"] >= 1
    assert of["extract"]["og_extract_pages_total fetched"] >= 1
    assert of["extract"]["og_rpc_seconds_count ExtractPage OK"] >= 1
    assert of["render"]["og_render_step_seconds_count encode"] >= 1
    assert of["render"]["og_render_workers"] >= 1
    assert of["render"]["og_rpc_seconds_count RenderCard OK"] == 1
    for samples in of.values():
        assert samples["og_loopback_targets"] >= 1
        assert samples["process_resident_memory_bytes"] > 1e7
        assert samples["process_open_fds"] > 3
        assert [each for each in samples if each.startswith("og_build_info ")]


async def traffic(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, poor: Customer
) -> list[str]:
    """Ask for cards in every way; give what must not be told of it."""
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, customer))
    check_card(await api.ask(url, customer))
    check_card(await api.ask(url, site=site_id))
    check_error(await api.ask(url, poor), 402, "insufficient_credits")
    wrong = {"Authorization": f"Bearer {customer.api_key}x"}
    check_error(await api.ask(url, headers=wrong), 401, "invalid_api_key")
    assert (await api.client.get("/login")).status_code == 200
    assert (await api.client.get(f"/nowhere/{customer.account_id}")).status_code == 404
    names = [who.account_id for who in (customer, poor)]
    return [*names, customer.api_key, poor.api_key, site_id, url]


def check_auth(samples: Samples) -> None:
    assert samples["og_auth_decisions_total BatchAuthorize ALLOWED"] == 4
    assert samples["og_auth_decisions_total BatchAuthorize INVALID_API_KEY"] == 1
    assert samples["og_auth_decisions_total CompleteVerification ALLOWED"] == 1
    assert samples["og_auth_verifications_total verified tag_found"] == 1
    assert samples["og_auth_local_window_batches_total"] == 0
    assert samples["og_auth_valkey_away"] == 0
    assert samples["og_postgres_connections_max main"] > 0
    assert samples["og_postgres_connections idle credentials"] >= 1
    assert samples["og_queue_length passwords"] == 0


def check_billing(samples: Samples) -> None:
    """One card was made, two were sold again, and one could not be paid for."""
    assert samples["og_billing_credits_total generation reserve"] == 10
    assert samples["og_billing_credits_total generation capture"] == 10
    assert samples["og_billing_credits_total cached_card charge"] == 2
    assert samples["og_billing_entries_total cached_card charge"] == 2
    assert samples["og_billing_refusals_total INSUFFICIENT_CREDITS"] == 1
    assert samples["og_rpc_failures_total Reserve INSUFFICIENT_CREDITS"] == 1
    assert samples["og_rpc_seconds_count Reserve OK"] == 1
    assert samples["og_rpc_seconds_count Reserve FAILED_PRECONDITION"] == 1
    assert samples["og_billing_batch_commands_count"] >= 3
    assert samples["og_billing_batch_seconds_count"] >= 3
    assert samples["og_billing_queued_seconds"] == 0
    assert samples["og_billing_sweep_timestamp_seconds"] > 1e9
    assert samples["og_queue_length ledger"] == 0
    assert samples["og_queue_length_max ledger"] == 10_000
    assert samples["og_postgres_connections idle ledger"] == 1


def check_edge(samples: Samples) -> None:
    assert samples["og_edge_answers_total ok MISS"] == 1
    assert samples["og_edge_answers_total ok HIT"] == 2
    assert samples["og_edge_answers_total invalid_api_key "] == 1
    assert samples["og_edge_answers_total insufficient_credits "] == 1
    assert samples["og_edge_answer_seconds_count standard HIT"] == 2
    assert samples["og_edge_answer_seconds_count standard MISS"] == 1
    assert samples["og_edge_call_seconds_count ExtractPage"] >= 1
    assert samples["og_edge_call_failures_total FAILED_PRECONDITION"] == 1
    assert samples["og_edge_store_seconds_count put"] == 1
    assert samples["og_edge_lookups_total memory hit"] == 2
    assert samples["og_edge_lookups_total index miss"] >= 1
    assert samples["og_edge_memory_bytes"] > 5_000
    assert samples["og_edge_leases_total won"] == 2
    assert samples["og_queue_length requests"] == 0
    assert samples["og_edge_route_seconds_count 2xx /login"] == 1
    assert samples["og_edge_route_seconds_count 4xx none"] == 1


def secrets_of(stack: Stack) -> list[str]:
    values = map(str, PrivateJson(stack.config.directory / "secrets.json").read().values())
    return [value for value in values if not value.startswith("key_")]


def read(service: str, text: str) -> Samples:
    """Read a page by its names and labels; see that both are as they should be."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert re.fullmatch(OWN_OR_SHARED.format(service=service), family.name)
        assert family.documentation
        for sample in family.samples:
            assert set(sample.labels) <= LABELS
            labels = [sample.labels[name] for name in sorted(sample.labels, reverse=True)]
            found[" ".join([sample.name, *labels])] = sample.value
    return found
