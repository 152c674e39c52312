"""All five services with certificates: who calls is known by nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_service.tls.certificates import open_certificates
from og_service.trust import TrustSettings
from og_stack.stack import Stack
from tests.e2e.api import check_card
from tests.e2e.operators import new_account, og
from tests.e2e.trusting import Trusting, trusting_services
from tests.support.authority import mount
from tests.support.customers import CALL_TIMEOUT_S, Customer
from tests.support.local_site import LocalSite

pytestmark = pytest.mark.timeout(300)  # five programs start first


@pytest.fixture(scope="module")
async def trusting(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Trusting]:
    directory = tmp_path_factory.mktemp("certificates")
    async with trusting_services(stack, directory, {}) as services:
        yield services


async def test_a_card_is_drawn_and_paid_by_services_that_know_one_another_by_certificates(
    trusting: Trusting, site: LocalSite, customer: Customer
) -> None:
    url = site.put_page("A page")
    for cache in ("MISS", "HIT"):
        card = await trusting.edges[0].api.ask(url, customer)
        check_card(card)
        assert card.headers["x-cache"] == cache


async def test_operators_use_og_with_a_certificate(
    trusting: Trusting, stack: Stack, tmp_path: Path
) -> None:
    account = new_account(stack)
    operator = trusting.settings(tmp_path, trusting.authority.issue("operator"))
    balance = og(stack, "credits", "balance", "--account", account, "--json", settings=operator)
    assert balance.returncode == 0, balance.stderr
    assert json.loads(balance.stdout)["reserved"] == 0
    newsletter = trusting.settings(tmp_path / "other", trusting.authority.issue("newsletter"))
    refused = og(stack, "credits", "balance", "--account", account, settings=newsletter)
    assert refused.returncode == 1
    assert "newsletter may not call og.auth.v1.AccountService/GetAccount" in refused.stderr


async def test_an_edge_that_was_taken_over_gives_itself_nothing(
    trusting: Trusting, customer: Customer, tmp_path: Path
) -> None:
    files = mount(tmp_path, trusting.authority.issue("edge"))
    async with AsyncExitStack() as open_:
        certificates = await open_.enter_async_context(
            open_certificates(TrustSettings.model_validate(files))
        )
        auth, billing = [
            await open_.enter_async_context(open_channel(trusting.targets[name], "", certificates))
            for name in ("auth", "billing")
        ]
        grant = billing_pb2.GrantRequest(account_id=customer.account_id, credits=1_000)
        for call in (
            billing_pb2_grpc.BillingServiceStub(billing).Grant(grant, timeout=CALL_TIMEOUT_S),
            auth_pb2_grpc.AccountServiceStub(auth).ListAccounts(
                auth_pb2.ListAccountsRequest(), timeout=CALL_TIMEOUT_S
            ),
        ):
            assert await call.code() is grpc.StatusCode.PERMISSION_DENIED
