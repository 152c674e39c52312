"""Which hosts are a site's: one function for the page that is asked for and for where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from og_auth.errors import InvalidDomainError, TooManyHostsError
from og_urls import (
    AddressNotAllowedError,
    HostNotAllowedError,
    PageUrl,
    are_same_or_twins,
    canonical_host,
    format_target,
    is_public_suffix,
    registrable_host,
)

MAX_FURTHER_HOSTS: Final = 20
MAX_DOMAIN_INPUT_CHARS: Final = 1_000
_LOOPBACK_HINT: Final = (
    "In development, an address of your own machine can be a site if the system runs with "
    "OG_LOOPBACK_TARGETS naming it, as 127.0.0.1:3000."
)


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """A site's hosts, each in canonical form or, in development, a loopback "ip:port".

    `domain` stands for itself and its www twin, each of `further_hosts` for itself alone.
    """

    domain: str
    further_hosts: tuple[str, ...] = ()
    includes_subdomains: bool = False

    def includes(self, url: PageUrl) -> bool:
        """Tell whether a page is on the site."""
        return self._includes_name(url.host) or self._includes_target(url)

    def _includes_target(self, url: PageUrl) -> bool:
        """Tell whether an IP address matches by exact address and port: only loopback targets do.

        Names match on the scheme's own port: PageUrl has no others.
        """
        try:
            target = format_target(ip_address(url.host), url.port)
        except ValueError:
            return False
        return target == self.domain or target in self.further_hosts

    def _includes_name(self, host: str) -> bool:
        return (
            are_same_or_twins(host, self.domain)
            or host in self.further_hosts
            or (self.includes_subdomains and _is_own_subdomain(host, self.domain))
        )


def canonical_domain(text: str, loopback_targets: frozenset[str], *, field: str = "domain") -> str:
    """Give a host as it is compared, or raise InvalidDomainError with what to change."""
    if text in loopback_targets:
        return text
    if len(text) > MAX_DOMAIN_INPUT_CHARS:
        raise InvalidDomainError("Use a domain name such as www.example.com.", field)
    try:
        domain = canonical_host(text)
    except AddressNotAllowedError as error:
        raise InvalidDomainError(f"{error} {_LOOPBACK_HINT}", field) from None
    except HostNotAllowedError as error:
        raise InvalidDomainError(str(error), field) from None
    if is_public_suffix(domain):
        raise InvalidDomainError(
            f'Use a domain of your own: anyone may get names under "{domain}".', field
        )
    return domain


def canonical_further_hosts(
    texts: Sequence[str], domain: str, loopback_targets: frozenset[str]
) -> tuple[str, ...]:
    """Give a site's further hosts in the order given, each once and without its domain.

    Raises InvalidDomainError, which names the host that is wrong, and TooManyHostsError.
    """
    if len(texts) > MAX_FURTHER_HOSTS:
        raise TooManyHostsError(MAX_FURTHER_HOSTS)
    hosts = (
        canonical_domain(text, loopback_targets, field=f"further_hosts[{n}]")
        for n, text in enumerate(texts)
    )
    return tuple(host for host in dict.fromkeys(hosts) if host != domain)


def _is_own_subdomain(host: str, domain: str) -> bool:
    """Tell whether host is below domain and its owner's.

    Under a public suffix below domain (x.s3.amazonaws.com below amazonaws.com) are other people's
    names, and all names are where domain has become a public suffix since it was registered.
    """
    return host.endswith(f".{domain}") and registrable_host(host) == registrable_host(domain)
