"""Sites: hosts whose pages may show cards at an account's cost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from og_auth.errors import InvalidDomainError
from og_urls import (
    HostNotAllowedError,
    PageUrl,
    UrlNotAllowedError,
    are_same_or_twins,
    canonical_host,
    format_target,
    is_public_suffix,
    parse_page_url,
)

MAX_SITES: Final = 100
MAX_DOMAIN_INPUT_CHARS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Site:
    """A registered host; in development `domain` may be a loopback "ip:port"."""

    site_id: str
    account_id: str
    domain: str
    create_time: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one site, as verifications know it; `digest` is the URL's SHA-256."""

    site_id: str
    digest: bytes


def canonical_domain(text: str, loopback_targets: frozenset[str]) -> str:
    """Give a site's domain as it is compared, or raise InvalidDomainError with what to change."""
    if text in loopback_targets:
        return text
    if len(text) > MAX_DOMAIN_INPUT_CHARS:
        raise InvalidDomainError("Use a domain name such as www.example.com.")
    try:
        domain = canonical_host(text)
    except HostNotAllowedError as error:
        raise InvalidDomainError(str(error)) from None
    if is_public_suffix(domain):
        raise InvalidDomainError(
            f'Use a domain of your own: anyone may get names under "{domain}".'
        )
    return domain


def parse_page(text: str, loopback_targets: frozenset[str]) -> PageUrl | None:
    """Read a page's URL; None for what no site can match."""
    try:
        return parse_page_url(text, loopback_targets=loopback_targets)
    except UrlNotAllowedError:
        return None


def page_digest(url: PageUrl) -> bytes:
    """Give what stands for a page's URL in stores, 32 bytes."""
    return hashlib.sha256(url.href.encode()).digest()


def belongs(url: PageUrl, domain: str) -> bool:
    """Tell whether a page is on a site: on the exact host or its www twin.

    An IP address matches by exact address and port, so only a registered loopback target does.
    """
    try:
        return format_target(ip_address(url.host), url.port) == domain
    except ValueError:
        return are_same_or_twins(url.host, domain)
