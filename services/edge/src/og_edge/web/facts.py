"""What the docs repeat of the code, so that it is written there only once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

from og_edge import authorization, card_request, examples, previews, query, responses
from og_edge.card_request import parse_card_request
from og_edge.error_guide import GUIDE, error_kinds, when
from og_edge.openapi_parameters import OPTIONS, OVERRIDES
from og_edge.openapi_schemas import EXAMPLES, HEADERS
from og_edge.options import CardSize, ImageFormat
from og_edge.snippets import snippets
from og_edge.web.rendering import number, usd
from og_plans import PACKS, PLANS, PRICES
from og_urls.page_url import MAX_URL_CHARS

SNIPPET_QUERY: Final = b"site=YOUR_SITE_ID&template=article/blog-post&url=https://yoursite.com/page"


def cell(text: str) -> str:
    """Write text so that it stays in its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def part(name: str) -> str:
    """Give what was written elsewhere, by its name in docs/parts."""
    return resources.files("og_edge.web").joinpath("docs", "parts", name).read_text("utf-8")


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "cell": cell,
    "json_line": _json,
    "number": number,
    "usd": usd,
}


def of_the_code(base_url: str) -> dict[str, Any]:
    """Name the facts as the sources of the docs do."""
    return {
        "base_url": base_url,
        "plans": PLANS,
        "packs": PACKS,
        "prices": PRICES,
        "errors": [
            {"status": int(kind.status), "code": kind.code, "when": when(kind), **_help(kind)}
            for kind in error_kinds()
        ],
        "options": OPTIONS,
        "overrides": OVERRIDES,
        "headers": HEADERS,
        "example_templates": _json(EXAMPLES["Templates"]["value"], indent=2),
        "example_verification": _json(EXAMPLES["Verification"]["value"], indent=2),
        "snippets": snippets(parse_card_request(SNIPPET_QUERY), base_url),
        "part": part,
        "sizes": list(CardSize),
        "formats": list(ImageFormat),
        "card_cache_control": responses.CARD_CACHE_CONTROL,
        "stand_in_max_age_s": responses.STAND_IN_MAX_AGE_S,
        "rate_window_s": authorization.RATE_WINDOW_S,
        "max_previews_a_day": previews.MAX_PREVIEWS_A_DAY,
        "max_override_chars": card_request.MAX_OVERRIDE_CHARS,
        "max_query_bytes": query.MAX_QUERY_BYTES,
        "max_url_chars": MAX_URL_CHARS,
        "example_accents": examples.EXAMPLE_ACCENTS,
    }


def _help(kind: Any) -> dict[str, str]:
    return GUIDE[kind]._asdict()
