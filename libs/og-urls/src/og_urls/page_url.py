"""The URL of a page or picture, parsed as browsers do and refused by its own text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from ada_url import URL, HostType

from og_urls.addresses import format_target, is_public
from og_urls.hosts import HostNotAllowedError, check_public_name

MAX_URL_CHARS: Final = 2048
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_ABSOLUTE = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.\-]*):(?P<slashes>/*)(?P<authority>[^/?#]*)", re.IGNORECASE
)
_NAME_CHARS = re.compile(r"[a-z0-9._\-]+")
_CONTROLS_AND_SURROGATES: Final = frozenset({"Cc", "Cs"})


class UrlNotAllowedError(ValueError):
    """A URL's own text shows that it cannot be fetched; the message says what to change."""


@dataclass(frozen=True, slots=True)
class PageUrl:
    """An absolute http or https URL in the WHATWG URL standard's normal form."""

    href: str
    """The whole URL in ASCII, without userinfo and fragment."""
    scheme: str
    host: str
    """Lower-case ASCII name, or an IP address without brackets."""
    port: int
    origin: str
    """scheme://host, with the port where it is not the scheme's own."""


def parse_page_url(text: str, *, loopback_targets: frozenset[str] = frozenset()) -> PageUrl:
    """Parse a URL, or raise UrlNotAllowedError with a text that says what to change.

    loopback_targets holds exact ``ip:port`` pairs that pass although they are not public;
    it is empty outside development.
    """
    _check_text(text)
    _check_shape(text)
    url = _parse(text)
    url.hash = ""
    scheme = url.protocol.removesuffix(":")
    port = int(url.port) if url.port else DEFAULT_PORTS[scheme]
    _check_target(url, port, loopback_targets)
    if len(url.href) > MAX_URL_CHARS:
        raise UrlNotAllowedError(_too_long(len(url.href), "percent-encoded "))
    return PageUrl(
        href=url.href, scheme=scheme, host=url.hostname.strip("[]"), port=port, origin=url.origin
    )


def resolve_url(reference: str, base: str) -> str | None:
    """Resolve a page's reference against its base as browsers do; None where it is no URL.

    The result is not checked: give it to ``parse_page_url`` before fetching.
    """
    try:
        return URL(reference, base).href
    except ValueError:
        return None


def _check_text(text: str) -> None:
    if not text:
        raise UrlNotAllowedError("Give a URL such as https://www.example.com/page.")
    if len(text) > MAX_URL_CHARS:
        raise UrlNotAllowedError(_too_long(len(text)))
    if any(
        char.isspace() or unicodedata.category(char) in _CONTROLS_AND_SURROGATES for char in text
    ):
        raise UrlNotAllowedError(
            "Remove white space and control characters from the URL, or percent-encode them."
        )
    if "\\" in text:
        raise UrlNotAllowedError("Replace each backslash in the URL by a slash or by %5C.")


def _check_shape(text: str) -> None:
    """Refuse what the standard would repair, since other parsers repair it differently."""
    match = _ABSOLUTE.match(text)
    if match is None or match["scheme"].lower() not in DEFAULT_PORTS:
        raise UrlNotAllowedError("Use an absolute URL that starts with https:// or http://.")
    if match["slashes"] != "//" or not match["authority"]:
        raise UrlNotAllowedError(
            "Name a host right after https://, as in https://www.example.com/."
        )
    if "@" in match["authority"]:
        raise UrlNotAllowedError("Remove the user name and password from the URL.")


def _parse(text: str) -> URL:
    try:
        url = URL(text)
        if url.hostname.endswith("."):
            url.hostname = url.hostname.removesuffix(".")
    except ValueError:
        raise UrlNotAllowedError(
            "Use a valid host, and no port or a decimal one, as in https://www.example.com/."
        ) from None
    return url


def _check_target(url: URL, port: int, loopback_targets: frozenset[str]) -> None:
    host = url.hostname.strip("[]")
    if url.host_type == HostType.DEFAULT:
        _check_name(host)
    elif format_target(host, port) in loopback_targets:
        return
    elif not is_public(ip_address(host)):
        raise UrlNotAllowedError("Use a public host: this IP address is not on the internet.")
    if url.port:  # the standard drops a scheme's own port
        raise UrlNotAllowedError(
            f"Remove the port {url.port}: only the default ports, 80 for http "
            "and 443 for https, are fetched."
        )


def _check_name(host: str) -> None:
    if not _NAME_CHARS.fullmatch(host):
        raise UrlNotAllowedError("Use a host of letters, digits, hyphens and dots.")
    try:
        check_public_name(host)
    except HostNotAllowedError as error:
        raise UrlNotAllowedError(str(error)) from None


def _too_long(length: int, form: str = "") -> str:
    return (
        f"Shorten the URL: it has {length:,} {form}characters and at most "
        f"{MAX_URL_CHARS:,} are allowed."
    )
