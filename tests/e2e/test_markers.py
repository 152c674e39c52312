"""Markers as every kind of secret, in success and in failure: nothing that a process says has one.

Log lines at the most talkative level, spans, metrics, what clients are told, and files.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from starlette.responses import RedirectResponse

from og_stack.ports import LOOPBACK, free_ports_in_a_row
from og_stack.processes import SERVICES
from og_stack.stack import Stack
from og_stack.state import PrivateJson
from tests.e2e.ai import DELIVERS, page_for_ai, put_on_plan
from tests.e2e.api import TEMPLATE, Api, check_card
from tests.e2e.systems import SERVICE_PROCESSES, whole_system
from tests.support.ai_endpoint import AiEndpoint, serve_ai, status
from tests.support.collector import Collector, collector
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite
from tests.support.people import Person, somebody
from tests.support.processes import stopped, with_descendants
from tests.support.stripe_server.server import SECRET_KEY, WEBHOOK_SECRET, stripe_server
from tests.support.traces import Marker, files_with

ASK_TIMEOUT_S = 60
KEPT_BY_DESIGN = ("secrets.json", "run.json", "demo.json")
"""Files in which the stack hands secrets to programs, for their owner's eyes."""
ENDS = ("auth", "extract", "render", "billing")


def some_marker(prefix: str = "") -> Marker:
    return Marker(prefix + secrets.token_hex(20), prefix)


@dataclass
class World:
    """A system whose every secret is known, and all that it said to clients so far."""

    stack: Stack
    api: Api
    site: LocalSite
    collector: Collector
    model: AiEndpoint
    customer: Customer
    ai_key: Marker
    otlp_key: Marker
    password: Marker = field(default_factory=some_marker)
    typed: Marker = field(default_factory=some_marker)
    """What people put into queries of URLs, forms and headers."""
    url_password: Marker = field(default_factory=some_marker)
    """What stands before the @ of URLs."""
    said: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.stack.config.directory.parent / "log").read_text()

    def hear(self, answer: httpx.Response) -> httpx.Response:
        headers = {k: v for k, v in answer.headers.items() if k not in {"set-cookie", "location"}}
        body = "" if answer.headers.get("content-type", "").startswith("image/") else answer.text
        self.said.append(f"{answer.status_code} {headers} {body}")
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("marked")
    ai_key, otlp_key = some_marker("sk-"), some_marker()
    first_port = free_ports_in_a_row(SERVICE_PROCESSES)
    async with (
        collector() as collecting,
        serve_ai() as model,
        stripe_server(lambda: int(time.time())) as stripe,
    ):
        settings = {
            **collecting.settings,
            **model.settings(AI_API_KEY=ai_key.secret),
            "OTEL_EXPORTER_OTLP_HEADERS": f"x-api-key={otlp_key.secret}",
            "OG_LOG_FORMAT": "json",
            "OG_LOG_LEVEL": "DEBUG",
            "OG_METRICS_ADDRESS": f"{LOOPBACK}:{first_port}",
            "STRIPE_API_URL": stripe.url,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        async with (
            whole_system(directory, site, settings) as stack,
            httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client,
        ):
            customer = await create_customer(stack)
            put_on_plan(stack, customer, "business")
            api = Api(client)
            yield World(stack, api, site, collecting, model, customer, ai_key, otlp_key)


async def ask_for_all(world: World) -> None:
    """Ask for cards in all ways in which something secret stands in what is sent."""
    api, site, customer, typed = world.api, world.site, world.customer, world.typed.secret
    page = site.put_page(f"Page {secrets.token_hex(4)}")
    address = page.partition("://")[2]
    password = world.url_password.secret
    with_password = f"http://user:{password}@{address}"
    leads_there = site.put(lambda: RedirectResponse(with_password))
    broken = site.put_page("Pictures", f'<meta property="og:image" content="{page}?key={typed}">')
    asked: list[Mapping[str, str]] = [
        {"url": page},
        {"url": page},
        {"url": f"{page}?token={typed}"},
        {"url": f"{page}/missing?token={typed}"},
        {"url": f"http://localhost:1/?token={typed}"},
        {"url": with_password},
        {"url": f"https://user:{password}@127.0.0.1:1/"},
        {"url": leads_there},
        {"url": broken, "template": "article/blog-post"},
        {"url": page, "favicon": f"{page}?key={typed}"},
        {"url": page, "favicon": with_password},
        {"url": page, "title": "x", "refresh": "true", "token": typed},
        {"url": page_for_ai(site), "mode": "ai"},
        {"url": page, typed: typed},
    ]
    for parameters in asked:
        query = httpx.QueryParams({"template": TEMPLATE, **parameters})
        world.hear(await api.ask_raw(query, customer))
    for headers in (
        {"Authorization": f"Bearer {customer.api_key}x"},
        {"Cookie": f"og_session={typed}", "Authorization": f"Basic {typed}"},
        {"traceparent": typed, "tracestate": f"a={typed}", "X-Request-Id": typed},
    ):
        world.hear(await api.ask(page, headers=headers))
    for path in (f"/{typed}", f"/api/og/{typed}", f"/verify?token={typed}", "/api/verification"):
        world.hear(await api.client.get(path, params={"token": typed}))


async def go_about(world: World, person: Person) -> None:
    """Use the dashboard, and try what fails there."""
    for path in ("/dashboard", "/dashboard/keys", "/dashboard/billing", "/dashboard/playground"):
        world.hear(await person.get(path))
    wrong = {"email": person.email, "password": world.typed.secret}
    async with somebody(world.stack.base_url) as other:
        world.hear(await other.post("/login", wrong, at="/login"))
    world.hear(
        await person.post("/dashboard/billing/plan", {"plan": "pro"}, at="/dashboard/billing")
    )


async def sign_up(world: World, person: Person) -> Marker:
    fields = {"email": person.email, "password": world.password.secret}
    assert (await person.post("/signup", fields, at="/signup")).status_code == 303
    session = person.client.cookies.get("og_session") or ""
    return Marker(session, "og_session_")


async def fail_in_all_ways(world: World, person: Person) -> None:
    """Do the same while stores are silent, services are killed and others refuse."""
    stack = world.stack
    world.model.will(status(500))
    for store in ("valkey", "postgres"):
        with ExitStack() as frozen:
            frozen.enter_context(stopped(with_descendants(stack.process(store).pid)))
            world.hear(await world.api.ask(world.site.put_page("Away"), world.customer))
            world.hear(await person.get("/dashboard"))
    for service in ENDS:
        pid = stack.kill(service)
        await ask_for_all(world)
        await stack.up_again(service, pid)
    with ExitStack() as frozen:
        frozen.enter_context(stopped(with_descendants(stack.process("billing").pid)))
        world.hear(await world.api.ask(world.site.put_page("Silent"), world.customer))


def lines_of_services(log: str) -> Iterator[str]:
    """Give what our processes wrote; stores and the stack have words of their own."""
    for line in log.splitlines():
        name, _, text = line.partition("|")
        if name.strip() in SERVICES:
            yield text.strip()


@pytest.mark.timeout(420)  # a system of its own, killed four times
async def test_no_secret_is_in_anything_that_a_process_says(world: World) -> None:
    world.model.will(DELIVERS)
    check_card(await world.api.ask(world.site.put_page("First"), world.customer), "MISS", 10)
    async with somebody(world.stack.base_url) as person:
        session = await sign_up(world, person)
        await ask_for_all(world)
        await go_about(world, person)
        await fail_in_all_ways(world, person)
        await ask_for_all(world)
        await go_about(world, person)
    last = await world.api.ask(world.site.put_page("Last"), world.customer)
    check_card(last, "MISS", 10)
    await world.collector.whole(last.headers["x-request-id"], "edge", "auth", "billing")
    metrics = [
        await world.api.client.get(f"http://{world.stack.services.metrics_address(name)}/metrics")
        for name in SERVICES
    ]

    kept = PrivateJson(world.stack.config.directory / "secrets.json").read()
    tokens = {name: value for name, value in kept.items() if name.startswith(("caller", "role"))}
    assert len(tokens) >= 5
    markers = {
        "API key": Marker(world.customer.api_key, "og_live_"),
        "session": session,
        "password": world.password,
        "what was typed": world.typed,
        "password of a URL": world.url_password,
        "AI key": world.ai_key,
        "collector's key": world.otlp_key,
        "Stripe's key": Marker(SECRET_KEY, "sk_test_"),
        **{name: Marker(str(value), "") for name, value in tokens.items()},
    }
    assert all(marker.parts for marker in markers.values())
    log, there = world.log, Marker(world.customer.account_id, "acct_")
    assert there.is_in(log), "what is there is found"
    assert there.is_in(bytes(world.collector.received)), "as above"
    assert len(world.collector.traces) > 100
    for name, marker in markers.items():
        assert [line for line in log.splitlines() if marker.is_in(line)] == [], name
        assert not marker.is_in(bytes(world.collector.received)), name
        assert [page.url for page in metrics if marker.is_in(page.text)] == [], name
        if name != "what was typed":  # forms give it back to who typed it, and history has queries
            assert [text for text in world.said if marker.is_in(text)] == [], name
            files = files_with(marker, world.stack.config.directory.parent)
            assert [path for path in files if path.name not in KEPT_BY_DESIGN] == [], name
    plain = [line for line in lines_of_services(log) if not _is_json(line)]
    assert plain == []


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False
