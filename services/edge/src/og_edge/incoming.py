"""What a request's head says: who asks, for which page, from where, and what they have already."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from og_edge import client_address
from og_edge.authorization import Credential
from og_edge.card_request import MAX_SITE_CHARS, CardRequest
from og_edge.errors import (
    ApiError,
    InvalidParameterError,
    MissingCredentialsError,
    SiteDomainMismatchError,
)
from og_edge.query import split_query
from og_urls.page_url import MAX_URL_CHARS

MALFORMED: Final = "og.malformed"
"""Key of scope["state"] under which the HTTP protocol says what is wrong with a request."""
MAX_KNOWN_DIGESTS: Final = 20


def fault_of(http: Request) -> str | None:
    """Give what the protocol found wrong with the request."""
    reason: str | None = http.scope.get("state", {}).get(MALFORMED)
    return reason


def bearer(http: Request) -> str | None:
    """Give the bearer token, or None where another scheme or none came."""
    scheme, _, token = http.headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def credential_of(http: Request, request: CardRequest | ApiError) -> tuple[Credential, str]:
    """Give the credential and the page it is for; a bearer key, even a wrong one, outranks."""
    if isinstance(request, CardRequest):
        site_id, url = request.site_id, request.url.href
    else:
        site_id, url = _site_and_url(http)
    if (api_key := bearer(http)) is not None:
        return Credential(api_key=api_key), url
    return (Credential(site_id=site_id) if site_id else Credential()), url


def _site_and_url(http: Request) -> tuple[str, str]:
    """Read who asks, and for which page, out of a query that is wrong elsewhere."""
    try:
        parameters = split_query(http.scope["query_string"])
    except InvalidParameterError:
        return "", ""
    site_id, url = parameters.get("site", ""), parameters.get("url", "")
    fits = len(site_id) <= MAX_SITE_CHARS and len(url) <= MAX_URL_CHARS
    return (site_id, url) if fits else ("", "")


def outranks(refusal: ApiError | None, http: Request) -> bool:
    """Whether what is wrong with a request says more than why its sender was refused.

    It does where the sender, or their page, may have been named in what could not be read.
    """
    if isinstance(refusal, MissingCredentialsError):
        return fault_of(http) is not None or b"site=" in http.scope["query_string"]
    return isinstance(refusal, SiteDomainMismatchError)


def address_of(http: Request, trusted_proxies: int) -> str:
    """Give the client's address, behind so many proxies that are vouched for."""
    peer = http.client.host if http.client else ""
    forwarded_for = http.headers.getlist("x-forwarded-for")
    return client_address.client_address(peer, forwarded_for, trusted_proxies)


def known_digests(http: Request, *, exists: bool) -> frozenset[str]:
    """Read If-None-Match (RFC 9110, section 13.1.2), at most MAX_KNOWN_DIGESTS of it.

    "*" stands for a card that exists, and for nothing where none does.
    """
    tags = ",".join(http.headers.getlist("if-none-match")).split(",")[:MAX_KNOWN_DIGESTS]
    known = {tag.strip().removeprefix("W/").strip('"') for tag in tags if tag.strip()}
    return frozenset(known if exists else known - {"*"})
