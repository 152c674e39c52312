"""The six cards that the README shows: every template, both themes, several scripts and accents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from og_render.cards import Card
from og_render.color.colors import parse_color
from og_render.color.grounds import Theme
from og_render.fields import Price, Rating
from og_render.gallery import sample_pictures

_LOGO = sample_pictures.favicon()
_FACE = sample_pictures.avatar()
_DAY = date(2026, 11, 23)

_PAGE = Card(
    "generic/standard",
    Theme.LIGHT,
    has_gradient=True,
    values={
        "title": "Designing calm software for busy people",
        "description": "What a year of removing features taught us about focus, trust and "
        "the value of an empty screen.",
        "siteName": "Northwind",
        "favicon": _LOGO,
    },
)

_POST = Card(
    "article/blog-post",
    Theme.DARK,
    values={
        "title": "How we cut p99 latency by 80% without touching the database",
        "description": "A field report from six months of profiling.",
        "author": "Jane Doe",
        "avatar": _FACE,
        "publishedAt": _DAY,
        "category": "Engineering",
        "readingTime": "8 min read",
        "siteName": "Northwind",
        "favicon": _LOGO,
    },
)

_CUP = Card(
    "product/standard",
    Theme.LIGHT,
    values={
        "title": "Stoneware coffee cup, 350 ml",
        "description": "Thrown by hand and glazed twice, so that no two are alike.",
        "price": Price(Decimal("34.50"), "EUR"),
        "rating": Rating(4.8, rating_count=312),
        "productImage": sample_pictures.product_cutout(),
        "brand": "Atelier Nord",
        "siteName": "northwind.shop",
        "favicon": _LOGO,
    },
)

_JAPANESE_PAGE = Card(
    "generic/standard",
    Theme.DARK,
    accent=parse_color("#f43f5e"),
    has_gradient=True,
    language_code="ja",
    values={
        "title": "検索エンジンをゼロから作り直すまでの全記録 🚀",
        "description": "半年にわたる計測でわかった「本当に効いた3つの変更」のこと。",
        "siteName": "ノースウィンド",
        "favicon": _LOGO,
    },
)

_ARABIC_POST = Card(
    "article/blog-post",
    Theme.LIGHT,
    accent=parse_color("#0891b2"),
    has_gradient=True,
    language_code="ar",
    values={
        "title": "كيف أعدنا بناء محرك البحث من الصفر وخفضنا زمن الاستجابة",
        "author": "ليلى الحسن",
        "avatar": _FACE,
        "publishedAt": _DAY,
        "category": "هندسة",
        "readingTime": "قراءة 8 دقائق",
        "siteName": "نورث ويند",
        "favicon": _LOGO,
    },
)

_LAMP = Card(
    "product/standard",
    Theme.DARK,
    accent=parse_color("#f59e0b"),
    values={
        "title": "Arc table lamp",
        "description": "Linen, steel and one warm light.",
        "price": Price(Decimal(129), "USD"),
        "rating": Rating(4.6, rating_count=1_284),
        "productImage": sample_pictures.product_photo(),
        "brand": "Northwind Home",
        "siteName": "northwind.shop",
        "favicon": _LOGO,
    },
)

SHOWCASE = (_PAGE, _POST, _CUP, _JAPANESE_PAGE, _ARABIC_POST, _LAMP)
