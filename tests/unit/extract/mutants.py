"""Pages written by hand, and what accidents and malice make of them."""

from __future__ import annotations

import random
from collections.abc import Callable

ARTICLE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Bees of the valley - how they fly | Meadow Post</title><base href="/news/">
<meta property="og:title" content="Bees of the valley"><meta property="og:type" content="article">
<meta property="og:description" content="How they fly &amp; where.">
<meta name="author" content="Ada">
<meta property="og:site_name" content="Meadow Post"><meta property="og:image" content="b.png">
<meta property="article:published_time" content="2024-05-17T23:30:00+02:00">
<link rel="canonical" href="/bees"><link rel="icon" href="/i.png" sizes="64x64 32x32">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": ["NewsArticle", "Article"], "@id": "#a", "headline": "Bees of the valley",
"datePublished": "2024-05-17", "author": [{"@id": "#p"}, "Bo Lind"], "image": {"url": "c.png"},
"publisher": {"@type": "Organization", "name": "Meadow Post"}, "inLanguage": "en"},
{"@type": "Person", "@id": "#p", "name": "Ada Lovelace", "image": ["ada.png"]}]}</script></head>
<body><header><nav>News</nav></header><main><article><h1>Bees of the <em>valley</em></h1>
<p class="byline">By <a rel="author" href="/ada">Ada Lovelace</a></p>
<time datetime="2024-05-17" pubdate>17 May 2024</time><p>Every spring the bees of the valley fly out
and come home again, and nobody knows how they find the way, though many have asked them.</p>
</article></main><footer>Published 1 April 2020</footer></body></html>"""

PRODUCT = """<!doctype html><html lang=de><meta charset=iso-8859-1><title>Krug - Laden</title>
<body><div itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>Krug, blau</h1>
<img itemprop=image src=k.jpg><div itemprop=brand itemscope><b itemprop=name>Ton &amp; Co</b></div>
<div itemprop=offers itemscope itemtype="https://schema.org/Offer"><meta itemprop=priceCurrency
content=EUR><span itemprop=price content="1.299,90">1.299,90 €</span>
<link itemprop=availability href="https://schema.org/InStock"></div>
<div itemprop=aggregateRating itemscope><i itemprop=ratingValue>4,5</i> von
<i itemprop=bestRating>5</i> (<i itemprop=reviewCount>1.234</i>)</div>
<div itemprop=review itemscope><i itemprop=author>Uli</i>
<i itemprop=datePublished>1.2.2020</i></div></div>
<div vocab="https://schema.org/" typeof="Recipe"><b property="name">Suppe</b></div></body>"""

WALL = """<html><head><title>Just a moment...</title><meta name="robots" content="noindex,nofollow">
<noscript>Enable JavaScript and cookies to continue</noscript></head><body>
<form action="/login"><input type="password"><input type="text"></form><h1>404 not found</h1>
<script>window._cf_chl_opt={};</script></body></html>"""

PAGES = [ARTICLE.encode(), PRODUCT.encode("latin-1", "ignore"), WALL.encode()]
_MARKUP = rb"""< > " ' & </ <!-- --> ]]> <![CDATA[ </script> <script> <title> <svg> <template>
<table><a> <base+href='http://[::1'> +itemscope+itemprop=name+ +itemprop='a+b+c'+
+lang=x- +content+ +hidden+
<meta+property="og:title"+content=" <meta+name="author"+content=" {"@id":"#a"} [] {} null
\ud800 \udc00\ud800 \u0000 &#xD800; &#0; &#x110000; &#128; 1e999 -0 NaN Infinity 99999999999999
0000-00-00 9999-99-99 31+February+2024 1/1/1 0.0.0,0 http:// // data:, javascript:1 \\ %zz
http://a:99999/"""
_BYTES = [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xae"]
SHARDS = [shard.replace(b"+", b" ") for shard in _MARKUP.split()] + _BYTES
MAX_REPEATS = 2_000


def mutant(rng: random.Random) -> bytes:
    """Change a page in one to twelve ways."""
    page = rng.choice(PAGES)
    for _ in range(rng.randint(1, 12)):
        page = rng.choice(_WAYS)(page, rng)
    return page


def _span(page: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(page) + 1)
    return start, min(start + int(rng.expovariate(1 / 40)), len(page))


def _cut(page: bytes, rng: random.Random) -> bytes:
    start, end = _span(page, rng)
    return page[:start] + page[end:]


def _end(page: bytes, rng: random.Random) -> bytes:
    return page[: rng.randrange(len(page) // 2, len(page) + 1)]


def _flip(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + bytes([rng.randrange(256)]) + page[at + 1 :]


def _shard(page: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(page) + 1)
    return page[:at] + rng.choice(SHARDS) + page[at:]


def _value(page: bytes, rng: random.Random) -> bytes:
    """Put something else where a value in quotes is."""
    parts = page.split(b'"')
    parts[rng.randrange(len(parts))] = rng.choice(SHARDS)
    return b'"'.join(parts)


def _repeat(page: bytes, rng: random.Random) -> bytes:
    start, end = _span(page, rng)
    return page[:end] + page[start:end] * int(MAX_REPEATS ** rng.random()) + page[end:]


def _move(page: bytes, rng: random.Random) -> bytes:
    start, end = _span(page, rng)
    rest = page[:start] + page[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + page[start:end] + rest[at:]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _end,
    _flip,
    _shard,
    _shard,
    _value,
    _value,
    _repeat,
    _move,
)
