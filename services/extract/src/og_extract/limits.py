"""What one call may cost; bounds of one mechanism stand with it."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

MAX_IMAGES = 4
MAX_REDIRECTS = 5
MAX_ADDRESSES_TRIED = 3

# Of one registrable host, whoever asks: politeness towards it, and its share of what is ours.
MAX_FETCHES_PER_SITE = 8
MAX_LOOKUPS_PER_SITE = 8
MAX_WAITING_PER_SITE = 56  # a crowd that asks for new cards of one site, with their pictures
SITE_WAIT_S = 5.0
"""How long a fetch waits for its site's share: what waits longer failed because of us, and is told
so while there is time left to say it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds and sizes in bytes; tests shorten the times."""

    call_s: float = 12.0
    """A whole call, whatever longer time its caller gives."""
    answer_margin_s: float = 0.25
    """Kept back from the caller's time for the answer's own way."""
    page_share: float = 0.8
    """The page's share of a call's time where pictures are to follow."""
    lone_page_share: float = 0.85
    """The same where none follow; the rest is for reading it."""
    images_s: float = 4.0
    """All pictures that the page names: a slow one must not cost the card."""
    connect_s: float = 3.0
    """One address."""
    parse_s: float = 6.0
    """Reading a page in a process of its own, which is killed then; see worker.py for the bound
    on its processor time."""
    page_bytes: int = 2 * MIB
    """A page, both as sent and decoded; the rest is not read."""
    refusal_bytes: int = 64 * KIB
    """The body of a status such as 403, which may be a bot challenge's."""
    refusal_s: float = 1.0
    """The same."""
    image_bytes: int = 6 * MIB
    """A picture, both as sent and decoded."""
    images_bytes: int = 12 * MIB
    """All pictures of one answer."""
    pause_s: float = 30.0
    """How long a host that asks for it is left alone, however much longer it asks for: whoever
    makes one page answer so must not keep others from the site."""
    held_bytes: int = 512 * MIB
    """Pages and pictures of all calls that run."""
    page_fresh_s: float = 10.0
    """How long a page that was fetched stands for what its server would say, unless that says
    less: enough for what one request asks for in turn, and less than it takes to mend a page."""
    page_kept_s: float = 600.0
    """How long it is kept, to be confirmed by its server; each time it is, anew."""
    cache_bytes: int = 64 * MIB
    """Pages kept."""
