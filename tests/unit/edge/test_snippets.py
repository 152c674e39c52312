"""Tags to paste: whatever a framework puts in, what comes out asks for the card that was meant."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote, quote_plus, urlsplit

import pytest

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.card_url import card_url
from og_edge.page import CardTag
from og_edge.snippets import Framework, Snippet, curl_line, snippets
from og_edge.tags import TagReader

BASE = "https://instantog.com"
PLAIN = "site=site_1&template=generic/standard&url=https://example.com/blog/my-post"
PAGES = [
    "https://example.com/",
    "https://example.com/blog/my-post",
    "https://example.com/blog/my-post/",
    "https://example.com/a?b=c&d=e%26f+g#part",
    "https://example.com/50%25%20off/c++",
    "https://例え.jp/日本/ü",
    "https://example.com/it's-(good)-$%7Bx%7D",
]
CARDS = [
    "site=site_1&template=generic/standard",
    "site=site_1&template=article/blog-post&theme=dark&accentColor=%236366f1&gradientBg=true",
    "site=site_1&template=generic/standard&size=square&format=webp&mode=ai",
    "site=site_1&template=generic/standard&size=tall&format=jpeg&description=",
    "site=site_1&template=code/snippet&code=a%0A%09b%20%26%20%22c%22%20%27d%27&title=%3C/script%3E",
    "site=site_1&template=generic/standard&title=100%25+%E6%97%A5%E6%9C%AC+%7B%7B+x+%7D%7D+$%7Ba%7D",
]
# What each framework's own means make of a URL: encodeURIComponent, Go's QueryEscape, CGI.escape
# and rawurlencode.
ENCODED: dict[Framework, Callable[[str], str]] = {
    Framework.NEXT: lambda url: quote(url, safe="!'()*~"),
    Framework.NUXT: lambda url: quote(url, safe="!'()*~"),
    Framework.ASTRO: lambda url: quote(url, safe="!'()*~"),
    Framework.HUGO: quote_plus,
    Framework.JEKYLL: quote_plus,
    Framework.WORDPRESS: lambda url: quote(url, safe=""),
    Framework.SHOPIFY: quote_plus,
}
IN_MARKUP = {Framework.JEKYLL, Framework.SHOPIFY}


class Head(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("property") or found.get("name") or ""
        assert tag == "meta"
        assert name not in self.tags
        self.tags[name] = found["content"] or ""


def asked(card: str, page: str = "https://example.com/blog/my-post") -> CardRequest:
    return parse_card_request(f"{card}&url={quote(page, safe='')}".encode())


def of(framework: Framework, request: CardRequest, title: str = "") -> Snippet:
    (found,) = [one for one in snippets(request, BASE, title=title) if one.framework is framework]
    return found


def read(url: str) -> CardRequest | None:
    return TagReader(BASE, frozenset()).read(CardTag("og:image", url)).request


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("card", CARDS)
def test_the_url_of_a_card_reads_as_that_card(card: str, page: str) -> None:
    request = asked(card, page)
    url = card_url(request, BASE)
    assert read(url) == request
    assert re.fullmatch(r"[\x21-\x7e]+", url)
    assert not set(url) & set("\"'<>`\\{}$;")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("card", CARDS)
def test_plain_html_carries_the_card(card: str, page: str) -> None:
    request = asked(card, page)
    tags = Head(of(Framework.HTML, request).code).tags
    assert read(tags["og:image"]) == request
    assert tags["twitter:image"] == tags["og:image"]
    assert (int(tags["og:image:width"]), int(tags["og:image:height"])) == request.size.pixels
    assert tags["og:image:alt"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("framework", list(ENCODED))
def test_what_a_framework_puts_together_reads_as_the_card_of_its_page(
    framework: Framework, card: str, page: str
) -> None:
    request = asked(card, page)
    code = of(framework, request).code
    (prefix,) = set(re.findall(r"https://instantog\.com/api/og\?[\x21-\x7e]*?url=", code))
    prefix = unescape(prefix) if framework in IN_MARKUP else prefix
    assert read(prefix + ENCODED[framework](request.url.href)) == request


@pytest.mark.parametrize("framework", list(Framework))
@pytest.mark.parametrize(
    ("card", "kind"),
    [(CARDS[0], "summary_large_image"), (CARDS[2], "summary"), (CARDS[3], "summary")],
)
def test_all_six_tags_are_there(framework: Framework, card: str, kind: str) -> None:
    request = asked(card)
    code = of(framework, request).code
    width, height = request.size.pixels
    for part in ("og:image|openGraph", "width", "height", "alt", "twitter.*card", "twitter.*image"):
        assert re.search(part.replace(":", "[:I]?"), code, re.IGNORECASE | re.DOTALL), part
    for part in (kind, str(width), str(height)):
        assert part in code
    assert "@" not in code


def test_every_framework_says_where_its_tags_belong() -> None:
    found = snippets(asked(CARDS[0]), BASE)
    assert [one.framework for one in found] == list(Framework)
    for one in found:
        assert one.name
        assert one.language
        assert one.where.endswith(".")
        assert "\n" not in one.where


@pytest.mark.parametrize(
    ("page", "file", "code"),
    [
        ("https://example.com/", "app/page.tsx", 'new URL("/", "https://example.com")'),
        ("https://example.com/?a=b", "app/page.tsx", 'new URL("/", "https://example.com")'),
        ("https://example.com/about", "app/[slug]/page.tsx", "`/${slug}`"),
        ("https://example.com/blog/my-post/?a", "app/blog/[slug]/page.tsx", "`/blog/${slug}/`"),
    ],
)
def test_nextjs_is_given_the_route_of_the_page(page: str, file: str, code: str) -> None:
    found = of(Framework.NEXT, asked(CARDS[0], page))
    assert file in found.where
    assert code in found.code


def test_a_title_describes_the_picture_and_breaks_out_of_nothing() -> None:
    title = '"</script>\n<b>& \\ ${x}'
    tags = Head(of(Framework.HTML, asked(CARDS[0]), title).code).tags
    assert tags["og:image:alt"] == title
    for framework in (Framework.NEXT, Framework.NUXT):
        code = of(framework, asked(CARDS[0]), title).code
        assert r'const title = "\"\u003c/script>\n\u003cb>& \\ ${x}";' in code
    assert Head(of(Framework.HTML, asked(CARDS[4])).code).tags["og:image:alt"] == "</script>"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("card", CARDS)
def test_the_line_for_curl_is_one_command(card: str, page: str) -> None:
    request = asked(card, page)
    line = curl_line(request, BASE, api_key="og_live_'$(x)")
    shell = ["sh", "-c", f"curl() {{ printf '%s\\n' \"$@\"; }}; {line}"]
    said = subprocess.run(shell, capture_output=True, check=True, text=True)
    url, _, header, _, output = said.stdout.splitlines()
    assert header == "Authorization: Bearer og_live_'$(x)"
    assert read(url) == request
    assert urlsplit(url).netloc == "instantog.com"
    assert output == f"card.{output.rpartition('.')[2]}"
    assert output.rpartition(".")[2] in {"png", "jpg", "webp"}


def test_the_example_reads_like_the_one_of_the_api_reference() -> None:
    request = parse_card_request(PLAIN.encode())
    assert card_url(request, BASE) == f"{BASE}/api/og?{PLAIN}"
