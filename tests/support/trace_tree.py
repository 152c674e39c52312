"""One new card as an operator sees it: `make trace` prints its trace, log lines and metrics.

Starts a whole system with a collector, asks for a new card and then for the same one again, and
prints what there is to see of both.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from og_stack.ports import LOOPBACK, free_ports_in_a_row
from og_stack.processes import SERVICES
from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.e2e.systems import SERVICE_PROCESSES, whole_system
from tests.support.collector import CollectedSpan, Collector, Trace, collector
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite, local_site

ASK_TIMEOUT_S = 30
TOLD = (
    "http.response.status_code",
    "rpc.response.status_code",
    "server.address",
    "og.cache",
    "og.commands",
    "og.template",
    "error.type",
)
"""Attributes that stand beside a name; all others are left out."""
SCRAPED = (
    "og_edge_answers_total",
    "og_edge_store_seconds_count",
    "og_rpc_seconds_count",
    "og_extract_step_seconds_count",
    "og_render_step_seconds_count",
    "og_billing_batch_commands_count",
)


def tree(trace: Trace) -> Iterator[str]:
    """Give a trace as lines: when after its begin and for how long, which service, what."""
    yield " at ms  took ms  service  what"
    for root in trace.roots:
        yield from _lines(trace, root, root.begin_ns, 0)


def _lines(trace: Trace, span: CollectedSpan, begin_ns: int, depth: int) -> Iterator[str]:
    at_ms = (span.begin_ns - begin_ns) / 1e6
    said = [f"{span.attributes[name]}" for name in TOLD if name in span.attributes]
    linked = [f"+{len(span.links)} linked"] if span.links else []
    more = f"  ({', '.join(said + linked)})" if said or linked else ""
    yield f"{at_ms:6.1f}  {span.took_ms:7.1f}  {span.service:<8} {'  ' * depth}{span.name}{more}"
    for child in trace.children(span):
        yield from _lines(trace, child, begin_ns, depth + 1)


async def _show(stack: Stack, site: LocalSite, collecting: Collector, log: Path) -> None:
    customer = await create_customer(stack)
    url = site.put_page("A page to draw", "<meta name=author content='Ada'>")
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client:
        api = Api(client)
        await _asked(api, site.put_page("A page before it"), customer)  # opens connections
        first = await _asked(api, url, customer)
        new = await collecting.whole(first, "edge", "auth", "extract", "render", "billing")
        second = await _asked(api, url, customer)
        hit = await collecting.whole(second, "edge", "auth", "billing")
        metrics = {name: await _metrics(stack, client, name) for name in SERVICES}
    for title, trace in (("A new card", new), ("The same card again", hit)):
        _say(f"\n{title}: trace {trace.root.trace_id}, {len(trace.spans)} spans\n")
        for line in tree(trace):
            _say(line)
    _say("\nLog lines of the new card\n")
    for line in _lines_with(first, log):
        _say(line)
    _say("\nMetrics after both\n")
    for service, lines in metrics.items():
        for line in lines:
            _say(f"{service:<8} {line}")


async def _metrics(stack: Stack, client: httpx.AsyncClient, service: str) -> list[str]:
    """Scrape a process; give what is told of in SCRAPED and is not 0."""
    page = await client.get(f"http://{stack.services.metrics_address(service)}/metrics")
    lines = page.text.splitlines()
    return [line for line in lines if line.startswith(SCRAPED) and not line.endswith(" 0.0")]


def _lines_with(text: str, log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if text in line]


async def _asked(api: Api, url: str, customer: Customer) -> str:
    answer = await api.ask(url, customer)
    answer.raise_for_status()
    return str(answer.headers["x-request-id"])


def _say(line: str) -> None:
    print(line)  # noqa: T201 - the command's output


async def main() -> None:
    """Run a system for as long as it takes."""
    with tempfile.TemporaryDirectory() as directory:
        async with collector() as collecting, local_site() as site:
            port = free_ports_in_a_row(SERVICE_PROCESSES)
            settings = {
                **collecting.settings,
                "OG_LOG_FORMAT": "json",
                "OG_LOG_LEVEL": "DEBUG",
                "OG_METRICS_ADDRESS": f"{LOOPBACK}:{port}",
            }
            async with whole_system(Path(directory), site, settings) as stack:
                await _show(stack, site, collecting, Path(directory) / "log")


if __name__ == "__main__":
    asyncio.run(main())
