"""Pages on which a careless loop or expression of ours would take time that grows as a square."""

from __future__ import annotations

import json
from collections.abc import Callable

SIZE = 300_000
"""Of a page, in characters: enough for each bound of ours to be reached."""
FULL = 16_000
"""As much of one text as is looked at."""


def _filled(start: str, piece: str, end: str = "", size: int = SIZE) -> str:
    return start + piece * ((size - len(start) - len(end)) // len(piece)) + end


def _metas(name: str, content: str) -> str:
    tag = f'<meta property="{name}" content="{content}">'
    return _filled("<title>x</title>", tag)


def _script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _jsonld(**values: object) -> str:
    return _script({"@type": "Article", "headline": "A title", "author": "Ada", **values})


def _crowd(piece: str, count: int, start: str, end: str = "") -> str:
    return start + piece * count + end


def _titles() -> dict[str, str]:
    name = "a, " * 1_300
    return {
        "title of commas": f"<title>{', ' * 8_000}</title>",
        "title of names": f"<title>{'a - ' * 4_000}</title>",
        "title of bars": f"<title>{'|' * 16_000}</title>",
        "title of bars and spaces": f"<title>{' |' * 8_000}</title>",
        "title of dashes": f"<title>{'a ' + '-' * 15_000}</title>",
        "title of colons": f"<title>{': ' * 8_000}</title>",
        "title of quotes": f"<title>{'“' * 16_000}</title>",
        "titles of commas": _metas("og:title", name),
        "names of commas": _metas("og:site_name", name),
        "names": _metas("og:site_name", "x" * FULL),
        "names as long": _metas("application-name", "é " * (FULL // 2)),
        "headings": _filled("<title>x</title>", f"<h1>{'a b ' * 4_000}</h1>"),
        "headings like the title": _filled(
            f"<title>{'ab ' * 1_300}</title>", f"<h1>{'ab ' * 1_300}</h1>"
        ),
    }


def _texts() -> dict[str, str]:
    pieces = {
        "comments": "<!--",
        "open tags": "<a ",
        "open tags with slashes": "<a /",
        "closed tags": "</",
        "entities": "&amp;",
        "half entities": "&#",
        "named entities": "&notit",
        "spaces": " \t",
        "marks": "Z\u0351\u036b\u0343",
        "joiners": "\u200d",
        "composed": "\u1e69",
        "decomposed": "s\u0323\u0307",
        "moving marks": "a\u0315\u0300\u05ae\u0300",
    }
    found = {}
    for name, piece in pieces.items():
        escaped = (piece * (FULL // len(piece))).replace("&", "&amp;").replace("<", "&lt;")
        found[f"descriptions of {name}"] = _metas("og:description", escaped)
        found[f"authors of {name}"] = _metas("author", escaped)
        found[f"title of {name}"] = f"<title>{escaped}</title><h1>{escaped}</h1>"
    return found


def _names_and_dates() -> dict[str, str]:
    long = {
        "authors": ("author", "by " * 5_000),
        "authors that say": ("author", "a says " * 2_000),
        "authors of bars": ("author", "a | " * 4_000),
        "authors of dashes": ("author", "a - " * 4_000),
        "handles": ("article:author", "@" * FULL),
        "dates of digits": ("article:published_time", "1" * FULL),
        "dates of months": ("article:published_time", "1 may " * 2_500),
        "dates of words": ("article:published_time", "a" * FULL),
        "dates of spaces": ("article:published_time", "1" + " " * (FULL - 1)),
        "dates in metas": ("date", "12.12." * 2_500),
        "prices": ("product:price:amount", "1." * 8_000),
        "prices of quotes": ("product:price:amount", "1'" * 8_000),
        "languages": ("og:locale", "ab" * 8_000),
        "pictures": ("og:image", "/" * 8_000),
        "pictures of dots": ("og:image", "../" * 2_600),
        "robots": ("robots", "noinde" * 2_500),
        "descriptions to a model": ("og:description", "ignore " * 2_200),
        "keys": ("x" * FULL, "x"),
    }
    found = {name: _metas(*it) for name, it in long.items()}
    labels = (
        "Author",
        "Autor",
        "Published",
        "Datum",
        "Brand",
        "Marke",
        "Marke:",
        "作者",
        "By",
        "Von",
    )
    for label in labels:
        lines, tags = "\n" * 20_000, "<b>\n" * 10_000
        found[f"{label} and lines"] = f"<title>x</title><b>{label}:{lines}{{<b>{label}{lines}{{"
        found[f"{label} and tags"] = f"<title>x</title><b>{label}:{tags}{{<b>{label}{tags}{{"
        found[f"{label} again"] = _filled("<title>x</title>", f"<b>{label}:\n\n\n\n<i>\n\n\n")
    found["prices in scripts"] = _filled("<title>x</title><script>", '{"price" : "1" ')
    found["brands in scripts"] = _filled("<title>x</title><script>", '"brand" : {"a": ')
    found["dates around a headline"] = _filled(
        "<html lang=fi><h1>x</h1>", "<i>3. maalisk 2024 </i>"
    )
    found["words around a headline"] = _filled("<html lang=ka><h1>x</h1>", "<i>მარტი 12 2024 </i>")
    found["times of no language"] = _filled("<html lang=xx>", "<time>1 xyz 2024</time>")
    found["bylines"] = _filled("<p>", f'<p class="byline">{"by a " * 60}</p>')
    found["byline without end"] = f'<p class="byline">{"by | - " * 80_000}'
    found["labels of dates"] = _filled("<title>x</title><p>", "published ")
    found["labels and digits"] = _filled("<title>x</title><p>", "datum 1")
    found["times"] = _filled("<h1>x</h1>", "<time>1 may</time>")
    return found


def _trees() -> dict[str, str]:
    attributes = " ".join(f"a{number}=1" for number in range(1_000))
    classes = "<div class='" + "a " * 100_000 + "'>"
    nest = "<div>" * 200
    return {
        "items below many attributes": _crowd(
            "<i itemprop=name>x</i>", 1_000, f"<div {attributes}>"
        ),
        "items below many classes": _crowd("<i itemprop=name>x</i>", 1_000, classes),
        "items below names": _crowd(
            "<i itemprop=name>x</i>", 1_000, f"<div itemprop='{'a ' * 100_000}'>"
        ),
        "items of many names": _crowd(f"<i itemprop='{'name ' * 300}'>x</i>", 400, ""),
        "items": _filled("", "<i itemprop=name>x</i>"),
        "prices within prices": _filled(
            "<title>x</title><h1>x</h1>" + "<div class=price>" * 48,
            f"<b class={'y' * 60}>1</b>",
            size=700_000,
        ),
        "prices of many names": _filled(
            "<title>x</title><h1>x</h1>" + "<div class=price>" * 48,
            f"<b class={'y' * 20_000}>1</b>",
            size=1_800_000,
        ),
        "names around times": _filled(
            "<title>x</title>" + f"<div class={'y' * 20_000}>" * 60,
            "<time>1</time><i class=byline>x y</i>",
            size=1_400_000,
        ),
        "nested items": _filled("", "<i itemprop=price itemscope>", size=5_000),
        "items in items": _crowd(
            "<b itemprop=author itemscope><i itemprop=name>x</i></b>", 6_000, "<div itemscope>"
        ),
        "items in depth": _crowd("<i itemprop=name>x</i>", 20_000, nest),
        "texts below many classes": _crowd("<p>x", 30_000, classes),
        "texts with many classes": _crowd(f"<p class='{'a ' * 900}'>x", 300, ""),
        "texts with many attributes": _crowd(f"<p {attributes[:1_000]}>x", 500, ""),
        "texts with long styles": _crowd(f"<p style='{'display: ' * 200}'>x", 300, ""),
        "style without end": f"<p style='{'left:-9;width:' * 40_000}'>x",
        "paragraphs": _filled("", "<p>x"),
        "links": _filled("", "<a href=x>x</a>"),
        "icons": _filled("", "<link rel=icon href=x>"),
        "icons of sizes": _filled("", f"<link rel=icon href=x sizes='{'9x9 ' * 1_000}'>"),
        "bases": _filled("", "<base href=x>"),
        "bylines of links": f"<p class=author>{'<a>x</a>' * 60_000}",
        "titles in drawings": _filled("", "<svg><title>x</title></svg>"),
        "comments": _filled("<title>x</title><h1>x</h1>", "<!---->"),
        "breaks": _filled("<title>x</title><h1>x</h1>", "<br>"),
        "spans": _filled("<title>x</title><h1>x</h1>", "<i></i>"),
        "attribute": f'<div title="{"x" * SIZE}">',
        "class": f"<div class='{'author ' * 90_000}'>",
        "classes apart": f"<div class='{'nav' * 200_000}'>",
        "scripts": _filled("", "<script>x</script>"),
        "inputs": _filled("", "<input>"),
        "words": _filled("<title>x</title><body>", "word "),
        "declarations": _filled("", "<meta charset", size=65_000),
        "declarations and spaces": f"{'<meta charset' * 40}{' ' * 64_000}",
        "declaration without end": f"<meta {'charset' * 9_000}",
        "angles": "<" * SIZE,
        "ampersands": "&" * SIZE,
        "verify you are": _filled("<title>x</title><body>", "verify that you are "),
        "permission": _filled("<title>x</title><body>", "permission to access "),
        "not found": f"<title>{'404 - ' * 2_600}</title>",
        "not found again": f"<title>{'page not found ' * 1_000}</title>",
        "robot": f"<title>{'are you a robot ' * 1_000}</title>",
        "title of no words": f"<title>{'!' * 16_000}</title><h1>{'!' * 16_000}</h1>",
        "challenge of no words": f"<title>{'.!' * 90}x</title><h1>{'.!' * 90}x</h1>",
    }


def _data() -> dict[str, str]:
    person = {"@type": "Person", "@id": "#p", "name": "Ada"}
    return {
        "text as data": _jsonld(name="x" * SIZE),
        "numbers as data": _jsonld(name=[1] * 200_000),
        "digits as data": f'<script type="application/ld+json">{"1" * SIZE}</script>',
        "digits as values": _crowd('{"a":' + "9" * 4_200 + "},", 400, _LD, "0]</script>"),
        "open lists": f'<script type="application/ld+json">{"[" * SIZE}</script>',
        "open objects": _crowd('{"a":', 100_000, '<script type="application/ld+json">'),
        "commas": f"{_LD}{',' * SIZE}]</script>",
        "commas and spaces": _crowd(", ", 300_000, _LD, "]</script>"),
        "entities as data": _filled(_LD, "&quot;", "</script>"),
        "scripts of data": _filled("", '<script type="application/ld+json">[</script>'),
        "nodes": _script([{"@type": "WebPage", "name": "x"}] * 12_000),
        "people": _script([{**person, "@id": f"#{n}"} for n in range(10_000)]),
        "types": _jsonld(**{"@type": ["Article"] * 100_000}),
        "nodes of many types": _script([{"@type": ["x"] * 100}] * 1_000),
        "same name": _script([{"@id": "#a", f"k{n}": 1} for n in range(20_000)]),
        "circle": _script(
            [
                {"@type": "Article", "@id": "#a", "author": {"@id": "#b"}, "headline": "x"},
                {"@type": "Person", "@id": "#b", "name": {"@id": "#a"}, "author": {"@id": "#b"}},
            ]
        ),
        "offers": _script({"@type": "Product", "name": "x", "offers": [{"price": 1}] * 40_000}),
        "authors as data": _jsonld(author=["x" * 1_000] * 500),
        "sections": _jsonld(articleSection=["x"] * 100_000),
        "keys": _jsonld(**{f"k{number}": 1 for number in range(40_000)}),
        "not a number": f'{_LD}{{"@type":"Product","name":"x","offers":{{"price":NaN}}}}]</script>',
        "beyond numbers": f'{_LD}{{"@type":"Product","name":1e999,"sku":"x"}}]</script>',
    }


_LD = '<script type="application/ld+json">['
_GROUPS: tuple[Callable[[], dict[str, str]], ...] = (
    _titles,
    _texts,
    _names_and_dates,
    _trees,
    _data,
)


def traps() -> dict[str, bytes]:
    """List pages by what they are full of."""
    pages: dict[str, str] = {}
    for group in _GROUPS:
        pages |= group()
    return {name: text.encode() for name, text in pages.items()}
