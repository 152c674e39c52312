"""What stands in a page's place is told from pages that only look like it."""

from __future__ import annotations

import pytest

from og_extract.read.choosing.page import Page
from og_extract.read.kinds.page_kind import PageKind
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

from .pages_that_are_none import WALLS, wall

URL = "https://www.meadow-post.com/news/bees"


def read(html: str, url: str = URL, requested_url: str = "") -> Page:
    page = read_page(PageSource(url, html.encode(), "text/html", requested_url=requested_url))
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("kind", "html"),
    [(kind, html) for kind, _, html in WALLS],
    ids=[f"{kind} {name}" for kind, name, _ in WALLS],
)
def test_what_is_no_page_is_told(kind: PageKind, html: str) -> None:
    page = read(html)
    assert page.kind == kind, page.kind_reason
    assert page.kind_reason


STORY = "<p>" + "Bees fly from one flower to the next all day, as long as it lasts. " * 40 + "</p>"
LONG = "".join(
    f"<p>{day}. {'Bees fly from one flower to the next all day, as it lasts. ' * 6}</p>"
    for day in range(5)
)
SHORT_STORY = "<p>" + "Bees fly from one flower to the next all day, as long as it lasts. " * 8
DESCRIBED = (
    '<meta property="og:title" content="Of bees">'
    '<meta property="og:description" content="How they fly, and where to.">'
)
LOGIN_FORM = "<form><input name=u><input type=password></form>"
ROOT = '<div id="root"></div><script src="/assets/index.js"></script>'

PAGES = {
    "an article about captchas": wall(
        "Are you a robot? The history of captchas",
        '<script src="https://www.google.com/recaptcha/api.js"></script>',
        f"<h1>Are you a robot?</h1><p>“Verify you are human”, they say.</p>{STORY}",
    ),
    "an article with a challenge's name": wall("Just a moment...", body=f"<h1>Wait</h1>{STORY}"),
    "a poem with a challenge's name": wall("Just a moment", DESCRIBED, "<p>Wait.</p>"),
    "how to get round a challenge": wall(
        "How Cloudflare's challenge works",
        body=f"<code>window._cf_chl_opt</code><p>“Just a moment...”</p>{STORY}",
    ),
    "a contact form with a captcha": wall(
        "Contact",
        '<meta name="robots" content="noindex">',
        "<form><input name=name><input type=email><textarea></textarea>Please confirm you are not "
        'a robot<div class="g-recaptcha"></div></form>',
    ),
    "a small page with a captcha": wall(
        "Meadow Post", body='<h1>Guestbook</h1><div class="g-recaptcha"></div>'
    ),
    "a page that a service watches": wall(
        "Meadow Post",
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
        '<script src="/_Incapsula_Resource?SWJIYLWA=719d"></script>'
        '<script src="https://x.token.awswaf.com/y/challenge.js"></script>'
        "<script>window._pxAppId = 'PX1'</script>",
        "<h1>Bees</h1><p>They fly.</p>",
    ),
    "a story that denies access": wall("Access denied", body=f"<h1>Access denied</h1>{STORY}"),
    "a title with login": wall("Login with a passkey, and why", body=f"<h1>Passkeys</h1>{STORY}"),
    "a page called login": wall("Login", body="<h1>Login</h1><p>How the command works.</p>"),
    "a login page that describes itself": wall("Log in | Meadow", DESCRIBED, LOGIN_FORM),
    "a front page with a login box": wall("Meadow Post", body=f"<h1>News</h1>{LOGIN_FORM}"),
    "an article with a cookie banner": wall(
        "Of bees", body=f"<div>Before you continue, agree to cookies.</div>{STORY}"
    ),
    "an article about missing pages": wall(
        "Page not found: a history of the 404 in ten pictures and one song",
        body=f"<h1>A history of the 404</h1>{STORY}",
    ),
    "an article of its own about missing pages": wall(
        "Page not found: the art of 404 pages",
        '<meta property="og:type" content="article">',
        f"<h1>Page not found: the art of 404 pages</h1>{LONG}",
    ),
    "an article titled 404": wall("404", body=f"<h1>404</h1>{LONG}"),
    "an article with its author": wall(
        "Page not found",
        '<meta name="author" content="Ann Lee"><meta property="og:type" content="article">',
        f"<h1>Page not found</h1>{LONG}",
    ),
    "a poem with its author": wall(
        "Just a moment",
        '<meta name="author" content="Ann Lee">',
        "<h1>Just a moment</h1><p>Wait, said the bee,<br>the flower is not yet open.</p>",
    ),
    "a poem signed": wall(
        "Just a moment",
        body="<h1>Just a moment</h1><p>by Emily Brown</p><p>Wait, said the bee.</p>",
    ),
    "a poem whose data name its author": wall(
        "Just a moment",
        '<script type="application/ld+json">{"@type": "Article", "headline": "Just a moment", '
        '"author": {"@type": "Person", "name": "Ann Lee"}}</script>',
        "<p>Wait, said the bee.</p>",
    ),
    "an article about maintenance": wall(
        "Under maintenance", body=f"<h1>Under maintenance</h1>{STORY}"
    ),
    "a song called so": wall(
        "Back soon",
        '<meta property="og:title" content="Back soon, by Bees">'
        '<meta property="og:type" content="music.song">',
        "<h1>Back soon</h1>",
    ),
    "a company that maintains": wall("Wartung und Reparatur", body="<h1>Wartung</h1><p>Ab 9 €"),
    "an album": wall(
        "404",
        '<meta property="og:title" content="404 by Bees">'
        '<meta property="og:type" content="music.album">',
        "<h1>404</h1>",
    ),
    "an article named so": wall(
        "Page not found",
        '<script type="application/ld+json">{"@type": "Article", "headline": "Page not found", '
        '"author": "Ann", "datePublished": "2024-05-17"}</script>',
        f"<h1>Page not found</h1>{STORY}",
    ),
    "an app that describes itself": wall("React App", DESCRIBED, ROOT),
    "an app with a card": wall(
        "React App", '<meta property="og:image" content="https://e.com/card.png">', ROOT
    ),
    "an app with a title": wall("Meadow: where bees meet", body=ROOT),
    "an app that is rendered": wall("", body=f'<div id="root"><h1>Bees</h1>{SHORT_STORY}</div>'),
    "a picture and nothing else": wall("", body="<img src=a.png><script>count()</script>"),
    "a title and nothing else": wall("Bees"),
    "nothing at all": wall(),
    "a short page": wall("Bees", DESCRIBED, "<h1>Bees</h1>"),
    "a short page without tags": wall("Bees", body="<h1>Bees</h1><p>They fly.</p>"),
    "an article about React": wall("React", body=f"<h1>React</h1>{STORY}<script>count()</script>"),
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_what_only_looks_like_it_is_a_page(html: str) -> None:
    page = read(html)
    assert (page.kind, page.kind_reason) == (PageKind.CONTENT, "")


@pytest.mark.parametrize(
    ("url", "html"),
    [
        ("https://accounts.google.com/v3/signin/identifier", wall("Google Docs")),
        ("https://facebook.com/login/?a", wall("Log in to Facebook", DESCRIBED, LOGIN_FORM)),
        ("https://meadow-post.com/users/sign_in", wall("Meadow", body=LOGIN_FORM)),
        ("https://consent.yahoo.com/v2/collectConsent", wall("Yahoo", body="<p>We agree</p>")),
        ("https://www.zeit.de/zustimmung?url=x", wall("ZEIT ONLINE", body="<p>Zustimmen</p>")),
    ],
)  # fmt: skip
def test_where_a_redirect_led_tells_a_wall(url: str, html: str) -> None:
    assert read(html, url, URL).kind is PageKind.LOGIN
    assert (
        read(html, url, url).kind is PageKind.CONTENT or "password" in read(html, url).kind_reason
    )


def test_a_redirect_to_a_page_is_no_wall() -> None:
    assert read(wall("Bees"), URL, "https://meadow-post.com/b").kind is PageKind.CONTENT
    described = wall("Authors", DESCRIBED, STORY)
    assert read(described, "https://meadow-post.com/auth", URL).kind is PageKind.CONTENT
