"""The form with a site's rules, and the rules as a form."""

from __future__ import annotations

from collections.abc import Mapping

from og_edge.sites import (
    DAILY_CREDITS_MAX,
    DAILY_GENERATIONS_MAX,
    MAX_FURTHER_HOSTS,
    Site,
    SiteChanges,
    TagPolicy,
)
from og_edge.web.typed import Typed


def changes_in(typed: Typed) -> SiteChanges:
    """Read what is to be set of a site."""
    hosts = typed.lines("further_hosts")
    if len(hosts) > MAX_FURTHER_HOSTS:
        typed.errors["further_hosts"] = f"Name at most {MAX_FURTHER_HOSTS} hosts."
    policies = {policy.value for policy in TagPolicy}
    policy = typed.chosen("tag_policy", policies, TagPolicy.SAME_CARD.value)
    return SiteChanges(
        further_hosts=hosts,
        includes_subdomains=typed.ticked("includes_subdomains"),
        tag_policy=TagPolicy(policy),
        daily_generations_max=typed.limit("daily_generations_max", DAILY_GENERATIONS_MAX),
        daily_credits_max=typed.limit("daily_credits_max", DAILY_CREDITS_MAX),
    )


def values_of(site: Site, usual_generations_max: int) -> Mapping[str, str]:
    """Write a site's rules into the form; a limit of new cards that is the plan's stays empty."""
    generations_max = site.daily_generations_max
    is_usual = generations_max == usual_generations_max
    subdomains = {"includes_subdomains": "true"} if site.includes_subdomains else {}
    return {
        "further_hosts": "\n".join(site.further_hosts),
        "tag_policy": site.tag_policy.value,
        "daily_generations_max": "" if is_usual else str(generations_max),
        "daily_credits_max": str(site.daily_credits_max or ""),
        **subdomains,
    }
