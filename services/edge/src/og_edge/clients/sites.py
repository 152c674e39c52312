"""og.auth.v1.AccountService, for the owners of sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.clients.calls import result_of
from og_edge.clients.times import time_of
from og_edge.deadline import Deadline
from og_edge.sites import CardDefaults, Site, SiteChanges, TagPolicy

CALL_TIMEOUT_S: Final = 5.0
"""A person rather waits than reads that it did not work; a page has 15 s for all of it."""

_POLICIES: Final = {
    policy: auth_pb2.TagPolicy.Value(f"TAG_POLICY_{policy.name}") for policy in TagPolicy
}


class SitesClient:
    """Sites on the auth service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: auth_pb2_grpc.AccountServiceAsyncStub = auth_pb2_grpc.AccountServiceStub(
            channel
        )

    async def of(self, account_id: str, deadline: Deadline) -> Sequence[Site]:
        """See Sites."""
        request = auth_pb2.ListSitesRequest(account_id=account_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.ListSites(request, timeout=step.timeout_s))
        return [_site(site) for site in answer.sites]

    async def get(self, account_id: str, site_id: str, deadline: Deadline) -> Site:
        """See Sites."""
        request = auth_pb2.GetSiteRequest(account_id=account_id, site_id=site_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.GetSite(request, timeout=step.timeout_s))
        return _site(answer.site)

    async def create(self, account_id: str, domain: str, deadline: Deadline) -> Site:
        """See Sites."""
        request = auth_pb2.CreateSiteRequest(account_id=account_id, domain=domain)
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.CreateSite(request, timeout=step.timeout_s))
        return _site(answer.site)

    async def update(
        self, account_id: str, site_id: str, changes: SiteChanges, deadline: Deadline
    ) -> Site:
        """See Sites."""
        request = auth_pb2.UpdateSiteRequest(
            account_id=account_id,
            site_id=site_id,
            update_mask=FieldMask(paths=list(changes)),
            **{name: _written(value) for name, value in changes.items()},
        )
        with deadline.step(CALL_TIMEOUT_S) as step:
            answer = await result_of(self._stub.UpdateSite(request, timeout=step.timeout_s))
        return _site(answer.site)

    async def delete(self, account_id: str, site_id: str, deadline: Deadline) -> None:
        """See Sites."""
        request = auth_pb2.DeleteSiteRequest(account_id=account_id, site_id=site_id)
        with deadline.step(CALL_TIMEOUT_S) as step:
            await result_of(self._stub.DeleteSite(request, timeout=step.timeout_s))


def _written(value: object) -> Any:
    match value:
        case TagPolicy():
            return _POLICIES[value]
        case CardDefaults():
            return auth_pb2.CardDefaults(**vars(value))
        case _:
            return value


def _site(message: auth_pb2.Site) -> Site:
    defaults = message.card_defaults
    any_will_do = message.tag_policy == auth_pb2.TAG_POLICY_ANY
    return Site(
        site_id=message.site_id,
        account_id=message.account_id,
        domain=message.domain,
        create_time=message.create_time.ToDatetime(dt.UTC),
        further_hosts=tuple(message.further_hosts),
        includes_subdomains=message.includes_subdomains,
        tag_policy=TagPolicy.ANY if any_will_do else TagPolicy.SAME_CARD,
        daily_generations_max=message.daily_generations_max,
        daily_credits_max=message.daily_credits_max,
        suspend_time=time_of(message, "suspend_time"),
        card_defaults=CardDefaults(
            template_id=defaults.template_id,
            theme=defaults.theme,
            accent_color=defaults.accent_color,
            logo_url=defaults.logo_url,
        ),
        serves_fallback=message.serves_fallback,
    )
