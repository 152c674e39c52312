"""A card: what it is kept under, and what is known of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from og_edge.ai import AiStatus
from og_edge.billing import ChargeKind
from og_edge.card_request import CardRequest
from og_edge.options import CardSize, ImageFormat
from og_edge.overrides import overrides_drawn
from og_edge.templates import Template

KEY_VERSION = 1
KEY_CHARS = 64
GENERATION_ID_CHARS = 36
"""A UUID in text form."""
TOUCH_INTERVAL = dt.timedelta(days=1)
"""How exactly the last use of a card is known."""


@dataclass(frozen=True)
class Card:
    """A card in the index.

    `charge_id` is the charge that bought it, as `charge_kind`; `settled` tells whether that charge
    is known to be durable. `redraw_time` is set on a card that lacks its page, a picture it should
    have had, or what a language model should have written. `ai_status` is None in standard mode.
    `missing_glyphs` names what no font had, as the header does. `use_time` is when it was last
    used, TOUCH_INTERVAL exactly, or None on one that was not read from the index.
    """

    key: str
    account_id: str
    object_name: str
    digest: str
    size_bytes: int
    charge_id: str
    settled: bool
    redraw_time: dt.datetime | None = None
    missing_glyphs: str = ""
    ai_status: AiStatus | None = None
    charge_kind: ChargeKind = ChargeKind.GENERATION
    use_time: dt.datetime | None = field(default=None, compare=False)

    def due(self, now: dt.datetime) -> bool:
        """Whether it is time to draw it again."""
        return self.redraw_time is not None and self.redraw_time <= now

    @property
    def awaits_ai(self) -> bool:
        """Whether mode=ai gave no more than a standard card, and no more was paid."""
        fell_short = self.ai_status is not None and self.ai_status.fell_short
        return fell_short and self.charge_kind is ChargeKind.GENERATION


class Sought(NamedTuple):
    """A card that is asked for, under which key, and what is kept there."""

    request: CardRequest
    template: Template
    key: str
    card: Card | None

    @property
    def is_served_as_it_is(self) -> bool:
        """Whether there is a card, and it is not time to draw it again."""
        return self.card is not None and not self.card.due(dt.datetime.now(dt.UTC))


@dataclass(frozen=True)
class Generation:
    """One line of an account's history: a card that was drawn, from what and for how much.

    `options` are those of card_options, `sources` tell of each field where its value came from, and
    `texts` how it reads (field_texts). `payer_id` is the API key or site that asked, "" where the
    account itself did. Lines from before they were noted have no payer (None), duration and texts.
    """

    generation_id: str
    account_id: str
    card_key: str
    page_url: str
    template_id: str
    options: Mapping[str, object]
    sources: Mapping[str, str]
    failed_images: Sequence[str]
    price_credits: int
    ai_status: AiStatus | None = None
    payer_id: str | None = None
    duration_ms: int | None = None
    missing_glyphs: str = ""
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def card_options(request: CardRequest, template: Template) -> dict[str, object]:
    """Describe what, besides the page, makes a card what it is.

    Size and format are told only where they are chosen, so that cards from before there was a
    choice keep their keys.
    """
    options: dict[str, object] = {
        "template": request.template_id,
        "theme": request.theme.value,
        "accentColor": request.accent_color,
        "gradientBg": request.gradient,
        "mode": request.mode.value,
        "overrides": overrides_drawn(request, template),
    }
    if request.size is not CardSize.WIDE:
        options["size"] = request.size.value
    if request.format is not ImageFormat.PNG:
        options["format"] = request.format.value
    return options


class CardName:
    """All that makes a card what it is, but for whose it is; canonical, so that it can be hashed.

    Neither time nor code version is in it.
    """

    __slots__ = ("_account_id", "_canonical", "_key", "digest")

    def __init__(self, canonical: bytes) -> None:
        self._canonical = canonical
        self.digest = hashlib.sha256(b"[%d,%b" % (KEY_VERSION, canonical)).digest()
        """See card_digest."""
        self._account_id, self._key = "", ""

    @classmethod
    def of(cls, request: CardRequest, template: Template) -> CardName:
        """Name the card that request asks for."""
        # JSON with sorted keys: it keeps the parts apart, so that no two lists are written alike.
        parts = request.url.href, card_options(request, template)
        return cls(json.dumps(parts, sort_keys=True, separators=(",", ":"))[1:].encode())

    def key(self, account_id: str) -> str:
        """See card_key."""
        if account_id != self._account_id:  # a crowd asks for one account's
            account = json.dumps(account_id).encode()
            canonical = b"[%d,%b,%b" % (KEY_VERSION, account, self._canonical)
            self._account_id, self._key = account_id, hashlib.sha256(canonical).hexdigest()
        return self._key


def card_key(account_id: str, request: CardRequest, template: Template) -> str:
    """Name a card: 64 hex digits, the same for the same account, page, template and options."""
    return CardName.of(request, template).key(account_id)


def card_digest(request: CardRequest, template: Template) -> bytes:
    """Name a card of whatever account and site: 32 bytes.

    Two requests have the same exactly when they have the same key for the same account, so a tag
    carries a card, however it is written, exactly when it has the card's digest.
    """
    return CardName.of(request, template).digest


def object_name(key: str, drawing_id: str, image_format: ImageFormat) -> str:
    """Name the stored picture of a card; each drawing gets a name of its own.

    A drawing's id begins with that of its generation. So the picture of a replaced drawing can be
    deleted whatever was drawn since.
    """
    return f"{key[:2]}/{key}-{drawing_id}.{image_format.value}"


def generation_of(object_name: str) -> str:
    """Tell which generation drew the stored picture of that name: the id of its request."""
    drawing_id = object_name.rpartition("/")[2][KEY_CHARS + 1 :]
    return drawing_id[:GENERATION_ID_CHARS]
