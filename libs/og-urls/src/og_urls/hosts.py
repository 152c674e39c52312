"""Host names: their canonical form, and which of them can be a public site."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

import idna

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_HOST_CHARS: Final = 253
MAX_LABEL_CHARS: Final = 63

_SPECIAL_USE_SUFFIXES: Final = frozenset(
    {
        # IANA special-use domain names (RFC 6761 and later). example.com, .net and .org are on
        # that list too, yet they resolve and serve pages, so they stay allowed.
        "alt",
        "arpa",
        "example",
        "invalid",
        "local",
        "localhost",
        "onion",
        "test",
        # Reserved by ICANN for private networks, or in wide private use (RFC 6762, appendix G).
        "corp",
        "home",
        "internal",
        "intranet",
        "lan",
        "private",
        # Names that systems give to their own loopback address.
        "localdomain",
        # Services inside a Kubernetes cluster, without its domain.
        "svc",
    }
)
# Metadata services of clouds under names that belong to the internet otherwise.
_METADATA_HOSTS: Final = frozenset({"metadata.goog"})
_IPV6_SITE_PREFIX: Final = 48
# What browsers take for an IPv4 address, however it is written (WHATWG URL, "ends in a number").
_ENDS_IN_NUMBER: Final = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)


class HostNotAllowedError(ValueError):
    """A host cannot be a public site; the message says what to change."""


class AddressNotAllowedError(HostNotAllowedError):
    """It is an IP address, or has a port."""


def canonical_host(text: str) -> str:
    """Return a site's host as lower-case ASCII labels (IDNA 2008 with UTS 46 mapping).

    Raises HostNotAllowedError for what is no host name, for IP addresses, single labels and
    special-use names. A public suffix passes; ask ``is_public_suffix``.
    """
    if _is_address(text) or _ENDS_IN_NUMBER.search(text):
        raise AddressNotAllowedError("Use a domain name, not an IP address.")
    try:
        host = idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _no_name(text) from None
    host = host.removesuffix(".")
    check_public_name(host)
    return host


def _no_name(text: str) -> HostNotAllowedError:
    if any(mark in text for mark in "/?#"):
        return HostNotAllowedError(
            "Use a domain name alone, such as www.example.com: no scheme before it, no path behind."
        )
    if ":" in text:
        return AddressNotAllowedError("Use a domain name without a port, such as www.example.com.")
    return HostNotAllowedError("Use a domain name such as www.example.com.")


def check_public_name(host: str) -> None:
    """Refuse a host in ASCII labels that cannot be a name on the public internet."""
    labels = host.split(".")
    if len(host) > MAX_HOST_CHARS or not all(0 < len(label) <= MAX_LABEL_CHARS for label in labels):
        raise HostNotAllowedError(
            f"Use a host of at most {MAX_HOST_CHARS} characters "
            f"whose labels have 1 to {MAX_LABEL_CHARS}."
        )
    if labels[-1] in _SPECIAL_USE_SUFFIXES:
        raise HostNotAllowedError(
            f'Use a public host: names under "{labels[-1]}" are not on the internet.'
        )
    if ".".join(labels[-2:]) in _METADATA_HOSTS:
        raise HostNotAllowedError("Use a public host: this one is a cloud's metadata service.")
    if len(labels) == 1 or not labels[-1][0].isalpha():
        raise HostNotAllowedError("Use a full host name such as www.example.com.")


def readable_host(host: str) -> str:
    """Return a canonical host as its owner writes it: in the letters of its language, no ``www.``.

    What is no such host, an address for example, is returned as it is.
    """
    try:
        readable = idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host
    return readable.removeprefix("www.")


def www_twin(host: str) -> str | None:
    """Return the host with ``www.`` added or removed, or None where that is a public suffix."""
    twin = host[4:] if host.startswith("www.") else f"www.{host}"
    return None if is_public_suffix(twin) or is_public_suffix(host) else twin


def are_same_or_twins(host: str, other: str) -> bool:
    """Tell whether two canonical hosts are equal or differ by a leading ``www.`` only."""
    return host == other or www_twin(host) == other


def is_public_suffix(host: str) -> bool:
    """Tell whether anyone may register names under a canonical host (ICANN and private lists)."""
    if "." not in host:
        return True
    return _suffix_list()(host).suffix == host


def registrable_host(host: str) -> str:
    """Return the part of a canonical host, or of an address, that one owner has.

    That is the name one label below the public suffix, the IPv6 network of a site (RFC 6177), and
    otherwise the host itself.
    """
    if ":" in host:
        return str(IPv6Network((host, _IPV6_SITE_PREFIX), strict=False))
    if _is_address(host):
        return host
    return _suffix_list()(host).top_domain_under_public_suffix or host


@cache
def _suffix_list() -> TLDExtract:
    """Load the list that the package carries: never the network, never a folder to write to."""
    # Importing it takes 0.3 s, which processes that ask for no suffix are spared.
    from tldextract import TLDExtract  # noqa: PLC0415

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]").removesuffix("."))
    except ValueError:
        return False
    return True
