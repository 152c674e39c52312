"""Accounts, and the keys and sites through which they spend."""

from __future__ import annotations

from og.auth.v1 import auth_pb2
from og_cli.system import CALL_TIMEOUT_S, System


async def demand_account(system: System, account_id: str) -> auth_pb2.Account:
    """Give an account; refuses an id nobody has, which billing, knowing no accounts, would take."""
    request = auth_pb2.GetAccountRequest(account_id=account_id)
    return (await system.accounts.GetAccount(request, timeout=CALL_TIMEOUT_S)).account


async def payer_names(system: System, account_id: str) -> dict[str, str]:
    """Name what an account spends through, by id: keys as people call them, sites by domain."""
    keys = await system.accounts.ListApiKeys(
        auth_pb2.ListApiKeysRequest(account_id=account_id), timeout=CALL_TIMEOUT_S
    )
    sites = await system.accounts.ListSites(
        auth_pb2.ListSitesRequest(account_id=account_id), timeout=CALL_TIMEOUT_S
    )
    return {key.api_key_id: key.display_name for key in keys.api_keys} | {
        site.site_id: site.domain for site in sites.sites
    }
