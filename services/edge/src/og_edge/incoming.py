"""What a request's head says: who asks, for which page, from where, and what they have already."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any, Final, Self, TypeAlias

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
NOTHING: Final[frozenset[str]] = frozenset()

Scope: TypeAlias = MutableMapping[str, Any]
"""A request as ASGI hands it on."""
RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]


class Head:
    """A request's method, path, query and those of its headers that matter here, read once.

    `path` is decoded, `query` as it came; `bearer` is the bearer token, or None where another
    scheme or none came; `fault` is what the protocol found wrong with the request, or empty; `peer`
    is the address at the other end of the connection. Header names are lower case.
    """

    __slots__ = (
        "_forwarded_for",
        "_peer",
        "_tags",
        "bearer",
        "fault",
        "headers",
        "method",
        "path",
        "query",
    )

    def __init__(
        self, method: str, path: str, query: bytes, headers: RawHeaders, peer: str, fault: str = ""
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.bearer: str | None = None
        self.fault = fault
        self._peer = peer
        self._forwarded_for: list[str] = []
        self._tags: list[str] = []
        authorization = b""
        for name, value in headers:
            if name == b"authorization":
                authorization = authorization or value
            elif name == b"x-forwarded-for":
                self._forwarded_for.append(value.decode("latin-1"))
            elif name == b"if-none-match":
                self._tags.append(value.decode("latin-1"))
        if authorization:
            scheme, _, token = authorization.decode("latin-1").strip().partition(" ")
            if scheme.lower() == "bearer":
                self.bearer = token.strip()

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """Read the head of an ASGI request."""
        client, state = scope.get("client"), scope.get("state") or {}
        return cls(
            scope["method"],
            scope["path"],
            scope["query_string"],
            scope["headers"],
            client[0] if client else "",
            state.get(MALFORMED, ""),
        )

    @property
    def is_head(self) -> bool:
        """Whether the headers of the answer are all that is wanted."""
        return self.method == "HEAD"

    @property
    def wants_bytes(self) -> bool:
        """Whether a card is to be sent whatever its bytes are."""
        return self.method == "GET" and not self._tags

    def credential_for(self, request: CardRequest | ApiError) -> tuple[Credential, str]:
        """Give the credential and the page it is for; a bearer key, even a wrong one, outranks."""
        if isinstance(request, CardRequest):
            site_id, url = request.site_id, request.url.href
        else:
            site_id, url = self._site_and_url()
        if self.bearer is not None:
            return Credential(api_key=self.bearer), url
        return (Credential(site_id=site_id) if site_id else Credential()), url

    def _site_and_url(self) -> tuple[str, str]:
        """Read who asks, and for which page, out of a query that is wrong elsewhere."""
        try:
            parameters = split_query(self.query)
        except InvalidParameterError:
            return "", ""
        site_id, url = parameters.get("site", ""), parameters.get("url", "")
        fits = len(site_id) <= MAX_SITE_CHARS and len(url) <= MAX_URL_CHARS
        return (site_id, url) if fits else ("", "")

    def outranks(self, refusal: ApiError | None) -> bool:
        """Whether what is wrong with the request says more than why its sender was refused.

        It does where the sender, or their page, may have been named in what could not be read.
        """
        if isinstance(refusal, MissingCredentialsError):
            return bool(self.fault) or b"site=" in self.query
        return isinstance(refusal, SiteDomainMismatchError)

    def address(self, trusted_proxies: int) -> str:
        """Give the client's address, behind so many proxies that are vouched for."""
        return client_address.client_address(self._peer, self._forwarded_for, trusted_proxies)

    def known_digests(self, *, exists: bool) -> frozenset[str]:
        """Read If-None-Match (RFC 9110, section 13.1.2), at most MAX_KNOWN_DIGESTS of it.

        "*" stands for a card that exists, and for nothing where none does.
        """
        if not self._tags:
            return NOTHING
        tags = ",".join(self._tags).split(",", MAX_KNOWN_DIGESTS)[:MAX_KNOWN_DIGESTS]
        known = {tag.strip().removeprefix("W/").strip('"') for tag in tags if tag.strip()}
        return frozenset(known if exists else known - {"*"})
