"""An account to try things with: made once, found again later."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

import grpc

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og.billing.v1 import billing_pb2, billing_pb2_grpc
from og_service.channels import open_channel
from og_stack.state import Secrets

EMAIL = "demo@example.com"
PLAN = "pro"
CREDITS = 100_000
CALL_TIMEOUT_S = 10
ARTICLE_PATH = "/articles/the-quiet-craft"
PRODUCT_PATH = "/products/stoneware-mug"


@dataclass(frozen=True)
class Demo:
    """What `.local/demo.json` tells."""

    base_url: str
    account_id: str
    api_key: str
    site_id: str
    demo_page: str
    email: str
    password: str

    def as_dict(self) -> dict[str, str]:
        """Give it for a JSON file."""
        return asdict(self)


def card_url(public_url: str, site_id: str, template: str, page: str, **options: str) -> str:
    """Give the address of a page's card, as its og:image tag carries it."""
    query = {"site": site_id, "template": template, "url": page, **options}
    return f"{public_url}/api/og?{urlencode(query, safe='/:')}"


class DemoSeeder:
    """Creates the demo account, its key, its site, its plan and its pack, unless they are there."""

    def __init__(self, auth_target: str, billing_target: str, secrets: Secrets) -> None:
        """Say which system, and where the key's secret is kept between runs."""
        self._auth_target = auth_target
        self._billing_target = billing_target
        self._secrets = secrets

    async def seed(self, site_domain: str) -> tuple[str, str, str, str]:
        """Give the ids of the account and of the site at site_domain, an API key and a password."""
        token = self._secrets.token("caller_operator")
        async with open_channel(self._auth_target, token) as channel:
            accounts = auth_pb2_grpc.AccountServiceStub(channel)
            account_id = await self._account(accounts)
            api_key = await self._api_key(accounts, account_id)
            password = await self._password(accounts, account_id)
            request = auth_pb2.CreateSiteRequest(account_id=account_id, domain=site_domain)
            site = await accounts.CreateSite(request, timeout=CALL_TIMEOUT_S)
        async with open_channel(self._billing_target, token) as channel:
            billing = billing_pb2_grpc.BillingServiceStub(channel)
            await self._subscribe(billing, account_id)
            await self._grant(billing, account_id)
        return account_id, site.site.site_id, api_key, password

    async def _account(self, accounts: auth_pb2_grpc.AccountServiceAsyncStub) -> str:
        try:
            found = await accounts.GetAccount(
                auth_pb2.GetAccountRequest(email=EMAIL), timeout=CALL_TIMEOUT_S
            )
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
        else:
            return found.account.account_id
        request = auth_pb2.CreateAccountRequest(email=EMAIL, plan_id=PLAN)
        created = await accounts.CreateAccount(request, timeout=CALL_TIMEOUT_S)
        return created.account.account_id

    async def _api_key(
        self, accounts: auth_pb2_grpc.AccountServiceAsyncStub, account_id: str
    ) -> str:
        kept_id, kept = self._secrets.get("demo_api_key_id"), self._secrets.get("demo_api_key")
        listed = await accounts.ListApiKeys(
            auth_pb2.ListApiKeysRequest(account_id=account_id), timeout=CALL_TIMEOUT_S
        )
        good = {key.api_key_id for key in listed.api_keys if not key.HasField("revoke_time")}
        if kept and kept_id in good:
            return kept
        request = auth_pb2.CreateApiKeyRequest(account_id=account_id, display_name="Demo")
        created = await accounts.CreateApiKey(request, timeout=CALL_TIMEOUT_S)
        self._secrets.keep("demo_api_key_id", created.api_key.api_key_id)
        self._secrets.keep("demo_api_key", created.secret)
        return created.secret

    async def _password(
        self, accounts: auth_pb2_grpc.AccountServiceAsyncStub, account_id: str
    ) -> str:
        """Set the account's password once: whoever changes it later is not signed out by us."""
        password = self._secrets.token("demo_password")
        if self._secrets.get("demo_password_account_id") != account_id:
            request = auth_pb2.SetPasswordRequest(account_id=account_id, password=password)
            await accounts.SetPassword(request, timeout=CALL_TIMEOUT_S)
            self._secrets.keep("demo_password_account_id", account_id)
        return password

    async def _subscribe(
        self, billing: billing_pb2_grpc.BillingServiceAsyncStub, account_id: str
    ) -> None:
        """Put the account on the demo's plan, unless it is, or an operator chose another since."""
        try:
            await billing.GetSubscription(
                billing_pb2.GetSubscriptionRequest(account_id=account_id), timeout=CALL_TIMEOUT_S
            )
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
            request = billing_pb2.SetPlanRequest(account_id=account_id, plan_id=PLAN)
            await billing.SetPlan(request, timeout=CALL_TIMEOUT_S)

    async def _grant(
        self, billing: billing_pb2_grpc.BillingServiceAsyncStub, account_id: str
    ) -> None:
        # The same id in every run: billing then grants once.
        charge_id = uuid.uuid5(uuid.NAMESPACE_URL, f"instant-og:demo-credits:{account_id}")
        request = billing_pb2.GrantRequest(
            charge_id=str(charge_id),
            account_id=account_id,
            credits=CREDITS,
            bucket=billing_pb2.BUCKET_PACK,
            reference="demo",
        )
        await billing.Grant(request, timeout=CALL_TIMEOUT_S)
