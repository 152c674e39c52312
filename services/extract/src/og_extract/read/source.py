from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSource:
    """A page as it was sent, and how it is to be read."""

    url: str
    """Where it was found, in normal form."""
    body: bytes
    """As sent: encoded as content_encoding says, perhaps cut."""
    content_type: str = ""
    content_encoding: str = ""
    is_partial: bool = False
    """Whether its transfer broke off, or was cut by a deadline."""
    max_bytes: int = 2 * 1024 * 1024
    """Of the decoded body; the rest is not read."""
    explain: bool = False
    """Whether to tell what became of every value that the page offers."""
    with_digest: bool = False
    """Whether a language model is to be shown the page."""
    requested_url: str = ""
    """Where it was sought, before redirects; "" where that is url."""
    sought_addresses: tuple[str, ...] = ()
    """Addresses, such as "https://instantog.com/api/og", that its scripts may name."""
