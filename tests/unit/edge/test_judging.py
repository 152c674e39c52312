"""Whether a tag carries the very card that is asked for, however either is written."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, quote_plus, urlencode

import pytest

from og_edge.cards import card_digest
from og_edge.judging import Evidence, Judge, canonical_request
from og_edge.looks import PageLook
from og_edge.page import CardTag
from og_edge.tags import TagReader
from og_edge.templates import FieldKind, Template, TemplateField

from .judging import BASE, SITE, TEMPLATE, asked, judged
from .samples import PAGE_URL

ADDRESS = f"site={SITE}&template=article/blog-post&url={PAGE_URL}"


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ("title=A+b&theme=dark", "theme=dark&title=A%20b"),
        ("title=A+b", "title=%20A%09b+"),
        ("title=%C3%A4", "title=ä"),
        ("", "theme=light&gradientBg=false&mode=standard&size=wide&format=png"),
        ("theme=light&size=wide", ""),
        ("accentColor=%230af", "accentColor=00AAFF"),
        ("accentColor=0af", "accentColor=%2300aAfF"),
        ("", "utm_source=x&price=9&cb=123"),
        ("price=9", "price=10"),
        ("refresh=false", ""),
        ("favicon=", "favicon=+"),
        ("code=a%0A++b", "code=%0Aa%0D%0A++b%0A"),
        ("points=a%0Ab", "points=+a%0A%0A+b+"),
    ],
)
def test_however_it_is_written_the_same_card_is_the_same(query: str, tag: str) -> None:
    judgement = judged(f"{ADDRESS}&{query}", f"{BASE}/api/og?{tag}&{ADDRESS}#part")
    assert judgement.evidence is Evidence.TAG_FOUND
    assert judgement.explanation == ""


@pytest.mark.parametrize(
    "tag",
    [
        f"/api/og?site={SITE}&template=article%2Fblog-post&url={quote_plus(PAGE_URL)}",
        f"/api/og?site={SITE}&template=article/blog-post&url=HTTPS://WWW.Example.com:443/post%23top",
        f"/api/og/v1/article/blog-post.png?url={PAGE_URL}&site={SITE}",
        f"/api/og/v1/article/blog-post.png?{ADDRESS}&format=png",
        f"/api/og?&&{ADDRESS}&",
    ],
)
def test_the_address_may_be_written_in_any_way_too(tag: str) -> None:
    assert judged(ADDRESS, f"{BASE}{tag}").evidence is Evidence.TAG_FOUND


@pytest.mark.parametrize(
    ("query", "tag", "names"),
    [
        ("title=Ours", "title=Theirs", {"title"}),
        ("title=Ours", "", {"title"}),
        ("", "title=", {"title"}),
        ("title=ours", "title=Ours", {"title"}),
        ("theme=dark&title=x", "accentColor=%23000", {"theme", "title", "accentColor"}),
        ("gradientBg=true", "", {"gradientBg"}),
        ("mode=ai", "", {"mode"}),
        ("size=square", "size=tall", {"size"}),
        ("format=webp", "", {"format"}),
        ("code=a%0A++b", "code=a%0A+b", {"code"}),
        ("points=a%0Ab", "points=a+b", {"points"}),
        ("favicon=https://evil.example/x.png", "", {"favicon"}),
    ],
)
def test_whatever_is_drawn_otherwise_is_named(query: str, tag: str, names: set[str]) -> None:
    judgement = judged(f"{ADDRESS}&{query}", f"{BASE}/api/og?{ADDRESS}&{tag}")
    assert judgement.evidence is Evidence.TAG_DIFFERS
    assert {difference.parameter for difference in judgement.tags[0].differs} == names
    for name in names:
        assert name in judgement.explanation


def test_a_difference_says_both_sides() -> None:
    judgement = judged(f"{ADDRESS}&title=Ours", f"{BASE}/api/og?{ADDRESS}&theme=dark")
    told = {(it.parameter, it.in_tag, it.in_request) for it in judgement.tags[0].differs}
    assert told == {("title", None, "Ours"), ("theme", "dark", "light")}


def test_one_tag_that_carries_the_card_is_enough() -> None:
    other, same = f"{BASE}/api/og?{ADDRESS}&title=x", f"{BASE}/api/og?{ADDRESS}"
    for tags in ([other, same], [same, other], ["https://example.com/a.png", same]):
        assert judged(ADDRESS, *tags).evidence is Evidence.TAG_FOUND


def test_of_several_tags_the_closest_is_explained() -> None:
    far = f"{BASE}/api/og?{ADDRESS}&title=x&theme=dark&size=tall"
    near = f"{BASE}/api/og?{ADDRESS}&theme=dark"
    explanation = judged(ADDRESS, far, near).explanation
    assert "theme" in explanation
    assert "title" not in explanation


@pytest.mark.parametrize(
    ("tag", "evidence", "told"),
    [
        ("https://example.com/cover.png", Evidence.TAG_MISSING, "no og:image or twitter:image"),
        (f"{BASE}/api/og?{ADDRESS.replace(SITE, 'site_2')}", Evidence.TAG_MISSING, "another site"),
        (f"{BASE}/api/og?{ADDRESS.replace('site=', 'sight=')}", Evidence.TAG_MISSING, "no site id"),
        (f"http://instantog.com/api/og?{ADDRESS}", Evidence.TAG_MISSING, "http://instantog.com"),
        (f"https://www.example.com/api/og?{ADDRESS}", Evidence.TAG_MISSING, "the whole address"),
        (f"https://other.example/api/og?{ADDRESS}", Evidence.TAG_MISSING, "other.example"),
        (f"{BASE}/api/og?{ADDRESS}&theme=pink", Evidence.TAG_DIFFERS, "theme is light or dark"),
        (f"{BASE}/api/og?{ADDRESS}&refresh=true", Evidence.TAG_DIFFERS, "refresh=true"),
        (f"{BASE}/api/og?site={SITE}", Evidence.TAG_DIFFERS, "url is required"),
        (f"{BASE}/api/og?{ADDRESS}&a=1&a=2", Evidence.TAG_MISSING, "given twice"),
    ],
)
def test_every_other_way_to_fail_is_explained(tag: str, evidence: Evidence, told: str) -> None:
    judgement = judged(ADDRESS, tag)
    assert judgement.evidence is evidence
    assert told in judgement.explanation


def test_a_script_that_may_write_the_tag_is_explained() -> None:
    judgement = judged(ADDRESS, scripts_name_us=True)
    assert judgement.evidence is Evidence.TAG_MISSING
    assert "script" in judgement.explanation


def test_a_page_that_could_not_be_read_denies_nothing() -> None:
    judgement = judged(ADDRESS, problem="The page answered with status 500.", final_url="")
    assert judgement.evidence is Evidence.PAGE_UNREACHABLE
    assert not judgement.evidence.may_deny
    assert judgement.explanation == "The page answered with status 500."


def test_an_explanation_names_a_few_parameters_of_many() -> None:
    fields = {f"f{n}": TemplateField(f"f{n}", FieldKind.TEXT, required=False) for n in range(30)}
    many = Template("article/blog-post", fields)
    request = asked(f"{ADDRESS}&{urlencode(dict.fromkeys(fields, 'x'))}")
    look = PageLook(PAGE_URL, PAGE_URL, tags=[CardTag("og:image", f"{BASE}/api/og?{ADDRESS}")])
    explanation = Judge(TagReader(BASE, frozenset()), BASE).judge(look, request, many).explanation
    assert "what differs: f0, " in explanation
    assert "and 22 more." in explanation


@pytest.mark.parametrize(
    ("url", "canonical", "is_one"),
    [
        ("https://a.com/p?x=1", "https://a.com/p", True),
        ("https://a.com/p", "https://a.com/p?id=1", True),
        ("https://a.com/p?id=1&x=2", "https://a.com/p?id=1", True),
        ("https://a.com/p?x=1", "https://a.com/p#top", True),
        ("https://a.com/p?x=1", "https://A.com:443/p", True),
        ("https://a.com/p?x=1", "https://a.com/p?x=1", False),
        ("https://a.com/p?x=1", "https://a.com/p?x=1#top", False),
        ("https://a.com/p?x=1", "https://a.com/", False),
        ("https://a.com/p?x=1", "https://a.com/q", False),
        ("https://a.com/p?x=1", "https://a.com/p/", False),
        ("https://a.com/p?x=1", "https://www.a.com/p", False),
        ("https://a.com/p?x=1", "http://a.com/p", False),
        ("https://a.com/p?x=1", "https://a.com.evil.example/p", False),
        ("https://a.com/p?x=1", "https://a.com:444/p", False),
        ("https://a.com/p?x=1", "https://user@a.com/p", False),
        ("https://a.com/p?x=1", "", False),
    ],
)
def test_only_a_canonical_url_that_differs_in_its_query_keys_the_card(
    url: str, canonical: str, *, is_one: bool
) -> None:
    request = asked(f"template=t&title=x&url={quote(url, safe='')}")
    found = canonical_request(request, canonical, frozenset())
    assert (found is not None) is is_one
    if found:
        assert found == replace(request, url=found.url)
        assert found.url.href == canonical.partition("#")[0].replace("A.com:443", "a.com")


def test_the_digest_knows_neither_account_nor_site() -> None:
    digests = {
        card_digest(asked(f"{ADDRESS.replace(SITE, site)}&title=x"), TEMPLATE)
        for site in ("site_1", "site_2", "")
    }
    assert len(digests) == 1
    assert {len(digest) for digest in digests} == {32}
