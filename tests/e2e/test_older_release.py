"""The release before this one, on the schema of this one, alone and beside this one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio

from og_stack.processes import GRPC_SERVICES
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import (
    audit,
    credits_of,
    managing,
    new_cards,
    rows,
    statement,
    wait_for_credits,
)
from tests.e2e.pages import page_of_a_site
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.e2e.systems import whole_system
from tests.support.customers import create_customer
from tests.support.local_site import LocalSite

pytestmark = pytest.mark.timeout(600)  # a system and eight more processes start

ROUNDS = 3


@dataclass(frozen=True)
class Releases:
    """This release's system, with the one before beside it on the same stores."""

    stack: Stack
    old: Api
    """An edge of before that knows only services of before."""
    old_mixed: Api
    """An edge of before that takes turns over services of both releases."""
    new_mixed: Api
    """An edge of this release that does."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def releases(
    tmp_path_factory: pytest.TempPathFactory, site: LocalSite, old_path: str
) -> AsyncIterator[Releases]:
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(
            whole_system(tmp_path_factory.mktemp("releases"), site)
        )
        old_code = {"PYTHONPATH": old_path}
        # One after the other: each has its own time to start, on a machine that may be busy.
        targets = {
            service: await exits.enter_async_context(grpc_replica(stack, service, old_code))
            for service in GRPC_SERVICES
        }
        of_before = named(targets)
        of_both = named(
            {
                service: f"{stack.services.target(service)},{target}"
                for service, target in targets.items()
            }
        )
        edges = [
            await exits.enter_async_context(edge_replica(stack, settings))
            for settings in (old_code | of_before, old_code | of_both, of_both)
        ]
        yield Releases(stack, *(edge.api for edge in edges))


def named(targets: Mapping[str, str]) -> dict[str, str]:
    return {f"OG_{service.upper()}_TARGET": target for service, target in targets.items()}


def test_the_code_of_before_is_what_runs(old_path: str) -> None:
    def where(**settings: str) -> list[str]:
        code = "import json, og_auth, og_billing, og_edge, og_extract, og_render, og_service\n"
        code += "print(json.dumps([m.__path__[0] for m in (og_auth, og_billing, og_edge,"
        code += " og_extract, og_render, og_service)]))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | settings,
            capture_output=True,
            check=True,
        )
        found: list[str] = json.loads(done.stdout)
        return found

    before, now = where(PYTHONPATH=old_path), where()
    assert not set(before) & set(now)
    for path in before:
        assert path.rpartition("/")[0] in old_path.split(":")


@pytest.mark.parametrize("which", ["old", "old_mixed", "new_mixed"])
async def test_a_card_is_made_sent_paid_and_forgotten(
    releases: Releases, site: LocalSite, which: str
) -> None:
    stack, api = releases.stack, getattr(releases, which)
    customer = await create_customer(stack, credits=1_000)
    manager = await managing(stack, customer)
    url = site.put_page("Of two releases")
    received = []
    for cache, cost in (("MISS", 10), *[("HIT", 1)] * 6):
        answer = await api.ask(url, customer)
        check_card(answer, cache, cost)
        received.append(answer.headers["x-request-id"])
    head = await api.ask(url, customer, method="HEAD")
    assert (head.status_code, head.headers["x-credits-charged"]) == (200, "0")
    assert await credits_of(stack, customer) == 1_000 - 16
    # What is set aside for a card that fails comes back.
    nothing = f"{url}/nothing"
    check_error(await api.ask(nothing, customer), 400, "page_unreachable")
    await wait_for_credits(stack, customer, 1_000 - 16)
    kinds = [kind for kind, _, _ in await statement(stack, customer)]
    assert kinds.count("RELEASE") == 1
    refreshed = await api.ask(url, customer, refresh="true")
    check_card(refreshed, "MISS", 10)
    received.append(refreshed.headers["x-request-id"])
    assert new_cards(stack, customer) == 2
    forgotten = await api.ask(url, manager, method="DELETE")
    assert forgotten.status_code == 204, forgotten.text
    [(left,)] = rows(
        stack, "SELECT count(*) FROM edge.cards WHERE account_id = %s", customer.account_id
    )
    assert left == 0
    found = await audit(stack, customer, received, stack.config.directory)
    assert found["passed"], found


@pytest.mark.parametrize("which", ["old", "old_mixed", "new_mixed"])
async def test_a_sites_tag_is_looked_at_and_its_card_sent(
    releases: Releases, site: LocalSite, which: str
) -> None:
    stack, api = releases.stack, getattr(releases, which)
    customer = await create_customer(stack, credits=1_000)
    site_id, url = await page_of_a_site(stack, site, customer)
    for cache, cost in (("MISS", 10), *[("HIT", 1)] * 4):
        check_card(await api.ask(url, site=site_id), cache, cost)
    check_error(await api.ask(url, site=site_id, title="Not so"), 401, "site_not_verified")
    assert await credits_of(stack, customer) == 1_000 - 14


async def test_what_one_release_made_the_other_sends_and_forgets(
    releases: Releases, site: LocalSite
) -> None:
    stack = releases.stack
    customer = await create_customer(stack, credits=1_000)
    manager = await managing(stack, customer)
    for first, second in (
        (releases.old, releases.new_mixed),
        (releases.new_mixed, releases.old),
    ):
        url = site.put_page("Of either release")
        card = check_card(await first.ask(url, customer), "MISS", 10)
        assert check_card(await second.ask(url, customer), "HIT", 1) == card
        site.put_page("Changed meanwhile", url=url)
        changed = check_card(await second.ask(url, customer, refresh="true"), "MISS", 10)
        assert check_card(await first.ask(url, customer), "HIT", 1) == changed
        assert (await first.ask(url, manager, method="DELETE")).status_code == 204
        check_card(await second.ask(url, customer), "MISS", 10)
    assert await credits_of(stack, customer) == 1_000 - 2 * 32


async def test_a_crowd_at_all_edges_is_charged_to_the_credit(
    releases: Releases, site: LocalSite
) -> None:
    stack = releases.stack
    customer = await create_customer(stack, credits=10_000)
    urls = [site.put_page(f"Page {number}") for number in range(4)]
    edges = (releases.old, releases.old_mixed, releases.new_mixed, Api(releases.old.client))
    answers = await asyncio.gather(
        *(edge.ask(url, customer) for _ in range(ROUNDS) for edge in edges for url in urls)
    )
    for answer in answers:
        check_card(answer)
    charged = sum(int(answer.headers["x-credits-charged"]) for answer in answers)
    assert charged == len(answers) + 9 * len(urls), "each card is drawn once, whoever asks"
    assert await credits_of(stack, customer) == 10_000 - charged
    received = [answer.headers["x-request-id"] for answer in answers]
    found = await audit(stack, customer, received, stack.config.directory)
    assert found["passed"], found
