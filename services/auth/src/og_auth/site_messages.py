"""Sites as messages, and messages as what is to change of them."""

from __future__ import annotations

from dataclasses import asdict

from og.auth.v1 import auth_pb2
from og_auth.card_defaults import CardDefaults
from og_auth.masks import checked_mask
from og_auth.messages import from_datetime
from og_auth.sites import DeletedSite, Site, SiteChanges, TagPolicy
from og_service.errors import InvalidRequestError

TAG_POLICIES = {
    auth_pb2.TagPolicy.Value(f"TAG_POLICY_{policy.name}"): policy for policy in TagPolicy
}


def to_site_changes(request: auth_pb2.UpdateSiteRequest) -> SiteChanges:
    """Read what is to change of a site, or raise InvalidRequestError."""
    named = checked_mask(request.update_mask.paths, SiteChanges.__annotations__)
    changes = SiteChanges()
    if "further_hosts" in named:
        changes["further_hosts"] = tuple(request.further_hosts)
    if "includes_subdomains" in named:
        changes["includes_subdomains"] = request.includes_subdomains
    if "tag_policy" in named:
        changes["tag_policy"] = _to_tag_policy(request.tag_policy)
    if "daily_generations_max" in named:
        changes["daily_generations_max"] = request.daily_generations_max
    if "daily_credits_max" in named:
        changes["daily_credits_max"] = request.daily_credits_max
    if "card_defaults" in named:
        changes["card_defaults"] = _to_card_defaults(request.card_defaults)
    if "serves_fallback" in named:
        changes["serves_fallback"] = request.serves_fallback
    return changes


def _to_tag_policy(policy: auth_pb2.TagPolicy.ValueType) -> TagPolicy:
    if policy == auth_pb2.TAG_POLICY_UNSPECIFIED:
        return TagPolicy.SAME_CARD
    if policy not in TAG_POLICIES:
        raise InvalidRequestError("tag_policy", "Use same card or any.")
    return TAG_POLICIES[policy]


def _to_card_defaults(defaults: auth_pb2.CardDefaults) -> CardDefaults:
    return CardDefaults(
        template_id=defaults.template_id,
        theme=defaults.theme,
        accent_color=defaults.accent_color,
        logo_url=defaults.logo_url,
    )


def from_tag_policy(policy: TagPolicy) -> auth_pb2.TagPolicy.ValueType:
    """Write what tags must carry."""
    return auth_pb2.TagPolicy.Value(f"TAG_POLICY_{policy.name}")


def from_deleted_site(site: DeletedSite) -> auth_pb2.DeletedSite:
    """Write what is remembered of a site."""
    return auth_pb2.DeletedSite(site_id=site.site_id, delete_time=from_datetime(site.delete_time))


def from_site(site: Site) -> auth_pb2.Site:
    """Write a site."""
    return auth_pb2.Site(
        site_id=site.site_id,
        account_id=site.account_id,
        domain=site.hosts.domain,
        create_time=from_datetime(site.create_time),
        further_hosts=site.hosts.further_hosts,
        includes_subdomains=site.hosts.includes_subdomains,
        tag_policy=from_tag_policy(site.tag_policy),
        daily_generations_max=site.daily_generations_max,
        daily_credits_max=site.daily_credits_max,
        suspend_time=from_datetime(site.suspend_time),
        suspend_reason=site.suspend_reason,
        card_defaults=auth_pb2.CardDefaults(**asdict(site.card_defaults)),
        serves_fallback=site.serves_fallback,
    )
