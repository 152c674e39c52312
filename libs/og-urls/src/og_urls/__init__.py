"""Which URLs, hosts and addresses may be reached, decided in one place for every service."""

from og_urls.addresses import format_target, is_public
from og_urls.hosts import (
    AddressNotAllowedError,
    HostNotAllowedError,
    are_same_or_twins,
    canonical_host,
    is_public_suffix,
    readable_host,
    registrable_host,
    www_twin,
)
from og_urls.page_url import MAX_URL_CHARS, PageUrl, UrlNotAllowedError, parse_page_url, resolve_url

__all__ = [
    "MAX_URL_CHARS",
    "AddressNotAllowedError",
    "HostNotAllowedError",
    "PageUrl",
    "UrlNotAllowedError",
    "are_same_or_twins",
    "canonical_host",
    "format_target",
    "is_public",
    "is_public_suffix",
    "parse_page_url",
    "readable_host",
    "registrable_host",
    "resolve_url",
    "www_twin",
]
