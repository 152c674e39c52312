"""One request for one card, and what it is answered with."""

from __future__ import annotations

import math
from typing import NamedTuple

from og_edge.ai import reading_mode
from og_edge.billing import Payer, Purchase, Receipt, reference_to
from og_edge.card_request import CardRequest
from og_edge.cards import Card
from og_edge.deadline import Deadline
from og_edge.errors import ApiError
from og_edge.options import Mode
from og_edge.page import Page
from og_edge.templates import Template


class Ask(NamedTuple):
    """One request for one card, by somebody who may have it.

    `request_id` is minted by us and names the request's one charge. `page` is the page as it reads
    in standard mode, if it was read already. `known_digests` are the digests the client has
    ("*": any). `ai_allowed` says whether the account's plan includes mode=ai. `payer` is the API
    key or site that came, with its limits.
    """

    request_id: str
    account_id: str
    key: str
    request: CardRequest
    template: Template
    deadline: Deadline
    page: Page | None = None
    head: bool = False
    known_digests: frozenset[str] = frozenset()
    ai_allowed: bool = False
    payer: Payer | None = None
    drawing_refusal: ApiError | None = None
    """Why nothing may be drawn for it; only a card that exists may be had then, as it is."""

    @property
    def purchase(self) -> Purchase:
        """What the request pays, whatever it turns out to cost."""
        reference = reference_to(self.template.template_id, self.request.url.href)
        return Purchase(self.request_id, self.account_id, self.payer, reference)

    @property
    def mode(self) -> Mode:
        """How the page is read for a new card, which decides what that may cost."""
        return reading_mode(self.request, self.template)

    def knows(self, digest: str) -> bool:
        """Whether the client has these bytes already."""
        return bool(self.known_digests & {digest, "*"})

    def needs_only_headers(self, card: Card) -> bool:
        """Whether card is answered without its bytes, which costs nothing."""
        return self.head or self.knows(card.digest)


class Landed(NamedTuple):
    """A card brought home: its bytes, whether it existed, and how its first asker was charged.

    At `since_monotonic_s` it was still what is kept under its key, or about to become so: it is
    nothing for who came later, since it may have been deleted in between.
    """

    card: Card
    data: bytes
    hit: bool
    receipt: Receipt
    since_monotonic_s: float = -math.inf


class Answer(NamedTuple):
    """A card to send: `data` is None where the headers are enough and nothing was charged."""

    card: Card
    data: bytes | None
    hit: bool
    charged_credits: int
    balance_credits: int | None
