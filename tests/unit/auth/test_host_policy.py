"""Which pages are on a site: pairs of what is registered and a URL, by hand and by products."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from og_auth.host_policy import HostPolicy
from og_auth.sites import parse_page

FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "example")

NONE: frozenset[str] = frozenset()
LOOPBACK = frozenset({"127.0.0.1:8123", "[::1]:8123"})

SHOP = HostPolicy("example.com")
SHOP_AND_BELOW = HostPolicy("example.com", includes_subdomains=True)
SHOP_AND_STAGING = HostPolicy("example.com", ("staging.example.net", "shop.vercel.app"))
BLOG_AND_BELOW = HostPolicy("blog.example.com", includes_subdomains=True)
WWW_AND_BELOW = HostPolicy("www.example.com", includes_subdomains=True)
UK_AND_BELOW = HostPolicy("example.co.uk", includes_subdomains=True)
HOSTED_AND_BELOW = HostPolicy("shop.github.io", includes_subdomains=True)
# Names that are, or have below them, public suffixes: anyone may get names there.
CLOUD_AND_BELOW = HostPolicy("amazonaws.com", includes_subdomains=True)
SUFFIX_AND_BELOW = HostPolicy("github.io", includes_subdomains=True)
LOCAL = HostPolicy("127.0.0.1:8123", ("[::1]:8123",), includes_subdomains=True)

BY_HAND = [
    (SHOP, "https://example.com/a?b#c", True),
    (SHOP, "http://EXAMPLE.com./", True),
    (SHOP, "https://www.example.com/", True),
    (SHOP, "https://www.www.example.com/", False),
    (SHOP, "https://ex%61mple.com/", True),
    (SHOP, "https://example%2Ecom/", True),
    (SHOP, "https://example.com%2Eevil.net/", False),
    (SHOP, f"https://{FULL_WIDTH}.com/", True),
    (SHOP, "https://example。com/", True),
    (SHOP, "https://exa\u00admple.com/", True),  # a soft hyphen is nothing, to browsers too
    (SHOP, "https://exаmple.com/", False),  # noqa: RUF001 - a Cyrillic letter
    (SHOP, "https://xn--exmple-4nf.com/", False),
    (SHOP, "https://example.com..", False),
    (SHOP, "https://.example.com/", False),
    (SHOP, "https://example.com:/", True),
    (SHOP, "https://example.com:443/", True),
    (SHOP, "https://example.com:00443/", True),
    (SHOP, "https://example.com:80/", False),
    (SHOP, "http://example.com:80/", True),
    (SHOP, "http://example.com:443/", False),
    (SHOP, "https://example.com:8443/", False),
    (SHOP, "https://example.com@evil.net/", False),
    (SHOP, "https://evil.net@example.com/", False),
    (SHOP, "https://example.com:443@evil.net/", False),
    (SHOP, "https://evil.net/?example.com", False),
    (SHOP, "https://evil.net/#@example.com", False),
    (SHOP, "https://evil.net\\@example.com/", False),
    (SHOP, "https://evil.net/.example.com/", False),
    (SHOP, "https:example.com", False),
    (SHOP, "https:///example.com", False),
    (SHOP, "//example.com/", False),
    (SHOP, "ftp://example.com/", False),
    (SHOP, "javascript://example.com/", False),
    (SHOP, "example.com", False),
    (SHOP, "", False),
    (SHOP, "https://exam\tple.com/", False),
    (SHOP, "https://8.8.8.8/", False),
    (SHOP, "https://134744072/", False),
    (SHOP, "https://0x08.0x08.0x08.0x08/", False),
    (SHOP, "https://[2001:4860:4860::8888]/", False),
    (SHOP, "https://[::ffff:8.8.8.8]/", False),
    (HostPolicy("xn--bcher-kva.example.com"), "https://bücher.example.com/", True),
    (HostPolicy("xn--bcher-kva.example.com"), "https://BÜCHER.example.com/", True),
    (HostPolicy("xn--bcher-kva.example.com"), "https://xn--bcher-kva.example.com/", True),
    (HostPolicy("xn--bcher-kva.example.com"), "https://bucher.example.com/", False),
    (HostPolicy("xn--fa-hia.de"), "https://faß.de/", True),
    (HostPolicy("xn--fa-hia.de"), "https://fass.de/", False),
    (SHOP_AND_BELOW, "https://a.example.com/", True),
    (SHOP_AND_BELOW, "https://www.a.example.com/", True),
    (SHOP_AND_BELOW, "https://a.b.c.example.com./", True),
    (SHOP_AND_BELOW, "https://xn--bcher-kva.example.com/", True),
    (SHOP_AND_BELOW, "https://evil-example.com/", False),
    (SHOP_AND_BELOW, "https://a.evilexample.com/", False),
    (SHOP_AND_BELOW, "https://example.com.evil.net/", False),
    (SHOP_AND_BELOW, "https://com/", False),
    (SHOP_AND_BELOW, "https://a.example.com:8443/", False),
    (SHOP_AND_STAGING, "https://staging.example.net/", True),
    (SHOP_AND_STAGING, "https://STAGING.example.net./", True),
    (SHOP_AND_STAGING, "https://www.staging.example.net/", False),
    (SHOP_AND_STAGING, "https://a.staging.example.net/", False),
    (SHOP_AND_STAGING, "https://example.net/", False),
    (SHOP_AND_STAGING, "https://staging.example.com/", False),
    (SHOP_AND_STAGING, "https://shop.vercel.app/", True),
    (SHOP_AND_STAGING, "https://other.vercel.app/", False),
    (SHOP_AND_STAGING, "https://shop-git-x.vercel.app/", False),
    (BLOG_AND_BELOW, "https://a.blog.example.com/", True),
    (BLOG_AND_BELOW, "https://www.blog.example.com/", True),
    (BLOG_AND_BELOW, "https://example.com/", False),
    (BLOG_AND_BELOW, "https://www.example.com/", False),
    (BLOG_AND_BELOW, "https://shop.example.com/", False),
    (WWW_AND_BELOW, "https://example.com/", True),
    (WWW_AND_BELOW, "https://a.www.example.com/", True),
    (WWW_AND_BELOW, "https://a.example.com/", False),
    (UK_AND_BELOW, "https://shop.example.co.uk/", True),
    (UK_AND_BELOW, "https://other.co.uk/", False),
    (UK_AND_BELOW, "https://co.uk/", False),
    (HOSTED_AND_BELOW, "https://a.shop.github.io/", True),
    (HOSTED_AND_BELOW, "https://other.github.io/", False),
    (HOSTED_AND_BELOW, "https://github.io/", False),
    (CLOUD_AND_BELOW, "https://aws.amazonaws.com/", True),
    (CLOUD_AND_BELOW, "https://s3.amazonaws.com/", False),
    (CLOUD_AND_BELOW, "https://bucket.s3.amazonaws.com/", False),
    (CLOUD_AND_BELOW, "https://a.bucket.s3.amazonaws.com/", False),
    (SUFFIX_AND_BELOW, "https://github.io/", True),
    (SUFFIX_AND_BELOW, "https://www.github.io/", False),
    (SUFFIX_AND_BELOW, "https://anyone.github.io/", False),
    (LOCAL, "http://127.0.0.1:8123/a", True),
    (LOCAL, "https://127.0.0.1:8123/a", True),
    (LOCAL, "http://2130706433:8123/", True),
    (LOCAL, "http://[::1]:8123/", True),
    (LOCAL, "http://127.0.0.1/a", False),
    (LOCAL, "http://127.0.0.1:8124/a", False),
    (LOCAL, "http://127.0.0.2:8123/a", False),
    (LOCAL, "http://localhost:8123/a", False),
    (LOCAL, "http://a.127.0.0.1:8123/", False),
]

DOMAINS = (
    "example.com",
    "www.example.com",
    "blog.example.co.uk",
    "shop.github.io",
    "xn--fa-hia.de",
)
FURTHER = "staging.example.net"

# What makes another host of a name, and whether it is its owner's.
SAME = ("{}", "{}.", "{upper}", "%{first:x}{rest}")
BELOW = ("a.{}", "www.a.{}", "xn--bcher-kva.{}", "a.b.{}.", "-.{}", "_dmarc.{}")
STRANGE = (
    "evil{}",
    "evil-{}",
    "{}evil",
    "{}.evil.net",
    "{}-evil.net",
    "{}.com",
    "{dashes}",
    "{dashes}.evil.net",
    "evil.net",
    "xn--{}",
    "{cyrillic}",
    "{first_twice}",
)
# How a URL names a host, and whether a page can be there.
FORMS = {
    "https://{}": True,
    "https://{}/": True,
    "http://{}/a/b?c=d#e": True,
    "HTTPS://{}:443/": True,
    "http://{}:80/": True,
    "https://{}:80/": False,
    "http://{}:443/": False,
    "https://{}:8443/": False,
    "https://{}:0/": False,
    "https://me@{}/": False,
    "https://me:secret@{}/": False,
    "https://{}@evil.net/": False,
    "https://evil.net/{}": False,
    "https://evil.net?{}": False,
    "https://evil.net#{}": False,
    "https:/{}/": False,
    "https:\\\\{}\\": False,
    "ftp://{}/": False,
    "//{}/": False,
    "{}": False,
}


def spelled(pattern: str, name: str) -> str:
    return pattern.format(
        name,
        upper=name.upper(),
        first=ord(name[0]),
        rest=name[1:],
        dashes=name.replace(".", "-"),
        cyrillic=name.replace("e", "е", 1).replace("o", "о"),  # noqa: RUF001
        first_twice=name[0] + name,
    )


def twin_of(name: str) -> str:
    return name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"


def hosts_of(policy: HostPolicy) -> Iterator[tuple[str, bool]]:
    """Give spellings of hosts, and whether they are the site's."""
    for name in (policy.domain, twin_of(policy.domain), *policy.further_hosts):
        for pattern in SAME:
            yield spelled(pattern, name), True
    for name in (policy.domain, *policy.further_hosts):
        for pattern in STRANGE:
            yield spelled(pattern, name), False
    for pattern in BELOW:
        yield spelled(pattern, policy.domain), policy.includes_subdomains
        for further in policy.further_hosts:
            yield spelled(pattern, further), False
    yield twin_of(FURTHER), False
    yield FURTHER, FURTHER in policy.further_hosts


PRODUCTS = [
    HostPolicy(domain, further, includes_subdomains=below)
    for domain in DOMAINS
    for further in ((), (FURTHER,))
    for below in (False, True)
]


def is_on(policy: HostPolicy, url: str) -> bool:
    page = parse_page(url, LOOPBACK)
    return page is not None and policy.includes(page)


@pytest.mark.parametrize(("policy", "url", "expected"), BY_HAND)
def test_a_page_is_on_the_sites_hosts_only(
    policy: HostPolicy,
    url: str,
    expected: bool,  # noqa: FBT001 - a column
) -> None:
    assert is_on(policy, url) == expected


@pytest.mark.parametrize("policy", PRODUCTS, ids=str)
def test_every_spelling_of_every_host(policy: HostPolicy) -> None:
    wrong = [
        (url, expected)
        for host, is_sites in hosts_of(policy)
        for form, can_be in FORMS.items()
        for url, expected in [(form.format(host), is_sites and can_be)]
        if is_on(policy, url) != expected
    ]
    assert wrong == []


def test_the_products_are_many() -> None:
    pairs = sum(len(list(hosts_of(policy))) for policy in PRODUCTS) * len(FORMS)
    assert pairs > 10_000
