"""An account as its owner has it after some days: sites, keys, cards and what they cost."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.demo_data import ARTICLE_PATH, PRODUCT_PATH
from og_stack.stack import Stack
from tests.e2e.books import rows
from tests.e2e.operators import og_json
from tests.support.customers import CALL_TIMEOUT_S, Customer, operator_token
from tests.support.people import Person, somebody
from tests.support.smtp_server import MailServer

CARD_TIMEOUT_S = 30
SEE_OTHER = 303
LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("article/blog-post", {"theme": "dark"}),
    ("generic/standard", {}),
    ("article/editorial", {"accentColor": "16a34a"}),
    ("product/standard", {"gradientBg": "true"}),
    ("generic/bold", {"theme": "dark", "accentColor": "f97316"}),
    ("docs/page", {"title": "Getting started with the command line"}),
)


@dataclass(frozen=True)
class World:
    """One owner and what is theirs."""

    stack: Stack
    owner: Person
    account_id: str
    site_id: str
    api_key: str
    objects: dict[str, str]
    """An id of the owner's for each name that a path's parameter has."""

    @property
    def customer(self) -> Customer:
        """The account as one that asks for cards."""
        return Customer(self.account_id, self.api_key)


@asynccontextmanager
async def new_world(
    stack: Stack, mail: MailServer, *, days: Sequence[int] = (2, 2), plan: str = "free"
) -> AsyncIterator[World]:
    """Give an owner with a verified address, who made so many cards on each of the last days."""
    async with somebody(stack.base_url) as owner:
        await owner.sign_up()
        [letter] = await mail.letters_to(owner.email)
        link = f"/verify?token={letter.token}"
        verified = await owner.post("/verify", {"token": letter.token}, at=link)
        assert verified.status_code == SEE_OTHER
        await owner.get("/dashboard")  # where it is said that the address is verified
        if plan != "free":
            account = og_json(stack, "accounts", "show", "--email", owner.email)["id"]
            og_json(stack, "accounts", "set-plan", "--account", account, "--plan", plan)
        yield await _furnished(stack, owner, days)


async def _furnished(stack: Stack, owner: Person, days: Sequence[int]) -> World:
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        account = (
            await accounts.GetAccount(
                auth_pb2.GetAccountRequest(email=owner.email), timeout=CALL_TIMEOUT_S
            )
        ).account
        sites = [
            await accounts.CreateSite(
                auth_pb2.CreateSiteRequest(account_id=account.account_id, domain=domain),
                timeout=CALL_TIMEOUT_S,
            )
            for domain in (stack.config.demo_site, "blog.example.com", "shop.example.net")
        ]
        keys = [
            await accounts.CreateApiKey(
                auth_pb2.CreateApiKeyRequest(
                    account_id=account.account_id, display_name=name, daily_credits_max=limit
                ),
                timeout=CALL_TIMEOUT_S,
            )
            for name, limit in (("Build server", 500), ("Laptop of Ada", 0), ("Staging", 50))
        ]
        sessions = await auth_pb2_grpc.IdentityServiceStub(channel).ListSessions(
            auth_pb2.ListSessionsRequest(account_id=account.account_id), timeout=CALL_TIMEOUT_S
        )
    site_id, key = sites[0].site.site_id, keys[0]
    await _make_cards(stack, account.account_id, key.secret, days)
    [(generation_id,)] = rows(
        stack,
        "SELECT id::text FROM edge.generations WHERE account_id = %s "
        "ORDER BY create_time DESC LIMIT 1",
        account.account_id,
    )
    objects = {
        "api_key_id": key.api_key.api_key_id,
        "generation_id": generation_id,
        "session_id": sessions.sessions[0].session_id,
        "site_id": site_id,
    }
    return World(stack, owner, account.account_id, site_id, key.secret, objects)


async def _make_cards(stack: Stack, account_id: str, key: str, days: Sequence[int]) -> None:
    looks = itertools.cycle(LOOKS)
    pages = itertools.cycle([ARTICLE_PATH, PRODUCT_PATH])
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=stack.base_url, headers=headers, timeout=CARD_TIMEOUT_S
    ) as client:
        for day, count in enumerate(days):
            if day:
                _let_a_day_pass(stack, account_id)
            for number in range(count):
                template, look = next(looks)
                url = f"http://{stack.config.demo_site}{next(pages)}"
                query = {"url": url, "template": template, "siteName": f"No. {day}.{number}"}
                for _ in range(1 + number % 3):
                    (await client.get("/api/og", params={**query, **look})).raise_for_status()


def _let_a_day_pass(stack: Stack, account_id: str) -> None:
    """Let all that the account did be a day older."""
    for statement in (
        "UPDATE edge.generations SET create_time = create_time - interval '1 day'",
        "UPDATE billing.entries SET create_time = create_time - interval '1 day'",
        # Aside and back again, so that no day meets its neighbour on the way.
        "UPDATE billing.daily_spending SET day = day - 10000",
        "UPDATE billing.daily_spending SET day = day + 9999",
    ):
        rows(stack, f"{statement} WHERE account_id = %s", account_id)
