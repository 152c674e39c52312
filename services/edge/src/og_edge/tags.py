"""The og:image and twitter:image tags of pages, read as the requests that crawlers make of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from og_edge.card_path import options_in_path
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.errors import ApiError, InvalidParameterError
from og_edge.page import CardTag
from og_edge.query import split_query


@dataclass(frozen=True)
class ReadTag:
    """A tag, and what a crawler would ask us for by it.

    `site_id` is the one it names, "" where none; `request` is None where it asks for no card that
    may be had by site, and `fault` then says what to change, if it is one of ours.
    """

    tag: CardTag
    is_ours: bool
    site_id: str = ""
    request: CardRequest | None = None
    fault: str = ""


class TagReader:
    """Reads tags by the code that reads requests, so that both mean the same."""

    def __init__(self, public_base_url: str, loopback_targets: frozenset[str]) -> None:
        self._public_base_url = public_base_url
        self._loopback_targets = loopback_targets

    def read(self, tag: CardTag) -> ReadTag:
        """Read a tag whose URL is absolute."""
        address, _, text = tag.url.partition("#")[0].partition("?")
        query = text.encode()
        try:
            site_id = split_query(query).get("site", "")
        except InvalidParameterError as error:
            site_id, fault = "", error.message
        else:
            fault = ""
        in_path = self._options_in(address)
        if in_path is None:
            return ReadTag(
                tag, is_ours=False, site_id=site_id if self._is_like_ours(address) else ""
            )
        if fault:
            return ReadTag(tag, is_ours=True, fault=fault)
        try:
            request = parse_card_request(
                query, in_path=in_path, loopback_targets=self._loopback_targets
            )
        except ApiError as error:
            return ReadTag(tag, is_ours=True, site_id=site_id, fault=error.message)
        if request.refresh:
            fault = "Remove refresh=true from the tag: it needs an API key."
            return ReadTag(tag, is_ours=True, site_id=site_id, fault=fault)
        return ReadTag(tag, is_ours=True, site_id=site_id, request=request)

    def _options_in(self, address: str) -> dict[str, str] | None:
        path = address.removeprefix(self._public_base_url)
        return None if path == address else options_in_path(unquote(path))

    def _is_like_ours(self, address: str) -> bool:
        """Whether it would be ours on our host: a relative address is taken for the page's host."""
        path = f"/{address.partition('://')[2].partition('/')[2]}"
        return options_in_path(unquote(path)) is not None
